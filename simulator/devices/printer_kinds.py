"""The kinds of receipt printer that stand on village counters, as data."""

from dataclasses import dataclass

GB18030 = "gb18030"
GBK = "gbk"


@dataclass(frozen=True)
class PrinterKind:
    """What one model can do.

    `columns` is the width of a line in Latin characters, `buffer` the input buffer in bytes, `pace` its speed as a
    multiple of a usual 58 mm printer's. A printer that does not `answer` has no wire back to the host.
    """

    model: str
    columns: int = 32
    code_set: str = GB18030
    qr: bool = True  # GS ( k
    process_id: bool = False  # GS ( H
    cutter: bool = True
    answers: bool = True
    near_end_sensor: bool = True  # without it paper is never reported to be near its end
    cover_hides_paper: bool = False  # an open cover moves the roll off the sensor, which then reports paper end
    cover_is_error: bool = False  # a cover opened while it prints is an automatically recoverable error, too
    buffer: int = 4096
    pace: float = 1.0

    @property
    def identity(self) -> dict[int, bytes]:
        """The answers to GS I 66 (maker) and 67 (model), as block data."""
        return {66: b"_SIMULATOR\0", 67: b"_" + self.model.encode("ascii") + b"\0"}


KINDS = {
    "58mm": PrinterKind("58MM-GB18030"),
    "80mm": PrinterKind("80MM-GB18030", columns=48, process_id=True, cover_is_error=True, pace=2.0),
    "58mm-plain": PrinterKind(
        "58MM-GBK",
        code_set=GBK,
        qr=False,
        cutter=False,
        near_end_sensor=False,
        cover_hides_paper=True,
        buffer=512,
        pace=0.6,
    ),
    "58mm-mute": PrinterKind("58MM-MUTE", cutter=False, answers=False),
}
