"""The platform fails by name in the middle of a visit: the doctor reads a sentence that says what to do, the visit goes
on afterwards, and both sides have the same bills."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from simulator.launch import Counter
from simulator.player import Player
from tests.counter.conftest import MORNING, PATIENCE_MS, Play, personal_data_in, statements
from tests.counter.stubborn_doctor import SENTENCES, StubbornDoctor, told

pytestmark = pytest.mark.usefixtures("one_day")
TODAY = {"begin": "", "end": ""}
SHORT_MS = 2500  # where much is silent
ON_THE_WAY = ("1101", "2201", "2203", "2204", "2206", "2207", "3505")
UP_TO_SCAN = "card lay li-fang\nchoose diagnosis J00.x00\nchoose drugs aspirin x1\n"
SETTLE = """
expect step confirm
press settle
expect step done
press finish
card remove
"""
IT_WAITS = "医保平台没有回话，这一步办没办成还不知道。请稍等；收过的钱不要再收。"
AGAIN = "医保平台的回话看不懂，这一步没办成。请再试一次；还不行就打维修电话。"
CERTIFICATES = {
    "expired": "证书过期",
    "not_yet": "本机时间慢了",
    "other_name": "连上的是别的地方",
    "untrusted": "不像是医保平台",
}
AHEAD_S = 7200
# A machine whose clock systemd-timesyncd has set: the terminal's own code, told where to look for that.
SYNCHRONIZED = """
from pathlib import Path
from hal.linux import clock
clock._SYNCHRONIZED = Path(__file__)
"""


@pytest.fixture
def counter(tmp_path: Path) -> Iterator[Counter]:
    """A counter whose terminal does not wait long for a platform that says nothing."""
    with Counter(tmp_path, patience_ms=SHORT_MS) as counter:
        yield counter
    assert personal_data_in(counter) == []


@pytest.fixture
def doctor(counter: Counter, play: Play) -> StubbornDoctor:
    """Has signed in."""
    play("expect no visit")
    return StubbornDoctor(counter)


def settled(counter: Counter, count: int) -> None:
    """So many patients have been charged, each once, and the terminal's own day end finds the same bills there."""
    Player(counter, lambda _: None).play(statements(f"expect settlements {count}\nexpect uploads 0"))
    counter.press("api/day-end/start", {**TODAY, "details": True})
    counter.wait_terminal(lambda state: not state["day_end"]["running"], "the end of the day end")
    view: dict[str, Any] = counter.client.look("api/day-end?begin=&end=")
    assert (view["state"], view["verdict"], view["differences"]) == ("done", "equal", [])


def read(counter: Counter, code: str) -> str:
    """The notice as the doctor reads it, when it has come."""
    state = counter.wait_terminal(lambda state: (state["notice"] or {}).get("code") == code, code)
    return told(state["notice"])


@pytest.mark.parametrize("fault", ["silent_before", "silent_after"])
def test_silence_at_every_step_of_a_visit(counter: Counter, doctor: StubbornDoctor, fault: str) -> None:
    for infno in ON_THE_WAY:
        doctor.read.clear()
        counter.bench(f"fault platform.{fault} {infno}")
        assert doctor.serve("zhang-san"), infno
        if infno not in ("1101", "3505"):  # the patient may be on the screen before it, and the upload comes after
            assert doctor.read["insurance.no_answer"] == "|" + IT_WAITS, infno
    settled(counter, len(ON_THE_WAY))


def test_answers_that_are_those_of_the_patient_before(counter: Counter, doctor: StubbornDoctor) -> None:
    assert doctor.serve("zhang-san")
    for infno in ON_THE_WAY:
        doctor.read.clear()
        counter.bench(f"fault platform.duplicate_answer {infno}")
        assert doctor.serve("li-fang" if len(counter.settlements()) % 2 else "zhang-san"), infno
        if infno in ("1101", "2201", "2206", "2207"):  # those that say whose they are
            assert doctor.read["insurance.bad_answer"] == "|" + AGAIN, infno
    settled(counter, 1 + len(ON_THE_WAY))


@pytest.mark.parametrize(
    ("fault", "code", "said"),
    [
        ("maintenance html", "insurance.maintenance", "系统升级维护中，预计今日24:00恢复，请稍后再试。"),
        ("maintenance gbk", "insurance.maintenance", "系统升级维护中，预计今日24:00恢复，请稍后再试。"),
        ("maintenance text", "insurance.maintenance", "系统升级维护中，预计今日24:00恢复，请稍后再试。"),
        ("gateway_502 9", "insurance.no_answer", ""),
        ("expired_signature 9", "insurance.clock_refused", "签名时间戳超时!"),
    ],
)
def test_trouble_before_the_price(counter: Counter, play: Play, fault: str, code: str, said: str) -> None:
    play(UP_TO_SCAN + f"fault platform.{fault}\nscan aspirin-1\nexpect step price")
    platform, _, sentence = read(counter, code).partition("|")
    assert platform == said
    assert "{" not in sentence
    play("fault clear\npress price" + SETTLE)
    settled(counter, 1)


@pytest.mark.parametrize("fault", ["maintenance html", "gateway_502 2", "expired_signature 2"])
def test_trouble_while_settling(counter: Counter, play: Play, fault: str) -> None:
    play(UP_TO_SCAN + f"scan aspirin-1\nexpect step confirm\nfault platform.{fault}\npress settle")
    counter.wait_terminal(lambda state: state["notice"] is not None, "what is wrong")
    play("fault clear")
    counter.wait_terminal(
        lambda state: state["visit"]["step"] in ("confirm", "done") and not state["busy"], "the outcome"
    )
    if counter.terminal["visit"]["step"] == "confirm":
        play("press settle")
    play("expect step done\npress finish")
    settled(counter, 1)


