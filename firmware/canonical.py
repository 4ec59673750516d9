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
# Controls, the backslash, and the first byte of surrogates and their neighbours: no text of ours has them.
_SUSPECT = [bytes([code]) for code in range(0x20)] + [b"\\", b"\xed"]
_MOST_NAMES = 400
_names: "dict[str, str]" = {}


def dumps(value: "Any") -> bytes:
    """`value` (dict with str keys, list, str, int, bool, None) as canonical JSON. TypeError for anything else."""
    parts: "list[str]" = []
    texts: "list[int]" = []
    names = _write(value, parts, texts)
    # Hardly any text needs an escape, and to look at each character is slow: look at all of them at once.
    try:
        written = "".join(parts).encode()
        if written.count(b'"') == 2 * (len(texts) + names) and not any([suspect in written for suspect in _SUSPECT]):
            return written
    except UnicodeError:
        pass  # half a pair
    for place in texts:
        parts[place] = _escaped(parts[place])
    return "".join(parts).encode()


def _write(value: "Any", parts: "list[str]", texts: "list[int]") -> int:
    """Append `value` as if no text needed an escape; `texts` tells which of the parts are texts. Returns how many names
    of members there are."""
    names = 0
    if type(value) is str:
        parts.append('"')
        texts.append(len(parts))
        parts.append(value)
        parts.append('"')
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
            names += _write(value[index], parts, texts)
        parts.append("]")
    elif type(value) is dict:
        names = _write_object(value, parts, texts)
    else:
        raise TypeError("not JSON without floats")
    return names


def _write_object(value: "dict[str, Any]", parts: "list[str]", texts: "list[int]") -> int:
    before = "{"
    names = len(value)
    for key in sorted(value):
        if type(key) is not str:
            raise TypeError("not a JSON object")
        member = value[key]
        name = _names.get(key) or _name(key)
        if type(member) is str:
            parts.append(before + name + '"')
            texts.append(len(parts))
            parts.append(member)
            before = '",'
        else:
            parts.append(before + name)
            names += _write(member, parts, texts)
            before = ","
    parts.append(before[:-1] + "}" if value else "{}")
    return names


def _name(key: str) -> str:
    """The name of a member as it is written. Names come again and again, and are nobody's data."""
    written = '"' + _escaped(key) + '":'
    if len(_names) < _MOST_NAMES:
        _names[key] = written
    return written


def _escaped(text: str) -> str:
    return "".join([_escaped_char(char) for char in text])


def _escaped_char(char: str) -> str:
    code = ord(char)
    if char in _ESCAPES:
        return _ESCAPES[char]
    if code < 0x20 or _FIRST_SURROGATE <= code <= _LAST_SURROGATE:  # half a pair has no UTF-8
        return f"\\u{code:04x}"
    return char
