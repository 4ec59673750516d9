"""The session with an ESC/POS receipt printer (Epson ESC/POS).

"Printed" is never assumed. The status is asked before a job; the job goes in small groups of whole elements, behind
each of them GS r, which the printer answers in its turn; and after the last answer it must still be there.

The answers are also what paces the job: only little is sent ahead of the paper, and nothing more once the printer has
stopped. Paper that ends in the middle is waited out, for as long as it takes. A printer that goes on by itself then
answers for all that it had, and gets the rest; one that forgot it answers too few, and gets nothing more: a receipt
without its middle must not look like a whole one.
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
PROOF_MS = 5000  # how long a printer that is well may owe a proof
ITEM_MS = 100  # added to that for every item of the job: slow printers take 60 to 80 ms for a line
SILENCE_MS = 10000
PACE_BYTES = 128  # the most that is written at once
PACE_MS = 100  # where no proof sets the pace: 1.3 kB/s, about what a 58 mm printer prints, for small buffers
AHEAD_BYTES = 2 * PACE_BYTES  # sent and not proven: the paper need not stand still while the next group is on its way
_GROUP_BYTES = PACE_BYTES - len(codec.PROOF_REQUEST)
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


class _Course:
    """How one job is going: whether more of it may be sent now, and when to give it up. No I/O and no clock."""

    def __init__(self, now: int, patience_ms: int, mute: bool) -> None:
        self.mute = mute  # the answers to GS r cannot set the pace, time does
        self._patience_ms = patience_ms
        self._answers = False  # has answered GS r
        self._well = True  # as of the last poll
        self._shaken = False  # was in trouble during this job: from then on nothing goes ahead of the proofs
        self._still_ms = now  # since when it is well and nothing moves
        self._heard_ms = now

    def may_send(self, ahead: "list[int]", size: int) -> bool:
        """Whether `size` more bytes may follow the groups of `ahead`, which are not yet proven."""
        if not self._well or (self._shaken and ahead):
            return False
        return self.mute or not ahead or sum(ahead) + size <= AHEAD_BYTES

    def sent(self, now: int) -> None:
        """A group was sent."""
        self._still_ms = now

    def answered(self, now: int) -> None:
        """A proof came."""
        self._still_ms = self._heard_ms = now
        self._answers = True

    def polled(self, now: int, status: "PrinterStatus | None", lost: bool) -> None:
        """The status was asked; None: no answer. `lost`: this was not the first time."""
        self._well = status is not None and not status.trouble()
        if status is not None:
            self._heard_ms = now
        if not self._well:
            self._still_ms = now
        if lost or (status is not None and status.trouble()):
            self._shaken = True

    def verdict(self, now: int, more: bool) -> str:
        """Why to give up, or "" as long as there is hope; `more`: not all was sent. Trouble has all the time it needs;
        health and silence have not."""
        if now - self._heard_ms >= SILENCE_MS:
            return "printer.silent"
        still_ms = now - self._still_ms
        if more and not (self._answers or self.mute):
            # Some cheap boards do not know GS r; their receipts are not cut short for it.
            self.mute = still_ms >= PROOF_MS
            return ""
        return "printer.no_proof" if still_ms >= self._patience_ms else ""


class EscposPrinter(DeviceSession):
    """Prints receipts (`hal.ports.Printer`). Tells `printer.silent` and the codes of `PrinterStatus.trouble`."""

    def __init__(self, port: "BytePort", columns: int) -> None:
        super().__init__(port, "printer.silent")
        self.columns = columns
        self._replies = answers.ReplyDecoder()
        self._requests = aio.Queue(_REQUESTS)
        self._open = False
        self._answer = -1  # the last real-time answer, or -1
        self._ahead: "list[int]" = []  # bytes of the groups of this job that are not yet proven, the oldest first
        self._debt = 0  # proofs that former jobs have asked for and that have not come; they would come first
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
            groups = codec.grouped(codec.encode_job(request.job), _GROUP_BYTES)
        except codec.JobRefused as error:
            return PrintResult(NOT_PRINTED, error.code)
        status = await self._poll()
        if status is None:
            return PrintResult(NOT_PRINTED, "printer.silent")
        self._tell(status)
        if status.trouble():
            return PrintResult(NOT_PRINTED, status.trouble())
        if self._debt:
            await self._settle_debt()
        request.result = PrintResult(NOT_SURE, "printer.silent")
        try:
            return await self._deliver(groups, PROOF_MS + ITEM_MS * len(request.job))
        finally:
            self._debt += len(self._ahead)
            self._ahead = []

    async def _deliver(self, groups: "list[bytes]", patience_ms: int) -> PrintResult:
        """Send `groups` as the proofs allow it, and wait for all of them."""
        course = _Course(aio.now_ms(), patience_ms, self._debt > 0)
        due_ms = aio.now_ms() + POLL_MS
        owed = self._owed()
        while groups or owed:
            self._pulse()
            if groups and course.may_send(self._ahead, len(groups[0])):
                await self._send(groups.pop(0))
                owed += 1
                course.sent(aio.now_ms())
                if course.mute:
                    await aio.sleep_ms(PACE_MS)
                    due_ms = aio.now_ms()
            else:
                await self._receive_until_less(owed, due_ms - aio.now_ms())
            if self._owed() < owed:
                owed = self._owed()
                course.answered(aio.now_ms())
            elif aio.now_ms() >= due_ms:
                code = await self._check(course, len(groups) > 0)
                if code:
                    return PrintResult(NOT_SURE, code)
                due_ms = aio.now_ms() + POLL_MS
        return await self._look_once_more()

    async def _check(self, course: _Course, more: bool) -> str:
        status = await self._poll()
        self._tell(status)
        course.polled(aio.now_ms(), status, self._misses >= _MISSES)
        return course.verdict(aio.now_ms(), more)

    async def _look_once_more(self) -> PrintResult:
        """Make sure that the printer is still there: a line that breaks as it loses power can look like a proof."""
        status = await self._poll()
        self._tell(status)
        return PrintResult(PRINTED) if status is not None else PrintResult(NOT_SURE, "printer.silent")

    async def _send(self, group: bytes) -> None:
        data = group + codec.PROOF_REQUEST
        self._ahead.append(len(data))
        for start in range(0, len(data), PACE_BYTES):
            if start:  # one long element, in which no proof can stand
                await aio.sleep_ms(PACE_MS)
                self._pulse()
            await self._port.write(data[start : start + PACE_BYTES])

    async def _settle_debt(self) -> None:
        """Make sure that a proof owed by an earlier job is not taken for a proof of the next one.

        Answers come in order and carry no name: ask for one more, and when one has come and nothing follows, whatever
        is missing is lost for good. Without any answer the debt stays, and the next job will not be called printed on
        less.
        """
        before = owed = self._debt
        self._debt += 1
        await self._port.write(codec.PROOF_REQUEST)
        while self._debt and self._debt != owed:
            self._pulse()
            owed = self._debt
            await self._receive_until_less(owed, _SETTLE_MS)
        if self._debt <= before:
            self._debt = 0

    def _owed(self) -> int:
        return self._debt + len(self._ahead)

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

    async def _receive_until_less(self, owed: int, ms: int) -> None:
        """Take in answers until fewer than `owed` proofs are owed, but not longer than `ms`."""
        deadline = aio.now_ms() + ms
        while self._owed() >= owed and aio.now_ms() < deadline:
            await self._receive(min(_SLICE_MS, deadline - aio.now_ms()))

    async def _receive(self, ms: int) -> None:
        for item in self._replies.feed(await self._port.read(_PIECE, ms)):
            if isinstance(item, answers.RealTime):
                self._answer = item.value
            elif isinstance(item, answers.Buffered):
                self._prove()

    def _prove(self) -> None:
        if self._debt:
            self._debt -= 1
        elif self._ahead:
            self._ahead.pop(0)
