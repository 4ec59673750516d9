"""One whole visit through every gateway that is known: card, price, settlement, receipt, uploads; two real processes.

What is signed, what is encrypted and what TLS shows of itself is decided by the board file and the province alone.
"""

from pathlib import Path

import pytest

from simulator.launch import Counter
from simulator.platform.gateways import SCHEMES
from simulator.player import Player
from tests.counter.conftest import MORNING, PATIENCE_MS, personal_data_in, statements
from tests.counter.test_serving import UP_TO_PRICE

SERVED = """
press settle
expect step done
expect receipt contains 个人负担
expect uploads 0
expect settlements 1
expect platform 3505 x1
press finish
"""


@pytest.mark.usefixtures("one_day")
@pytest.mark.parametrize(
    ("gateway", "tls"),
    [*((scheme, "") for scheme in SCHEMES), ("x-tif", "server"), ("x-tif", "both"), ("sm2-sm4", "both")],
)
def test_a_patient_is_served(tmp_path: Path, gateway: str, tls: str) -> None:
    with Counter(tmp_path, patience_ms=PATIENCE_MS, gateway=gateway, tls=tls) as counter:
        Player(counter, lambda _: None).play(statements(MORNING + UP_TO_PRICE + SERVED))
        infnos = [message["infno"] for message in counter.platform_messages()]
    assert personal_data_in(counter) == []
    assert infnos.count("2207") == 1
    assert infnos.count("9001") == 1  # nothing was turned away on the way
