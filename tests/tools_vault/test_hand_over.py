"""A terminal with everything on it moves to another device by docs/backup.md alone, with real processes: keys of SM2
and certificates, a refund, a day end, catalogues, messages that wait, that are refused, that nobody knows the end of.
"""

import re
import shutil
from collections import Counter as Tally
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from simulator.http_events import Refused
from simulator.launch import Counter
from simulator.player import Player
from tests.counter.conftest import MORNING, personal_data_in, statements
from tests.tools_vault.conftest import backed_up, restored, run
from tests.torture.canary import until

TODAY = {"begin": "", "end": ""}
SETTLED = "press settle\nexpect step done\n"
FINISHED = "press finish\ncard remove\n"
HEAD_ON_PAPER = re.compile(r"账本 +(第 [0-9]+ 条)\n((?:[0-9a-f]{4} ?){4})\n\s*\[QR ([0-9]+\|[0-9a-f]{64})\]")


def visit(box: int, person: str = "zhang-san") -> str:
    """A visit up to its price; each box is another one."""
    return (
        f"card lay {person}\nchoose diagnosis J00.x00\nchoose drugs aspirin x1\n"
        f"scan text 8100017{box:013}\nexpect step confirm\n"
    )


class Clinic:
    """A counter and what is done at it."""

    def __init__(self, folder: Path, engine: str, suite: str) -> None:
        self.counter = Counter(
            folder / "counter",
            patience_ms=1500,
            spread_s=0,
            gateway="sm2-sm4",
            tls="both",
            vault={"engine": engine, "suite": suite},
        )
        self.board = self.counter.run_dir / "board.toml"

    def play(self, text: str) -> None:
        Player(self.counter, lambda _: None).play(statements(text))

    def day_end(self) -> dict[str, Any]:
        """The accounts of today, bill by bill."""
        self.counter.press("api/day-end/start", {**TODAY, "details": True})
        self.counter.wait_terminal(lambda state: not state["day_end"]["running"], "the end of the day end", 30)
        view: dict[str, Any] = self.counter.client.look("api/day-end?begin=&end=")
        return view

    def held(self) -> list[dict[str, Any]]:
        held: list[dict[str, Any]] = self.counter.client.look("api/outbox/held?after=")["messages"]
        return held

    def catalogues(self) -> dict[str, str]:
        """The versions of those that it has."""
        rows = self.counter.client.look("api/catalogues")["catalogues"]
        return {row["kind"]: row["version"] for row in rows if row["rows"]}

    def sent(self, infno: str) -> list[dict[str, Any]]:
        return [message for message in self.counter.platform_messages() if message["infno"] == infno]

    def lock_out(self, operator: str) -> int:
        """Seconds for which an operator waits after five wrong PINs."""
        for _ in range(5):
            with pytest.raises(Refused):
                self.counter.press("api/sign-in", {"operator": operator, "pin": "000001"})
        return self.locked_s(operator)

    def locked_s(self, operator: str) -> int:
        [locked] = [one["locked_s"] for one in self.counter.terminal["operators"] if one["id"] == operator]
        return int(locked)


def a_busy_day(clinic: Clinic) -> list[str]:
    """All that may be on a terminal; what was printed and sent of the head of its journal."""
    counter, play = clinic.counter, clinic.play
    play(MORNING + visit(1) + SETTLED + "expect uploads 0\n" + FINISHED)
    play(visit(2, "li-fang") + SETTLED + "expect uploads 0\npress cancel\nexpect step cancelled\n" + FINISHED)
    play("expect uploads 0")
    assert clinic.day_end()["verdict"] == "equal"
    counter.press("api/day-end/print", TODAY)
    counter.wait_bench(lambda _: HEAD_ON_PAPER.search(counter.paper_text()) is not None, "the slip", 120)
    printed = HEAD_ON_PAPER.search(counter.paper_text())
    assert printed is not None
    [upload] = clinic.sent("9101")
    name = re.search(r"[0-9]{8}-[0-9]{8}-[0-9]+-[0-9]+-[0-9a-f]{32}\.zip", str(upload))
    assert name is not None
    counter.press("api/operators/create", {"name": "李护士", "pin": "847362", "role": "doctor"})
    counter.bench("platform publish 1301 50")
    counter.press("api/catalogues/update", {"kind": "drugs"})
    until(lambda: "drugs" in clinic.catalogues(), "the drugs")
    play("fault platform.refuse 3505 拒收\n" + visit(3) + SETTLED + FINISHED)
    counter.wait_terminal(lambda state: state["outbox"]["quarantined"] == 1, "a refused message", 120)
    play("fault platform.out_of_service 3505\n" + visit(4) + SETTLED + FINISHED + "expect uploads 2\n")
    play("fault network.cut_after 2207\n" + visit(5, "li-fang") + "press settle\nexpect network offline within 60s")
    assert clinic.lock_out("2") > 0
    shown = counter.client.look("api/report")["journal"]
    on_screen = f"第 {shown['sequence']} 条 {shown['link'][:16]}"
    return [f"{printed[1]} {printed[2]}", printed[3], name[0], on_screen]


