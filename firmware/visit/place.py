"""The place at the counter: which visit is on the screen, who sits there, and what is said to him."""

from firmware.visit import book as steps
from firmware.visit.errors import VisitError
from hal import aio

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from firmware.visit.book import Book
    from firmware.visit.printing import Printing
    from firmware.visit.work import Work
    from hal.ports import Clock

    Json = dict[str, Any]

ERROR = "error"
WARNING = "warning"
INFO = "info"


class Place:
    """One place. `changed` is called whenever the screen should look again."""

    def __init__(self, book: "Book", work: "Work", printing: "Printing", clock: "Clock") -> None:
        self._book = book
        self._work = work
        self._printing = printing
        self._clock = clock
        self._lock = aio.Lock()
        self.operator: "dict[str, str] | None" = None
        self.current = ""
        self.notice: "Json | None" = None
        self.changed: "Callable[[], None]" = _nothing

    async def load(self) -> None:
        """Put the visit back on the screen that was there, and take up what a power cut left half done."""
        self.current = await self._book.on_screen()
        if self.record() is not None:
            self.tell(INFO, "terminal.restarted")
        for record in self._book.visits():
            if record["receipt"]["state"] == steps.PRINTING:
                await self._printing.cut(record)

    # ---- what the screen reads

    def record(self) -> "Json | None":
        """The visit on the screen, or None."""
        return self._book.get(self.current)

    def shown(self) -> "Json | None":
        """The visit on the screen as it is on the disk, or None."""
        return self._book.shown(self.current)

    def kept(self) -> "list[Json]":
        """The open visits that are not on the screen, oldest first."""
        return [record for record in self._book.visits() if record["id"] != self.current]

    def waits_for_box(self) -> bool:
        """Whether the next thing to do is to scan a box."""
        record = self.record()
        return self.operator is not None and record is not None and record["step"] == steps.DISPENSE

    def tell(self, kind: str, code: str, params: "Json | None" = None) -> None:
        """Show a sentence."""
        self.notice = {"kind": kind, "code": code, "params": params or {}}
        self.changed()

    def dismiss(self) -> None:
        """The sentence has been read."""
        self.notice = None
        self.changed()

    def look(self) -> None:
        """Something on the screen is different now."""
        self.changed()

    def shows(self, record: "Json") -> bool:
        """Whether a visit is on the screen; one that is being opened comes to a free screen."""
        return self.current == record["id"] or self.record() is None

    async def _show(self, visit_id: str) -> None:
        await self._book.show(visit_id)
        self.current = visit_id

    async def _leave(self, record: "Json") -> None:
        """Free the screen. A visit that is not finished is not touched: somebody may be working on it."""
        if steps.is_finished(record):
            await self._book.close(record, "visit.closed")
            self.current = ""
        else:
            await self._show("")

    def _pressed(self, version: int, allowed: "tuple[str, ...]") -> "Json":
        """The visit on the screen, when the press was meant for its present state."""
        record = self.record()
        if record is None:
            raise VisitError("visit.unknown")
        if record["version"] != version:
            raise VisitError("visit.moved_on")
        if record["step"] not in allowed:
            raise VisitError("visit.not_now")
        return self._free(record)

    def _free(self, record: "Json") -> "Json":
        if self._work.working_on(record["id"]):
            raise VisitError("visit.busy")
        return record


def _nothing() -> None:
    """Nobody listens yet."""
