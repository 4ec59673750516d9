"""Answers that no document allows, made from right ones by the field tables of the simulator and a seed: members that
are missing, extra, null, of another type, huge, nested, doubled; nodes of another shape; bodies of another encoding;
codes, envelopes and gateways gone wrong.

What is put in the place of something else is never another right answer: of the words that decide (who, which visit,
which bill, whether it stands), no terminal can know that the platform meant another one. They are spoilt like all
others, but only into what they cannot be.
"""

from __future__ import annotations

import json
import random
from typing import TYPE_CHECKING, Any

from hal.ports import HttpAnswer
from tests.visit.sent_messages import TABLES

if TYPE_CHECKING:
    from collections.abc import Callable

    from simulator.platform.tables import Field, Node

    Json = dict[str, Any]

MEBIBYTE = "医" * (1 << 18) + "x" * (1 << 18)  # 1 MiB in UTF-8
MANY = 10_000
_DEEP = 400
_DECIDE = {
    "psn_no", "mdtrt_id", "setl_id", "ipt_otp_no", "refd_setl_flag", "certno", "setl_time", "medins_setl_id",
    "fixmedins_bchno", "fixmedinsBchno", "retRslt", "ecToken", "idNo", "sign_no",
}  # fmt: skip
_HTML = (
    b"<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body><center><h1>502</h1></center>"
    b'<script>"infcode":0</script></body></html>'
)
# Goods that are there although the platform says no stay in doubt until a person has looked: that is right, and makes
# two ledgers that a fuzzer could not tell from a fault.
_GOODS = ("3505", "3505A", "3506", "3506A")


