"""Whatever stands on both sides of a day, the day end finds exactly what differs; its files are what `csv` reads and
writes."""

import csv
import io
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware.day_end.compare import AMOUNTS, HERE, THERE, differences
from firmware.insurance import InsuranceError
from firmware.insurance.statement_file import ResultReader, statement_of

Json = dict[str, Any]
SAFE = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Z")), min_size=1, max_size=20)
FEN = st.integers(-(10**9), 10**9)
AMOUNT_NAMES = ("total_fen", "fund_fen", "account_fen")


@dataclass(frozen=True)
class Habits:
    """How a platform writes its results, where the document leaves it open."""

    lists_equal: bool
    own_amounts: bool  # of a bill on both sides: its own, else those that were sent
    empty_when_missing: bool  # of a bill that it does not have: no amounts, else those that were sent
    end: str


HABITS = st.builds(Habits, st.booleans(), st.booleans(), st.booleans(), st.sampled_from(["\n", "\r\n"]))


@st.composite
def days(draw: st.DrawFn) -> tuple[list[Json], list[Json], dict[str, str]]:
    """Our bills, the platform's, and the kind of each that differs, by its message number."""
    ours, theirs, kinds = [], [], {}
    for number, side in enumerate(draw(st.lists(st.sampled_from(["both", HERE, THERE, AMOUNTS]), max_size=12))):
        bill: Json = {name: draw(FEN) for name in AMOUNT_NAMES}
        bill |= {"settlement": f"S{number}", "registration": f"R{number}", "person": f"P{number % 3}", "region": ""}
        bill |= {"msgid": f"H{number:04d}", "refund": False, "visit": f"{number:06d}"}
        other = dict(bill)
        if side == AMOUNTS:
            name = draw(st.sampled_from(AMOUNT_NAMES))
            other[name] += draw(st.integers(1, 10**6))
        if side != THERE:
            ours.append(bill)
        if side != HERE:
            theirs.append(other)
        if side != "both":
            kinds[bill["msgid"]] = side
    return ours, draw(st.permutations(theirs)), kinds


def platform_result(sent: bytes, theirs: list[Json], habits: Habits) -> bytes:
    """The file that a platform answers, made with nothing of the firmware's."""
    known = {bill["settlement"]: bill for bill in theirs}
    out = io.StringIO()
    writer = csv.writer(out, delimiter="\t", quoting=csv.QUOTE_NONE, quotechar=None, lineterminator=habits.end)
    for number, visit, person, *told, flag in csv.reader(
        io.StringIO(sent.decode()), delimiter="\t", quoting=csv.QUOTE_NONE
    ):
        bill = known.pop(number, None)
        if bill is None:
            empty = ["null"] * 3 if habits.empty_when_missing else told
            writer.writerow([person, visit, number, "null", "1", flag, "中心无此结算信息", *empty])
            continue
        own = [yuan(bill[name]) for name in AMOUNT_NAMES]
        equal = [Decimal(each) for each in own] == [Decimal(each) for each in told]
        if not equal or habits.lists_equal:
            shown = own if habits.own_amounts else told
            writer.writerow([person, visit, number, bill["msgid"], "0" if equal else "1", flag, "null", *shown])
    for bill in known.values():
        own = [yuan(bill[name]) for name in AMOUNT_NAMES]
        writer.writerow([bill["person"], "null", "null", bill["msgid"], "1", "0", "null", *own])
    return out.getvalue().encode()


def yuan(fen: int) -> str:
    return str((Decimal(fen) / 100).quantize(Decimal("0.01")))


def read(content: bytes, size: int) -> list[Json]:
    reader = ResultReader(["0"])
    for place in range(0, len(content), size):
        reader.feed(content[place : place + size])
    return reader.end()


@given(days(), HABITS, st.integers(1, 50))
def test_exactly_what_differs_is_found(
    day: tuple[list[Json], list[Json], dict[str, str]], habits: Habits, size: int
) -> None:
    ours, theirs, kinds = day
    rows = read(platform_result(statement_of(ours), theirs, habits), size)
    found = differences(ours, rows, agreed=not kinds)
    assert {difference["msgid"]: difference["kind"] for difference in found} == kinds
    assert len(found) == len(kinds)


@given(st.lists(st.tuples(SAFE, SAFE, SAFE, FEN, FEN, FEN, st.booleans())))
def test_a_statement_is_what_csv_reads(bills: list[tuple[str, str, str, int, int, int, bool]]) -> None:
    names = ("settlement", "registration", "person", *AMOUNT_NAMES, "refund")
    content = statement_of([dict(zip(names, bill, strict=True)) for bill in bills]).decode()
    rows = list(csv.reader(io.StringIO(content, newline="\n"), delimiter="\t", quoting=csv.QUOTE_NONE))
    wanted = [[*bill[:3], *(yuan(fen) for fen in bill[3:6]), "1" if bill[6] else "0"] for bill in bills]
    assert rows == wanted


@given(st.lists(st.tuples(SAFE, FEN), unique_by=lambda row: row[0]), st.integers(1, 40))
def test_a_result_is_what_csv_wrote(bills: list[tuple[str, int]], size: int) -> None:
    out = io.StringIO()
    writer = csv.writer(out, delimiter="\t", quoting=csv.QUOTE_NONE, quotechar=None, lineterminator="\n")
    for number, fen in bills:
        writer.writerow(["P", "R", number, "H", "0", "1", number, yuan(fen), yuan(-fen), "null"])
    rows = read(out.getvalue().encode(), size)
    wanted = [("" if number == "null" else number, fen, -fen, None) for number, fen in bills]
    assert [tuple(row[name] for name in ("settlement", *AMOUNT_NAMES)) for row in rows] == wanted


@given(st.binary(max_size=400) | st.text("\t\n01.-9Snul", max_size=200).map(str.encode), st.integers(1, 64))
def test_anything_else_is_refused_or_read(content: bytes, size: int) -> None:
    """And never differently for coming in other pieces."""
    outcomes = []
    for pieces in (size, len(content) or 1):
        try:
            outcomes.append(read(content, pieces))
        except InsuranceError as error:
            outcomes.append([{"refused": error.code}])
    assert outcomes[0] == outcomes[1]
    assert all(row.get("refused", "insurance.bad_result") == "insurance.bad_result" for row in outcomes[0])


def test_a_row_without_an_end_is_not_collected_for_ever() -> None:
    reader = ResultReader(["0"])
    for _ in range(4):
        reader.feed(b"x" * 1000)
    with pytest.raises(InsuranceError):
        reader.feed(b"x")
