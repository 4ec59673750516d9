"""A serial line carries no more than its speed allows; memory carriers keep what comes early."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.carriers import Line, as_heard, memory_pair
from simulator.clock import VirtualClock


def test_a_whole_card_takes_112_ms_at_115200() -> None:
    clock, arrived = VirtualClock(), bytearray()
    Line(clock, 115200, arrived.extend).put(bytes(1295))
    clock.advance(0.1)
    assert 1095 <= len(arrived) <= 1152
    clock.advance(0.0125)
    assert len(arrived) == 1295


def test_no_byte_is_early_at_9600() -> None:
    clock, arrived = VirtualClock(), bytearray()
    Line(clock, 9600, arrived.extend).put(b"81000170622758698313\r")
    clock.advance(0.001)
    assert arrived == b""
    clock.advance(0.02)
    assert len(arrived) <= 20
    clock.advance(0.002)
    assert arrived == b"81000170622758698313\r"


def test_without_a_speed_everything_is_there_at_once() -> None:
    arrived = bytearray()
    Line(VirtualClock(), None, arrived.extend).put(b"abc")
    assert arrived == b"abc"


def test_clear_loses_what_is_on_its_way_and_the_line_goes_on() -> None:
    clock, arrived = VirtualClock(), bytearray()
    line = Line(clock, 9600, arrived.extend)
    line.put(bytes(96))
    clock.advance(0.05)
    line.clear()
    got = len(arrived)
    assert line.backlog == 0
    assert 40 <= got <= 48
    clock.advance(1)
    assert len(arrived) == got
    line.put(b"x")
    clock.advance(0.01)
    assert arrived[-1:] == b"x"


def test_a_new_speed_holds_for_what_is_still_waiting() -> None:
    clock, arrived = VirtualClock(), bytearray()
    line = Line(clock, 9600, arrived.extend)
    line.put(bytes(960))
    line.set_baud(115200)
    clock.advance(0.1)
    assert len(arrived) == 960


@given(
    st.lists(st.tuples(st.binary(max_size=60), st.floats(0, 0.05)), max_size=12), st.sampled_from([1200, 9600, 115200])
)
def test_order_is_kept_and_the_rate_is_never_exceeded(puts: list[tuple[bytes, float]], baud: int) -> None:
    clock, arrived = VirtualClock(), bytearray()
    line = Line(clock, baud, arrived.extend)
    for data, pause in puts:
        line.put(data)
        clock.advance(pause)
        assert len(arrived) <= clock.now() * baud / 10 + 0.5
    clock.advance(10)
    assert arrived == b"".join(data for data, _ in puts)


def test_both_ends_of_a_memory_line() -> None:
    clock = VirtualClock()
    device, host = memory_pair(clock, 9600)
    heard_by_host, heard_by_device = bytearray(), bytearray()
    device.send(b"early")
    clock.advance(0.1)
    host.connect(heard_by_host.extend)
    device.connect(heard_by_device.extend)
    host.send(b"question")
    clock.advance(0.1)
    assert (bytes(heard_by_host), bytes(heard_by_device)) == (b"early", b"question")


def test_ends_at_different_speeds_hear_garbage() -> None:
    device, host = memory_pair(VirtualClock())
    heard = bytearray()
    host.connect(heard.extend)
    device.baud, host.baud = 9600, 115200
    device.send(b"\x01\x02")
    host.baud = 9600
    device.send(b"\x01\x02")
    assert heard == b"\xff\x00\x01\x02"


def test_an_end_without_a_speed_hears_everything() -> None:
    assert as_heard(b"abc", 0, 9600) == as_heard(b"abc", 9600, 0) == b"abc"


async def test_renumbering_a_line_in_memory_loses_what_is_on_its_way() -> None:
    clock, heard = VirtualClock(), bytearray()
    device, host = memory_pair(clock, 9600)
    device.connect(heard.extend)
    host.send(b"lost")

    async def gone() -> None:
        clock.advance(1)

    await device.renumber(gone)
    host.send(b"new")
    clock.advance(1)
    assert heard == b"new"


def test_time_happens_in_order() -> None:
    clock, seen = VirtualClock(), list[tuple[str, float]]()

    def nest() -> None:
        clock.after(0.5, lambda: seen.append(("nested", clock.now())))

    clock.after(2, lambda: seen.append(("late", clock.now())))
    clock.after(1, nest)
    clock.after(1.7, lambda: seen.append(("cancelled", clock.now()))).cancel()
    clock.advance(3)
    assert seen == [("nested", 1.5), ("late", 2)]
    assert clock.now() == pytest.approx(3)
