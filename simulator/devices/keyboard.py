"""A scanner that types like a USB keyboard: what Linux hands out of its events, as `struct input_event` of a 64-bit
kernel (input.h): seconds and microseconds (8 bytes each), type, code (2 bytes each), value (4 bytes), little-endian."""

import struct

from simulator.clock import Clock
from simulator.devices import scanner_faults as fault
from simulator.devices.key_codes import CAPS_LOCK, ENTER, KEYPAD, KEYS, LEFT_ALT, LEFT_CTRL, LEFT_SHIFT, RIGHT_BRACE
from simulator.devices.line_faults import SILENT
from simulator.devices.scanner import GS, Scanner

EV_SYN, EV_KEY, EV_MSC = 0, 1, 4
MSC_SCAN = 4
UP, DOWN, REPEAT = 0, 1, 2
REPEATS = 2  # while a key is held, when keys repeat
HID_KEYS = 0x70000  # the page of keys in the usages that drivers of USB keyboards report besides
_EVENT = struct.Struct("<qqHHi")


class KeyboardScanner(Scanner):
    """Types each code and Enter. The GS1 separator is Ctrl ]; what no US key makes is left out, unless it types in Alt
    codes."""

    kind = "keyboard"
    # The kernel hands out whole events: no byte of them can be lost, be added or come at another speed.
    can_have = fault.OF_EVERY_KIND | {
        SILENT, fault.ALT_CODES, fault.ALT_GS, fault.CAPS_LOCK, fault.AUTOREPEAT,
    }  # fmt: skip

    def __init__(self, clock: Clock, decode_s: float = 0.0, seed: int = 0) -> None:
        super().__init__(clock, decode_s, seed, baud=0)

    def _result(self, code: str) -> bytes:
        alt, caps = self.faults.take(fault.ALT_CODES), self.faults.take(fault.CAPS_LOCK)
        alt_gs = self.faults.take(fault.ALT_GS)
        held = REPEATS if self.faults.take(fault.AUTOREPEAT) else 0
        typed = self._tap(CAPS_LOCK) if caps else b""
        for character in code:
            if alt or (character == GS and alt_gs):
                typed += self._alt_code(ord(character))
            elif character == GS:
                typed += self._with(LEFT_CTRL, self._tap(RIGHT_BRACE))
            elif character in KEYS:
                key, shifted = KEYS[character]
                shifted ^= caps and character.isalpha()
                typed += self._with(LEFT_SHIFT, self._tap(key, held)) if shifted else self._tap(key, held)
        if caps:
            typed += self._tap(CAPS_LOCK)
        return self._tailed(typed, self._tap(ENTER))

    def _alt_code(self, number: int) -> bytes:
        return self._with(LEFT_ALT, b"".join(self._tap(KEYPAD[digit]) for digit in f"{number:03d}"))

    def _with(self, modifier: int, typed: bytes) -> bytes:
        return self._key(modifier, DOWN) + typed + self._key(modifier, UP)

    def _tap(self, key: int, repeats: int = 0) -> bytes:
        return self._key(key, DOWN) + self._key(key, REPEAT) * repeats + self._key(key, UP)

    def _key(self, key: int, value: int) -> bytes:
        now = self._clock.now()
        seconds, micros = int(now), int(now % 1 * 1_000_000)
        scan = _EVENT.pack(seconds, micros, EV_MSC, MSC_SCAN, HID_KEYS + key) if value != REPEAT else b""
        event = _EVENT.pack(seconds, micros, EV_KEY, key, value)
        return scan + event + _EVENT.pack(seconds, micros, EV_SYN, 0, 0)
