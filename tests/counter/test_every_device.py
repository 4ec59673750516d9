"""Every kind of scanner and printer serves a patient, and whatever goes wrong on their lines, the visit goes on."""

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from simulator.launch import Counter
from simulator.player import Player
from simulator.scenario import ScenarioError
from tests.counter.conftest import MORNING, PATIENCE_MS, personal_data_in, statements


class Opened:
    """A counter that is played at: call it with lines of a scenario."""

    def __init__(self, counter: Counter) -> None:
        self._counter = counter
        self._player = Player(counter, lambda _: None)

    def __call__(self, text: str) -> None:
        self._player.play(statements(text))

    def receipts(self) -> int:
        """How many receipts have begun to come out."""
        return self._counter.paper_text().count("医保结算单")


Open = Callable[..., Opened]

TRIES = 5
SCANNERS = ("gm65", "gm67", "serial-trigger", "serial", "keyboard")


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Open]:
    """Opens one counter with the devices that are asked for."""
    counters: list[Counter] = []

    def open_counter(**kinds: str) -> Opened:
        counter = Counter(tmp_path, patience_ms=PATIENCE_MS, **kinds)  # type: ignore[arg-type]  # all of them are texts
        counters.append(counter)
        counter.start()
        play = Opened(counter)
        play(MORNING)
        return play

    yield open_counter
    for counter in counters:
        counter.stop()
        assert personal_data_in(counter) == []


def to_the_scanning(play: Callable[[str], None]) -> None:
    """A visit in which two boxes are to be scanned."""
    play("card lay zhang-san\nchoose diagnosis J00.x00\nchoose drugs aspirin x2\nexpect step dispense")


@pytest.mark.parametrize("kind", SCANNERS)
def test_every_scanner_serves_a_patient(opened: Open, kind: str) -> None:
    play = opened(scanner=kind)
    to_the_scanning(play)
    play("scan aspirin-1\nexpect scanned 1\nscan aspirin-2\nexpect step confirm\npress settle\nexpect step done")


@pytest.mark.parametrize("kind", SCANNERS)
def test_every_scanner_may_be_unplugged_and_come_back_elsewhere(opened: Open, kind: str) -> None:
    play = opened(scanner=kind)
    to_the_scanning(play)
    play("scan aspirin-1\nexpect scanned 1\nscanner replug\nexpect device scanner ready")
    scan(play, "aspirin-2", 2)  # "ready" may be from before: nobody hears a code while the port is opened again
    play("expect step confirm")


@pytest.mark.parametrize("kind", SCANNERS)
def test_every_scanner_sends_a_burst_of_three(opened: Open, kind: str) -> None:
    play = opened(scanner=kind)
    play("card lay zhang-san\nchoose diagnosis J00.x00\nchoose drugs aspirin x3\nexpect step dispense")
    play("scan burst aspirin-1 aspirin-2 aspirin-3\nexpect scanned 3")


@pytest.mark.parametrize(
    ("kind", "fault"),
    [
        ("gm65", "scanner.noise 3"),
        ("gm65", "scanner.late 40"),
        ("gm65", "scanner.half_answer 1"),
        ("gm65", "scanner.drops_bytes 1"),
        ("gm65", "scanner.repeats_bytes 1"),
        ("gm65", "scanner.restarts 1"),
        ("gm65", "scanner.bad_crc 1"),
        ("gm65", "scanner.refuses 1"),
        ("gm65", "scanner.ack_late 2"),
        ("gm65", "scanner.wrong_baud 115200"),
        ("gm65", "scanner.twice 2"),
        ("gm67", "scanner.resends 2"),
        ("gm67", "scanner.twice 2"),
        ("serial", "scanner.twice 2"),
        ("keyboard", "scanner.caps_lock"),
        ("keyboard", "scanner.alt_codes"),
        ("keyboard", "scanner.autorepeat"),
    ],
)
def test_whatever_the_scanners_line_does_each_box_is_booked_once(opened: Open, kind: str, fault: str) -> None:
    play = opened(scanner=kind)
    to_the_scanning(play)
    play(f"fault {fault}")
    scan(play, "aspirin-1", 1)
    play("fault clear")
    scan(play, "aspirin-2", 2)
    play("expect step confirm")


def scan(play: Callable[[str], None], box: str, scanned: int) -> None:
    """Scan a box as a doctor does: once more when nothing happened. A code may be lost on the way, never be wrong."""
    for tries_left in reversed(range(TRIES)):
        try:
            play(f"scan {box}\nexpect scanned {scanned}{' within 2s' if tries_left else ''}")
        except ScenarioError:
            if not tries_left:
                raise
            with contextlib.suppress(ScenarioError):
                play("fault clear\nscanner take-away")
        else:
            return


