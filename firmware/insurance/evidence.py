"""What the platform said about a settlement, kept word for word: fields of a province, and of next year, too."""

from firmware.canonical import dumps
from firmware.insurance.schema import table

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Json = dict[str, Any]

MOST = 16384  # bytes of JSON: a settlement has some 2,000
_MOST_ROWS = 100
_LONGEST_NAME = 64
_LONGEST_ESCAPE = 6  # bytes of JSON for one character
_AROUND_MEMBER = 6  # quotes, colon and comma


def evidence(infno: str, output: "Json") -> "Json":
    """`setlinfo` (an object) and `setldetail` (a list) of an answer, every member as a text, in at most `MOST` bytes of
    JSON. When it is more, members that the field table does not know go first, then whatever does not fit."""
    info = _objects(output.get("setlinfo"))[:1]
    details = _objects(output.get("setldetail"))[:_MOST_ROWS]
    rows = [_texts(row) for row in info + details]
    if _at_most(rows) > MOST:
        names = [_known(infno, "setlinfo")] * len(info) + [_known(infno, "setldetail")] * len(details)
        rows = _cut(rows, names)
    return {"setlinfo": rows[0] if info else {}, "setldetail": rows[len(info) :]}


def _objects(value: "Any") -> "list[Json]":
    return [row for row in (value if type(value) is list else [value]) if type(row) is dict]


def _texts(row: "Json") -> "dict[str, str]":
    texts = {}
    for name in row:
        if len(name) <= _LONGEST_NAME:
            value = row[name]
            texts[name] = value if type(value) is str else _text(value)
    return texts


def _text(value: "Any") -> str:
    if value is None:
        return ""
    try:
        return dumps(value).decode()
    except RuntimeError:  # nested deeper than it can be written
        return ""


def _known(infno: str, node: str) -> "list[str]":
    return [entry[0] for entry in table(infno).answer[node].entries]


def _at_most(rows: "list[dict[str, str]]") -> int:
    """More bytes than the rows have as JSON, found without writing them."""
    size = 64
    for row in rows:
        size += 4
        for name in row:
            size += _LONGEST_ESCAPE * (len(name) + len(row[name])) + _AROUND_MEMBER
    return size


def _cut(rows: "list[dict[str, str]]", names: "list[list[str]]") -> "list[dict[str, str]]":
    """The members that are known, in the order of the table, and then the others, as long as there is room."""
    room = MOST - 64 - 4 * len(rows)
    kept: "list[dict[str, str]]" = [{} for _ in rows]
    for known in (True, False):
        for index in range(len(rows)):
            row = rows[index]
            order = names[index] if known else sorted(row)
            for name in order:
                if name in row and name not in kept[index]:
                    size = len(dumps(name)) + len(dumps(row[name])) + 2
                    if size <= room:
                        kept[index][name] = row[name]
                        room -= size
    return kept
