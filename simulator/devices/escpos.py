"""ESC/POS as a stream of tokens: where a command ends, whether or not the printer can do it.

Lengths from the Epson ESC/POS reference and the manuals of Chinese printers (FS commands). Bytes in, tokens out.
"""

from dataclasses import dataclass

DLE, CAN, ESC, FS, GS = 0x10, 0x18, 0x1B, 0x1C, 0x1D
UNTIL_NUL = -1  # the data of a command ends with a NUL
_IGNORED_CONTROLS = b"\x00\x0c\x0d\x18"  # NUL, FF and CAN outside page mode, CR without automatic line feed

# Parameters behind the two bytes of a command.
_PARAMETERS = {
    ESC: {
        **dict.fromkeys(b"@2<imLuv0\x0c", 0),
        **dict.fromkeys(b" !%-3=?EGJKMRSTVadert{", 1),
        **dict.fromkeys(b"$\\c", 2),
        **dict.fromkeys(b"p", 3),
        **dict.fromkeys(b"W", 8),
        **dict.fromkeys(b"*", 3),
        **dict.fromkeys(b"D", 0),
    },
    FS: {
        **dict.fromkeys(b"&.", 0),
        **dict.fromkeys(b"!-CW", 1),
        **dict.fromkeys(b"Sp", 2),
        **dict.fromkeys(b"2", 2),
        **dict.fromkeys(b"(", 3),
    },
    GS: {
        **dict.fromkeys(b":c", 0),
        **dict.fromkeys(b"!/BEHITabfhjrw", 1),
        **dict.fromkeys(b"$LPW\\", 2),
        **dict.fromkeys(b"^z", 3),
        **dict.fromkeys(b"*", 2),
        **dict.fromkeys(b"(", 3),
        **dict.fromkeys(b"V", 1),
        **dict.fromkeys(b"k", 1),
        **dict.fromkeys(b"v", 6),
    },
    DLE: {**dict.fromkeys(b"\x04\x05", 1), **dict.fromkeys(b"\x14", 3)},
}
_CUT_WITH_FEED = b"ABabgh"
_DLE_CLEAR = 8  # DLE DC4 8 has seven parameters where the others have three
_THREE_BYTE_MODES = (32, 33)  # ESC *: 24 dots high
_USER_GLYPH = 72  # FS 2: 24 by 24 dots


@dataclass(frozen=True)
class Character:
    """A printable character as it came: one byte, or two or four of GB18030."""

    raw: bytes


@dataclass(frozen=True)
class Control:
    """A control character with an effect: LF or HT."""

    code: int


@dataclass(frozen=True)
class Command:
    """A command (`name` is its first two bytes) with its parameters; `data` bytes follow, or all up to a NUL."""

    name: bytes
    parameters: bytes = b""
    data: int = 0


@dataclass(frozen=True)
class Unknown:
    """Bytes that are neither text nor a command of the printer."""

    raw: bytes


Token = Character | Control | Command | Unknown


def next_token(buffer: bytes | bytearray, *, chinese: bool, four_bytes: bool = True) -> tuple[Token | None, int]:
    """The token at the head of `buffer` and its length, or (None, n): skip `n` bytes, and if that is 0, wait for more.

    With `chinese` (the FS & mode) bytes from 81 on begin a GB18030 character, or a GBK one without `four_bytes`.
    """
    if not buffer:
        return None, 0
    first = buffer[0]
    if first in _PARAMETERS:
        return _command(buffer)
    if first in b"\t\n":
        return Control(first), 1
    if first in _IGNORED_CONTROLS:
        return None, 1
    if first < 0x20:
        return Unknown(bytes((first,))), 1
    size = _character_size(buffer, four_bytes) if chinese else 1
    return (Character(bytes(buffer[:size])), size) if size else (None, 0)


def _character_size(buffer: bytes | bytearray, four_bytes: bool) -> int:
    """Bytes of the Chinese character at the head; 0: more are needed to tell. A broken one counts as one byte."""
    if not 0x81 <= buffer[0] <= 0xFE:
        return 1
    if len(buffer) < 2:
        return 0
    if 0x40 <= buffer[1] <= 0xFE and buffer[1] != 0x7F:
        return 2
    if not four_bytes or not 0x30 <= buffer[1] <= 0x39:
        return 1
    if len(buffer) < 4:
        return 0
    return 4 if 0x81 <= buffer[2] <= 0xFE and 0x30 <= buffer[3] <= 0x39 else 1


def _command(buffer: bytes | bytearray) -> tuple[Token | None, int]:
    if len(buffer) < 2:
        return None, 0
    name = bytes(buffer[:2])
    count = _PARAMETERS[name[0]].get(name[1])
    if count is None:
        return Unknown(name), 2
    if len(buffer) < 2 + count:
        return None, 0
    count += _more_parameters(name, bytes(buffer[2 : 2 + count]))
    if len(buffer) < 2 + count:
        return None, 0
    parameters = bytes(buffer[2 : 2 + count])
    return Command(name, parameters, _data_size(name, parameters)), 2 + count


def _more_parameters(name: bytes, first: bytes) -> int:
    """Parameters that only some forms of a command have."""
    match name:
        case b"\x1dV":
            return int(first[0] in _CUT_WITH_FEED)
        case b"\x1dk":
            return int(first[0] >= ord("A"))
        case b"\x10\x14":
            return 5 if first[0] == _DLE_CLEAR else 0
    return 0


def _data_size(name: bytes, parameters: bytes) -> int:
    """Bytes of data behind the parameters, or `UNTIL_NUL`."""
    match name:
        case b"\x1d(" | b"\x1c(":
            return _word(parameters, 1)
        case b"\x1dv":
            return _word(parameters, 2) * _word(parameters, 4)
        case b"\x1b*":
            return _word(parameters, 1) * (3 if parameters[0] in _THREE_BYTE_MODES else 1)
        case b"\x1d*":
            return parameters[0] * parameters[1] * 8
        case b"\x1dk":
            return parameters[1] if len(parameters) > 1 else UNTIL_NUL
        case b"\x1bD":
            return UNTIL_NUL
        case b"\x1c2":
            return _USER_GLYPH
    return 0


def _word(data: bytes, at: int) -> int:
    return int.from_bytes(data[at : at + 2], "little")
