"""How a recovery code gets to a person and back: over the screen and the keyboard, never through arguments or files."""

import sys

from tools.vault.errors import Undecided, VaultToolError
from tools.vault.recovery_code import WrongCode, in_groups, new_code, read_code

_TRIES = 3


def give_code() -> str:
    """Make a code, show it once, and have it entered as it was written down. `VaultToolError` when there is no screen
    to show it on, or it was not written down right: nothing is protected by it yet."""
    if not sys.stdout.isatty():
        raise Undecided("code.no_screen", "a new recovery code is shown on a screen only; use --code for one you have")
    code = new_code()
    print("\nThe recovery code. Write it on paper; it opens the backup, and nothing else does. It is not shown again.")
    print("恢复码，请抄在纸上，单独保管：没有它，谁也打不开这份备份。只显示这一次。\n")
    print(f"    {in_groups(code)}\n")
    for _ in range(_TRIES):
        try:
            if _entered("Enter it from the paper: ") == code:
                return code
            print("That is another code.", flush=True)
        except WrongCode as wrong:
            print(f"Not yet: {wrong}.", flush=True)
    raise VaultToolError("code.not_kept", "the code was not entered right three times; nothing was written")


def ask_code() -> str:
    """The code of a backup that is there. `Undecided` when none was entered."""
    tries = _TRIES if sys.stdin.isatty() else 1
    for _ in range(tries):
        try:
            return _entered("Recovery code: ")
        except WrongCode as wrong:
            said = str(wrong)
            print(f"Not yet: {said}.", file=sys.stderr, flush=True)
    raise Undecided("code.wrong", said)


def _entered(prompt: str) -> str:
    if sys.stdin.isatty():
        print(prompt, end="", file=sys.stderr, flush=True)
    return read_code(sys.stdin.readline(200))
