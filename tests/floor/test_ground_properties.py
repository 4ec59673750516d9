"""Money, JSON, text and time against the standard library, which the portable code may not use."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware import canonical, clock, money, text

CHINA = timezone(timedelta(hours=8))
EPOCH_1970_TO_2100 = st.integers(0, int(datetime(2101, 1, 1, tzinfo=UTC).timestamp()))
UNICODE = st.text(st.characters(codec="utf-8"))
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | UNICODE,
    lambda inner: st.lists(inner) | st.dictionaries(UNICODE, inner),
)


@given(st.integers(-(10**18) + 1, 10**18 - 1))
def test_money_there_and_back(fen: int) -> None:
    yuan = money.to_yuan(fen)
    assert Decimal(yuan) * 100 == fen
    assert money.from_yuan(yuan) == fen


@given(st.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=-(10**9), max_value=10**9))
def test_decimals_are_exact_or_refused(value: Decimal) -> None:
    written = f"{value:f}"
    assert money.from_decimal(written, 4) == int(value * 10000)
    if value * 100 == int(value * 100):
        assert money.from_yuan(written) == int(value * 100)
    else:
        with pytest.raises(money.MoneyError):
            money.from_yuan(written)


@given(st.text() | st.text("0123456789.-+eE_ ٣１"), st.integers(0, 6))
def test_what_is_accepted_is_a_plain_number(written: str, places: int) -> None:
    try:
        scaled = money.from_decimal(written, places)
    except money.MoneyError:
        return
    assert written.isascii()
    assert Decimal(written) * 10**places == scaled


@given(st.integers(0, 10**10), st.integers(0, 1000))
def test_a_share_is_within_half_a_fen(fen: int, permille: int) -> None:
    exact = Decimal(fen) * permille / 1000
    assert abs(money.share(fen, permille) - exact) <= Decimal("0.5")


@given(JSON)
def test_canonical_json_is_that_of_the_standard_library(value: Any) -> None:
    standard = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert canonical.dumps(value) == standard.encode()


@given(st.recursive(st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)))
def test_canonical_json_with_halves_of_surrogate_pairs_is_still_json(value: Any) -> None:
    written = canonical.dumps(value).decode()
    assert canonical.dumps(json.loads(written)) == written.encode()


@given(st.floats() | st.binary() | st.tuples() | st.dictionaries(st.integers(), st.none(), min_size=1))
def test_canonical_json_refuses_the_rest(value: Any) -> None:
    with pytest.raises(TypeError):
        canonical.dumps([value])


@given(EPOCH_1970_TO_2100)
def test_times_are_those_of_datetime(utc_s: int) -> None:
    there = datetime.fromtimestamp(utc_s, CHINA)
    assert clock.stamp(utc_s) == there.strftime("%Y-%m-%d %H:%M:%S")
    assert clock.compact(utc_s) == there.strftime("%Y%m%d%H%M%S")
    assert clock.date(utc_s) == there.date().isoformat()
    assert clock.utc(clock.stamp(utc_s)) == utc_s


@given(st.text(max_size=20) | st.from_regex(r"[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}", fullmatch=True))
def test_only_times_are_times(written: str) -> None:
    try:
        wanted = datetime.strptime(written, "%Y-%m-%d %H:%M:%S").replace(tzinfo=CHINA)
    except ValueError:
        wanted = None
    if wanted is not None and len(written) == 19 and written.isascii():  # strptime takes single digits, too
        assert clock.utc(written) == int(wanted.timestamp())
    else:
        with pytest.raises(ValueError, match=r"."):
            clock.utc(written)


@given(st.text(), st.integers(2, 60))
def test_wrapping_loses_nothing(written: str, width: int) -> None:
    lines = text.wrap(written, width)
    assert "".join(lines) == written
    assert all(text.columns(line) <= width for line in lines)
    assert all(line for line in lines[1:])


@given(st.text(), st.text(), st.integers(0, 60))
def test_both_ends_of_a_line_are_there(left: str, right: str, width: int) -> None:
    line = text.spread(left, right, width)
    assert line.startswith(left + " ")
    assert line.endswith(" " + right)
    if text.columns(left + right) < width:
        assert text.columns(line) == width


@given(st.text())
def test_half_width_changes_no_length(written: str) -> None:
    plain = text.half_width(written)
    assert len(plain) == len(written)
    assert text.half_width(plain) == plain
