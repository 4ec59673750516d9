"""The invented tag reader: the ten-line test of docs/writing-a-driver.md, and what else makes a driver done."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hal.ports import READY, SILENT, CodeScanned
from tests.plugin import Desk, OnALine
from tests.plugin_example.simulated_tag_reader import SimulatedTagReader
from tests.plugin_example.tag_codec import Present, Tag, TagDecoder
from tests.plugin_example.tag_reader import TagReader

GOOD = b"T12345678F8\r"
DAMAGE = [
    ["scanner.noise"],
    ["scanner.drops_bytes"],
    ["scanner.repeats_bytes"],
    ["scanner.drops_bytes", "scanner.repeats_bytes"],
    ["scanner.half_answer"],
]


@pytest.mark.also_on_a_terminal
async def test_a_tag_is_read_and_the_cable_may_be_pulled(on_a_line: OnALine) -> None:
    line = await on_a_line(SimulatedTagReader)
    reader = TagReader(line.port)
    reader.arm(True)
    async with Desk(reader) as desk:
        await desk.until(READY)
        line.device.hold("10000001")
        assert (await desk.next(CodeScanned)).data == b"10000001"
        await line.unplug()
        await line.plug()
        await desk.until(READY)


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("faults", DAMAGE, ids=" ".join)
async def test_what_comes_damaged_is_never_a_wrong_tag(on_a_line: OnALine, faults: list[str], seed: int) -> None:
    line = await on_a_line(SimulatedTagReader, seed=seed)
    reader = TagReader(line.port)
    reader.arm(True)
    async with Desk(reader) as desk:
        await desk.until(READY)
        for fault in faults:
            line.fault(fault, 1)
        line.device.hold("10000001")
        await desk.wait(0.2)
        line.device.hold("10000002")
        await desk.wait(0.2)
        assert [code.data for code in desk.of(CodeScanned)] in ([b"10000002"], [b"10000001", b"10000002"])


async def test_three_tags_at_once(on_a_line: OnALine) -> None:
    line = await on_a_line(SimulatedTagReader)
    reader = TagReader(line.port)
    reader.arm(True)
    async with Desk(reader) as desk:
        await desk.until(READY)
        for number in (b"10000001", b"10000002", b"10000003"):
            line.device.hold(number.decode())
        assert [(await desk.next(CodeScanned)).data[-1:] for _ in range(3)] == [b"1", b"2", b"3"]


async def test_silence_is_told_and_ends(on_a_line: OnALine) -> None:
    line = await on_a_line(SimulatedTagReader)
    async with Desk(TagReader(line.port)) as desk:
        await desk.until(READY)
        line.fault("scanner.silent")
        assert (await desk.until(SILENT)).code == "scanner.silent"
        line.clear("scanner.silent")
        await desk.until(READY)


@given(st.binary(max_size=60), st.integers(1, 9))
def test_any_bytes_in_any_pieces(noise: bytes, size: int) -> None:
    data = noise + b"\r" + GOOD
    whole, decoder = TagDecoder().feed(data), TagDecoder()
    pieces = [item for at in range(0, len(data), size) for item in decoder.feed(data[at : at + size])]
    assert [type(item) for item in pieces] == [type(item) for item in whole]
    assert isinstance(pieces[-1], Tag)
    assert pieces[-1].number == b"12345678"
    assert all(isinstance(item, Tag | Present) for item in pieces)


@given(st.integers(0, len(GOOD) - 1), st.integers(0, 255))
def test_a_changed_byte_makes_no_other_tag(at: int, byte: int) -> None:
    items = TagDecoder().feed(GOOD[:at] + bytes((byte,)) + GOOD[at + 1 :])
    assert [item.number for item in items if isinstance(item, Tag)] in ([], [b"12345678"])
