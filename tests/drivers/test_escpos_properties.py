"""Whatever is printed and whatever comes back: no text commands the printer, no noise passes for a proof."""

from __future__ import annotations

import asyncio
import re
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from hypothesis import given, settings
from hypothesis import strategies as st

from hal.drivers import escpos_status, escpos_symbols
from hal.drivers.escpos_codec import encode_job, printable
from hal.linux.qr import qr_rows
from hal.ports import CENTRE, LEFT, RIGHT, PrintBarcode, PrintCut, PrintFeed, PrintLine, PrintQr, PrintRule
from tests.drivers import virtual_time
from tests.drivers.desk import Desk
from tests.drivers.paper_printer import JOB, PROFILE, WHOLE, action, make, told

if TYPE_CHECKING:
    from hal.ports import PrintElement

EXAMPLES = settings(max_examples=150, deadline=None)
CODE_SETS = st.sampled_from(["gb18030", "gbk"])
SHARDS = st.sampled_from(
    [b"\x10\x04", b"\x12", b"\x1a", b"\x37\x22", b"\x5f", b"\x14\x00\x00\x0f", b"\x10", b"abcd\x00"]
)
ANYTHING = st.lists(st.one_of(SHARDS, st.binary(max_size=20)), max_size=30).map(b"".join)
REAL_TIME = re.compile(b"\x10(\x04[\x01-\x08\x12]|\x05[\x00-\x02]|\x14[\x01\x02\x08])")
ASCII = st.text(alphabet=st.characters(min_codepoint=0x20, max_codepoint=0x7E), min_size=1, max_size=20)
DIGITS = st.text(alphabet="0123456789", min_size=1, max_size=20)
ELEMENT: st.SearchStrategy[PrintElement] = st.one_of(
    st.builds(
        PrintLine, st.text(max_size=40), st.integers(1, 8), st.booleans(), st.sampled_from([LEFT, CENTRE, RIGHT])
    ),
    st.builds(PrintQr, st.text(alphabet="ABC0123456789|-", min_size=1, max_size=300)),
    st.builds(PrintBarcode, st.one_of(ASCII, DIGITS)),
    st.builds(PrintRule),
    st.builds(PrintFeed, st.integers(0, 255)),
    st.builds(PrintCut),
)


def fed(data: bytes, cuts: list[int]) -> list[str]:
    """What the decoder makes of `data`, fed in pieces."""
    decoder = escpos_status.ReplyDecoder()
    bounds = sorted({0, len(data), *[cut % (len(data) + 1) for cut in cuts]})
    return [repr(item) for start, end in pairwise(bounds) for item in decoder.feed(data[start:end])]


@EXAMPLES
@given(ANYTHING, st.lists(st.integers(0, 10_000)))
def test_answers_are_the_same_however_they_are_cut_up(noise: bytes, cuts: list[int]) -> None:
    assert fed(noise, cuts) == fed(noise, [])


@EXAMPLES
@given(ANYTHING)
def test_after_any_noise_and_a_reset_comes_the_next_answer(noise: bytes) -> None:
    decoder = escpos_status.ReplyDecoder()
    decoder.feed(noise)
    decoder.reset()
    assert list(map(repr, decoder.feed(b"\x12\x00"))) == ["RealTime(12)", "Buffered(00)"]


@EXAMPLES
@given(ANYTHING)
def test_any_noise_is_forgotten_after_a_while(noise: bytes) -> None:
    decoder = escpos_status.ReplyDecoder()
    decoder.feed(noise)
    answers = decoder.feed(b"\x1a" * 90)
    assert len(answers) == 90


@EXAMPLES
@given(st.text(max_size=100), CODE_SETS)
def test_no_text_can_command_the_printer(text: str, code_set: str) -> None:
    (body,) = encode_job([PrintLine(text)], {**PROFILE, "code_set": code_set})
    assert body[:4] == b"\x1b@\x1c&"
    assert body[-1:] == b"\n"
    assert not any(byte < 0x20 or byte == 0x7F for byte in body[4:-1])


