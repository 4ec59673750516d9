"""The wire and the amounts against decimal arithmetic and the standard library's JSON."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware.insurance import InsuranceError, UnknownOutcome, tables
from firmware.insurance.amounts import settlement_amounts
from firmware.insurance.gateway import open_gateway
from firmware.insurance.schema import check
from firmware.insurance.wire import fen, loads, rows
from firmware.money import MoneyError, to_yuan
from hal.linux.national import SystemNationalCiphers

NATIONAL = SystemNationalCiphers()
NUMBER = st.from_regex(r"-?(0|[1-9][0-9]{0,20})(\.[0-9]{1,8})?([eE][+-]?[0-9]{1,3})?", fullmatch=True)
FEN = st.integers(-(10**12), 10**12)


class Written(str):
    """A number as it stands in the text."""

    __slots__ = ()


def write(value: Any) -> str:
    if isinstance(value, Written):
        return str(value)
    if isinstance(value, list):
        return "[" + " , ".join(write(item) for item in value) + "]"
    if isinstance(value, dict):
        return "{" + ",\n".join(f"{json.dumps(name)} : {write(item)}" for name, item in value.items()) + "}"
    return json.dumps(value, ensure_ascii=False)


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
    assert all(isinstance(row, dict) for row in rows([value, value]))
    assert all(isinstance(row, dict) for row in rows(value))


@given(total=FEN, fund=FEN, hospital=FEN, account=FEN, limits=st.tuples(FEN, FEN, FEN), shift=st.integers(0, 3))
def test_identities_hold_exactly_when_the_sums_do(
    total: int, fund: int, hospital: int, account: int, limits: tuple[int, int, int], shift: int
) -> None:
    own = total - fund - hospital
    info = {
        "medfee_sumamt": to_yuan(total),
        "fund_pay_sumamt": to_yuan(fund),
        "hosp_part_amt": to_yuan(hospital) if hospital else None,
        "psn_part_amt": to_yuan(own),
        "acct_pay": to_yuan(account),
        "psn_cash_pay": to_yuan(own - account),
        "fulamt_ownpay_amt": to_yuan(limits[0]),
        "overlmt_selfpay": to_yuan(limits[1]),
        "preselfpay_amt": to_yuan(limits[2]),
        "inscp_scp_amt": to_yuan(total - sum(limits)),
    }
    if shift:
        name = ("fund_pay_sumamt", "psn_cash_pay", "inscp_scp_amt")[shift - 1]
        info[name] = to_yuan(fen(info[name]) + 1)
    amounts = settlement_amounts({"setlinfo": info})
    assert amounts["agree"] is (shift == 0)
    assert amounts["total_fen"] == total


@given(st.dictionaries(st.text(), DOCUMENTS) | DOCUMENTS)
def test_no_answer_breaks_the_reading_of_amounts(output: Any) -> None:
    answer = loads(write(output).encode())
    for candidate in (answer, {"setlinfo": answer}, {"setlinfo": {"medfee_sumamt": answer}, "setldetail": answer}):
        if isinstance(candidate, dict):
            try:
                amounts = settlement_amounts(candidate)
            except InsuranceError:
                continue
            assert all(type(amount) is int for name, amount in amounts.items() if name.endswith("_fen"))


@given(st.sampled_from(tables.numbers()), st.dictionaries(st.sampled_from(["data", "selinfo", "signIn"]), DOCUMENTS))
def test_no_message_of_the_wrong_shape_leaves(infno: str, payload: dict[str, Any]) -> None:
    with pytest.raises(InsuranceError) as caught:
        check(infno, payload)
    assert caught.value.code == "insurance.bad_message"


@given(st.text(st.characters(codec="ascii")), st.integers(0, 2**40), st.binary())
def test_signatures_have_one_form(secret: str, now_s: int, body: bytes) -> None:
    platform = {"secret": secret}
    gateway = open_gateway({"scheme": "x-tif", "account": "A", "content_type": "text/plain"}, platform, NATIONAL)
    headers = dict(gateway.seal("2207", body, now_s, "n")[0])
    assert len(headers["x-tif-signature"]) == 64
    assert int(headers["x-tif-signature"], 16) >= 0
