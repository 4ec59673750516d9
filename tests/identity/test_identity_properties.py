"""Rules of the identity number and the card that hold for every number and every block of bytes."""

import contextlib
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware.identity import (
    FEMALE,
    MALE,
    IdentityError,
    IdentityNumber,
    InsuranceCode,
    age_on,
    birth_of,
    check_number,
    mask,
    read_card,
    read_newest_address,
    read_person_code,
    sex_of,
)
from tests.portable.cards import CITIZEN, FOREIGNER_2017, FOREIGNER_2023, HMT_PERMIT

BIRTHS = st.dates(date(1880, 1, 1), date(2099, 12, 31))


def numbered(region: int, birth: date, sequence: int) -> str:
    """A number with its check character by the other published formula: (1 - 2 * n in base 13) modulo 11."""
    payload = f"{region:06d}{birth:%Y%m%d}{sequence:03d}"
    return payload + "0123456789X"[(1 - 2 * int(payload, 13)) % 11]


NUMBERS = st.builds(numbered, st.integers(110000, 919999), BIRTHS, st.integers(0, 999))


@given(region=st.integers(110000, 919999), birth=BIRTHS, sequence=st.integers(0, 999))
def test_a_right_number_tells_birth_and_sex(region: int, birth: date, sequence: int) -> None:
    number = check_number(numbered(region, birth, sequence))
    assert birth_of(number) == birth.isoformat()
    assert sex_of(number) == (MALE if sequence % 2 else FEMALE)


@given(NUMBERS, st.integers(0, 17), st.sampled_from("0123456789X"))
def test_one_wrong_character_is_noticed(number: str, place: int, wrong: str) -> None:
    mistyped = number[:place] + wrong + number[place + 1 :]
    if mistyped == number:
        assert check_number(mistyped) == number
        return
    with pytest.raises(IdentityError):
        check_number(mistyped)


@given(NUMBERS, st.integers(0, 16))
def test_two_swapped_neighbours_are_noticed(number: str, place: int) -> None:
    swapped = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
    if swapped != number:
        with pytest.raises(IdentityError):
            check_number(swapped)


@given(BIRTHS, st.dates(date(1900, 1, 1), date(2199, 12, 31)))
def test_age_is_counted_by_birthdays(birth: date, today: date) -> None:
    years = today.year - birth.year - ((today.month, today.day) < (birth.month, birth.day))
    assert age_on(birth.isoformat(), today.isoformat()) == max(0, years)


@given(st.text(max_size=80))
def test_a_number_taken_from_any_text_is_taken_again(typed: str) -> None:
    with contextlib.suppress(IdentityError):
        number = check_number(typed)
        assert check_number(number) == number


@given(NUMBERS)
def test_a_mask_keeps_length_and_hides_the_birth(number: str) -> None:
    assert len(mask(number)) == 18
    assert mask(number)[6:14] == "********"


@given(st.one_of(st.binary(max_size=300), st.binary(min_size=256, max_size=256)))
def test_no_noise_passes_for_a_card(block: bytes) -> None:
    with pytest.raises(IdentityError) as refused:
        read_card(block)
    assert refused.value.code in {"card.unreadable", "card.wrong_type"}


@given(
    block=st.sampled_from((CITIZEN, HMT_PERMIT, FOREIGNER_2017, FOREIGNER_2023)),
    start=st.integers(0, 255),
    noise=st.binary(min_size=1, max_size=40),
)
def test_a_spoilt_card_is_refused_or_read_as_text(block: bytes, start: int, noise: bytes) -> None:
    """Noise in one place is refused or lands in a field of free text; the number that comes out is always a right
    one."""
    spoilt = (block[:start] + noise + block[start + len(noise) :])[:256]
    with contextlib.suppress(IdentityError):
        card = read_card(spoilt)
        assert check_number(card.number) == card.number
        assert date.fromisoformat(card.birth).year > 0
        assert not any(char < " " or "\x7f" <= char <= "\x9f" for char in card.name + card.address)


@given(st.text(st.characters(exclude_categories=["Cs", "Cc", "Cn"]), max_size=35))
def test_any_text_comes_out_of_an_address_as_it_went_in(text: str) -> None:
    raw = text.encode("utf-16-le")[:70]
    raw = raw[:-2] if 0xD8 <= raw[-1:].ljust(1, b"\0")[0] <= 0xDB else raw  # never half of a pair at the end
    block = raw + b"\x20\x00" * ((70 - len(raw)) // 2)
    assert read_newest_address(block) == raw.decode("utf-16-le").strip(" ")


@given(st.one_of(st.binary(max_size=60), st.text("0123456789X]Qd", max_size=31).map(str.encode)))
def test_any_scan_is_a_person_or_none(data: bytes) -> None:
    person = read_person_code(data)
    assert person is None or isinstance(person, IdentityNumber | InsuranceCode)