class Spoiler:
    """Spoils one answer in `one_in`, the same ones for the same seed. `spoilt` counts them by transaction."""

    def __init__(self, seed: int, one_in: int = 3) -> None:
        self._chance = random.Random(seed)  # to be the same again
        self._one_in = one_in
        self.spoilt: dict[str, int] = {}
        self.ways: dict[str, int] = {}

    def spoil(self, infno: str, answer: HttpAnswer) -> HttpAnswer:
        """The answer, or what becomes of it."""
        if self._chance.randrange(self._one_in):
            return answer
        way = self._chance.choices(
            (self._fields, self._nodes, self._envelope, self._body, self._gateway), (9, 4, 3, 3, 1)
        )
        self.spoilt[infno] = self.spoilt.get(infno, 0) + 1
        name = way[0].__name__.lstrip("_")
        self.ways[name] = self.ways.get(name, 0) + 1
        return way[0](infno, answer)

    # ---- members

    def _fields(self, infno: str, answer: HttpAnswer) -> HttpAnswer:
        """One to four fields of the answer's rows are spoilt, or more come."""
        document: Json = json.loads(answer.body)
        nodes = TABLES.by_infno[infno].outputs
        doubled: list[str] = []
        for _ in range(self._chance.randint(1, 4)):
            rows, fields = self._row(document, nodes)
            if not rows:
                break
            row = self._chance.choice(rows)
            self._spoil_field(row, self._chance.choice(fields) if fields else None, doubled)
        return _sent(document, doubled)

    def _row(self, document: Json, nodes: tuple[Node, ...]) -> tuple[list[Json], list[Field]]:
        """The rows of a node, with the fields that they may have."""
        output = document.get("output") or document.get("data")
        if not isinstance(output, dict) or not nodes:
            return [document], []
        node = self._chance.choice(nodes)
        holder = output.get(node.inside or node.name, output)
        rows = [row for row in (holder if isinstance(holder, list) else [holder]) if isinstance(row, dict)]
        fields = list(node.fields)
        there = [field for field in fields if any(field.name in row for row in rows)]
        return rows, there if there and self._chance.randrange(2) else fields

    def _spoil_field(self, row: Json, field: Field | None, doubled: list[str]) -> None:
        kind = self._chance.randrange(8)
        if field is None or kind == 0:
            row[self._chance.choice(("new_in_2027", "没有这一项", "x" * 300, "", "code"))] = self._anything()
        elif kind == 1:
            row.pop(field.name, None)
        elif kind == 2 and field.name in row:
            doubled.append(field.name)
        else:
            row[field.name] = self._never(field) if field.name in _DECIDE else self._wrong(field)

    def _wrong(self, field: Field) -> Any:
        numbers: tuple[Any, ...] = (
            "1e3",
            "-0.01",
            "12,60",
            "１２.６０",
            10**30,
            -(10**30),
            "0.005",
            "9" * 5000,
            -1,
            0.1,
        )
        words: tuple[Any, ...] = (
            "",
            " ",
            "x",
            "1",
            "2023-02-30",
            "9999-12-31 23:59:59",
            "0",
            "汉" * (field.length + 1),
        )
        return self._chance.choice((numbers if field.kind in "NI" else words) + (self._anything(),))

    def _never(self, field: Field) -> Any:
        """What the field cannot be."""
        nothing = (None, "") if field.mandatory or field.name in ("medins_setl_id", "setl_time") else (None,)
        return self._chance.choice((*nothing, True, [], {}, ["S1"], {"a": 1}, "9" * 5000, "\x00", 10**300, MEBIBYTE))

    def _anything(self) -> Any:
        deep: Any = []
        for _ in range(_DEEP):
            deep = [deep]
        return self._chance.choice(
            (
                None,
                True,
                [],
                {},
                deep,
                [None],
                [{}] * MANY,
                {"a": {"b": [1]}},
                MEBIBYTE,
                10**30,
                10**300,
                "\x00\x1b[2J",
                "<b>",
            )
        )

    # ---- nodes

    def _nodes(self, infno: str, answer: HttpAnswer) -> HttpAnswer:
        """A node is missing, null, a list of itself, encoded twice, beside the output, or of ten thousand rows."""
        document: Json = json.loads(answer.body)
        output = document.get("output") or document.get("data")
        if not isinstance(output, dict) or not output:
            return self._envelope(infno, answer)
        name = self._chance.choice(sorted(output))
        node = output[name]
        ways: list[Callable[[], Any]] = [
            lambda: output.pop(name),
            lambda: output.update({name: None}),
            lambda: output.update({name: [node]}),
            lambda: output.update({name: json.dumps(node, ensure_ascii=False)}),
            lambda: document.update({name: output.pop(name)}),
            lambda: output.update({name: (node if isinstance(node, list) else [node]) * MANY}),
            lambda: output.update({name: {name: node}}),
            lambda: output.update({name: self._anything()}),
            lambda: document.update({"output": json.dumps(output)}),
            lambda: document.update({"output": [output]}),
        ]
        if isinstance(node, str | int):  # 6101 has no nodes: its members are words
            ways = ways[:3]
        self._chance.choice(ways)()
        return _sent(document)

    # ---- around them

    def _envelope(self, infno: str, answer: HttpAnswer) -> HttpAnswer:
        """Another infcode, err_msg, message number or time; what is certainly done may be said to be refused."""
        document: Json = json.loads(answer.body)
        codes: list[Any] = [None, "", [], {}, True, 0.5, "x", 10**30, MEBIBYTE, "0", 0]
        if infno not in _GOODS:
            codes += [-1, "-1", 1, 500, "900"]
        code = "code" if infno == "6101" else "infcode"
        ways: list[Callable[[], Any]] = [
            lambda: document.pop(code, None),
            lambda: document.update({code: self._chance.choice(codes)}) if document.get(code) == 0 else None,
            lambda: document.update({"err_msg": self._chance.choice((None, MEBIBYTE, [], {"a": 1}, "\x00", 7))}),
            lambda: document.update({"inf_refmsgid": self._anything(), "cainfo": self._anything()}),
            lambda: document.update(
                {"respond_time": self._chance.choice((None, "2026", "9" * 17, [], 10**16, "x" * 17))}
            ),
            lambda: document.update({"output": self._anything()}) if document.get(code) == 0 else None,
        ]
        self._chance.choice(ways)()
        return _sent(document)

    def _body(self, _infno: str, answer: HttpAnswer) -> HttpAnswer:
        """Bytes that are no message any more, or one in another encoding."""
        body, place = answer.body, self._chance.randrange(1, len(answer.body))
        text = body.decode()
        ways = (
            body[:place],
            b"",
            b"\xef\xbb\xbf" + body,
            json.dumps(json.loads(text), ensure_ascii=False).encode("gb18030"),
            text.encode("utf-16"),
            body[:place] + b"\x00\xff" + body[place:],
            body + b"\r\n" + body,
            b"[" * 100_000,
            b"[" + body + b"]",
            json.dumps(text).encode(),
            text.replace(": 0", ": NaN", 1).encode(),
            text.replace(": 0", ": Infinity", 1).encode(),
            text.replace(": 0", ": 0e" + "9" * 400, 1).encode(),
            b"null",
            b"{}",
            b'{"infcode":' * _DEEP + b"0" + b"}" * _DEEP,
            b" " * (1 << 20) + body,
            _HTML,
        )
        return HttpAnswer(200, {}, self._chance.choice(ways))

    def _gateway(self, _infno: str, answer: HttpAnswer) -> HttpAnswer:
        """A front end says something instead, after the platform has done its work. None of 4xx: that would be to say
        that nobody had looked at the message."""
        status = self._chance.choice((200, 204, 302, 500, 502, 503, 504, 599))
        headers = self._chance.choice(({}, {"retry-after": "9" * 400}, {"date": "x" * 5000}, {"retry-after": "-1"}))
        return HttpAnswer(status, headers, self._chance.choice((_HTML, b"", answer.body[:20])))


def _sent(document: Json, doubled: list[str] | None = None) -> HttpAnswer:
    """The document as bytes, with the members `doubled`: once right, and once null behind it."""
    body = json.dumps(document, ensure_ascii=False)
    for name in doubled or []:
        begin = body.find(f'"{name}": ')
        if begin >= 0:
            _, length = json.JSONDecoder().raw_decode(body[begin + len(name) + 4 :])
            end = begin + len(name) + 4 + length
            body = body[:end] + f', "{name}": null' + body[end:]
    return HttpAnswer(200, {}, body.encode("utf-8", "surrogatepass"))
