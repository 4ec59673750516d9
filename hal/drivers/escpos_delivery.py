"""One job on its way to an ESC/POS printer, and the proof on the way back."""

from hal import aio
from hal.drivers import escpos_codec as codec
from hal.drivers.escpos_course import ITEM_MS, PROOF_MS, Course
from hal.drivers.escpos_line import PACE_BYTES, POLL_MS
from hal.ports import NO, NOT_SURE, PRINTED, YES, PrintResult

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from hal.drivers.escpos_line import PrinterLine
    from hal.ports import PrinterStatus

AHEAD_BYTES = 2 * PACE_BYTES  # sent and not proven: the paper need not stand still while the next group is on its way
SETTLE_MS = 2000


class Delivery:
    """Sends groups as the proofs allow it. `look` polls the printer and tells what it says."""

    def __init__(self, line: "PrinterLine", look: "Callable[[], Awaitable[PrinterStatus | None]]") -> None:
        self._line = line
        self._look = look

    async def run(self, groups: "list[bytes]", items: int, name: bytes) -> PrintResult:
        """Send all of `groups`, those of a job of so many `items`, and wait for all their proofs, the last by `name`
        where there is one."""
        line = self._line
        line.without_paper = False
        course = Course(aio.now_ms(), PROOF_MS + ITEM_MS * items, AHEAD_BYTES, line.debt > 0)
        due_ms = aio.now_ms() + POLL_MS
        owed = line.owed()
        while groups or owed:
            size = len(groups[0]) + len(codec.PROOF_REQUEST) if groups else 0
            if groups and course.may_send(line.ahead, size, len(groups) == 1):
                group = groups.pop(0)
                await line.send(group, b"" if groups else name, last=not course.mute)
                owed += 1
                course.sent(aio.now_ms())
                if course.mute:
                    due_ms = aio.now_ms()
            else:
                await line.fewer_owed(owed, due_ms - aio.now_ms())
            if line.owed() < owed:
                owed = line.owed()
                course.answered(aio.now_ms())
                # Who proves its work needs no asking how it is; who was in trouble may be well again.
                due_ms = aio.now_ms() + POLL_MS if course.well else min(due_ms, aio.now_ms() + POLL_MS)
            elif aio.now_ms() >= due_ms:
                course.polled(aio.now_ms(), await self._look())
                code = course.verdict(aio.now_ms(), len(groups) > 0)
                if code:
                    return PrintResult(NOT_SURE, code)
                due_ms = aio.now_ms() + line.pause_ms
        return await self._look_once_more()

    async def _look_once_more(self) -> PrintResult:
        """Make sure that the printer is still there: a line that breaks as it loses power can look like a proof. And
        that its proofs mean paper: one that stays online without any would answer all the same."""
        status = await self._look()
        if status is None:
            return PrintResult(NOT_SURE, "printer.silent")
        if self._line.without_paper or (status.paper == NO and status.online == YES):
            return PrintResult(NOT_SURE, "printer.paper_out")
        return PrintResult(PRINTED)

    async def settle_debt(self) -> None:
        """Make sure that a proof owed by an earlier job is not taken for a proof of the next one.

        Answers come in order and carry no name: ask for one more, and when one has come and nothing follows, whatever
        is missing is lost for good. Without any answer the debt stays, and the next job will not be called printed on
        less.
        """
        line = self._line
        before = line.debt
        await line.ask_for_proof()
        while line.debt:
            if not await line.fewer_owed(line.debt, SETTLE_MS):
                break
        if line.debt <= before:
            line.debt = 0

    async def pour(self, groups: "list[bytes]") -> PrintResult:
        """Send all of `groups` to a printer that cannot answer, no faster than it prints."""
        for group in groups:
            await self._line.pour(group, last=False)
        return PrintResult(NOT_SURE, "printer.no_proof")
