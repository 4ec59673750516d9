"""Any bytes in any pieces: nothing is raised, the paper is the same, and the next good line is printed."""

from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.devices.printer_kinds import KINDS
from simulator.faults import FAULTS
from tests.simulator.devices.printer_desk import PrinterDesk

COMMANDS = [
    *(b"\x1b@", b"\x1c&", b"\x1c.", b"\x1d!\x77", b"\x1d(k\x03\x001Q0", b"\x1d(k\x05\x001P0ab", b"\x1d(k"),
    *(b"\x1dv0\x00\x01\x00\x01\x00", b"\x1dk\x04AB\x00", b"\x1dkI\x05{Babc", b"\x1dk", b"\x1dH\x03", b"\x1dw\x02"),
    *(b"\x1dh\x10", b"\x1b*\x21", b"\x1bD", b"\x1d(H\x06\x0000abcd", b"\x10\x04\x01", b"\x10\x05\x02", b"\x10\x05\x01"),
    *(b"\x10", b"\x1dz0\x01\x01", b"\x1bc5\x01", b"\x1dV\x42\x00", b"\x1da\xff", b"\x1dr\x01"),
    *("药㐀￥\n".encode("gb18030"), b"text\n", b"\x81", b"\x1b", b"\x1d"),
]
STREAMS = st.lists(st.one_of(st.binary(max_size=24), st.sampled_from(COMMANDS)), max_size=40).map(b"".join)
FLUSH = b"\x00" * 8192  # what receiptio sends to get a printer out of a picture that was cut off
LINE = b"\x1b@" + "好\n".encode("gbk")


@given(st.sampled_from(sorted(KINDS)), STREAMS, st.data())
def test_pieces_do_not_matter(kind: str, stream: bytes, data: st.DataObject) -> None:
    cuts = sorted(data.draw(st.lists(st.integers(0, len(stream)), max_size=20)))
    whole, pieces = PrinterDesk(kind), PrinterDesk(kind)
    whole.ask(stream)
    for start, end in zip([0, *cuts], [*cuts, len(stream)], strict=True):
        pieces.ask(stream[start:end])
    assert list(pieces.printer.paper) == list(whole.printer.paper)
    assert pieces.printer.paper.svg() == whole.printer.paper.svg()
    assert pieces.printer.paper.text() == whole.printer.paper.text()
    assert pieces.printer.unknown == whole.printer.unknown


TROUBLE = [
    "printer.cutter_jams", "printer.motor_jams", "printer.breaks", "printer.overheats", "printer.stalls",
    "printer.reprints", "printer.slow_status", "printer.answers_wrong",
]  # fmt: skip


@settings(max_examples=60)
@given(STREAMS, st.sets(st.sampled_from(TROUBLE)), st.integers(0, 3))
def test_after_any_trouble_it_comes_back(stream: bytes, faults: set[str], ends_after: int) -> None:
    desk = PrinterDesk(lines_per_second=18)
    for fault in faults:
        desk.fault(fault, 3)
    desk.fault("printer.paper_out_after", ends_after)
    for start in range(0, len(stream), 5):
        desk.ask(stream[start : start + 5])
        desk.wait(0.5)
    for fault in faults:
        desk.printer.faults.clear(FAULTS[fault].knob)
    desk.printer.load_paper()
    desk.printer.clear_jam()
    desk.printer.power_off()
    desk.printer.power_on()
    desk.wait(60)
    desk.ask(b"good again\n")
    desk.wait(60)
    assert desk.lines()[-1] == "good again"


@given(st.sampled_from(sorted(KINDS)), STREAMS)
def test_after_garbage_an_initialised_line_is_printed(kind: str, stream: bytes) -> None:
    desk = PrinterDesk(kind)
    desk.ask(stream + FLUSH + LINE)
    if desk.lines()[-1:] != ["好"]:  # a picture of up to 4 GiB is still swallowing, and the switch ends that
        assert desk.printer.waiting == 0
        desk.printer.power_off()
        desk.printer.power_on()
        desk.ask(LINE)
    assert desk.lines()[-1] == "好"
