"""JSON whose bytes are the same on every board: keys in alphabetical order, no blanks, UTF-8.

Dictionaries have no order on MicroPython, and what is sealed, hashed or signed must not depend on it. Floats are refused:
the firmware has none.
"""

import json

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def dumps(value: "Any") -> bytes:
    """`value` (dict with str keys, list, str, int, bool, None) as canonical JSON. TypeError for anything else."""
    parts: "list[str]" = []
    _write(value, parts)
    return "".join(parts).encode()


def _write(value: "Any", parts: "list[str]") -> None:
    if value is None or type(value) is bool or type(value) is int or type(value) is str:
        parts.append(json.dumps(value))
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
    parts.append("{")
    first = True
    for key in sorted(value):
        if not first:
            parts.append(",")
        first = False
        parts.append(json.dumps(key))
        parts.append(":")
        _write(value[key], parts)
    parts.append("}")
