"""The keys that a scanner types, as the kernel tells them, and the codes they make: bytes only.

The stream is `struct input_event` of 64-bit kernels (include/uapi/linux/input.h), 24 bytes little-endian: time (16),
type (u16), code (u16), value (s32). Key codes name places on a keyboard, so neither the layout nor the Caps Lock of the
host changes them; scanners type as on a US keyboard unless they are set up otherwise. Only a Caps Lock that the scanner
presses itself counts: it then types with that in mind.

What a key cannot type is typed in two ways: with Ctrl (Ctrl-] is GS, 1D), or as a decimal number on the keypad while
Alt is held (Alt 029 is GS, Alt 083 is "S", Alt 35760 is 记), read as a Unicode code point.
"""

import struct

from hal.drivers import keyboard_table as keys
from hal.drivers.text_codec import TextDecoder, in_a_code

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hal.drivers.text_codec import BadInput, Code

EVENT_SIZE = 24
_TIME_SIZE = 16
_EV_SYN = 0
_EV_KEY = 1
_SYN_REPORT = 0
_SYN_DROPPED = 3
_UP = 0
_DOWN = 1  # 2 is the kernel's own repetition of a key that is held
_TAIL = b"\r"
_TAILS = b"\r\n\t"
_BAD = b"\x00"  # never in a code: spoils the one in progress
_LONGEST_NUMBER = 7
_LAST_CODE_POINT = 0x10FFFF


class AltNumber:
    """The number typed on the keypad while Alt is held.

    Some scanners press all digits of a number at once, in one report. The kernel tells a key that is down only once, so
    of 080 it tells 0 and 8, and of 088 the same: such a number is taken only if no digit can be missing. That is so for
    five digits (a Chinese character) and for three from 020 to 099; 0113 would come as 013.
    """

    def __init__(self) -> None:
        self._digits = ""
        self._down = 0
        self._at_once = False

    def pending(self) -> bool:
        """Whether a number has been begun."""
        return self._digits != ""

    def press(self, digit: str) -> None:
        """A digit goes down."""
        self._at_once = self._at_once or self._down > 0
        self._down += 1
        self._digits = (self._digits + digit)[: _LONGEST_NUMBER + 1]

    def release(self) -> None:
        """A digit comes up."""
        self._down = max(self._down - 1, 0)

    def finish(self) -> bytes:
        """The character in UTF-8, `b""` when no digit was typed, or the mark of a bad code. Begins anew."""
        digits, at_once = self._digits, self._at_once
        self._digits, self._down, self._at_once = "", 0, False
        if not digits:
            return b""
        if len(digits) > _LONGEST_NUMBER or (at_once and not _is_all_there(digits)):
            return _BAD
        return _encoded(int(digits))


