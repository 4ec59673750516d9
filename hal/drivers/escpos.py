"""The session with an ESC/POS receipt printer (Epson ESC/POS).

"Printed" is never assumed. The status is asked before a job; behind the job goes GS r, which the printer answers in its
turn; and after that answer it must still be there. Paper that ends in the middle is waited out, for as long as it
takes.
"""

from hal import aio
from hal.drivers import escpos_codec as codec
from hal.drivers import escpos_status as answers
from hal.drivers.session import DeviceSession
from hal.errors import NoAnswer
from hal.ports import FAULT, NOT_PRINTED, NOT_SURE, PRINTED, READY, SILENT, PrintResult

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hal.ports import BytePort, DeviceStatus, PrintCut, PrinterStatus, PrintFeed, PrintLine, PrintQr

POLL_MS = 1000
ANSWER_MS = 1000  # the longest a printer takes for a real-time answer; usually some milliseconds
PROOF_MS = 5000  # how long a printer that is well again may owe the proof
ITEM_MS = 100  # added to that for every item of the job: slow printers take 60 to 80 ms for a line
SILENCE_MS = 10000
PACE_BYTES = 128
PACE_MS = 100  # 1.3 kB/s: about what a 58 mm printer puts on paper, so that small buffers do not run over
_MISSES = 2  # unanswered polls before the printer counts as silent
_SETTLE_MS = 2000
_SLICE_MS = 100
_PIECE = 64
_REQUESTS = 4


class _Request:
    """A job on its way to the task that owns the port, and its result on the way back."""

    def __init__(self, job: "list[PrintLine | PrintQr | PrintFeed | PrintCut]") -> None:
        self.job = job
        self.result = PrintResult(NOT_PRINTED, "printer.silent")
        self.done = aio.Event()


