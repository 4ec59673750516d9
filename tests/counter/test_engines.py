"""A visit on each engine and in each suite, with the plug pulled before it is settled; then a technician looks."""

from pathlib import Path

import pytest

from simulator.launch import Counter
from simulator.player import Player
from tests.counter.conftest import MORNING, PATIENCE_MS, personal_data_in, statements
from tests.counter.test_serving import UP_TO_PRICE
from tools.vault.__main__ import main as vault_tool

SETTLED_AFTER_A_CUT = """
terminal kill
terminal start
sign in 韦医生 283746
expect step confirm
press settle
expect step done
expect uploads 0
expect settlements 1
expect platform 3505 x1
"""


@pytest.mark.parametrize(
    ("engine", "suite"), [("segments", "aes-ctr-hmac"), ("segments", "sm4-gcm"), ("sqlite", "aes-ctr-hmac")]
)
def test_the_visit_is_found_again_settled_and_verified(
    tmp_path: Path, engine: str, suite: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with Counter(tmp_path, patience_ms=PATIENCE_MS, vault={"engine": engine, "suite": suite}) as counter:
        player = Player(counter, lambda _: None)
        for text in (MORNING, UP_TO_PRICE, SETTLED_AFTER_A_CUT):
            player.play(statements(text))
    assert (counter.state_dir / "vault.segments").exists() == (engine == "segments")
    assert personal_data_in(counter) == []
    assert vault_tool(["verify", str(counter.state_dir)]) == 0
    assert "none altered" in capsys.readouterr().out
