"""Answers read member by member: each reading is of the right type and bounded, or says which field was wrong.

What an answer may do all the same: numbers come as numbers or as texts, amounts are null in reversals, a node is an
object where another platform sends a list of one, dates carry a time and times lack their blank. Source: national
interface, general rules and published messages.
"""

from firmware import clock as civil
from firmware.insurance.errors import InsuranceError
from firmware.insurance.wire import fen, plain
from firmware.money import MoneyError, from_decimal

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Json = dict[str, Any]

ID = 30  # characters of the numbers that platforms give to persons, visits and settlements
NAME = 200
NOTE = 4000
MOST_ROWS = 1000
_MOST_FEN = 10**16  # N16.2
_MOST_DIGITS = 10**40  # of a number that stands where a text is due
_BLANK = 0x20
_SURROGATES = 0xD800
_AFTER_SURROGATES = 0xE000
_TIME = len("yyyy-MM-dd HH:mm:ss")


class Row:
    """One object of the answer to `infno`. What is missing, null or empty reads as "" or 0.

    Every reading raises `InsuranceError` `insurance.bad_answer` for what it cannot be; `cause` and `params` name the
    transaction and the field, never the value.
    """

    def __init__(self, infno: str, members: "Json") -> None:
        self.infno = infno
        self.members = members

    def has(self, name: str) -> bool:
        """Whether the member is there and says something."""
        value = self.members.get(name)
        return value is not None and value != ""

    def word(self, name: str, most: int) -> str:
        """A text of at most `most` characters, none of them a control."""
        value = self._plain(name, most)
        if value and not _is_clean(value):
            raise self.bad(name)
        return value

    def needed(self, name: str, most: int) -> str:
        """A `word` that must be there."""
        value = self.word(name, most)
        if not value:
            raise self.bad(name)
        return value

    def note(self, name: str, most: int = NOTE) -> str:
        """What a person reads: like `word`, and on one line."""
        value = " ".join(self._plain(name, most).split())
        if value and not _is_clean(value):
            raise self.bad(name)
        return value

    def amount(self, name: str) -> int:
        """An amount of money in 分."""
        try:
            amount = fen(self.members.get(name))
        except MoneyError:
            raise self.bad(name)
        if not -_MOST_FEN < amount < _MOST_FEN:
            raise self.bad(name)
        return amount

    def number(self, name: str, decimals: int) -> int:
        """A number as an int of 10 to the minus `decimals`."""
        value = self._plain(name, ID)
        if not value:
            return 0
        try:
            return from_decimal(plain(value), decimals)
        except MoneyError:
            raise self.bad(name)

    def flag(self, name: str) -> str:
        """`yes` for 1, `no` for 0, `unknown` without a word."""
        value = self.word(name, 1)
        if value not in ("", "0", "1"):
            raise self.bad(name)
        return {"": "unknown", "0": "no", "1": "yes"}[value]

    def day(self, name: str) -> str:
        """A date as `yyyy-MM-dd`; it may come without its strokes, or with a time behind it."""
        value = self.word(name, ID)
        if not value:
            return ""
        if len(value) == len("yyyyMMdd"):
            value = value[:4] + "-" + value[4:6] + "-" + value[6:]
        if value[10:11] not in ("", " ", "T"):
            raise self.bad(name)
        self._utc(name, value[:10] + " 00:00:00")
        return value[:10]

    def moment(self, name: str) -> int:
        """A date and time in China as UTC seconds; a date alone is its midnight."""
        value = self.word(name, ID)
        if not value:
            return 0
        if len(value) == len("yyyy-MM-dd"):
            value += " 00:00:00"
        elif value[10:11] == "T":
            value = value[:10] + " " + value[11:]
        elif len(value) == _TIME - 1:  # as some tables of the specification print it
            value = value[:10] + " " + value[10:]
        if value[_TIME : _TIME + 1] not in ("", "."):
            raise self.bad(name)
        return self._utc(name, value[:_TIME])

    def bad(self, name: str) -> InsuranceError:
        """The error that says that the member is none of what it should be."""
        return bad_answer(self.infno, name)

    def _plain(self, name: str, most: int) -> str:
        value = self.members.get(name)
        if value is None:
            return ""
        if type(value) is int and -_MOST_DIGITS < value < _MOST_DIGITS:
            value = str(value)
        if type(value) is not str or len(value) > most:
            raise self.bad(name)
        return value

    def _utc(self, name: str, text: str) -> int:
        try:
            return civil.utc(text)
        except ValueError:
            raise self.bad(name)


def bad_answer(infno: str, name: str) -> InsuranceError:
    """`insurance.bad_answer` for a node or a field of the answer to `infno`."""
    return InsuranceError("insurance.bad_answer", infno + " " + name, {"infno": infno, "field": name})


def node(infno: str, output: "Json", name: str) -> Row:
    """The one object of a node. `InsuranceError` `insurance.bad_answer` when there is none, or more."""
    found = node_rows(infno, output, name, 1)
    if not found:
        raise bad_answer(infno, name)
    return found[0]


def node_rows(infno: str, output: "Json", name: str, most: int = MOST_ROWS) -> "list[Row]":
    """The objects of a node, none when it is missing or null. `InsuranceError` `insurance.bad_answer` for more than
    `most`, and for what is no object."""
    value = output.get(name)
    if value is None or value == "":
        return []
    found = value if type(value) is list else [value]
    if len(found) > most:
        raise bad_answer(infno, name)
    rows = []
    for row in found:
        if type(row) is not dict:
            raise bad_answer(infno, name)
        rows.append(Row(infno, row))
    return rows


def _is_clean(value: str) -> bool:
    """Whether `value` has no control character and no half of a surrogate pair."""
    if ord(min(value)) < _BLANK:
        return False
    if ord(max(value)) < _SURROGATES:
        return True
    return not any([_SURROGATES <= ord(char) < _AFTER_SURROGATES for char in value])
