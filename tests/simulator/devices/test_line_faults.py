"""What goes wrong on a serial line, the same at every device."""

import pytest

from simulator.carriers import memory_pair
from simulator.clock import VirtualClock
from simulator.devices import Printer
from simulator.devices.line_faults import DRIP, LINE_FAULTS, MOST_NOISE
from simulator.faults import FAULTS
from tests.simulator.devices.faulty import QUESTIONS, faulty, host_of


def exchange(name: str) -> tuple[bytes, bytes]:
    """A question to the owner of the fault, and its right answer."""
    return QUESTIONS[FAULTS[name].owner]


def test_every_device_has_every_fault_of_the_line() -> None:
    owners = ("reader", "scanner", "printer")
    assert {f"{owner}.{name}" for owner in owners for name, *_ in LINE_FAULTS} <= set(FAULTS)


@pytest.mark.parametrize("owner", QUESTIONS)
def test_a_healthy_device_answers_at_once(owner: str) -> None:
    question, answer = QUESTIONS[owner]
    assert host_of(owner).ask(question) == answer


@pytest.mark.parametrize("name", ["reader.silent", "scanner.silent", "printer.silent"])
def test_silent_for_two_answers(name: str) -> None:
    question, answer = exchange(name)
    host = faulty(name, 2)
    assert [host.ask(question) for _ in range(3)] == [b"", b"", answer]


@pytest.mark.parametrize("name", ["reader.noise", "scanner.noise", "printer.noise"])
def test_noise_comes_before_the_answer(name: str) -> None:
    question, answer = exchange(name)
    host = faulty(name, 1)
    noisy = host.ask(question)
    assert noisy.endswith(answer)
    assert 0 < len(noisy) - len(answer) <= MOST_NOISE
    assert host.ask(question) == answer


@pytest.mark.parametrize("name", ["reader.drops_bytes", "scanner.drops_bytes", "printer.drops_bytes"])
def test_a_byte_gets_lost(name: str) -> None:
    question, answer = exchange(name)
    heard = faulty(name, 1).ask(question)
    assert heard in {answer[:at] + answer[at + 1 :] for at in range(len(answer))}


@pytest.mark.parametrize("name", ["reader.repeats_bytes", "scanner.repeats_bytes", "printer.repeats_bytes"])
def test_a_byte_arrives_twice(name: str) -> None:
    question, answer = exchange(name)
    heard = faulty(name, 1).ask(question)
    assert heard in {answer[: at + 1] + answer[at:] for at in range(len(answer))}