@pytest.mark.parametrize("infno", ["1101", "2201", "2204", "2206", "2207", "3505"])
def test_answers_beyond_the_document(counter: Counter, doctor: StubbornDoctor, infno: str) -> None:
    served = 0
    for seed in (4, 6, 11, 14):
        counter.bench(f"fault platform.fuzz {infno} {seed}")
        served += doctor.serve("zhang-san" if seed % 2 else "li-fang")
        counter.bench("fault clear platform.fuzz")
    assert served >= 2, "most go on after a second try"
    settled(counter, served)


def test_a_refund_whose_answer_is_beyond_the_document(counter: Counter, play: Play) -> None:
    for box, seed in (("aspirin-1", 3), ("aspirin-2", 5), ("aspirin-3", 8)):
        play(UP_TO_SCAN + f"scan {box}\nexpect step confirm\npress settle\nexpect step done\nexpect uploads 0")
        play(f"fault platform.fuzz 2208 {seed}\npress cancel")
        counter.wait_terminal(
            lambda state: state["visit"]["step"] == "cancelled" or not (state["busy"] or not state["notice"]),
            "the refund",
        )
        play("fault clear platform.fuzz")
        if counter.terminal["visit"]["step"] != "cancelled":
            play("press cancel")
        play("expect step cancelled\nexpect settlements 0\npress finish\ncard remove")
    settled(counter, 0)


def test_each_flaw_of_the_platforms_certificate_has_its_own_sentence(tmp_path: Path) -> None:
    with Counter(tmp_path, patience_ms=SHORT_MS, gateway="x-tif", tls="server") as counter:
        play = Player(counter, lambda _: None).play
        play(statements(MORNING + UP_TO_SCAN + "expect step dispense"))
        for flaw, words in CERTIFICATES.items():
            play(statements(f"cable out\nfault platform.certificate {flaw}\ncable in"))  # what is open, stays open
            if flaw == "expired":
                play(statements("scan aspirin-1\nexpect step price"))
            else:
                play(statements("press price"))
            assert words in read(counter, f"insurance.certificate_{flaw}")
        play(statements("fault clear\npress price" + SETTLE))
        settled(counter, 1)


def test_a_platform_that_does_not_take_our_certificate(tmp_path: Path) -> None:
    counter = Counter(tmp_path, patience_ms=SHORT_MS, gateway="x-tif", tls="both")
    try:
        counter.start_simulator()
        own = {name: tmp_path / "tls" / f"client{name}.pem" for name in ("", "-key")}
        good = {name: file.read_bytes() for name, file in own.items()}
        for name, file in own.items():
            file.write_bytes((tmp_path / "tls" / f"client-stranger{name}.pem").read_bytes())
        counter.start_terminal()
        play = Player(counter, lambda _: None).play
        play(statements(MORNING + "card lay li-fang\nexpect patient 李芳"))
        notice = counter.wait_terminal(lambda state: state["notice"], "what is wrong")["notice"]
        assert notice["code"] in ("insurance.own_certificate", "insurance.hung_up")
        assert "证书" in SENTENCES["error." + notice["code"]]
        counter.stop_terminal()
        for name, file in own.items():
            file.write_bytes(good[name])
        counter.start_terminal()
        play(statements("sign in 韦医生 283746\nchoose diagnosis J00.x00\nchoose drugs aspirin x1"))
        play(statements("scan aspirin-1" + SETTLE))
        settled(counter, 1)
    finally:
        counter.stop()


def test_a_clock_that_nobody_has_set_goes_by_the_platforms(tmp_path: Path) -> None:
    with Counter(tmp_path, patience_ms=PATIENCE_MS, gateway="x-tif") as counter:
        play = Player(counter, lambda _: None).play
        play(statements(MORNING + UP_TO_SCAN + f"fault platform.clock_skew {AHEAD_S}\nscan aspirin-1" + SETTLE))
        assert counter.terminal["notice"] is None
        assert counter.terminal["clock"] == {"off_s": 0}
        settled(counter, 1)


def test_a_clock_that_the_network_has_set_is_believed_and_the_doctor_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    counter = Counter(tmp_path, patience_ms=PATIENCE_MS, gateway="x-tif")
    try:
        counter.start_simulator()
        (tmp_path / "sitecustomize.py").write_text(SYNCHRONIZED, encoding="utf-8")
        monkeypatch.setenv("PYTHONPATH", f"{tmp_path}:{Path(__file__).parents[2]}")
        counter.start_terminal()
        play = Player(counter, lambda _: None).play
        play(statements(MORNING + UP_TO_SCAN + f"fault platform.clock_skew {AHEAD_S}\nscan aspirin-1"))
        assert "校时" in read(counter, "insurance.clock_refused")
        off_s = counter.terminal["clock"]["off_s"]
        assert abs(off_s - AHEAD_S) <= 60
        play(statements("fault clear\npress price" + SETTLE))  # somebody has set the clock, here or there
        counter.wait_terminal(lambda state: state["clock"] == {"off_s": 0}, "the clock to be right")
        settled(counter, 1)
    finally:
        counter.stop()
