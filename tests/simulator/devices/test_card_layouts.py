"""The four layouts of identity documents against published and computed text blocks."""

from dataclasses import replace

import pytest

from simulator.catalogue import load_people
from simulator.devices import Card, ForeignerCard2017, ForeignerCard2023, ResidencePermit

PERMIT = (
    "4E67DB56200020002000200020002000200020002000200020002000200032002000200031003900390030003000310030003100D0670177"
    "D067025ED0673A53D067EF8D3200F75320002000200020002000200020002000200020002000200020002000200020002000200020002000"
    "20002000200020002000380031003000300030003000310039003900300030003100300031003000300031003900D067025E6C51895B405C"
    "20002000200020002000200020002000200020003200300032003400300031003000310032003000320039003000310030003100480031003200"
    "330034003500360037003800300031002000200020004A00200020002000"
)
FOREIGNER_2017 = (
    "53004D004900540048002C004A004F0048004E00" + "2000" * 50 + "310055005300410031003100300030003800300030003100300031"
    "0030003100550053004100F253C65BAF65200020002000200020002000200020002000200020002000320030003100380030003100300031003200"
    "30003200380030003100300031003100390038003000300031003000310030003100310035003000300049"
    "00200020002000"
)


def card_of(person: str) -> Card:
    card = load_people()[person].card
    assert card
    return card


@pytest.mark.parametrize(("person", "block"), [("li-si", PERMIT), ("smith", FOREIGNER_2017)])
def test_the_text_block_is_the_computed_one(person: str, block: str) -> None:
    assert card_of(person).text() == bytes.fromhex(block)


@pytest.mark.parametrize(
    ("at", "field"),
    [
        (0, "史密斯"), (30, "1"), (32, "  "), (36, "19800101"), (52, "SMITH JOHN "), (122, "911000084198001013"),
        (158, " " * 15), (188, "20240101"), (204, "20340101"), (220, " " * 11), (242, "840"), (248, "Y"), (250, "110"),
    ],
)  # fmt: skip
def test_the_card_of_2023_has_its_fields_where_they_belong(at: int, field: str) -> None:
    text = card_of("smith-2023").text()
    assert len(text) == 256
    assert text[at:].decode("utf-16-le").startswith(field)


@pytest.mark.parametrize(("person", "flag"), [("zhang-san", " "), ("li-si", "J"), ("smith", "I"), ("smith-2023", "Y")])
def test_the_flag_says_which_layout_it_is(person: str, flag: str) -> None:
    assert card_of(person).text()[248:250].decode("utf-16-le") == flag


def test_a_long_english_name_goes_on_in_the_second_field() -> None:
    card = card_of("smith-2023")
    assert isinstance(card, ForeignerCard2023)
    name = "".join(chr(0x41 + n % 26) for n in range(50))
    text = replace(card, english_name=name).text()
    assert text[52:122].decode("utf-16-le") + text[220:242].decode("utf-16-le") == name[:46]
    assert text[242:250].decode("utf-16-le") == "840Y"


def test_fields_that_no_chip_could_hold_are_refused() -> None:
    permit, foreigner = card_of("li-si"), card_of("smith")
    assert isinstance(permit, ResidencePermit)
    assert isinstance(foreigner, ForeignerCard2017)
    with pytest.raises(ValueError, match="permit_number"):
        replace(permit, permit_number="H123456789")
    with pytest.raises(ValueError, match="country"):
        replace(foreigner, country="USAX")
    with pytest.raises(ValueError, match="newest_address"):
        replace(permit, newest_address="村" * 36)
