"""Answers that no document allows: made from a right one by its own table and a number, the same for the same number.

What is changed is chosen among the fields of the table, so that most of the answer stays right and the reader gets deep
into it before something is wrong: missing, extra, null, of another type, too long, too precise, out of its place.
"""

import copy
import random
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from .tables import Field, Node, Tables

_MOST_CHANGES = 4
_TORN_ONE_IN = 12
_HUGE_TEXT = 100_000
_HUGE_LIST = 2_000
_HUGE = 500_000  # characters of a whole list
_DEPTH = 60
_Row = dict[str, Any]


def fuzzed(tables: Tables, infno: str, answer: _Row, seed: int) -> _Row:
    """`answer` of transaction `infno`, changed in one to four places."""
    chance = random.Random(f"{infno} {seed}")  # to be the same again
    spoilt = copy.deepcopy(answer)
    transaction = tables.by_infno.get(infno)
    nodes = transaction.outputs if transaction else ()
    for _ in range(chance.randint(1, _MOST_CHANGES)):
        kind = chance.choices((_in_a_field, _in_a_node, _in_the_envelope), (7, 2, 1))[0]
        kind(chance, spoilt, nodes)
    return spoilt


def torn(body: bytes, infno: str, seed: int) -> bytes:
    """The bytes of an answer; for one seed in twelve they are damaged as well."""
    chance = random.Random(f"bytes {infno} {seed}")
    if chance.randrange(_TORN_ONE_IN):
        return body
    place = chance.randrange(1, len(body)) if len(body) > 1 else 0
    ways: tuple[Callable[[], bytes], ...] = (
        lambda: body[:place],
        lambda: b"",
        lambda: b"\xef\xbb\xbf" + body,
        lambda: body.decode("utf-8").encode("gb18030"),
        lambda: body[:place] + b"\x00\xff" + body[place:],
        lambda: body + b"\r\n" + body,
        lambda: b"[" * 5_000 + body,
    )
    return chance.choice(ways)()


def torn_file(content: bytes, infno: str, seed: int) -> bytes:
    """A file that leaves damaged (9102): cut short, empty, or with one byte changed."""
    chance = random.Random(f"file {infno} {seed}")
    place = chance.randrange(len(content))
    changed = bytes([content[place] ^ chance.randrange(1, 256)])
    return chance.choice((content[:place], b"", content[:place] + changed + content[place + 1 :]))


def _in_a_field(chance: random.Random, answer: _Row, nodes: tuple[Node, ...]) -> None:
    """Spoil one field of one row; a node without rows gets one first."""
    node = chance.choice(nodes) if nodes else None
    output = answer.get("output") or answer.get("data")
    if node is None or not isinstance(output, dict):
        _in_the_envelope(chance, answer, nodes)
        return
    row = _row_of(chance, output, node)
    field = chance.choice(node.fields)
    if chance.randrange(8) == 0:
        row.pop(field.name, None)
    elif chance.randrange(12) == 0:
        row[chance.choice(("expContent", "没有这一项", "x" * 300, "", "infcode"))] = _anything(chance)
    else:
        row[field.name] = _wrong(chance, field, row.get(field.name))


def _row_of(chance: random.Random, output: _Row, node: Node) -> _Row:
    """A row of `node`; where the output has no such node, its members are the row, as 9102's catalogues have it."""
    found = output.get(node.name, output)
    if isinstance(found, list):
        if not found or not isinstance(found[0], dict):
            found[:] = [node.fill()]
        row = chance.choice(found)
        return row if isinstance(row, dict) else output
    return found if isinstance(found, dict) else output


def _in_a_node(chance: random.Random, answer: _Row, nodes: tuple[Node, ...]) -> None:
    """Spoil the shape of the output: a node missing, twice as deep, one instead of many, beside the output."""
    output = answer.get("output")
    if not isinstance(output, dict) or not output:
        _in_the_envelope(chance, answer, nodes)
        return
    name = chance.choice(list(output))
    node = output[name]
    match chance.randrange(7):
        case 0:
            del output[name]
        case 1:
            answer[name] = output.pop(name)
        case 2:
            output[name] = [node]
        case 3:
            output[name] = node[0] if isinstance(node, list) and node else _anything(chance)
        case 4:
            output[name] = str(node)
        case 5:
            output[name] = [node] * min(_HUGE_LIST, 1 + _HUGE // len(str(node)))
        case _:
            answer["output"] = [output]


def _in_the_envelope(chance: random.Random, answer: _Row, _nodes: tuple[Node, ...]) -> None:
    name = chance.choice(("infcode", "output", "err_msg", "inf_refmsgid", "respond_time", "refmsg_time", "type"))
    match chance.randrange(3):
        case 0:
            answer.pop(name, None)
        case 1:
            answer[name] = None
        case _:
            answer[name] = chance.choice(("0", "1", "", 1, "error", "20261399256199999", _anything(chance)))


def _wrong(chance: random.Random, field: Field, value: Any) -> Any:
    """A value that the field must not have, mostly; some are allowed and rare."""
    if field.kind in ("N", "I") and chance.randrange(2):
        return chance.choice(
            (
                str(value),
                f"{value} ",
                "１２.６０",
                "1e3",
                "NaN",
                "-0",
                "12,60",
                Decimal("0." + "1" * 30),
                Decimal("-1.00"),
                10**40,
                Decimal("0.005"),
                True,
            )
        )
    if field.kind in ("D", "DT") and chance.randrange(2):
        return chance.choice(("2026-02-30", "2026-03-0112:00:00", "9999-99-99 99:99:99", "0", 20260301, "今天"))
    return chance.choice((None, "", value, "汉" * (field.length + 1), _anything(chance)))


def _anything(chance: random.Random) -> Any:
    deep: Any = []
    for _ in range(_DEPTH):
        deep = [deep]
    return chance.choice(
        (
            None,
            "",
            0,
            -1,
            True,
            {},
            [],
            deep,
            [None],
            {"a": {"b": [1, "2"]}},
            "汉" * _HUGE_TEXT,
            10**300,
            Decimal("1E+400"),
            "\x00\x1b[2J<script>",
            '{"a":1}',
            "[",
        )
    )
