"""The whole way at a counter: a visit, a backup while the terminal runs, a new device, the rest of the visit."""

from pathlib import Path

import pytest

from simulator.launch import Counter
from simulator.player import Player
from tests.counter.conftest import MORNING, personal_data_in, statements
from tests.counter.test_serving import UP_TO_PRICE
from tests.tools_vault.conftest import CODE, backed_up, restored, run

SIGN_IN = "sign in 韦医生 283746\n"


@pytest.fixture
def counter(tmp_path: Path) -> Counter:
    """A counter that is not started yet, in a province where nobody waits before the first message after an outage."""
    return Counter(tmp_path / "counter", patience_ms=1500, spread_s=0)


def test_the_visit_goes_on_on_the_new_device(counter: Counter, tmp_path: Path, stick: Path) -> None:
    play = Player(counter, lambda _: None).play
    board = counter.run_dir / "board.toml"
    with counter:
        play(statements(MORNING + UP_TO_PRICE + "fault network.cut_before 3505\npress settle\nexpect step done"))
        play(statements("expect uploads 1\nexpect network offline within 60s"))
        backup = backed_up(counter.state_dir, stick / "a.backup", "--board", board)
        old_report = run("report", counter.state_dir)[1]
        counter.kill_terminal()
        old, counter.state_dir = counter.state_dir, tmp_path / "new"
        restored(backup, counter.state_dir)
        assert run("report", counter.state_dir)[1] == old_report
        counter.start_terminal()
        play(statements(SIGN_IN + "expect step done\nexpect patient 张三\nexpect uploads 1\ncable in"))
        play(statements("expect uploads 0 within 120s\nexpect platform 3505 x1\nexpect settlements 1"))
        play(statements("expect platform 2207 x1\nexpect platform 2201 x1"))
    assert personal_data_in(counter) == []
    content = backup.read_bytes()
    assert all(secret not in content for secret in ("张三".encode(), b"11010519491231002X", CODE.encode()))
    assert (old / "vault.db").exists()


def test_a_retired_device_says_so_when_it_is_switched_on(counter: Counter, stick: Path) -> None:
    with counter:
        Player(counter, lambda _: None).play(statements(MORNING))
        board = counter.run_dir / "board.toml"
        result, said = run("backup", "--state", counter.state_dir, "--code", "--retire", stick, entered=CODE)
        assert (result, "state.in_use" in said) == (2, True)
        counter.stop_terminal()
        backed_up(counter.state_dir, stick / "a.backup", "--retire", "--board", board)
        with pytest.raises(Exception, match=r"cunyitong: vault\.retired: this terminal was replaced"):
            counter.start_terminal()
