"""The reader's half of the fuzzer: answers with members that are missing, null, of another type, extra, huge or nested
end in a correct result or a clear error, each time: never another exception, a float, a negative amount where there can
be none, or a result without bounds."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware.canonical import dumps
from firmware.insurance import InsuranceError, UnknownOutcome
from firmware.insurance.envelope import opened
from tests.insurance.test_samples import SAMPLES, WITHOUT_ENVELOPE
from tests.insurance.transactions import ALSO_KNOWN_AS, DEEDS, READERS, done
from tests.insurance.written import Written, write

Json = dict[str, Any]

MOST_BYTES = 1 << 20
MAY_BE_NEGATIVE = {"hospital_fen", "other_funds_fen", "balance_fen"}
MONEY = ("2204", "2206", "2207")

HOSTILE: st.SearchStrategy[Any] = st.sampled_from(
    [
        None,
        "",
        "x",
        "1",
        " ",
        True,
        False,
        0,
        -1,
        2,
        10**13,
        10**30,
        -(10**30),
        "-0.01",
        "1e3",
        "１２",
        "9" * 5000,
        "医" * 5000,
        "2023-02-30",
        "9999-12-31 23:59:59",
        "\x00",
        "\ud800",
        "a\nb",
        [],
        [[]],
        [None],
        ["x"],
        [{}],
        {},
        {"a": {"a": {"a": {}}}},
        Written("[" + "{}," * 3000 + "{}]"),
        Written("[" * 400 + "]" * 400),
        Written('{"a":' * 400 + "1" + "}" * 400),
        Written("1.23456789"),
        Written("-0.01"),
        Written("1E400"),
        Written("0.00"),
        Written("9" * 30 + ".00"),
    ]
)
ANYTHING = HOSTILE | st.text(max_size=40) | st.integers()


def answers_of(infno: str) -> list[tuple[Json, Json]]:
    """What the transaction is answered with in the samples, and what is known then."""
    messages = [each for each in SAMPLES[infno]["messages"] if "answer" in each and "refused" not in each]
    return [(each["answer"], each.get("given", {})) for each in messages]


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The way to every member of a document."""
    found = [path] if path else []
    if isinstance(value, dict):
        for name in value:
            found += places(value[name], (*path, name))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            found += places(item, (*path, index))
    return found


@st.composite
def spoilt(draw: st.DrawFn, document: Any) -> Any:
    """A document of which some members are something else, or missing, and some more are there."""
    changed = copy.deepcopy(document)
    for _ in range(draw(st.integers(1, 3))):
        ways = places(changed)
        if not ways:
            break
        way = draw(st.sampled_from(ways))
        parent = changed
        for step in way[:-1]:
            parent = parent[step]
        deed = draw(st.integers(0, 5))
        if deed == 0:
            del parent[way[-1]]
        elif deed == 1 and isinstance(parent[way[-1]], dict):
            parent[way[-1]][draw(st.text(max_size=80))] = copy.deepcopy(draw(ANYTHING))
        elif deed == 2:
            parent[way[-1]] = [parent[way[-1]]] * draw(st.sampled_from([1, 2, 30]))
        else:
            parent[way[-1]] = copy.deepcopy(draw(ANYTHING))
    return changed


def check_result(infno: str, result: Any, name: str = "") -> None:
    """Texts, whole numbers, yes and no, and what is made of them."""
    if isinstance(result, dict):
        for member, value in result.items():
            check_result(infno, value, member)
    elif isinstance(result, list):
        for value in result:
            check_result(infno, value)
    else:
        assert result is None or type(result) in (str, int, bool)
    if name.endswith("_fen") and infno in MONEY and name not in MAY_BE_NEGATIVE:
        assert result >= 0 or name in ("in_scope_fen", "limit_fen")  # of a single fund, as it came
    if not name:
        assert len(dumps(result)) <= MOST_BYTES


@pytest.mark.parametrize("infno", sorted(READERS))
@given(data=st.data())
def test_every_reader_reads_or_refuses(infno: str, data: st.DataObject) -> None:
    answer, _ = data.draw(st.sampled_from(answers_of(infno)))
    body = write(data.draw(spoilt(answer))).encode("utf-8", "surrogatepass")
    trouble = ""
    try:
        result = READERS[infno](opened(infno, body)[0])
    except InsuranceError as error:
        trouble = error.code
    if not trouble:
        check_result(infno, result)
    assert trouble in ("", "insurance.bad_answer", "insurance.refused", "insurance.wrong_sums")


@pytest.mark.parametrize("infno", sorted(set(DEEDS) - {"9102"}))
@given(data=st.data())
async def test_every_transaction_ends_in_a_result_or_a_clear_error(infno: str, data: st.DataObject) -> None:
    answer, known = data.draw(st.sampled_from(answers_of(infno)))
    body = write(data.draw(spoilt(answer)))
    if "\ud800" in body:  # no gateway sends what has no encoding
        return
    trouble: InsuranceError | None = None
    try:
        _, result = await done(infno, body, known)
    except InsuranceError as error:
        trouble = error
    if trouble is None:
        check_result(infno, result)
    elif infno == "2207":  # it is settled there: that must not be forgotten
        assert isinstance(trouble, UnknownOutcome) or trouble.code == "insurance.refused"


@pytest.mark.parametrize("infno", sorted(set(SAMPLES) - set(WITHOUT_ENVELOPE) - {"9102"}))
async def test_what_the_tables_do_not_know_changes_nothing(infno: str) -> None:
    for answer, known in answers_of(infno):
        more = copy.deepcopy(answer)
        for way in places(more["output"]) if more.get("output") else []:
            node = more["output"]
            for step in way:
                node = node[step]
            if isinstance(node, dict):
                node |= {"new_in_2027": {"a": [1]}, "another": "医" * 300, "expContent": None}
        plain, odd = (await done(infno, write(answer), known))[1], (await done(infno, write(more), known))[1]
        if isinstance(odd, dict) and "answer" in odd:
            assert "new_in_2027" in odd["answer"]["setlinfo"]
            odd["answer"] = plain["answer"]
        if infno != "9001":  # which hands out its output as it is
            assert odd == plain


def test_every_answer_is_spoilt_by_its_own_name() -> None:
    assert {ALSO_KNOWN_AS.get(infno, infno) for infno in SAMPLES} == set(DEEDS)
