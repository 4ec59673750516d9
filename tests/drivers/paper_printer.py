"""A scripted receipt printer for the end of a `Wire`, with its troubles; written for the driver's tests alone."""

from __future__ import annotations

import asyncio
import itertools
from typing import TYPE_CHECKING, Any

from hal.drivers import escpos_codec as codec
from hal.drivers.escpos import EscposPrinter
from hal.drivers.escpos_line import PACE_BYTES
from hal.ports import PrintCut, PrintLine
from tests.drivers.wire import Wire

if TYPE_CHECKING:
    from hal.ports import PrintElement, PrintResult

PROOF_REQUEST = b"\x1dr\x01"
NAMED_REQUEST = b"\x1d(H\x06\x0000"
IDENTITY_REQUEST = b"\x1dI"
CUT = b"\x1dVB\x18"
RETRY = b"\x10\x05\x01"
STATUS_BACK_OFF = b"\x1da\x00"
_REQUESTS = {PROOF_REQUEST: 3, NAMED_REQUEST: 11, IDENTITY_REQUEST: 3, STATUS_BACK_OFF: 3}

PROFILE: dict[str, Any] = {
    "name": "58 mm",
    "columns": 32,
    "dots": 384,
    "code_set": "gb18030",
    "qr": "command",
    "process_id": False,
    "cutter": True,
    "answers": True,
    "bytes_s": 1300,
}
JOB: list[PrintElement] = [PrintLine(f"第{number}行 line") for number in range(40)]
JOB.append(PrintCut())
WHOLE = b"".join(codec.encode_job(JOB, PROFILE))

AT_THE_END = "when the paper ends"
AT_LOADING = "when new paper is put in"

_actions = itertools.count()


def action() -> str:
    """The name of a copy that nobody has printed before."""
    return f"visit-7/{next(_actions)}"


class Paper:
    """A printer that prints as soon as it can, and answers GS r in its turn."""

    def __init__(self, wire: Wire) -> None:
        self.wire = wire
        self.paper = True
        self.near_end = False
        self.cover_open = False
        self.jammed = False
        self.hot = False
        self.broken = False
        self.silent = False
        self.proves = True
        self.names = False  # knows GS ( H
        self.maker = "_MAKER"
        self.ignores: tuple[int, ...] = ()  # kinds of DLE EOT that it does not know
        self.online_without_paper = False  # as a cheap board that does not stop for want of paper
        self.forgets = ""  # `AT_THE_END` or `AT_LOADING`: when it loses what it has and has not printed
        self.forgot = False  # lines, or at least a request for proof
        self.hungry = 0  # bytes of a picture that it still waits for
        self.ends_after: int | None = None  # bytes printed until the paper ends
        self.cutter_sticks = 0  # how often the next cut has to be tried again
        self.status_s = 0.01  # from DLE EOT to its answer
        self.late_s = 0.05  # from GS r to its answer
        self.line_s = 0.0  # that a line takes to print
        self.retries: list[float] = []
        self.waiting = b""
        self.printed = b""
        self.moving = False

    def heard(self, data: bytes) -> None:
        """Answer a real-time request, or take a part of a job."""
        if self.silent:
            return
        if data[:2] == b"\x10\x04":
            if data[2] not in self.ignores:
                self.wire.say(bytes([self._status(data[2])]), after_s=self.status_s)
            return
        if data == RETRY:
            self._retry()
            return
        assert len(data) <= PACE_BYTES
        swallowed = min(self.hungry, len(data))
        self.hungry -= swallowed
        rest = data[swallowed:]
        self.waiting += rest.lstrip(b"\x00") if data[:1] == b"\x00" else rest  # NUL between commands is nothing
        self.work()

    def load(self) -> None:
        """The doctor puts in paper and closes the cover."""
        if self.forgets == AT_LOADING and not self.paper:
            self._forget()
        self.paper, self.cover_open = True, False
        self.work()

    def cool(self) -> None:
        """The head has cooled down."""
        self.hot = False
        self.work()

    def switch_off_and_on(self) -> None:
        """Everything that is not on paper is forgotten."""
        self._forget()

    def work(self) -> None:
        """Print what is waiting, a line at a time, as far as paper goes."""
        while self.waiting and not self._offline() and not self.moving:
            for request, size in _REQUESTS.items():
                if self.waiting.startswith(request):
                    asked, self.waiting = self.waiting[:size], self.waiting[size:]
                    self._answer(request, asked)
                    break
            else:
                self._print_line()

    def _answer(self, request: bytes, asked: bytes) -> None:
        if request == PROOF_REQUEST and self.proves:
            self.wire.say(b"\x00", after_s=self.late_s)
        elif request == NAMED_REQUEST and self.names:
            self.wire.say(b"\x37\x22" + asked[7:] + b"\x00", after_s=self.late_s)
        elif request == IDENTITY_REQUEST and self.maker:
            self.wire.say(b"\x5f" + self.maker.encode() + b"\x00", after_s=self.late_s)

    def _print_line(self) -> None:
        marks = [self.waiting.find(b"\n") + 1, *[self.waiting.find(request) for request in _REQUESTS]]
        size = min([at for at in marks if at > 0], default=len(self.waiting))
        if self.ends_after is not None and len(self.printed) + size >= self.ends_after:
            size = self.ends_after - len(self.printed)
            self.ends_after, self.paper = None, False
        if CUT in self.waiting[:size] and self.cutter_sticks:
            self.jammed = True
            return
        self.printed += self.waiting[:size]
        self.waiting = self.waiting[size:]
        if not self.paper and self.forgets == AT_THE_END:
            self._forget()
        if self.line_s:
            self.moving = True
            asyncio.get_running_loop().call_later(self.line_s, self._moved)

    def _retry(self) -> None:
        self.retries.append(asyncio.get_running_loop().time())
        self.cutter_sticks = max(0, self.cutter_sticks - 1)
        self.jammed = self.cutter_sticks > 0
        self.work()

    def _moved(self) -> None:
        self.moving = False
        self.work()

    def _forget(self) -> None:
        self.forgot = self.forgot or bool(self.waiting)
        self.waiting = b""

    def _offline(self) -> bool:
        blank = not self.paper and not self.online_without_paper
        return blank or self.cover_open or self.jammed or self.hot or self.broken

    def _status(self, kind: int) -> int:
        error = self.jammed or self.hot or self.broken
        blank = not self.paper
        return (
            0x12
            | {
                1: 0x08 * self._offline(),
                2: 0x04 * self.cover_open | 0x20 * (blank and not self.online_without_paper) | 0x40 * error,
                3: 0x08 * self.jammed | 0x20 * self.broken | 0x40 * self.hot,
                4: 0x0C * self.near_end | 0x60 * blank,
            }[kind]
        )


def make(**profile: Any) -> tuple[Wire, Paper, EscposPrinter]:
    """A wire with a printer at its end, and the session; `profile` differs from `PROFILE`."""
    wire = Wire()
    printer = Paper(wire)
    wire.device = printer
    return wire, printer, EscposPrinter(wire, {**PROFILE, **profile})


def job_bytes(wire: Wire) -> bytes:
    """All that was written of jobs: without questions, and without what comes before the first job."""
    questions = (b"\x10\x04", b"\x10\x05", b"\x00", IDENTITY_REQUEST)
    return b"".join(
        data
        for _, data in wire.written
        if not data.startswith(questions) and data not in (PROOF_REQUEST, STATUS_BACK_OFF)
    )


def told(result: PrintResult) -> tuple[str, str]:
    """Outcome and code."""
    return result.outcome, result.code
