"""The people and boxes in the data files, and what is wrong with broken ones."""

import re
from pathlib import Path

import pytest

from simulator.catalogue import CatalogueError, load_boxes, load_people
from simulator.devices import IdentityCard, ResidencePermit

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def test_identity_numbers_have_right_check_digits_and_agree_with_the_card() -> None:
    cards = [(person, person.card) for person in load_people().values()]
    numbered = [pair for pair in cards if isinstance(pair[1], IdentityCard | ResidencePermit)]
    assert len(numbered) > 5
    for person, card in numbered:
        assert card
        number = card.number
        total = sum(int(digit) * weight for digit, weight in zip(number, WEIGHTS, strict=False))
        assert number[-1] == "10X98765432"[total % 11], person.id
        assert number[6:14] == card.birth, person.id


def test_qr_codes_have_the_shape_of_insurance_codes() -> None:
    codes = [person.qr for person in load_people().values() if person.qr]
    assert all(re.fullmatch(r"424\d{21}0000", code) for code in codes)
    assert len(set(codes)) == len(codes)


def test_no_two_boxes_have_the_same_code() -> None:
    boxes = load_boxes()
    assert len({box.code for box in boxes.values()}) == len(boxes)
    assert boxes["smectite-1"].code.count("\x1d") == 1


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('[[box]]\nid = "a"\n', "entry 1"),
        ('[[box]]\nid = "a"\nlabel = "l"\nsymbology = "s"\ncode = "1"\ncolour = "red"\n', "colour"),
        ('[[box]]\nid = "a"\nlabel = "l"\nsymbology = "s"\ncode = "1"\n' * 2, "entry 2: a is there already"),
    ],
)
def test_a_broken_entry_is_named(tmp_path: Path, text: str, says: str) -> None:
    file = tmp_path / "boxes.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(CatalogueError, match=says):
        load_boxes(file)