@EXAMPLES
@given(st.lists(ELEMENT, min_size=1, max_size=6), CODE_SETS, st.sampled_from(["command", "image"]))
def test_no_job_holds_a_real_time_command(job: list[PrintElement], code_set: str, qr: str) -> None:
    pieces = encode_job(job, {**PROFILE, "code_set": code_set, "qr": qr}, qr_rows)
    assert REAL_TIME.search(b"".join(pieces)) is None


def columns(encoded: bytes) -> int:
    """The width of a line as a printer draws it: one column for each single byte, two for each longer code."""
    width = at = 0
    while at < len(encoded):
        long = encoded[at] >= 0x80 and 0x30 <= encoded[at + 1] <= 0x39
        size = 4 if long else 1 + (encoded[at] >= 0x80)
        width += min(size, 2)
        at += size
    return width


@EXAMPLES
@given(st.text(max_size=60), CODE_SETS)
def test_a_line_is_as_wide_as_its_characters(text: str, code_set: str) -> None:
    (body,) = encode_job([PrintLine(text)], {**PROFILE, "code_set": code_set})
    assert columns(body[4:-1]) == sum(1 if ord(char) < 0x80 else 2 for char in printable(text))
    assert code_set != "gbk" or not any(0x30 <= body[at + 1] <= 0x39 for at in lead_bytes(body[:-1]))


def lead_bytes(encoded: bytes) -> list[int]:
    """Where the codes of two or more bytes begin."""
    found, at = [], 0
    while at < len(encoded):
        if encoded[at] >= 0x80:
            found.append(at)
            at += 1
        at += 1
    return found


def bars_as_text(drawn: bytes) -> str:
    """What the bars of GS k 73 say, by the rules of its data: {B characters, {C pairs of digits, {{ a brace."""
    data = drawn[drawn.index(b"\x1dkI") + 4 :]
    assert len(data) == drawn[drawn.index(b"\x1dkI") + 3]
    text, pairs, at = "", False, 0
    while at < len(data):
        if data[at : at + 2] in (b"{B", b"{C"):
            pairs = data[at + 1] == ord("C")
            at += 2
        elif pairs:
            assert data[at] < 100
            text += f"{data[at]:02d}"
            at += 1
        else:
            at += 1 if data[at : at + 2] != b"{{" else 2
            text += chr(data[at - 1])
    return text


@EXAMPLES
@given(st.lists(st.one_of(DIGITS, ASCII, st.just("1604")), min_size=1).map(lambda parts: "".join(parts)[:20]))
def test_a_bar_code_says_its_data(text: str) -> None:
    drawn = escpos_symbols.bar_code(text, 832)
    assert bars_as_text(drawn) == text
    assert REAL_TIME.search(drawn) is None


NOISE = st.lists(st.tuples(st.floats(0, 10), ANYTHING), max_size=8)


async def disturbed(noise: list[tuple[float, bytes]], piece: int, **profile: Any) -> tuple[str, str, str]:
    """Outcomes of a job that is never proven while the printer babbles, and of one after it has calmed down."""
    wire, printer, session = make(**profile)
    wire.piece = piece
    async with Desk(session) as desk:
        await desk.wait(1)
        printer.proves = False
        for at, data in noise:
            wire.say(data, after_s=at)
        async with asyncio.timeout(200):
            first = await session.print(JOB, action())
        await desk.wait(max([at for at, _ in noise], default=0))
        printer.proves = printer.names = True
        await desk.wait(8)
        printer.printed = b""
        second = await session.print(JOB, action())
        assert second.outcome != "printed" or printer.printed == WHOLE
        return (*told(first), second.outcome)


@settings(max_examples=30, deadline=None)
@given(NOISE, st.integers(1, 64))
def test_no_noise_proves_a_job_by_name(noise: list[tuple[float, bytes]], piece: int) -> None:
    outcome, code, later = virtual_time.run(disturbed(noise, piece, process_id=True))
    assert outcome != "printed"
    assert code
    assert later == "printed"


@settings(max_examples=30, deadline=None)
@given(NOISE, st.integers(1, 64))
def test_no_noise_but_a_proof_proves_a_job(noise: list[tuple[float, bytes]], piece: int) -> None:
    quiet = [(at, data.translate(None, b"\x00\x03\x0c\x0f")) for at, data in noise]
    outcome, code, later = virtual_time.run(disturbed(quiet, piece))
    assert outcome != "printed"
    assert code
    assert later == "printed"
