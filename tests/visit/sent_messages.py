"""Every message that leaves, held against the field tables of the simulator, which were written from the document
alone: what one side misread shows up instead of being shared by both."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from simulator.platform.tables import FieldFlaw, Transaction, load

if TYPE_CHECKING:
    from collections.abc import Mapping

    Json = dict[str, Any]

TABLES = load()
_ENVELOPE = {field.name for field in TABLES.request.fields} | {"input"}
_MSGID = re.compile(r"[A-Z0-9]{12}20[0-9]{12}[0-9]{4}")


def flaws(url: str, message: Json, national: str, paths: Mapping[str, str]) -> list[str]:
    """What is wrong with a message: in words that name the field, never its value. `national`: the number that the
    transaction has where it is not renumbered; `paths`: those of the province."""
    infno = str(message.get("infno"))
    transaction = TABLES.by_infno.get(infno)
    if transaction is None:
        return [f"{infno} is no transaction"]
    found = [f"{infno} {name} is no member of the envelope" for name in sorted(set(message) ^ _ENVELOPE)]
    if not url.endswith("/" + (paths.get(national) or paths.get(infno) or transaction.path)):
        found.append(f"{infno} goes to {url}")
    if _MSGID.fullmatch(str(message.get("msgid"))) is None:
        found.append(f"{infno} msgid")
    given = message.get("input")
    if not isinstance(given, dict):
        return [*found, f"{infno} has no input"]
    try:
        TABLES.request.check(message)
        transaction.check(given)
    except FieldFlaw as flaw:
        found.append(f"{infno} {flaw}")
    if _names_a_person(given) and not message.get("insuplc_admdvs"):
        found.append(f"{infno} names a person without a region")
    return found + [f"{infno} {name} is in no table" for name in _strangers(transaction, given)]


def _strangers(
    transaction: Transaction, value: Any, inside: str = "", known: frozenset[str] = frozenset()
) -> list[str]:
    """The members of a node that the table does not have, and of all nodes in it."""
    found = []
    nodes = {node.name: node for node in transaction.inputs if node.inside == inside}
    for row in value if isinstance(value, list) else [value]:
        for name, member in row.items() if isinstance(row, dict) else ():
            way = f"{inside}.{name}" if inside else name
            if name in nodes:
                names = frozenset(field.name for field in nodes[name].fields)
                found += _strangers(transaction, member, way, names)
            elif name not in known:
                found.append(way)
    return found


def _names_a_person(given: Json) -> bool:
    rows = [row for node in given.values() for row in (node if isinstance(node, list) else [node])]
    return any(isinstance(row, dict) and row.get("psn_no") for row in rows)
