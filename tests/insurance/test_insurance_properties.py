"""The wire and the amounts against decimal arithmetic and the standard library's JSON."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from firmware.insurance import InsuranceError, UnknownOutcome, tables
from firmware.insurance.amounts import COLUMNS, settlement_amounts
from firmware.insurance.answers import node_rows
from firmware.insurance.refund import refund_of
from firmware.insurance.schema import check
from firmware.insurance.wire import fen, loads
from firmware.money import MoneyError, to_yuan
from tests.insurance.written import Written, write

NUMBER = st.from_regex(r"-?(0|[1-9][0-9]{0,20})(\.[0-9]{1,8})?([eE][+-]?[0-9]{1,3})?", fullmatch=True)
FEN = st.integers(0, 10**12)


DOCUMENTS = st.recursive(
    st.none() | st.booleans() | st.text(st.characters(codec="utf-8")) | NUMBER.map(Written),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(max_size=6), inner, max_size=5),
)


@given(DOCUMENTS)
def test_decimals_are_kept_as_they_were_written(document: Any) -> None:
    written = write(document)
    assert loads(written.encode()) == json.loads(written, parse_float=str)


@given(st.binary() | st.text('{}[]",:0123456789.eE+-\\ untrsfalNI').map(str.encode))
def test_any_bytes_are_json_without_floats_or_an_unknown_outcome(body: bytes) -> None:
    try:
        value = loads(body)
    except UnknownOutcome:
        return
    assert not _floats(value)


def _floats(value: Any) -> bool:
    if isinstance(value, dict):
        return any(_floats(item) for item in value.values())
    return any(_floats(item) for item in value) if isinstance(value, list) else isinstance(value, float)


@given(NUMBER)
def test_an_amount_is_exact_or_refused(written: str) -> None:
    exact = Decimal(written) * 100
    try:
        amount = fen(loads(written.encode()))
    except MoneyError:
        assert "e" in written.lower() or exact != int(exact) or abs(exact) >= 10**18 or len(written) > 8
        return
    assert amount == exact


@given(
    st.one_of(
        st.none(), st.text(), st.integers(), st.booleans(), st.lists(st.none()), st.dictionaries(st.text(), st.none())
    )
)
def test_rows_are_objects(value: Any) -> None:
    for sent in (value, [value, value]):
        try:
            found = node_rows("3202", {"fileinfo": sent}, "fileinfo")
        except InsuranceError:
            continue
        assert all(isinstance(row.members, dict) for row in found)


@given(
    fund=FEN,
    hospital=st.integers(-(10**6), 10**6),
    account=FEN,
    cash=FEN,
    shares=st.tuples(FEN, FEN, FEN),
    within=st.booleans(),
    shift=st.integers(0, 3),
)
def test_identities_hold_exactly_when_the_sums_do(
    fund: int, hospital: int, account: int, cash: int, shares: tuple[int, int, int], within: bool, shift: int
) -> None:
    total = fund + hospital + account + cash
    in_scope = total - sum(shares)
    assume(total >= 0 and in_scope >= 0)
    info = {
        "medfee_sumamt": to_yuan(total),
        "fund_pay_sumamt": to_yuan(fund + (account if within else 0)),
        "hifp_pay": to_yuan(fund // 2),
        "maf_pay": to_yuan(fund - fund // 2),
        "hosp_part_amt": to_yuan(hospital) if hospital else None,
        "psn_part_amt": to_yuan(account + cash),
        "acct_pay": to_yuan(account),
        "psn_cash_pay": to_yuan(cash),
        "fulamt_ownpay_amt": to_yuan(shares[0]),
        "overlmt_selfpay": to_yuan(shares[1]),
        "preselfpay_amt": to_yuan(shares[2]),
        "inscp_scp_amt": to_yuan(in_scope),
    }
    if shift:
        name = ("hifp_pay", "psn_cash_pay", "inscp_scp_amt")[shift - 1]
        info[name] = to_yuan(fen(info[name]) + 1)
    amounts = settlement_amounts("2207", {"setlinfo": info})
    assert amounts["agree"] is (shift == 0)
    assert amounts["total_fen"] == total
    if not shift:
        assert amounts["fund_with_account"] is (within and account > 0)


@given(amounts=st.lists(st.sampled_from([name for _, name in COLUMNS]), unique=True), by=st.integers(1, 10**6))
def test_a_refund_agrees_when_every_amount_that_is_given_is_the_opposite(amounts: list[str], by: int) -> None:
    settled = {name: 100 + place for place, (_, name) in enumerate(COLUMNS)}
    row = {wire: to_yuan(-settled[name]) if name in amounts else None for wire, name in COLUMNS}
    row["medfee_sumamt"] = to_yuan(-settled["total_fen"])
    assert refund_of({"setlinfo": row}, settled)["agree"]
    for wire, _ in COLUMNS:
        if row[wire] is not None:
            assert not refund_of({"setlinfo": {**row, wire: to_yuan(fen(row[wire]) - by)}}, settled)["agree"]


@given(st.sampled_from(tables.numbers()), st.dictionaries(st.sampled_from(["data", "selinfo", "signIn"]), DOCUMENTS))
def test_no_message_of_the_wrong_shape_leaves(infno: str, payload: dict[str, Any]) -> None:
    with pytest.raises(InsuranceError) as caught:
        check(infno, payload)
    assert caught.value.code == "insurance.bad_message"
