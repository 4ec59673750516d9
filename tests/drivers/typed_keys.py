"""What the kernel tells when a scanner types: `struct input_event` records of key codes, and of boot-keyboard reports.

Key codes and HID usages: Linux include/uapi/linux/input-event-codes.h and drivers/hid/hid-input.c.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Sequence

SYN = (0, 0, 0)
SYN_DROPPED = (0, 3, 0)
SHIFT, CTRL, ALT, ENTER, TAB, CAPS_LOCK = 42, 29, 56, 28, 15, 58
KEYPAD = {"0": 82, "1": 79, "2": 80, "3": 81, "4": 75, "5": 76, "6": 77, "7": 71, "8": 72, "9": 73}
_PLACES = {
    "1234567890-=": 2,
    "qwertyuiop[]": 16,
    "asdfghjkl;'`": 30,
    "\\zxcvbnm,./": 43,
    " ": 57,
}
_SHIFTED = dict(zip('!@#$%^&*()_+{}:"~|<>?', "1234567890-=[];'`\\,./", strict=True))

# Usage of the keyboard page -> key code: the keypad and Enter, all that a scanner in Alt mode needs.
_USAGES = {0x59 + at: KEYPAD[digit] for at, digit in enumerate("1234567890")} | {0x28: ENTER}
_MODIFIERS = (29, 42, 56, 125, 97, 54, 100, 126)

Key = tuple[int, int, int]


def records(keys: Iterable[Key]) -> bytes:
    """(type, code, value) as the kernel writes them."""
    return b"".join(struct.pack("<qqHHi", 1_700_000_000, number, *key) for number, key in enumerate(keys))


def press(code: int, *held: int) -> list[Key]:
    """One key with modifiers held."""
    down = [(1, key, 1) for key in (*held, code)]
    up = [(1, key, 0) for key in (code, *reversed(held))]
    return [event for key in down + up for event in (key, SYN)]


def alt(number: str, *, at_once: bool = False) -> list[Key]:
    """A decimal number on the keypad with Alt held: digit by digit, or all at once in one report, as the kernel tells
    it (a key that is down already is not told again)."""
    if at_once:
        usages = [0x62 if digit == "0" else 0x58 + int(digit) for digit in number]
        return of_reports([bytes([4, 0, *usages]), bytes(8)])
    digits = [key for digit in number for key in press(KEYPAD[digit])]
    return [(1, ALT, 1), SYN, *digits, (1, ALT, 0), SYN]


def text(characters: str) -> list[Key]:
    """`characters` of ASCII on a US keyboard; 1D as Ctrl and ]."""
    return [key for character in characters for key in _typed(character)]


def line(characters: str) -> bytes:
    """`characters` and Enter, as records."""
    return records([*text(characters), *press(ENTER)])


def of_reports(reports: Sequence[bytes]) -> list[Key]:
    """What the kernel makes of reports of a boot keyboard: changes only, modifiers first."""
    keys: list[Key] = []
    down: set[int] = set()
    for report in reports:
        held = [code for bit, code in enumerate(_MODIFIERS) if report[0] >> bit & 1]
        now = [*held, *[_USAGES[usage] for usage in report[2:] if usage]]
        order = sorted(down, key=lambda code: code not in _MODIFIERS)
        keys += [(1, code, 0) for code in order if code not in now]
        keys += [(1, code, 1) for code in dict.fromkeys(now) if code not in down]
        keys.append(SYN)
        down = set(now)
    return keys


def _typed(character: str) -> list[Key]:
    if character == "\x1d":
        return press(27, CTRL)
    if character.isupper():
        return press(_place(character.lower()), SHIFT)
    if character in _SHIFTED:
        return press(_place(_SHIFTED[character]), SHIFT)
    return press(_place(character))


def _place(character: str) -> int:
    return next(first + row.index(character) for row, first in _PLACES.items() if character in row)
