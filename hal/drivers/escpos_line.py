"""The conversation with an ESC/POS printer over its port: questions, answers, and the proofs that are still owed.

Automatic status (ASB) is kept off: its four bytes hold zeros, and three of them whose first byte was lost would pass
for answers to GS r, the proof of a receipt. GS a 0 goes out when the port was opened, and in each job (ESC @ may bring
it back) once the printer has spoken by itself all the same; that is a reason to ask it at once, and no news by itself.
"""

from hal import aio
from hal.drivers import escpos_codec as codec
from hal.drivers import escpos_status as status
from hal.ports import YES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from hal.ports import BytePort, PrinterStatus

ANSWER_MS = 1000  # the longest a printer takes for a real-time answer; usually some milliseconds
POLL_MS = 1000
STILL_POLL_MS = 5000  # of a printer that stands still, after a while
MISSES = 2  # unanswered polls before the printer counts as silent
PACE_BYTES = 216  # the most that is written at once; twice as much and some questions fit into a buffer of 512 bytes
_PIECE = 64
_TEXT_MS = 300
_TORN_MS = 500  # bytes of one answer do not come further apart: what was begun before is noise
_ALWAYS = -1
_KINDS = (status.PRINTER, status.OFFLINE_CAUSE, status.ERROR_CAUSE, status.PAPER)  # in the order of asking
_OFFLINE = 0x08  # of the answer to DLE EOT 1
_ERROR = 0x40  # of the answer to DLE EOT 2


