"""A patient with a social security card: the real PC/SC service, the terminal as a program, and the platform."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from simulator.launch import Counter
from simulator.player import Player
from tests.counter.conftest import MORNING, PATIENCE_MS, Play, personal_data_in, statements
from tests.hal.private_pcscd import PrivatePcscd, required


@pytest.fixture
def pcscd(monkeypatch: pytest.MonkeyPatch) -> Iterator[PrivatePcscd]:
    """A smart-card service with a virtual reader, which the terminal finds through its environment."""
    required()
    service = PrivatePcscd()
    monkeypatch.setenv("PCSCLITE_CSOCK_NAME", str(service.socket))
    service.start()
    yield service
    service.remove()


@pytest.fixture
def counter(tmp_path: Path, pcscd: PrivatePcscd) -> Iterator[Counter]:
    """A counter with a slot for social security cards."""
    counter = Counter(tmp_path, patience_ms=PATIENCE_MS, vpcd=pcscd.port)
    with counter:
        yield counter
    assert personal_data_in(counter) == []


@pytest.fixture
def play(counter: Counter) -> Play:
    """As at every counter, and with the slot ready."""

    def play_text(text: str) -> None:
        Player(counter, lambda _: None).play(statements(text))

    play_text(MORNING + "expect device social_card_reader ready")
    return play_text


def test_a_patient_is_served_by_the_social_security_card(counter: Counter, play: Play) -> None:
    play("""
    social insert li-fang
    expect patient 李芳
    social remove
    choose diagnosis R05.x00
    choose drugs aspirin x1
    scan aspirin-1
    expect step confirm
    press settle
    expect step done
    expect uploads 0
    """)
    asked = [message["request"]["input"] for message in counter.platform_messages() if message["infno"] == "1101"]
    assert [one["data"]["mdtrt_cert_type"] for one in asked] == ["03"]
    assert asked[0]["data"]["card_sn"]


def test_the_same_patient_by_both_cards_has_one_visit(counter: Counter, play: Play) -> None:
    play("""
    social insert li-fang
    expect patient 李芳
    card lay li-fang
    expect patient 李芳
    """)
    assert counter.terminal["kept"] == []


def test_the_service_ends_and_comes_back(pcscd: PrivatePcscd, play: Play) -> None:
    pcscd.stop()
    play("expect device social_card_reader silent")
    pcscd.start()
    play("""
    expect device social_card_reader ready
    social insert li-fang
    expect patient 李芳
    """)
