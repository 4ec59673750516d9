"""Each kind of identity card, from the bytes of the chip to the platform's answer and to the receipt."""

import pytest

from tests.counter.conftest import Play


def test_what_is_no_code_of_a_patient_or_a_box_is_named(play: Play) -> None:
    play("""
    card lay zhang-san
    choose diagnosis J00.x00
    choose drugs aspirin x1
    scan text CYT:self-test
    expect notice scanned.technician
    scan text 6901234567892
    expect notice trace.product_code
    scan text MA.156.M0.100204.13351764
    expect notice trace.no_serial
    scan text MA.156.M0.100204.13351764.S1
    expect notice trace.unknown_drug
    scan aspirin-1
    expect step confirm
    """)


@pytest.mark.parametrize(("person", "name"), [("li-si", "李四"), ("smith", "史密斯"), ("smith-2023", "史密斯")])
def test_whoever_has_a_card_is_served(play: Play, person: str, name: str) -> None:
    play(f"""
    card lay {person}
    expect patient {name}
    choose diagnosis J00.x00
    choose drugs aspirin x1
    scan aspirin-1
    expect step confirm
    press settle
    expect step done
    expect platform 2207 x1
    """)
