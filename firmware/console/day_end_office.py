"""The presses of the day end (docs/console-api.md), each with the right it needs."""

from firmware.console.body import text
from firmware.vault import DAY_END, REVERSE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from typing import Any

    from firmware.day_end import DayEnd

    Json = dict[str, Any]
    Operator = dict[str, str]


class DayEndOffice:
    """The presses in `actions`, as those of the back office; `view` is what the page shows."""

    def __init__(self, day_end: "DayEnd") -> None:
        self._day_end = day_end
        self.actions: "dict[str, tuple[str, Callable[[Operator, Json], Awaitable[Json]]]]" = {
            "day-end/start": (DAY_END, self._start),
            "day-end/cancel": (DAY_END, self._cancel),
            "day-end/ask": (DAY_END, self._ask),
            "day-end/reverse": (REVERSE, self._reverse),
            "day-end/note": (DAY_END, self._note),
            "day-end/print": (DAY_END, self._print),
        }

    async def view(self, begin: str, end: str) -> "Json":
        """`DayEnd.view`."""
        return await self._day_end.view(begin, end)

    async def _start(self, operator: "Operator", body: "Json") -> "Json":
        details = body.get("details") is True
        await self._day_end.start(text(body, "begin"), text(body, "end"), details, operator["id"])
        return {}

    async def _cancel(self, _operator: "Operator", _body: "Json") -> "Json":
        await self._day_end.cancel()
        return {}

    async def _ask(self, operator: "Operator", body: "Json") -> "Json":
        await self._day_end.ask(text(body, "id"), operator["id"])
        return {}

    async def _reverse(self, operator: "Operator", body: "Json") -> "Json":
        await self._day_end.reverse(text(body, "id"), operator["id"])
        return {}

    async def _note(self, operator: "Operator", body: "Json") -> "Json":
        await self._day_end.note(text(body, "id"), text(body, "reason"), operator["id"])
        return {}

    async def _print(self, _operator: "Operator", body: "Json") -> "Json":
        await self._day_end.print(text(body, "begin"), text(body, "end"))
        return {}