@pytest.mark.parametrize("name", ["reader.half_answer", "scanner.half_answer", "printer.half_answer"])
def test_half_an_answer_then_silence(name: str) -> None:
    question, answer = exchange(name)
    host = faulty(name, 1)
    assert host.ask(question) == answer[: len(answer) // 2]
    assert host.after(60) == b""
    assert host.ask(question) == answer


@pytest.mark.parametrize("name", ["reader.late", "scanner.late", "printer.late"])
def test_late_answers_come_in_drips_and_in_order(name: str) -> None:
    question, answer = exchange(name)
    host = faulty(name, 300)
    assert host.ask(question, question) == b""
    assert host.after(0.299) == b""
    first = host.after(0.002)
    assert first == (answer + answer)[: len(first)]
    assert 0 < len(first) <= DRIP
    assert first + host.after(1) == answer + answer
    host.device.faults.clear("late")
    assert host.ask(question) == answer


def test_what_was_late_comes_when_the_fault_ends_and_holds_nothing_up() -> None:
    question, answer = QUESTIONS["reader"]
    host = faulty("reader.late", 600_000)
    assert host.ask(question) == b""
    assert host.ask(question) == b""
    host.device.faults.clear("late")
    assert host.after(0) == answer + answer
    assert host.ask(question) == answer
    assert host.after(3600) == b""


def test_after_a_power_cut_nothing_waits_behind_what_was_late_before() -> None:
    question, answer = QUESTIONS["reader"]
    host = faulty("reader.late", 600_000)
    host.ask(question)
    host.device.restart()
    host.device.faults.set("late", 300)
    host.ask(question)
    assert host.after(1) == answer


def test_what_is_late_is_lost_with_the_cable() -> None:
    host = faulty("reader.late", 300)
    host.ask(QUESTIONS["reader"][0])
    host.device.unplug()
    assert host.after(10) == b""


@pytest.mark.parametrize("name", ["reader.wrong_baud", "scanner.wrong_baud", "printer.wrong_baud"])
def test_at_another_speed_there_is_garbage_both_ways_until_the_host_follows(name: str) -> None:
    question, answer = exchange(name)
    clock = VirtualClock()
    host = faulty(name)
    device, wire = host.device, memory_pair(clock)
    right = host_of(FAULTS[name].owner).device.baud
    assert device.baud != right
    at_device, at_host = wire
    heard = bytearray()
    at_device.connect(device.receive)
    at_host.connect(heard.extend)
    device.attach(at_device.send)
    at_device.baud, at_host.baud = device.baud, right
    at_host.send(question)
    assert heard == b""
    at_host.baud = device.baud
    at_host.send(question)
    assert heard == answer
    at_host.baud = right
    heard.clear()
    device.receive(question)
    assert set(heard) <= {0x00, 0xFF}
    assert heard


def test_the_carrier_hears_of_a_wrong_speed_and_of_its_end() -> None:
    host = host_of("reader")
    told = list[int]()
    host.device.on_baud = told.append
    host.device.faults.set("wrong_baud", 19200)
    host.device.faults.clear("wrong_baud")
    assert told == [19200, 115200]


@pytest.mark.parametrize("name", ["reader.restarts", "scanner.restarts", "printer.restarts"])
def test_a_device_that_starts_anew_loses_its_answer(name: str) -> None:
    question, answer = exchange(name)
    host = faulty(name, 1)
    assert host.ask(question) == b""
    assert host.after(60) == b""
    assert host.ask(question) == answer


def test_a_printer_that_starts_anew_loses_what_is_not_on_paper() -> None:
    host = host_of("printer")
    printer = host.device
    assert isinstance(printer, Printer)
    printer.receive(b"first\nsec")
    printer.faults.set("restarts", 1)
    printer.receive(b"ond")
    printer.receive(b" line\n")
    assert printer.paper.text() == "first\n line\n"


@pytest.mark.parametrize("name", ["reader.small_buffer", "scanner.small_buffer"])
def test_what_comes_on_top_of_a_full_buffer_is_lost_and_counted(name: str) -> None:
    question, answer = exchange(name)
    host = faulty(name, len(question) - 1)
    assert host.ask(question) == b""
    assert host.device.overruns == 1
    host.after(1)  # the torn frame is given up
    host.device.faults.clear("small_buffer")
    assert host.ask(question) == answer


def test_a_printer_with_a_small_buffer_loses_bytes_while_it_cannot_print() -> None:
    host = faulty("printer.small_buffer", 8)
    printer = host.device
    assert isinstance(printer, Printer)
    printer.open_cover()
    printer.receive(b"0123456789\n")
    assert printer.overruns == 3
    printer.close_cover()
    printer.receive(b"\n")
    assert printer.paper.text() == "01234567\n"


@pytest.mark.parametrize("fault", ["noise", "drops_bytes", "repeats_bytes"])
def test_the_same_seed_makes_the_same_choice(fault: str) -> None:
    question, _ = QUESTIONS["reader"]

    def heard(seed: int) -> list[bytes]:
        host = host_of("reader", seed)
        host.device.faults.set(fault)
        return [host.ask(question) for _ in range(5)]

    assert heard(7) == heard(7)
    assert heard(7) != heard(8)
