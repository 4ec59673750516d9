"""The GS1 reader against an independent one (biip), on messages made by rule and on noise; and its speed beside it."""

import contextlib
import time
from collections.abc import Callable

import pytest
from biip import BiipException, parse
from biip.checksums import gs1_standard_check_digit
from biip.gs1_messages import GS1Message
from hypothesis import given
from hypothesis import strategies as st

from firmware.trace import TraceCode, TraceError, read_box_code, read_elements
from firmware.trace.gs1 import _FIELDS
from firmware.visit import what_is

SEPARATOR = "\x1d"
CHARACTER_SET_82 = "!\"%&'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"
SELF_ENDING = {"00", "01", "02", "03", "11", "12", "13", "15", "16", "17", "20"}
CODES = {
    "box": b"01020000000000151728022910LT8628\x1d2188592782",
    "device": b"010697283164180311250623\x1d10LT4F250671J\x1d21250671N869803EDU17",
    "twenty digits": b"]C081000170622758698313",
}


def text(longest: int) -> st.SearchStrategy[str]:
    return st.text(CHARACTER_SET_82, min_size=1, max_size=longest)


def digits(least: int, most: int) -> st.SearchStrategy[str]:
    return st.text("0123456789", min_size=least, max_size=most)


def checked(size: int) -> st.SearchStrategy[str]:
    return digits(size - 1, size - 1).map(lambda payload: payload + str(gs1_standard_check_digit(payload)))


def day() -> st.SearchStrategy[str]:
    return st.builds("{:02d}{:02d}{:02d}".format, st.integers(0, 99), st.integers(1, 12), st.integers(0, 28))


VALUES: dict[str, st.SearchStrategy[str]] = {
    "00": checked(18),
    "01": checked(14),
    "02": checked(14),
    "03": checked(14),
    **dict.fromkeys(("11", "12", "13", "15", "16", "17"), day()),
    "20": digits(2, 2),
    **dict.fromkeys(("10", "21", "22", "243", "710", "711", "712", "713", "714", "715"), text(20)),
    "235": text(28),
    **dict.fromkeys(("240", "241", "250", "251", "400", "90"), text(30)),
    **dict.fromkeys(("91", "95", "99"), text(90)),
    "242": digits(1, 6),
    **dict.fromkeys(("30", "37"), digits(1, 8)),
    "8003": st.builds("0{}{}".format, checked(13), st.text(CHARACTER_SET_82, max_size=16)),
    **dict.fromkeys(("8006", "8026"), st.builds("{}{:02d}{:02d}".format, checked(14), st.integers(1, 9), st.just(9))),
    "7003": day().map(lambda date: date + "1530"),
}


@st.composite
def messages(draw: st.DrawFn) -> str:
    """A well-formed message with at least one separator, some of them where none is needed."""
    message = SEPARATOR
    for ai in draw(st.permutations(sorted(VALUES)))[: draw(st.integers(1, 6))]:
        message += ai + draw(VALUES[ai])
        if ai not in SELF_ENDING or draw(st.booleans()):
            message += SEPARATOR
    return message


@given(messages())
def test_splits_like_biip(message: str) -> None:
    theirs = [(element.ai.ai, element.value) for element in GS1Message.parse(message.strip(SEPARATOR)).element_strings]
    assert read_elements(message.encode()) == theirs


def test_the_oracle_covers_every_identifier() -> None:
    """All that the reader knows, but for AI 92 to 98, which are as 91 and 99."""
    assert set(VALUES) == set(_FIELDS) | {"91", "95", "99"}


@given(st.sampled_from(sorted(VALUES)), text(20), st.data())
def test_refuses_a_wrong_value_when_biip_does(ai: str, value: str, data: st.DataObject) -> None:
    """One field, rightly or wrongly filled: whatever biip refuses is refused, and what it takes is read as it is."""
    value = data.draw(st.one_of(st.just(value), VALUES[ai], VALUES[ai].map(lambda right: right[::-1])))
    try:
        theirs = [(element.ai.ai, element.value) for element in GS1Message.parse(ai + value).element_strings]
    except (BiipException, ValueError):
        theirs = []
    try:
        ours = read_elements(f"]d2{ai}{value}".encode())
    except TraceError:
        ours = []
    if ours:
        assert theirs == ours


@given(gtin=checked(14), serial=text(20), lot=text(20), date=day())
def test_reads_a_box_like_biip(gtin: str, serial: str, lot: str, date: str) -> None:
    message = f"]d201{gtin}17{date}10{lot}{SEPARATOR}21{serial}"
    theirs = parse(message).gs1_message
    assert theirs is not None
    expiry = theirs.element_strings.get(ai="17")
    assert expiry is not None
    assert expiry.date is not None
    this_year = time.localtime().tm_year  # biip places two-digit years around the wall clock
    box = read_box_code(message.encode(), this_year=this_year)
    assert (box.gtin, box.serial, box.lot) == (gtin, serial, lot)
    assert box.expires == expiry.date.isoformat()


@given(st.one_of(st.binary(max_size=80), st.text(CHARACTER_SET_82 + SEPARATOR + "]", max_size=80).map(str.encode)))
def test_noise_is_a_code_or_a_trace_error(data: bytes) -> None:
    with contextlib.suppress(TraceError):
        assert isinstance(read_box_code(data), TraceCode)


@given(messages(), st.data())
def test_a_torn_message_never_yields_other_values(message: str, data: st.DataObject) -> None:
    """Whatever the reader still makes of a message cut short, all but the last field are the original ones."""
    whole = read_elements(message.encode())
    cut = data.draw(st.integers(1, len(message)))
    try:
        torn = read_elements(message[:cut].encode())
    except TraceError:
        return
    assert torn[:-1] == whole[: len(torn) - 1]
    assert whole[len(torn) - 1][1].startswith(torn[-1][1])


@given(gtin=checked(14), place=st.integers(0, 13), by=st.integers(1, 9))
def test_one_wrong_digit_is_noticed(gtin: str, place: int, by: int) -> None:
    wrong = gtin[:place] + str((int(gtin[place]) + by) % 10) + gtin[place + 1 :]
    with pytest.raises(TraceError) as refused:
        read_box_code(f"]d201{wrong}21A{SEPARATOR}".encode())
    assert refused.value.code == "trace.bad_check_digit"


def seconds(call: Callable[[], object]) -> float:
    """The best of several runs of 200 calls: the one that nothing disturbed."""
    best = float("inf")
    for _ in range(7):
        start = time.perf_counter()
        for _ in range(200):
            call()
        best = min(best, time.perf_counter() - start)
    return best


@pytest.mark.parametrize("data", CODES.values(), ids=CODES.keys())
def test_is_five_times_as_fast_as_biip(data: bytes) -> None:
    theirs = data.decode()
    assert seconds(lambda: what_is(data)) * 5 < seconds(lambda: parse(theirs))