class KeyReader:
    """Turns the keys that go down and up into the bytes they type; the key Enter types CR."""

    def __init__(self) -> None:
        self._bytes = bytearray()
        self._held = 0  # bits of the modifier keys that are down
        self._number = AltNumber()
        self._caps = False  # the scanner has pressed Caps Lock, and not again yet
        self._lost = False  # the kernel has lost events, up to the next report

    def torn(self) -> bool:
        """Whether an event or a character has begun."""
        return len(self._bytes) > 0 or self._number.pending() or self._lost

    def at_rest(self) -> bool:
        """Whether nothing has begun, and no key is in force."""
        return not (self.torn() or self._caps or self._held)

    def feed(self, data: bytes) -> bytes:
        """Take what came from the kernel and return what was typed."""
        self._bytes.extend(data)
        typed = bytearray()
        at = 0
        while at + EVENT_SIZE <= len(self._bytes):
            kind, code, value = struct.unpack_from("<HHi", self._bytes, at + _TIME_SIZE)
            typed.extend(self._take(kind, code, value))
            at += EVENT_SIZE
        self._bytes = self._bytes[at:]
        return bytes(typed)

    def _take(self, kind: int, code: int, value: int) -> bytes:
        if kind == _EV_SYN and code == _SYN_DROPPED:
            self._held, self._caps, self._number, self._lost = 0, False, AltNumber(), True
            return _BAD
        if kind == _EV_SYN and code == _SYN_REPORT:
            self._lost = False
        if kind != _EV_KEY or self._lost or value not in (_UP, _DOWN):
            return b""
        bit = _modifier(code)
        if bit:
            return self._modify(bit, value == _DOWN)
        if value == _UP:
            if keys.keypad_digit(code):
                self._number.release()
            return b""
        return self._press(code)

    def _modify(self, bit: int, down: bool) -> bytes:
        before = self._held
        self._held = before | bit if down else before & ~bit
        if before & _ALT and not self._held & _ALT:
            return self._number.finish()
        return b""

    def _press(self, code: int) -> bytes:
        if code == keys.CAPS_LOCK:
            self._caps = not self._caps
        if code == keys.CAPS_LOCK or code in keys.OTHER_LOCKS:
            return b""
        is_enter = code in (keys.ENTER, keys.KEYPAD_ENTER)
        if self._held & _ALT:
            digit = keys.keypad_digit(code)
            if digit:
                self._number.press(digit)
                return b""
            self._number = AltNumber()
            return _BAD + _TAIL if is_enter else _BAD
        if is_enter:
            return _TAIL
        if code == keys.TAB:
            return b"\t"
        typed = keys.character(code, bool(self._held & _SHIFT))
        if self._held & _CONTROL:
            return _control(typed)
        if self._caps and typed.isalpha():
            typed = typed.lower() if typed.isupper() else typed.upper()
        return typed.encode() or _BAD


class KeyDecoder:
    """Cuts the keys that a scanner types into codes, as `text_codec.TextDecoder` does with bytes.

    A code ends with Enter, Tab, or whatever types CR, LF or TAB. What cannot be told for certain (a key that types
    nothing, events lost by the kernel) spoils the code; other control characters, which some scanners put around a
    code, mean nothing.
    """

    def __init__(self) -> None:
        self._reader = KeyReader()
        self._text = TextDecoder(_TAILS)

    @property
    def tailed(self) -> bool:
        """Whether this scanner has ended a code with a key."""
        return self._text.tailed

    def forget(self) -> None:
        """Forget all: another scanner may be there now."""
        self._reader = KeyReader()
        self._text.forget()

    def unfinished(self) -> bool:
        """Whether the stream stands in the middle of an event or a code, or a key is held."""
        return not self._reader.at_rest() or self._text.unfinished()

    def feed(self, data: bytes) -> "list[Code | BadInput]":
        """Take what came from the kernel and return what is complete, in the order of arrival."""
        return self._text.feed(self._reader.feed(data))

    def end(self) -> "Code | None":
        """The scanner has been quiet: returns the code that it typed without Enter. See `TextDecoder.end`."""
        if self._reader.torn():
            self._text.spoil("unfinished")
        self._reader = KeyReader()
        return self._text.end() if self._text.unfinished() else None


_SHIFT = 0x03
_CONTROL = 0x0C
_ALT = 0x30


def _modifier(code: int) -> int:
    """The bit of a modifier key, 0 for any other."""
    modifiers = keys.SHIFTS + keys.CONTROLS + keys.ALTS
    return 1 << modifiers.index(code) if code in modifiers else 0


def _control(typed: str) -> bytes:
    """What Ctrl and a character type: the control codes 00 to 1F stand below "@" to "_"."""
    code = ord(typed.upper()) - 0x40 if typed else -1
    return _passed(code) if 0 <= code <= 0x1F else _BAD


def _passed(control: int) -> bytes:
    return bytes([control]) if in_a_code(control) or control in _TAILS else b""


def _is_all_there(digits: str) -> bool:
    return len(digits) == 5 or (len(digits) == 3 and digits[0] == "0" and digits[1] >= "2")


def _encoded(code_point: int) -> bytes:
    if code_point < 0x20:
        return _passed(code_point)
    if code_point == 0x7F or 0xD800 <= code_point <= 0xDFFF or code_point > _LAST_CODE_POINT:
        return _BAD
    return chr(code_point).encode()
