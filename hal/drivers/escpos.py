"""The session with an ESC/POS receipt printer (Epson ESC/POS).

"Printed" is never assumed. The status is asked before a job; the job goes in small groups of whole elements, behind
each of them GS r, which the printer answers in its turn (behind the last one GS ( H where the printer knows it: its
answer carries the name of the job); and after the last answer it must still be there.

The answers are also what paces the job: only little is sent ahead of the paper, and nothing more once the printer has
stopped. Paper that ends in the middle is waited out, for as long as it takes. A printer that goes on by itself then
answers for all that it had, and gets the rest; one that forgot it answers too few, and gets nothing more: a receipt
without its middle must not look like a whole one.
"""

from hashlib import sha256

from hal import aio
from hal.drivers import escpos_codec as codec
from hal.drivers.escpos_delivery import SETTLE_MS, Delivery
from hal.drivers.escpos_line import MISSES, PACE_BYTES, POLL_MS, PrinterLine
from hal.drivers.escpos_status import ERROR_CAUSE, STUCK, bit
from hal.drivers.escpos_words import status_in_words
from hal.drivers.session import DeviceSession
from hal.errors import NoAnswer
from hal.ports import FAULT, NOT_PRINTED, NOT_SURE, READY, SILENT, YES, PrintResult

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from hal.drivers.escpos_symbols import QrRows
    from hal.ports import BytePort, DeviceStatus, Facts, PrintElement, PrinterStatus

STUCK_RETRY_MS = 5000  # between two attempts of a cutter that is stuck: time for a hand to clear the paper
FLUSH_BYTES = 8192  # the most that is sent to a printer that waits for the rest of a picture
_OWN_DATA = 1200  # bytes: more than any one element of a job has
_FLUSH_PIECE = PACE_BYTES - len(codec.PROOF_REQUEST)
_COMMANDS_MS = 1000  # how long a printer that takes commands may take for the first proof
_STEP_MS = 30  # that it may take for the proof behind each piece of filling
_SHORTEST_MS = 100  # between two polls, however often the printer speaks by itself
_REQUESTS = 4
_REMEMBERED = 64
_LONGEST_ACTION = 40
_NAME_SIZE = 4
_NAME_CHARACTERS = 95  # 20h to 7Eh


class _Request:
    """A job on its way to the task that owns the port, and its result on the way back."""

    def __init__(self, job: "list[PrintElement]", action: str) -> None:
        self.job = job
        self.action = action
        self.result = PrintResult(NOT_PRINTED, "printer.silent")
        self.done = aio.Event()