@pytest.fixture(params=[("sqlite", "sm4-gcm"), ("segments", "aes-ctr-hmac")], ids=["sqlite", "segments"])
def clinic(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Clinic]:
    """A clinic in each engine and in another suite than usual."""
    clinic = Clinic(tmp_path, *request.param)
    with clinic.counter:
        yield clinic
    assert personal_data_in(clinic.counter) == []


def put_where_it_belongs(said: str, files: Path) -> None:
    """Put the restored files where the restore says that they are looked for; nothing of the old device is left there.
    What came with the program stays."""
    for name, place in re.findall(r"(?m)^  (\S+) +is looked for as (.+)$", said):
        if "board_configs" not in place:
            Path(place).unlink()
            shutil.copy(files / name, place)


def test_everything_goes_on_on_the_new_device(clinic: Clinic, tmp_path: Path, stick: Path, new: Path) -> None:
    counter, play = clinic.counter, clinic.play
    heads = a_busy_day(clinic)
    counter.stop_terminal()
    old = counter.state_dir
    backup = backed_up(old, stick / "a.backup", "--retire", "--board", clinic.board)
    with pytest.raises(Exception, match=r"cunyitong: vault\.retired: this terminal was replaced"):
        counter.start_terminal()
    said = restored(backup, new, "--files", tmp_path / "restored")
    put_where_it_belongs(said, tmp_path / "restored")
    assert "目录不在备份里" in said
    old_report, new_report = (run("report", state, "--board", clinic.board)[1] for state in (old, new))
    assert [line for line in old_report.splitlines() if "RETIRED" not in line.upper()] == new_report.splitlines()
    assert "held back            1" in new_report
    for head in heads:
        result, told = run("verify", new, "--no-key", "--head", head)
        assert (result, "as it is known elsewhere" in told) == (0, True), told

    counter.state_dir = new
    counter.start_terminal()
    assert clinic.locked_s("2") > 0
    play("sign in 韦医生 283746\nfault clear\ncable in\nexpect step done within 60s\nexpect uploads 1 within 60s")
    play("press finish")
    [refused] = clinic.held()
    counter.press("api/outbox/retry", {"id": refused["id"]})
    play("expect uploads 0 within 60s\nexpect settlements 4\nexpect platform 2601 x1")
    rows = Tally(str(message["request"]["input"]) for message in clinic.sent("3505") if str(message["infcode"]) == "0")
    assert (len(rows), set(rows.values())) == (5, {1})
    identifiers = Tally(message["msgid"] for message in counter.platform_messages() if message["infno"] != "3505")
    assert set(identifiers.values()) == {1}
    view = clinic.day_end()
    assert (view["verdict"], view["differences"], view["sums"]["count"]) == ("equal", [], 6)
    assert "drugs" not in clinic.catalogues()
    counter.press("api/catalogues/update", {"kind": "drugs"})
    until(lambda: "drugs" in clinic.catalogues(), "the drugs")


def test_a_device_that_was_only_switched_on_takes_a_backup(tmp_path: Path, old: Path, new: Path, stick: Path) -> None:
    """Nobody has signed in at it; the program did all that it does by itself."""
    counter = Counter(tmp_path / "counter", state_dir=new, patience_ms=1500)
    with counter:
        until((new / "files" / "catalogue-diagnoses").exists, "the diagnoses")
    restored(backed_up(old, stick / "a.backup"), new)
    assert (new / "files" / "catalogue-diagnoses").exists()