class EscposPrinter(DeviceSession):
    """Prints receipts (`hal.ports.Printer`). Tells `printer.silent` and the codes of `PrinterStatus.trouble`."""

    def __init__(self, port: "BytePort", columns: int) -> None:
        super().__init__(port, "printer.silent")
        self.columns = columns
        self._replies = answers.ReplyDecoder()
        self._requests = aio.Queue(_REQUESTS)
        self._open = False
        self._answer = -1  # the last real-time answer, or -1
        self._owed = 0  # proofs that were asked for and have not come
        self._misses = 0

    async def next_event(self) -> "DeviceStatus":
        """Wait for the status to change."""
        event: "DeviceStatus" = await self._events.take()
        return event

    async def print(self, job: "list[PrintLine | PrintQr | PrintFeed | PrintCut]") -> PrintResult:
        """Print `job` and wait for the proof (`hal.ports.Printer.print`). Codes of the result: those of the status,
        `printer.busy` (too many jobs wait), `printer.bad_job` (cannot be printed), `printer.no_proof`."""
        request = _Request(job)
        if not self._open:
            return request.result
        try:
            self._requests.put(request)
        except aio.QueueFull:
            return PrintResult(NOT_PRINTED, "printer.busy")
        try:
            await request.done.wait()
        except aio.Cancelled:
            request.done.set()  # nobody waits for it any more: a job that has not begun is not printed
            raise
        return request.result

    async def _serve(self) -> None:
        self._replies.reset()
        self._misses = 0
        await self._drop_input()
        self._open = True
        try:
            await self._watch()
        finally:
            self._open = False
            while len(self._requests):
                (await self._requests.get()).done.set()

    async def _watch(self) -> None:
        due_ms = aio.now_ms()
        while True:
            self._pulse()
            if len(self._requests):
                await self._fulfil(await self._requests.get())
            elif aio.now_ms() >= due_ms:
                status = await self._poll()
                if self._misses >= _MISSES:
                    raise NoAnswer("printer.silent", self._port.name)
                self._tell(status)
                due_ms = aio.now_ms() + POLL_MS
            else:
                await self._receive(_SLICE_MS)

    async def _fulfil(self, request: _Request) -> None:
        if request.done.is_set():
            return
        try:
            request.result = await self._perform(request)
        finally:  # also when the port closes or the task is cancelled: then the result is what it was last known to be
            request.done.set()

    async def _perform(self, request: _Request) -> PrintResult:
        try:
            data = codec.encode_job(request.job)
        except codec.JobRefused as error:
            return PrintResult(NOT_PRINTED, error.code)
        status = await self._poll()
        if status is None:
            return PrintResult(NOT_PRINTED, "printer.silent")
        self._tell(status)
        if status.trouble():
            return PrintResult(NOT_PRINTED, status.trouble())
        if self._owed:
            await self._settle_debt()
        request.result = PrintResult(NOT_SURE, "printer.silent")
        await self._send(data)
        return await self._wait_for_proof(PROOF_MS + ITEM_MS * len(request.job))

    async def _send(self, data: bytes) -> None:
        for start in range(0, len(data), PACE_BYTES):
            await self._port.write(data[start : start + PACE_BYTES])
            await aio.sleep_ms(PACE_MS)
            self._pulse()
        await self._ask_for_proof()

    async def _ask_for_proof(self) -> None:
        self._owed += 1
        await self._port.write(codec.PROOF_REQUEST)

    async def _wait_for_proof(self, patience_ms: int) -> PrintResult:
        """Watch the status until the proof comes. Trouble has all the time it needs; health and silence have not."""
        well_ms = heard_ms = aio.now_ms()
        while self._owed:
            self._pulse()
            status = await self._poll()
            now = aio.now_ms()
            self._tell(status)
            if status is not None:
                heard_ms = now
            if status is None or status.trouble():
                well_ms = now
            if now - heard_ms >= SILENCE_MS:
                return PrintResult(NOT_SURE, "printer.silent")
            if now - well_ms >= patience_ms:
                return PrintResult(NOT_SURE, "printer.no_proof")
            await self._receive_until(now + POLL_MS)
        # A line that breaks when the printer loses power can look like the proof; a printer that is still there cannot.
        after = await self._poll()
        self._tell(after)
        return PrintResult(PRINTED) if after is not None else PrintResult(NOT_SURE, "printer.silent")

    async def _settle_debt(self) -> None:
        """Make sure that a proof owed by an earlier job is not taken for the proof of the next one.

        Answers come in order and carry no name: ask for one more, and when it has come and nothing follows, whatever is
        missing is lost for good. Without any answer the debt stays, and the next job will not be called printed on
        less.
        """
        before = self._owed
        await self._ask_for_proof()
        await self._receive_until(aio.now_ms() + _SETTLE_MS)
        if self._owed <= before:
            self._owed = 0

    async def _poll(self) -> "PrinterStatus | None":
        """Ask for the status; None when the printer does not answer. What is not answered stays unknown."""
        printer = await self._ask(answers.PRINTER)
        if printer is None:
            self._misses += 1
            return None
        self._misses = 0
        offline = await self._ask(answers.OFFLINE_CAUSE)
        error = None
        if answers.needs_error_cause(printer, offline):
            error = await self._ask(answers.ERROR_CAUSE)
        return answers.status_of(printer, offline, error, await self._ask(answers.PAPER))

    async def _ask(self, kind: int) -> "int | None":
        await self._receive(0)
        self._answer = -1
        await self._port.write(codec.status_request(kind))
        deadline = aio.now_ms() + ANSWER_MS
        while self._answer < 0 and aio.now_ms() < deadline:
            await self._receive(deadline - aio.now_ms())
        return self._answer if self._answer >= 0 else None

    def _tell(self, status: "PrinterStatus | None") -> None:
        """Report what `status` means; a single unanswered poll means nothing yet."""
        if status is not None:
            trouble = status.trouble()
            self._report(FAULT if trouble else READY, trouble)
        elif self._misses >= _MISSES:
            self._report(SILENT, "printer.silent")

    async def _receive_until(self, deadline: int) -> None:
        """Take in answers until `deadline`, or until no proof is owed any more."""
        while self._owed and aio.now_ms() < deadline:
            await self._receive(min(_SLICE_MS, deadline - aio.now_ms()))

    async def _receive(self, ms: int) -> None:
        for item in self._replies.feed(await self._port.read(_PIECE, ms)):
            if isinstance(item, answers.RealTime):
                self._answer = item.value
            elif isinstance(item, answers.Buffered):
                self._owed = max(0, self._owed - 1)