class PrinterLine:
    """Asks and listens; all of it from the one task that owns the port. Every method raises `PortClosed`, and calls
    `pulse` whenever it waits."""

    def __init__(self, port: "BytePort", bytes_s: int, pulse: "Callable[[], None]") -> None:
        self.answers: "dict[int, int]" = {}  # kind of DLE EOT to the newest answer
        self.misses = 0  # polls in a row without an answer
        self.pause_ms = POLL_MS  # until the next poll is due
        self.debt = 0  # proofs that former jobs have asked for and that have not come; they would come first
        self.ahead: "list[tuple[int, bytes]]" = []  # size and name of the groups not yet proven, the oldest first
        self.without_paper = False  # it answered GS r, and said that there is no paper
        self.automatic = False  # it has spoken by itself since the last poll
        self.talkative = False  # it has spoken by itself before: a switch makes it
        self._port = port
        self._pulse = pulse
        self._bytes_s = bytes_s  # that the printer takes in a second when nothing else sets the pace
        self._replies = status.ReplyDecoder()
        self._proofs = 0  # answers to GS r so far
        self._heard_ms = 0
        self._answer = -1  # the last real-time answer, or -1
        self._text = ""  # the last answer to GS I
        self._texts_owed = 0  # answers to GS I that have not come
        self._unanswered: "dict[int, int]" = {}  # kind to how often in a row, or `_ALWAYS` once it was answered

    def begin(self) -> None:
        """The port was opened: what was known of the printer may be of another one."""
        self._replies.reset()
        self._unanswered = {}
        self.answers = {}
        self.misses = 0
        self.pause_ms = POLL_MS
        self.automatic = False

    def owed(self) -> int:
        """Proofs that may still come."""
        return self.debt + len(self.ahead)

    async def poll(self) -> "PrinterStatus | None":
        """Ask for the status; None when the printer does not answer. What is not answered stays unknown, and a question
        that it has never answered is not asked for ever.

        Printers answer at once, but keep the questions in their buffers as well, and when they stand still it fills
        (NCR 7168 and A794 manuals, "Moving data through the buffer"): so of one that is offline for the same cause as
        before no more is asked, and that less and less often.
        """
        self.automatic = False
        answers = await self._answers_now()
        self.pause_ms = min(2 * self.pause_ms, STILL_POLL_MS) if answers is self.answers else POLL_MS
        self.answers = answers
        if status.PRINTER not in answers:
            self.misses += 1
            return None
        self.misses = 0
        return status.status_of(
            answers[status.PRINTER],
            answers.get(status.OFFLINE_CAUSE),
            answers.get(status.ERROR_CAUSE),
            answers.get(status.PAPER),
        )

    async def _answers_now(self) -> "dict[int, int]":
        """The answers by kind, those of the last poll when the printer stands still."""
        answers: "dict[int, int]" = {}
        for kind in _KINDS:
            if self._given_up(kind):
                continue
            answer = await self._ask(kind)
            if answer is not None:
                answers[kind] = answer
                self._unanswered[kind] = _ALWAYS
                if self._stands_still(answers):
                    return self.answers
            elif kind == status.PRINTER:
                break
            elif self._unanswered.get(kind, 0) != _ALWAYS:
                self._unanswered[kind] = self._unanswered.get(kind, 0) + 1
        return answers

    def _stands_still(self, answers: "dict[int, int]") -> bool:
        """Whether it is offline, has said all that it can, and what it has said now is what it said then."""
        all_said = all([kind in self.answers or self._given_up(kind) for kind in _KINDS])
        error = status.bit(answers.get(status.OFFLINE_CAUSE), _ERROR) == YES
        if not all_said or (status.ERROR_CAUSE if error else status.OFFLINE_CAUSE) not in answers:
            return False
        same = all([answers[kind] == self.answers[kind] for kind in answers])
        return same and status.bit(answers[status.PRINTER], _OFFLINE) == YES

    def _given_up(self, kind: int) -> bool:
        return kind != status.PRINTER and self._unanswered.get(kind, 0) >= MISSES

    async def is_online(self) -> bool:
        """The shortest question: whether the printer says now that it is online."""
        answer = await self._ask(status.PRINTER)
        return answer is not None and status.bit(answer, _OFFLINE) != YES

    async def text(self, kind: int) -> str:
        """What the printer calls its maker or model (GS I), or "" when it does not say so soon. It says so in its turn:
        then no proof is owed any more."""
        self._text = ""
        self._texts_owed += 1
        await self._port.write(codec.identity_request(kind))
        deadline = aio.now_ms() + _TEXT_MS
        while self._texts_owed and aio.now_ms() < deadline:
            await self.receive(deadline - aio.now_ms())
        if self._texts_owed:
            return ""
        self.debt = 0
        return self._text

    async def send(self, group: bytes, name: bytes, last: bool) -> None:
        """Send `group` and, behind it, a request for proof: GS ( H where there is a `name`, else GS r. `last` as for
        `pour`."""
        data = group + (codec.named_request(name) if name else codec.PROOF_REQUEST)
        self.ahead.append((len(data), name))
        await self.pour(data, last)

    async def pour(self, data: bytes, last: bool = True) -> None:
        """Send `data` no faster than it is printed; after the `last` piece of it without waiting."""
        for start in range(0, len(data), PACE_BYTES):
            piece = data[start : start + PACE_BYTES]
            self._pulse()
            await self._port.write(piece)
            if not last or start + PACE_BYTES < len(data):
                await aio.sleep_ms(len(piece) * 1000 // self._bytes_s)

    async def ask_for_proof(self, filling: int = 0) -> None:
        """Send one more request that belongs to no job, behind `filling` times NUL."""
        self.debt += 1
        await self._port.write(bytes(filling) + codec.PROOF_REQUEST)

    def disown(self) -> None:
        """The job is over: proofs of it that come later are not those of the next one."""
        self.debt += len([name for _, name in self.ahead if not name])
        self.ahead = []

    async def quiet(self, ms: int) -> None:
        """Wait until no proof has come for `ms`."""
        proofs = -1
        while proofs != self._proofs:
            proofs = self._proofs
            deadline = aio.now_ms() + ms
            while proofs == self._proofs and aio.now_ms() < deadline:
                await self.receive(deadline - aio.now_ms())

    async def hush(self) -> None:
        """GS a 0: no unasked status, whatever the switches of the printer say."""
        await self._port.write(codec.STATUS_BACK_OFF)

    async def retry(self) -> None:
        """DLE ENQ 1: have it go on from the line at which its cutter stuck."""
        await self._port.write(codec.RETRY)

    async def fewer_owed(self, owed: int, ms: int) -> bool:
        """Take in answers until fewer than `owed` proofs are owed, but not longer than `ms`; whether it came to
        that."""
        deadline = aio.now_ms() + ms
        while self.owed() >= owed and aio.now_ms() < deadline:
            await self.receive(deadline - aio.now_ms())
        return self.owed() < owed

    async def receive(self, ms: int) -> None:
        """Take in what comes within `ms`, or what is there; returns early when the port is woken."""
        self._pulse()
        data = await self._port.read(_PIECE, ms)
        if data:
            now = aio.now_ms()
            if now - self._heard_ms > _TORN_MS:
                self._replies.reset()
            self._heard_ms = now
        for item in self._replies.feed(data):
            if isinstance(item, status.RealTime):
                self._answer = item.value
            elif isinstance(item, status.Buffered):
                self._prove(item.paper_end)
            elif isinstance(item, status.Automatic):
                self.automatic = self.talkative = True
            elif item.name():
                self._prove_by(item.name())
            elif item.text():
                self._text = item.text()
                self._texts_owed = max(0, self._texts_owed - 1)

    async def _ask(self, kind: int) -> "int | None":
        await self.receive(0)
        self._answer = -1
        await self._port.write(codec.status_request(kind))
        deadline = aio.now_ms() + ANSWER_MS
        while self._answer < 0 and aio.now_ms() < deadline:
            await self.receive(deadline - aio.now_ms())
        if self._answer >= 0:
            return self._answer
        self._replies.reset()  # noise that looked like the head of a block would swallow the next answer, too
        return None

    def _prove(self, without_paper: bool) -> None:
        self._proofs += 1
        if self.debt:
            self.debt -= 1
        elif self.ahead and not self.ahead[0][1]:
            self.ahead.pop(0)
            self.without_paper = self.without_paper or without_paper

    def _prove_by(self, name: bytes) -> None:
        """The answer to GS ( H is the last of a job. When it overtakes others, those are lost, and so may be lines."""
        if self.ahead and self.ahead[0][1] == name:
            self.ahead.pop(0)
