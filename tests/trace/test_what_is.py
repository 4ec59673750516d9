"""Rules of the classifier that hold for every scan: a person is never a box, a box never a person, noise is neither."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from firmware.identity import InsuranceCode, check_number, is_insurance_code, is_number
from firmware.trace import AHM, DIGITS_20, GS1, GS1_SYMBOLS, MA, PRODUCT_CODE
from firmware.visit import IDENTITY_NUMBER, INSURANCE_CODE, TECHNICIAN, UNKNOWN, what_is
from tests.identity.test_identity_properties import numbered
from tests.trace.test_gs1_against_biip import checked, digits, messages, text

BOXES = (DIGITS_20, GS1, MA, AHM)
KINDS = {INSURANCE_CODE, IDENTITY_NUMBER, *BOXES, PRODUCT_CODE, TECHNICIAN, UNKNOWN}
CODES = {
    "",
    "trace.not_a_code",
    "trace.product_code",
    "trace.too_short",
    "trace.bad_check_digit",
    "trace.no_serial",
    "trace.ambiguous",
}
PLAIN = st.sampled_from(["", "]C0", "]Q1", "]d1", "]z0", "]L2"])

identity_numbers = st.builds(
    numbered, st.integers(110000, 919999), st.dates(date(1880, 1, 1), date(2099, 12, 31)), st.integers(0, 999)
)
insurance_codes = st.builds(
    "{}{}{}{}0000".format, st.sampled_from(["424", "opc"]), digits(19, 19), st.integers(1, 9), digits(1, 1)
)
twenty_digits = digits(19, 19).map(lambda rest: "8" + rest)
gs1_boxes = st.builds("01{}17280229{}{}\x1d21{}".format, checked(14), st.just("10"), text(20), text(20))
ma_devices = st.builds("MA.156.M0.{}.{}.S{}".format, digits(6, 6), digits(8, 12), digits(1, 20))
ahm_devices = st.builds("MF{}SN{}*ED280229".format, digits(1, 13), digits(1, 20))
near_codes = st.text("0123456789X()]\x1dMAFSN.*CYT:opc", max_size=40)


@given(st.one_of(st.binary(max_size=90), near_codes.map(str.encode), st.text(max_size=30).map(str.encode)))
def test_anything_is_exactly_one_kind(data: bytes) -> None:
    scanned = what_is(data)
    assert scanned.kind in KINDS
    assert scanned.code in CODES
    assert (scanned.person is not None) == (scanned.kind in {INSURANCE_CODE, IDENTITY_NUMBER})
    assert scanned.box is None or (scanned.kind in BOXES and scanned.box.family == scanned.kind)
    useful = scanned.person is not None or scanned.box is not None or scanned.kind == TECHNICIAN
    assert useful == (scanned.code == "")
    assert scanned.words()


@given(PLAIN, st.one_of(identity_numbers, insurance_codes))
def test_a_persons_code_is_never_a_box(symbol: str, code: str) -> None:
    scanned = what_is((symbol + code).encode())
    assert scanned.box is None
    assert scanned.person is not None
    if isinstance(scanned.person, InsuranceCode):
        assert is_insurance_code(scanned.person.code)
        assert scanned.person.code == code
    else:
        assert is_number(scanned.person.number)
        assert scanned.person.number == check_number(code)


@given(PLAIN, st.one_of(twenty_digits, ma_devices, ahm_devices))
def test_a_box_is_never_a_person(symbol: str, code: str) -> None:
    scanned = what_is((symbol + code).encode())
    assert (scanned.person, scanned.code) == (None, "")
    assert scanned.box is not None
    assert scanned.box.code == code


@given(st.sampled_from(GS1_SYMBOLS), st.one_of(gs1_boxes, messages(), identity_numbers, insurance_codes))
def test_what_comes_in_a_gs1_symbol_is_never_a_person(symbol: str, code: str) -> None:
    scanned = what_is((symbol + code).encode())
    assert scanned.person is None
    assert scanned.kind == GS1


@given(st.sampled_from(["", "]E0", "]E4", "]I1"]), st.sampled_from([8, 12, 13, 14]), st.data())
def test_a_commodity_code_is_named(symbol: str, size: int, data: st.DataObject) -> None:
    scanned = what_is((symbol + data.draw(checked(size))).encode())
    assert (scanned.kind, scanned.code) == (PRODUCT_CODE, "trace.product_code")


@given(gs1_boxes)
def test_a_lost_separator_never_yields_another_box(message: str) -> None:
    """Without its separator the message is named, or it is read as a box of the same product; never as a person."""
    whole = what_is(("]d2" + message).encode()).box
    torn = what_is(("]d2" + message.replace("\x1d", "")).encode())
    assert whole is not None
    assert torn.person is None
    assert torn.kind == GS1
    assert torn.box is None or torn.box.gtin == whole.gtin
