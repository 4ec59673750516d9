"""JSON whose bytes are the same on every board: keys in alphabetical order, no blanks, UTF-8.

Dictionaries have no order on MicroPython, and what is sealed, hashed or signed must not depend on it. Texts are written
here and not by `json`, whose escapes differ between the interpreters. Floats are refused: the firmware has none.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\b": "\\b", "\f": "\\f"}
_FIRST_SURROGATE = 0xD800
_LAST_SURROGATE = 0xDFFF
_MOST_NAMES = 400
_names: "dict[str, str]" = {}


def dumps(value: "Any") -> bytes:
    """`value` (dict with str keys, list, str, int, bool, None) as canonical JSON. TypeError for anything else."""
    parts: "list[str]" = []
    _write(value, parts)
    return "".join(parts).encode()


def _write(value: "Any", parts: "list[str]") -> None:
    if type(value) is str:
        parts.append(_quoted(value))
    elif value is None:
        parts.append("null")
    elif type(value) is bool:
        parts.append("true" if value else "false")
    elif type(value) is int:
        parts.append(str(value))
    elif type(value) is list:
        parts.append("[")
        for index in range(len(value)):
            if index:
                parts.append(",")
            _write(value[index], parts)
        parts.append("]")
    elif type(value) is dict:
        _write_object(value, parts)
    else:
        raise TypeError("not JSON without floats")


def _write_object(value: "dict[str, Any]", parts: "list[str]") -> None:
    before = "{"
    for key in sorted(value):
        if type(key) is not str:
            raise TypeError("not a JSON object")
        parts.append(before + (_names.get(key) or _name(key)))
        _write(value[key], parts)
        before = ","
    parts.append("}" if value else "{}")


def _name(key: str) -> str:
    """The name of a member as it is written. Names come again and again, and are nobody's data."""
    written = _quoted(key) + ":"
    if len(_names) < _MOST_NAMES:
        _names[key] = written
    return written


def _quoted(text: str) -> str:
    # The loop below is slow on a small board. Hardly any text needs it: letters and digits do not, nor what lies
    # between the blank and the surrogates but for quotes and backslashes.
    if not text or text.isdigit() or text.isalpha():
        return '"' + text + '"'
    if '"' not in text and "\\" not in text and min(text) >= " " and ord(max(text)) < _FIRST_SURROGATE:
        return '"' + text + '"'
    return '"' + "".join([_escaped(char) for char in text]) + '"'


def _escaped(char: str) -> str:
    code = ord(char)
    if char in _ESCAPES:
        return _ESCAPES[char]
    if code < 0x20 or _FIRST_SURROGATE <= code <= _LAST_SURROGATE:  # half a pair has no UTF-8
        return f"\\u{code:04x}"
    return char
