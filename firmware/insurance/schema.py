"""Messages held against the field tables: what a request must be, and what an answer has."""

from firmware.insurance import tables
from firmware.insurance.errors import InsuranceError
from firmware.money import MoneyError, from_decimal

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Json = dict[str, Any]
    Entry = tuple[str, str, int, int, bool]  # name, type, length, decimals, mandatory

_REMEMBERED = 12  # what one visit sends and hears
_TYPES = ("DT", "D", "L", "O", "B", "C", "N", "I")


class Node:
    """One node of a message: its fields in the order of the document; `many` rows; `optional`: one province only."""

    def __init__(self, many: bool, optional: bool) -> None:
        self.many = many
        self.optional = optional
        self.fields: "dict[str, Entry]" = {}
        self.entries: "list[Entry]" = []


class Table:
    """A transaction: `name` in Chinese, `known` (`2+` or `1`), the nodes of `request` and `answer`; `inner` are the
    nodes that lie in others."""

    def __init__(self, name: str, known: str) -> None:
        self.name = name
        self.known = known
        self.request: "dict[str, Node]" = {}
        self.answer: "dict[str, Node]" = {}
        self.inner: "list[str]" = []


_read: "dict[str, Table]" = {}


def table(infno: str) -> Table:
    """The table of a transaction; the last ones are kept. `KeyError` when there is none."""
    found = _read.get(infno)
    if found is None:
        if len(_read) >= _REMEMBERED:
            _read.clear()
        found = parsed(tables.table(infno))
        _read[infno] = found
    return found


def check(infno: str, payload: "Json") -> None:
    """Refuse a request that does not fit its table. `InsuranceError` `insurance.bad_message` naming the field."""
    wanted = table(infno)
    for node in payload:
        if node not in wanted.request:
            raise _bad(node)
    for node in wanted.request:
        if node not in wanted.inner:
            _check_node(wanted, node, payload.get(node))


def check_envelope(header: "Json") -> None:
    """Refuse an envelope that does not fit its table. `InsuranceError` `insurance.bad_message` naming the field."""
    if "envelope" not in _read:
        _read["envelope"] = parsed("envelope 2+ -\n> envelope" + tables.ENVELOPE)
    check_row(_read["envelope"], _read["envelope"].request["envelope"], header)


def _check_node(wanted: Table, name: str, value: "Any") -> None:
    node = wanted.request[name]
    if value is None and node.optional:
        return
    if type(value) is list:
        if not node.many or not value:
            raise _bad(name)
        for row in value:
            check_row(wanted, node, row)
    else:
        if node.many:
            raise _bad(name)
        check_row(wanted, node, value)


def check_row(wanted: Table, node: Node, row: "Any") -> None:
    """Check one object against a node; a member that the node does not have is refused as well. `InsuranceError`
    `insurance.bad_message`."""
    if type(row) is not dict:
        raise _bad("row")
    for entry in node.entries:
        value = row.get(entry[0], "")
        if type(value) is str:  # most of them are one of these two
            if not value and not entry[4]:
                continue
            if entry[1] == "C" and 0 < len(value) <= entry[2]:
                continue
        _check_field(wanted, entry, value)
    for name in row:
        if name not in node.fields:
            raise _bad(name)


def _check_field(wanted: Table, entry: "Entry", value: "Any") -> None:
    name, kind, length, decimals, mandatory = entry
    if value == "" or value is None or value == []:
        if mandatory:
            raise _bad(name)
    elif kind == "L":
        if type(value) is not list:
            raise _bad(name)
        if name in wanted.request:
            _check_node(wanted, name, value)
    elif kind in ("O", "B"):
        if type(value) is not dict and (kind == "O" or type(value) is not str):
            raise _bad(name)
    elif type(value) is not str or not _fits(kind, length, decimals, value):
        raise _bad(name)


def _fits(kind: str, length: int, decimals: int, value: str) -> bool:
    if kind == "C":
        return len(value) <= length
    if kind == "D":
        return _has_shape(value, "9999-99-99")
    if kind == "DT":
        return _has_shape(value, "9999-99-99 99:99:99")
    try:
        from_decimal(value, decimals)
    except MoneyError:
        return False
    return len(value.lstrip("-").partition(".")[0]) <= length - decimals


def _has_shape(value: str, shape: str) -> bool:
    """Whether every 9 of `shape` is a digit in `value`, and every other character itself."""
    if len(value) != len(shape):
        return False
    return all([have in "0123456789" if want == "9" else have == want for have, want in zip(value, shape)])


def parsed(text: str) -> Table:
    """The table that a text says (notation: `firmware.insurance.tables`). `ValueError`, `KeyError` or `IndexError` when
    it says none."""
    lines = text.strip().split("\n")
    title = lines[0].split(" ")
    found = Table(title[0], title[1])
    node = Node(False, False)
    for line in lines[1:]:
        words = line.split(" ")
        if words[0] in (">", "<"):
            node = Node("*" in words[2:], "?" in words[2:])
            (found.request if words[0] == ">" else found.answer)[words[1]] = node
        elif words[0] == "=":
            other = table(words[1])
            like = other.request.get(words[2]) or other.answer[words[2]]
            for entry in like.entries:
                node.fields[entry[0]] = entry
        else:
            node.fields[words[0]] = _entry(words[0], words[1])
        node.entries = list(node.fields.values())
    for each in list(found.request.values()) + list(found.answer.values()):
        found.inner += [name for name in each.fields if each.fields[name][1] == "L"]
    return found


def _entry(name: str, notation: str) -> "Entry":
    """`N16.2!§` -> (name, "N", 16, 2, True)."""
    mandatory = "!" in notation
    for mark in "!§?":
        notation = notation.replace(mark, "")
    for kind in _TYPES:
        if notation.startswith(kind):
            length, _, decimals = notation[len(kind) :].partition(".")
            return (name, kind, int(length or "0"), int(decimals or "0"), mandatory)
    raise ValueError(name)


def _bad(field: str) -> InsuranceError:
    return InsuranceError("insurance.bad_message", field, {"field": field})
