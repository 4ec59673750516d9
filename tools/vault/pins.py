"""A new PIN for an operator, when nobody is left who could give one at the screen.

Whoever can run this has the key of the device, and with it all records: nothing is opened here that was closed. The
journal keeps who got the PIN, and that no operator gave it.
"""

import getpass
import sys
from pathlib import Path

from firmware.vault import Operators, open_vault
from hal.linux.clock import SystemClock
from hal.linux.pin_hash import Argon2idPinHash
from hal.linux.system_random import SystemRandom
from tools.vault.errors import Undecided
from tools.vault.state import existing

BY = "tools.vault"  # stands in the journal where an operator's id would


async def new_pin(state: Path, board: Path | None, operator: str) -> list[str]:
    """Ask for the PIN and give it to `operator` (an id); without one, only tell who there is. The folder's terminal
    must be stopped: `ConfigError` `state.in_use`. `Undecided`, `VaultError`, `OperatorError`, `StoreError`."""
    folder = existing(state, board)
    if not folder.has_vault():
        raise Undecided("vault.missing", f"there is no vault in {state}")
    folder.lock()
    random, clock = SystemRandom(), SystemClock()
    store = folder.open_store()
    try:
        vault = await open_vault(store, folder.ciphers(), folder.key_store(), random, clock)
        operators = Operators(vault, Argon2idPinHash(), random, clock)
        if operator:
            await operators.reset_pin(operator, _asked(), BY)
            return ["新密码已设好。 The new PIN is set."]
        return [f"{one['id']:>4}  {one['role']:<10}  {one['name']}" for one in await operators.names()]
    finally:
        await store.close()


def _asked() -> str:
    """The PIN, twice, never from the command line. `Undecided` when the two differ."""
    first, again = _line("New PIN: "), _line("Once more: ")
    if first != again:
        raise Undecided("pin.differs", "the two are not the same; nothing was changed")
    return first


def _line(prompt: str) -> str:
    return getpass.getpass(prompt) if sys.stdin.isatty() else sys.stdin.readline(200).strip()