class EscposPrinter(DeviceSession):
    """Prints receipts (`hal.ports.Printer`). Tells `printer.silent` and the codes of `PrinterStatus.trouble`; a printer
    whose profile says that it cannot answer is `READY` as long as its port is open.

    `profile` is what `hal.profiles.read_printer` returns, `line_bytes_s` the bytes a second of a serial line (0: there
    is none), `qr_rows` draws QR codes for a profile that wants it (`escpos_codec.encode_job`).
    """

    def __init__(
        self, port: "BytePort", profile: "dict[str, Any]", line_bytes_s: int = 0, qr_rows: "QrRows | None" = None
    ) -> None:
        super().__init__(port, "printer.silent")
        self.columns: int = profile["columns"]
        self._profile = profile
        self._line_bytes_s = line_bytes_s
        self._qr_rows = qr_rows
        self._line = PrinterLine(port, profile["bytes_s"], self._pulse)
        self._delivery = Delivery(self._line, self._look)
        self._requests = aio.Queue(_REQUESTS)
        self._begun: "list[str]" = []  # actions of which a byte was sent, the newest last
        self._open = False
        self._met = False  # is known to take commands since the port was opened
        self._retry_ms = 0  # when what is stuck is tried again; 0 = nothing is
        self._maker = ""
        self._model = ""

    def facts(self) -> "Facts":
        """Profile, maker and model, what proves a receipt, and every status bit of the last poll in words."""
        proof = "process id" if self._profile["process_id"] else "GS r"
        known = [
            ("profile", self._profile["name"]),
            ("maker", self._maker or "unknown"),
            ("model", self._model or "unknown"),
            ("proof of print", proof if self._profile["answers"] else "none"),
        ]
        return known + status_in_words(self._line.answers)

    async def next_event(self) -> "DeviceStatus":
        """Wait for the status to change."""
        event: "DeviceStatus" = await self._events.take()
        return event

    async def print(self, job: "list[PrintElement]", action: str) -> PrintResult:
        """Print `job` and wait for the proof (`hal.ports.Printer.print`). Codes of the result: those of the status,
        `printer.busy` (too many jobs wait), `printer.bad_job` (cannot be printed), `printer.same_action` (it was begun
        before), `printer.no_proof`."""
        if action in self._begun:
            return PrintResult(NOT_SURE, "printer.same_action")
        request = _Request(job, action)
        if not self._open:
            return request.result
        try:
            self._requests.put(request)
        except aio.QueueFull:
            return PrintResult(NOT_PRINTED, "printer.busy")
        self._port.wake()
        try:
            await request.done.wait()
        except aio.Cancelled:
            request.done.set()  # nobody waits for it any more: a job that has not begun is not printed
            raise
        return request.result

    async def _serve(self) -> None:
        self._line.begin()
        self._met = False
        await self._drop_input()
        self._open = True
        try:
            await (self._watch() if self._profile["answers"] else self._watch_mute())
        finally:
            self._open = False
            self._line.begin()
            while len(self._requests):
                (await self._requests.get()).done.set()

    async def _watch(self) -> None:
        polled_ms = aio.now_ms() - POLL_MS
        while True:
            due_ms = polled_ms + (_SHORTEST_MS if self._line.automatic else self._line.pause_ms)
            if len(self._requests):
                await self._fulfil(await self._requests.get())
            elif aio.now_ms() >= due_ms:
                await self._look()
                if self._line.misses >= MISSES:
                    raise NoAnswer("printer.silent", self._port.name)
                polled_ms = aio.now_ms()
            elif self.status.state == READY and not self._met:
                await self._meet()
            else:
                await self._line.receive(due_ms - aio.now_ms())

    async def _watch_mute(self) -> None:
        await self._line.pour(bytes(_OWN_DATA))  # the end of what a cut cable may have left begun; see `_meet`
        self._report(READY)
        while True:
            if len(self._requests):
                await self._fulfil(await self._requests.get())
            else:
                await self._line.receive(POLL_MS)

    async def _fulfil(self, request: _Request) -> None:
        if request.done.is_set():
            return
        try:
            request.result = await self._perform(request)
        finally:  # also when the port closes or the task is cancelled: then the result is what it was last known to be
            request.done.set()

    async def _perform(self, request: _Request) -> PrintResult:
        if request.action in self._begun:
            return PrintResult(NOT_SURE, "printer.same_action")
        try:
            groups = self._groups(request)
        except codec.JobRefused as error:
            return PrintResult(NOT_PRINTED, error.code)
        if self._profile["answers"]:
            code = await self._trouble()
            if code:
                return PrintResult(NOT_PRINTED, code)
            await self._clear_the_way()
            if not self._met:
                return PrintResult(NOT_PRINTED, self.status.code or "printer.silent")
        if request.done.is_set():  # nobody waits for it any more
            return request.result
        request.result = PrintResult(NOT_SURE, "printer.silent")
        self._begun = self._begun[1 - _REMEMBERED :]
        self._begun.append(request.action)
        if not self._profile["answers"]:
            return await self._delivery.pour(groups)
        name = _name_of(request.action) if self._profile["process_id"] else b""
        try:
            return await self._delivery.run(groups, len(request.job), name)
        finally:
            self._line.disown()

    def _groups(self, request: _Request) -> "list[bytes]":
        if not 1 <= len(request.action) <= _LONGEST_ACTION:
            raise codec.JobRefused(
                "printer.bad_job", "an action without a name, or with a longer one than 40 characters"
            )
        pieces = codec.encode_job(request.job, self._profile, self._qr_rows, self._line.talkative)
        proof_size = codec.NAMED_REQUEST_SIZE if self._profile["process_id"] else len(codec.PROOF_REQUEST)
        pieces, end = codec.parted(pieces)
        groups = codec.grouped(pieces, PACE_BYTES - proof_size, self._line_bytes_s, self._profile["bytes_s"])
        return groups + [end]

    async def _trouble(self) -> str:
        """What keeps a job from being printed now. A printer that was well at the last poll is only asked whether it is
        still online, so that the job leaves at once."""
        if self.status.state == READY and self._met and await self._line.is_online():
            return ""
        status = await self._look()
        return "printer.silent" if status is None else status.trouble()

    async def _clear_the_way(self) -> None:
        """Make sure that what comes next is taken for commands, and what is answered for their proof."""
        if not self._met:
            await self._meet()
        if self._line.debt and not (self._maker and await self._line.text(codec.MAKER)):
            await self._delivery.settle_debt()

    async def _look(self) -> "PrinterStatus | None":
        """Poll, and report what the status means; a single unanswered poll means nothing yet."""
        status = await self._line.poll()
        if status is not None:
            trouble = status.trouble()
            self._report(FAULT if trouble else READY, trouble or status.remark())
            await self._free_what_is_stuck()
        elif self._line.misses >= MISSES:
            self._report(SILENT, "printer.silent")
        return status

    async def _free_what_is_stuck(self) -> None:
        """A stuck cutter, or paper feed, stays stuck until it is told to try again: `STUCK_RETRY_MS` after it was found
        so, and again and again. The printer goes on where it stopped; nothing is printed twice, and nothing is lost."""
        now = aio.now_ms()
        if bit(self._line.answers.get(ERROR_CAUSE), STUCK) != YES:
            self._retry_ms = 0
        elif self._retry_ms == 0:
            self._retry_ms = now + STUCK_RETRY_MS
        elif now >= self._retry_ms:
            self._retry_ms = now + STUCK_RETRY_MS
            await self._line.retry()

    async def _meet(self) -> None:
        """Find out whether a printer that is well takes commands, and what it is.

        A cable that was cut in the middle of a picture leaves it waiting for the rest, and it would swallow the next
        receipt. So as long as it does not answer GS r it gets NUL, which is nothing between commands, up to
        `FLUSH_BYTES` (the receiptio program sends as many).
        """
        line = self._line
        fresh = line.debt == 0
        await line.hush()
        answered = await self._takes_commands()
        self._met = self.status.state == READY
        if not (self._met and answered):
            return
        self._maker = await line.text(codec.MAKER)
        if self._maker:
            self._model = await line.text(codec.MODEL)
        elif fresh:  # it may still owe proofs to a terminal that was restarted
            await line.quiet(SETTLE_MS)
            line.debt = 0

    async def _takes_commands(self) -> bool:
        line = self._line
        await line.ask_for_proof()
        if await line.fewer_owed(line.debt, _COMMANDS_MS):
            return True
        await self._look()
        step_ms = _STEP_MS + (PACE_BYTES * 1000 // self._line_bytes_s if self._line_bytes_s else 0)
        left = FLUSH_BYTES
        while left > 0 and self.status.state == READY:
            await line.ask_for_proof(min(left, _FLUSH_PIECE))
            left -= _FLUSH_PIECE
            if await line.fewer_owed(line.debt, step_ms):
                return True
        return False


def _name_of(action: str) -> bytes:
    """Four printable bytes for GS ( H that go with `action`, and with hardly another one."""
    digest = sha256(action.encode()).digest()
    return bytes([0x20 + digest[at] % _NAME_CHARACTERS for at in range(_NAME_SIZE)])
