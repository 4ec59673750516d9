"""What stands in the body of a press. It is hostile until it is read here."""

from firmware.console.errors import ConsoleError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Json = dict[str, Any]

_LONGEST_TEXT = 64


def text(body: "Json", name: str) -> str:
    """A text of at most 64 signs. `ConsoleError`."""
    value = body.get(name)
    if type(value) is not str or len(value) > _LONGEST_TEXT or any(["\ud800" <= char <= "\udfff" for char in value]):
        raise ConsoleError("request.malformed", 400)  # half a surrogate pair cannot be kept or sent
    return value


def number(body: "Json", name: str) -> int:
    """A whole number. `ConsoleError`."""
    value = body.get(name)
    if type(value) is not int:
        raise ConsoleError("request.malformed", 400)
    return value


def rows(body: "Json", name: str) -> "list[Json]":
    """A list of objects. `ConsoleError`."""
    value = body.get(name)
    if type(value) is not list or any([type(row) is not dict for row in value]):
        raise ConsoleError("request.malformed", 400)
    return value
