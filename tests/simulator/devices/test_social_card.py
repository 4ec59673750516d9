"""The chip of a social security card, asked with the published commands."""

from dataclasses import replace
from typing import Any

import pytest

from simulator.devices.social_card import SocialCard, social_card_of
from simulator.devices.social_card_chip import Habits, SocialCardChip

CARD = SocialCard(
    card_id="11010599000000000000000000000001",
    card_number="A00000001",
    name="张三",
    number="11010519491231002X",
    sex="1",
    nation=1,
    birth="19491231",
)
APPLICATION = "00A404000F7378312E73682EC9E7BBE1B1A3D5CF"
EF05 = "00A4020002EF05"
EF06 = "00A4020002EF06"


def talk(commands: list[str], habits: Habits | None = None, card: SocialCard = CARD) -> list[str]:
    chip = SocialCardChip(card, habits)
    assert chip.power()
    answers = [chip.answer(bytes.fromhex(command)) for command in commands]
    return ["dead" if answer is None else answer.hex().upper() for answer in answers]


def test_records_by_tag() -> None:
    answers = talk([APPLICATION, EF05, "00B2070000", "00B2030006", EF06, "00B2080000", "00B2090020", "00B20D0000"])
    assert [answer[-4:] for answer in answers] == ["9000"] * 8
    assert answers[2] == "0709" + b"A00000001".hex().upper() + "9000"
    assert answers[3] == "0304" + b"3.00".hex().upper() + "9000"
    assert answers[5] == "0812" + b"11010519491231002X".hex().upper() + "9000"
    assert answers[6] == "091ED5C5C8FD" + "20" * 26 + "9000"
    assert answers[7] == "0D04194912319000"


@pytest.mark.parametrize(("generation", "sex", "birth"), [(1, 3, 6), (2, 4, 7), (3, 4, 7)])
def test_record_numbers_shift_between_the_generations(generation: int, sex: int, birth: int) -> None:
    card = replace(CARD, generation=generation)
    commands = [APPLICATION, EF06, f"00B2{sex:02X}0400", f"00B2{birth:02X}0400", "00B2080400"]
    assert talk(commands, card=card)[2:] == ["0A01319000", "0D04194912319000", "6A83"]
    assert talk([APPLICATION, EF06, "00B24E0000"], card=card)[2][-4:] == ("6A83" if generation == 1 else "9000")


def test_data_that_is_fetched_later() -> None:
    answers = talk(
        [APPLICATION, "00C0000010", "00C0000003", EF06, "00B20A0000", "00C0000003"], Habits(answers_later=True)
    )
    assert (answers[0], answers[1][-4:], answers[2][-4:]) == ("6113", "6103", "9000")
    assert answers[3:] == ["9000", "6103", "0A01319000"]
    assert talk(["00C0000003"], Habits(answers_later=True)) == ["6D00"]


def test_lengths() -> None:
    insists = Habits(insists_on_length=True)
    assert talk([APPLICATION, EF06, "00B20A0000", "00B20A0003"], insists)[2:] == ["6C03", "0A01319000"]
    assert talk([APPLICATION, EF06, "00B20A0003", "00B20A0000"], Habits(refuses_length=True))[2:] == [
        "6700",
        "0A01319000",
    ]


def test_other_habits_and_faults() -> None:
    zero = Habits(selects_with_zero=True)
    assert talk([APPLICATION, EF05, "00A4000002EF05", "00B2020000"], zero)[1:] == ["6A86", "9000", "0201339000"]
    assert talk([APPLICATION, EF05, "00A4040008A000000333010101"], Habits(bank=True))[::2] == ["6A82", talk_bank()]
    assert talk([APPLICATION, EF06, "00B2080000"], Habits(wants_pin=True))[1:] == ["9000", "6982"]
    assert talk([APPLICATION, EF05, "00B2020000"], Habits(dies_after=2))[2] == "dead"
    assert talk([APPLICATION, EF05, "00B2020000"], Habits(wrong_tag=True))[2] == "4201339000"
    assert SocialCardChip(CARD, Habits(dies_after=0)).power() is None


def talk_bank() -> str:
    """What a bank card says of its own application."""
    return "6F0A8408A0000003330101019000"


def test_nonsense_is_refused() -> None:
    refused = ["", "00", "80A4040000", "00A404000F73", "00B2070000", "00A4020002EF07", "00A4090002EF05", "00FF0000"]
    answers = talk([APPLICATION, *refused])
    assert answers[1:] == ["6D00", "6D00", "6D00", "6700", "6986", "6A82", "6A86", "6D00"]
    assert talk([EF05]) == ["6A82"]
    assert talk([APPLICATION, EF05, "00B2070100", "00B20700"])[2:] == ["6A86", "6A86"]


def test_power_forgets_what_was_selected() -> None:
    chip = SocialCardChip(CARD)
    chip.answer(bytes.fromhex(APPLICATION))
    chip.answer(bytes.fromhex(EF05))
    chip.power()
    assert chip.answer(bytes.fromhex("00B2070000")) == b"\x69\x86"


def test_the_social_card_of_an_entry() -> None:
    row = {
        "card": {"name": "张三", "number": CARD.number, "sex": "1", "nation": "01", "birth": "19491231", "start": "x"},
        "social": {"card_number": "A00000001", "card_id": CARD.card_id},
    }
    assert social_card_of(row) == CARD
    assert social_card_of({"card": row["card"]}) is None
    bad_entries: list[dict[str, Any]] = [
        {"social": row["social"]},
        {**row, "social": {**row["social"], "card_number": "A1"}},
        {**row, "social": {**row["social"], "card_id": "xx"}},
        {**row, "social": {**row["social"], "generation": 4}},
        {**row, "card": {**row["card"], "name": "阿" * 26}},
        {**row, "social": {**row["social"], "colour": "red"}},
    ]
    for bad in bad_entries:
        with pytest.raises((TypeError, ValueError)):
            social_card_of(bad)
