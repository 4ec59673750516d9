"""The field tables of the interface: every transaction's path, nodes and fields, read from `field_tables/*.toml`.

Source: NHSA interface specification for designated institutions, chapters of the single transactions. The tables are
data in the document's own notation, so that a person can hold them against it line by line.
"""

import re
import tomllib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

TABLES = Path(__file__).parent / "field_tables"

_LINE = re.compile(r"(\w+) (C|N|I|DT|D)(\d*)(?:\.(\d+))?(!|\(!\))? (.+)")
_NUMBER = re.compile(r"-?([0-9]+)(?:\.([0-9]+))?")
_TIMES = {
    "D": re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}"),
    "DT": re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}"),
}


class TableBroken(ValueError):
    """A field table cannot be read; says where."""


class FieldFlaw(ValueError):
    """A message does not fit its table; the text is in Chinese and names the node and the field, never the value."""


@dataclass(frozen=True, slots=True)
class Field:
    """One field: `kind` is C, N, I, D or DT; `length` in characters or digits (0: no limit), `decimals` of an N."""

    name: str
    kind: str
    length: int
    decimals: int
    mandatory: bool
    meaning: str

    def flaw(self, value: object) -> str:
        """What is wrong with `value`, in the platform's words, or ""."""
        if value is None or value == "":
            return "不能为空" if self.mandatory else ""
        if self.kind in ("N", "I"):
            return self._number_flaw(value)
        if not isinstance(value, str):
            return "类型不正确，应为字符型"
        if self.kind in _TIMES:
            return "" if _is_time(value, self.kind) else "日期格式不正确"
        return "长度超过" + str(self.length) if self.length and len(value) > self.length else ""

    def _number_flaw(self, value: object) -> str:
        if isinstance(value, bool | list | dict):
            return "类型不正确，应为数值型"
        match = _NUMBER.fullmatch(str(value))
        if match is None or (self.kind == "I" and match[2]):
            return "类型不正确，应为数值型"
        if not self.length:
            return ""
        if len(match[1]) > self.length - self.decimals:
            return "数值长度超过" + str(self.length)
        return "小数位数超过" + str(self.decimals) if len(match[2] or "") > self.decimals else ""


def _is_time(text: str, kind: str) -> bool:
    try:
        return bool(_TIMES[kind].fullmatch(text)) and bool(datetime.fromisoformat(text))
    except ValueError:
        return False


@dataclass(frozen=True, slots=True)
class Node:
    """A named group of fields: one object, or a list of them (`many`), or whichever one likes (`either`); `inside`
    another node (`a.b` when that is inside one itself) or in the message."""

    name: str
    fields: tuple[Field, ...]
    many: bool = False
    optional: bool = False
    inside: str = ""
    either: bool = False

    def check(self, value: object) -> None:
        """Raise `FieldFlaw` unless `value` is what the table asks for."""
        if value in (None, [], {}):
            if self.optional:
                return
            raise FieldFlaw(f"节点{self.name}不能为空")
        rows: list[Any] = value if isinstance(value, list) else [value]
        fits = self.either or isinstance(value, list) == self.many
        if not fits or not all(isinstance(row, dict) for row in rows):
            raise FieldFlaw(f"节点{self.name}的结构不正确")
        for row in rows:
            for field in self.fields:
                if flaw := field.flaw(row.get(field.name)):
                    raise FieldFlaw(f"{self.name}.{field.name}（{field.meaning}）{flaw}")

    def fill(self, **values: object) -> dict[str, Any]:
        """One answer row with every field of the table in its order; what is not in `values` is null.

        Raises `KeyError` for a name that the table does not have.
        """
        row: dict[str, Any] = {field.name: values.pop(field.name, None) for field in self.fields}
        if values:
            raise KeyError(self.name + "." + ", ".join(sorted(values)))
        return row


@dataclass(frozen=True, slots=True)
class Transaction:
    """One transaction: number, path below /fsi/api/, nodes; `changes` is true when it changes what is on record."""

    infno: str
    name: str
    path: str
    changes: bool
    inputs: tuple[Node, ...]
    outputs: tuple[Node, ...]
    also: tuple[str, ...] = ()  # other numbers of the same

    def goes_by(self, infno: object) -> bool:
        """Whether a message with that number is meant for it."""
        return infno == self.infno or infno in self.also

    def check(self, message: dict[str, Any]) -> None:
        """Raise `FieldFlaw` unless the member `input` of a request fits."""
        for node in self.inputs:
            for holder in _holders(message, node.inside):
                node.check(holder.get(node.name) if isinstance(holder, dict) else None)

    def fields_of(self, node: str) -> tuple[Field, ...]:
        """The fields of a node, of the answer if that has it, else of the request. `StopIteration` when neither has."""
        return next(table for table in self.outputs + self.inputs if table.name == node).fields

    def output(self, node: str) -> Node:
        """The answer's table of that name."""
        return next(table for table in self.outputs if table.name == node)


def _holders(message: dict[str, Any], path: str) -> list[Any]:
    """All objects in which a node is looked for."""
    holders: list[Any] = [message]
    for name in path.split(".") if path else ():
        found = [holder.get(name) if isinstance(holder, dict) else None for holder in holders]
        holders = [row for rows in found for row in (rows if isinstance(rows, list) else [rows])]
    return holders


@dataclass(frozen=True, slots=True)
class Tables:
    """All tables: `request` and `answer` of the envelope, the transactions by number and by path."""

    request: Node
    answer: Node
    by_infno: dict[str, Transaction]
    by_path: dict[str, Transaction]


def _fields(text: str, where: str) -> tuple[Field, ...]:
    fields = []
    for line in text.strip().splitlines():
        match = _LINE.fullmatch(line.strip())
        if match is None:
            raise TableBroken(f"{where}: {line}")
        name, kind, length, decimals, mark, meaning = match.groups()
        fields.append(Field(name, kind, int(length or 0), int(decimals or 0), mark == "!", meaning))
    return tuple(fields)


def _nodes(rows: list[dict[str, Any]], where: str, known: dict[str, Transaction]) -> tuple[Node, ...]:
    nodes = []
    for row in rows:
        name = row["node"]
        like = known[row["like"]].fields_of(row.get("like_node", name)) if "like" in row else ()
        own = _fields(row["fields"], where + "." + name) if "fields" in row else ()
        many, optional, inside = row.get("many", False), row.get("optional", False), row.get("inside", "")
        nodes.append(Node(name, like + own, many, optional, inside, row.get("either", False)))
    return tuple(nodes)


def load(folder: Path = TABLES) -> Tables:
    """Read all tables. `TableBroken` names the place that cannot be read."""
    envelope = tomllib.loads((folder / "envelope.toml").read_text(encoding="utf-8"))
    known: dict[str, Transaction] = {}
    for file in sorted(folder.glob("*.toml")):
        for row in tomllib.loads(file.read_text(encoding="utf-8")).get("transaction", []):
            no = row["infno"]
            inputs = _nodes(row["input"], no, known)
            outputs = _nodes(row.get("output", []), no, known)
            also = tuple(row.get("also", ()))
            transaction = Transaction(no, row["name"], row["path"], row.get("changes", False), inputs, outputs, also)
            known |= dict.fromkeys((no, *also), transaction)
    by_path = {transaction.path: transaction for transaction in known.values()}
    request = Node("request", _fields(envelope["request"], "request"))
    return Tables(request, Node("answer", _fields(envelope["answer"], "answer")), known, by_path)
