"""The envelope: its members, hostile bodies, wrong paths; signing in."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.platform.tables import Field, load
from tests.simulator.platform.counter import PATHS, ZHANG_SAN, Counter

BY_CARD = {"data": {"mdtrt_cert_type": "02", "mdtrt_cert_no": ZHANG_SAN[1], "card_sn": "NULL", "begntime": ""}}


def test_the_tables_have_the_documented_paths_and_the_eighteen_members() -> None:
    tables = load()
    assert {no: transaction.path for no, transaction in tables.by_infno.items() if no in PATHS} == PATHS
    assert len(tables.request.fields) + 1 == 18


@pytest.mark.parametrize(
    ("infno", "node", "count", "mandatory"),
    [
        ("2201", "data", 17, 11),
        ("2203A", "mdtrtinfo", 13, 4),
        ("2204", "feedetail", 34, 16),
        ("2207", "data", 20, 14),
        ("2207A", "data", 20, 14),
        ("3101", "fsi_order_dtos", 34, 26),
        ("3301", "data", 14, 6),
        ("1312", "data", 19, 3),
    ],
)
def test_tables_have_as_many_fields_as_the_document(infno: str, node: str, count: int, mandatory: int) -> None:
    table = next(table for table in load().by_infno[infno].inputs if table.name == node)
    assert (len(table.fields), sum(field.mandatory for field in table.fields)) == (count, mandatory)


@pytest.mark.parametrize(
    ("kind", "length", "decimals", "value", "fits"),
    [
        ("C", 3, 0, "一二三", True),
        ("C", 3, 0, "一二三四", False),
        ("C", 3, 0, 1, False),
        ("N", 16, 2, "-12.60", True),
        ("N", 16, 2, 12, True),
        ("N", 16, 2, "12.605", False),
        ("N", 4, 1, "1000", False),
        ("N", 16, 2, "1e3", False),
        ("N", 16, 2, True, False),
        ("N", 16, 2, "١٢", False),
        ("I", 30, 0, "17", True),
        ("I", 30, 0, "1.0", False),
        ("D", 0, 0, "2026-02-29", False),
        ("D", 0, 0, "2028-02-29", True),
        ("DT", 0, 0, "2026-03-02 12:00:00", True),
        ("DT", 0, 0, "2026-03-0212:00:00", False),
    ],
)
def test_types_and_lengths(kind: str, length: int, decimals: int, value: object, fits: bool) -> None:
    assert (Field("x", kind, length, decimals, True, "").flaw(value) == "") is fits


MANDATORY = [field.name for field in load().request.fields if field.mandatory]


@pytest.mark.parametrize("member", [*MANDATORY, "input"])
def test_every_mandatory_member_is_asked_for(counter: Counter, member: str) -> None:
    answer = counter.say("1101", BY_CARD, **{member: None})
    assert answer["infcode"] == -1
    if member != "infno":
        assert member in answer["err_msg"]


@pytest.mark.parametrize(
    "msgid", ["H99999900002202603021200000001", "H999999000012026", "H9999990000120260302120000000x"]
)
def test_a_msgid_begins_with_the_institution_and_goes_on_in_digits(counter: Counter, msgid: str) -> None:
    assert "msgid" in counter.refusal("1101", BY_CARD, msgid)


def test_a_msgid_with_three_digits_of_sequence_is_taken(counter: Counter) -> None:
    assert counter.ask("1101", BY_CARD, "H9999990000120210927092003361")["baseinfo"]["psn_no"] == ZHANG_SAN[0]


def test_the_insured_region_is_asked_for_when_a_person_is_named(counter: Counter) -> None:
    registration = counter.registration(ZHANG_SAN)
    assert "insuplc_admdvs" in counter.say("2201", registration, insuplc_admdvs="")["err_msg"]
    assert "insuplc_admdvs" in counter.say("2201", registration, insuplc_admdvs="999901")["err_msg"]


def test_a_good_answer_has_all_members(counter: Counter) -> None:
    answer = counter.say("1101", BY_CARD)
    assert set(answer) == {field.name for field in load().answer.fields}
    assert answer["refmsg_time"] == "20260302120000000"
    assert len(answer["inf_refmsgid"]) == 30


@pytest.mark.parametrize(("path", "infno"), [("goodsService/none", "1101"), (PATHS["2201"], "1101"), ("", "")])
def test_a_wrong_path_or_number_is_a_routing_error(counter: Counter, path: str, infno: str) -> None:
    body = json.dumps(counter.envelope(infno, BY_CARD)).encode()
    answer = json.loads(counter.post("/fsi/api/" + path, body)[1])
    assert (answer["type"], answer["infcode"]) == ("error", -1)
    assert answer["err_msg"].startswith("FSI-FSI-交易报文不正确：未知交易编号！,异常流水号:")


HOSTILE = [
    b"",
    b"null",
    b"[]",
    b"\xff\xfe",
    b"[" * 100_000,
    b'{"a":' * 20_000,
    b'{"infno":NaN}',
    b'{"a":1,"a":2}',
    b'{"a":' + b"9" * 5000 + b"}",
    b'{"msgid":"\\ud800"}',
]


@pytest.mark.parametrize("body", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_json_gets_a_clear_answer(counter: Counter, body: bytes) -> None:
    answer = json.loads(counter.post("/fsi/api/" + PATHS["1101"], body)[1])
    assert (answer["infcode"], answer["err_msg"]) == (-1, "FSI-交易报文不正确：报文不是JSON对象")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=40),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(sorted(PATHS)), JSON, JSON)
def test_any_input_is_answered(infno: str, node: object, field: object) -> None:
    counter = Counter()
    counter.sign_in()
    content: dict[str, Any] = {}
    for table in load().by_infno[infno].inputs:
        row = {one.name: field for one in table.fields}
        content[table.name] = [row, node] if table.many else row
    answer = counter.say(infno, content)  # "0" is a good version of a catalogue
    assert answer.get("infcode") in (0, -1) or answer.get("success") in (True, False)


def test_nothing_but_sign_in_goes_without_a_sign_no_of_today(counter: Counter) -> None:
    assert counter.say("1101", BY_CARD)["infcode"] == 0
    assert "签到" in counter.say("1101", BY_CARD, sign_no="")["err_msg"]
    assert "签到" in counter.say("1101", BY_CARD, sign_no="999999")["err_msg"]
    counter.clock.now += 12 * 3600
    assert "签到" in counter.refusal("1101", BY_CARD)
    counter.sign_in()
    assert counter.say("1101", BY_CARD)["infcode"] == 0
