"""JSON with exact numbers: what the clinic sent is read without floats, and amounts are written with their decimals."""

import json
from decimal import Decimal
from typing import Any

_written = json.JSONEncoder(ensure_ascii=False).encode  # made once: that takes longer than writing a text


class NotJson(ValueError):
    """The text is not one JSON object that can be read, stored and written again."""


def _no_constant(name: str) -> Any:
    raise NotJson(name)


def _no_twins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise NotJson("a member appears twice")
    return members


def loads(body: bytes) -> dict[str, Any]:
    """The object in `body` (UTF-8), with `Decimal` for numbers that have decimals. `NotJson` for anything else.

    Refused as well: NaN and infinities, members that appear twice, half surrogate pairs, nesting deeper than the stack.
    """
    try:
        document = json.loads(
            body.decode("utf-8"), parse_float=Decimal, parse_constant=_no_constant, object_pairs_hook=_no_twins
        )
        dumps(document).encode("utf-8")
    except (ValueError, RecursionError) as flaw:
        raise NotJson(type(flaw).__name__) from None
    if not isinstance(document, dict):
        raise NotJson("not an object")
    return document


def dumps(value: object) -> str:
    """`value` (JSON types and `Decimal`) as compact JSON; a `Decimal` keeps its decimals, so 12.60 stays 12.60."""
    if isinstance(value, str):
        return _written(value)
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, dict):
        members = [_written(str(name)) + ":" + dumps(member) for name, member in value.items()]
        return "{" + ",".join(members) + "}"
    if isinstance(value, list | tuple):
        return "[" + ",".join(dumps(item) for item in value) + "]"
    return _written(value)
