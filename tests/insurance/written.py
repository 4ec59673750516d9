"""JSON whose numbers are kept as they were written: what is replayed must be what was on the wire, `1.0000` and all."""

from __future__ import annotations

import json
from typing import Any


class Written(str):
    """A number as it stands in the text."""

    __slots__ = ()


def read(text: str) -> Any:
    """The value of a JSON text, its decimals as `Written`."""
    return json.loads(text, parse_float=Written)


def write(value: Any) -> str:
    """A value as JSON, `Written` as it was."""
    if isinstance(value, Written):
        return str(value)
    if isinstance(value, list):
        return "[" + " , ".join(write(item) for item in value) + "]"
    if isinstance(value, dict):
        return "{" + ",\n".join(f"{json.dumps(name)} : {write(item)}" for name, item in value.items()) + "}"
    return json.dumps(value, ensure_ascii=False)