@pytest.mark.parametrize(
    "fault",
    [
        "reader.drops_bytes 1",
        "reader.repeats_bytes 1",
        "reader.late 50",
        "reader.restarts 1",
        "reader.small_buffer 64",
        "reader.long_preamble 4",
        "reader.select_fails 1",
        "reader.stays_found",
        "reader.wrong_baud 9600",
    ],
)
def test_whatever_the_readers_line_does_the_patient_is_served_once(opened: Open, fault: str) -> None:
    play = opened()
    play(f"fault {fault}\ncard lay zhang-san\nexpect patient 张三\nexpect platform 1101 x1\nexpect kept 0")


@pytest.mark.parametrize(
    ("fault", "said"),
    [("reader.unauthorised", "reader.fault"), ("reader.self_test_fails", "reader.fault")],
)
def test_a_broken_reader_is_named(opened: Open, fault: str, said: str) -> None:
    play = opened()
    play(f"fault {fault}\ncard lay zhang-san\nexpect device card_reader fault {said}")
    play("fault clear\nexpect patient 张三")


def test_a_card_that_is_not_genuine_is_named(opened: Open) -> None:
    opened()("fault reader.not_genuine\ncard lay zhang-san\nexpect notice card.not_genuine\nexpect no visit")


def test_the_reader_comes_back_under_another_number(opened: Open) -> None:
    play = opened()
    play("reader replug\nexpect device card_reader ready\ncard lay zhang-san\nexpect patient 张三")


PRINTED = "expect step done\nexpect receipt contains 个人负担"


def to_the_receipt(play: Callable[[str], None]) -> None:
    """A visit that is about to be settled."""
    to_the_scanning(play)
    play("scan aspirin-1\nscan aspirin-2\nexpect step confirm")


@pytest.mark.parametrize("kind", ["80mm", "58mm-plain"])
def test_every_printer_prints_a_receipt(opened: Open, kind: str) -> None:
    play = opened(printer=kind)
    to_the_receipt(play)
    play(f"press settle\n{PRINTED}\nexpect receipt is printed")


def test_a_mute_printer_leads_to_a_question(opened: Open) -> None:
    play = opened(printer="58mm-mute")
    to_the_receipt(play)
    play("press settle\nexpect receipt is unsure\nexpect receipt contains 个人负担\npress came-out")
    play("expect step done")


@pytest.mark.parametrize(
    ("fault", "code", "remedy"),
    [
        ("printer.cutter_jams 1", "printer.cutter", "printer clear-jam"),
        ("printer.overheats", "printer.overheated", "fault clear"),
        ("printer.motor_jams 1", "printer.error", "printer clear-jam"),
    ],
)
def test_a_printer_in_trouble_is_named_and_its_receipt_comes_out_once(
    opened: Open, fault: str, code: str, remedy: str
) -> None:
    play = opened()
    to_the_receipt(play)
    play(f"fault {fault}\npress settle\nexpect device printer fault {code}\n{remedy}")
    play("expect device printer ready\nexpect step done\nexpect receipt is printed")
    assert play.receipts() == 1


@pytest.mark.parametrize(
    "fault",
    [
        "printer.automatic_status",
        "printer.near_end_stuck",
        "printer.loses_chinese",
        "printer.flow_control",
        "printer.late 30",
        "printer.slow_status",
        "printer.small_buffer 512",
        "printer.stalls 1",
    ],
)
def test_a_printer_with_odd_habits_prints_all_the_same(opened: Open, fault: str) -> None:
    play = opened()
    to_the_receipt(play)
    play(f"fault {fault}\npress settle\n{PRINTED}")


def test_noise_in_the_printers_answers_costs_a_question_at_most(opened: Open) -> None:
    play = opened()
    to_the_receipt(play)
    play("fault printer.noise 2\npress settle\nexpect receipt contains 个人负担\nexpect receipt is unsure")
    play("press came-out\nexpect step done\nexpect settlements 1")


@pytest.mark.parametrize("fault", ["printer.answer_lost_after_cut 1", "printer.silent"])
def test_a_lost_answer_leads_to_a_question_and_never_to_a_second_paper(opened: Open, fault: str) -> None:
    play = opened()
    to_the_receipt(play)
    play(f"fault {fault}\npress settle")
    play("expect receipt is unsure" if "cut" in fault else "expect receipt is failed")
    play("fault clear\nexpect device printer ready\nexpect settlements 1")
    assert play.receipts() == (1 if "cut" in fault else 0)


def test_a_wrong_speed_of_the_printer_is_silence(opened: Open) -> None:
    play = opened()
    play("fault printer.wrong_baud 9600\nexpect device printer silent printer.silent\nfault clear")
    play("expect device printer ready")
