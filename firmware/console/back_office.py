"""What is pressed away from the patient: messages that the platform refused, parcels on the stick, new keys, operators.
Each press names the right it needs (docs/operators.md)."""

from firmware.console.body import text
from firmware.console.errors import ConsoleError
from firmware.vault import CARRY, CREATE, HELD, RELEASE, RESET_PIN, ROTATE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from typing import Any

    from firmware.console.day_end_office import DayEndOffice
    from firmware.console.sessions import Sessions
    from firmware.vault import Carry, Operators, Outbox, Rotation

    Json = dict[str, Any]
    Operator = dict[str, str]

_PAGE = 20


class BackOffice:
    """The presses in `actions`, by name: the right, and what does it. What they return goes into the answer."""

    def __init__(
        self,
        outbox: "Outbox",
        carry: "Carry | None",
        rotation: "Rotation",
        operators: "Operators",
        sessions: "Sessions",
        report: "Callable[[], Awaitable[Json]]",
        day_end: "DayEndOffice",
    ) -> None:
        """`carry` is None on a board without a stick; `report` counts what the terminal keeps."""
        self._outbox = outbox
        self._carry = carry
        self._rotation = rotation
        self._operators = operators
        self._sessions = sessions
        self._report = report
        self.actions: "dict[str, tuple[str, Callable[[Operator, Json], Awaitable[Json]]]]" = {
            "outbox/retry": (HELD, self._retry),
            "outbox/release": (RELEASE, self._release),
            "outbox/export": (CARRY, self._export),
            "outbox/import": (CARRY, self._import),
            "vault/rotate": (ROTATE, self._rotate),
            "operators/create": (CREATE, self._create),
            "operators/reset": (RESET_PIN, self._reset_pin),
        }
        self.day_end = day_end
        self.actions.update(day_end.actions)

    async def held(self, after: str) -> "Json":
        """The messages that the platform refused, oldest first, behind the id `after`: `messages`, and whether there is
        `more`."""
        found = await self._outbox.held(after, _PAGE + 1)
        return {"messages": found[:_PAGE], "more": len(found) > _PAGE}

    async def report(self) -> "Json":
        """What the terminal keeps and how (docs/console-api.md). `stick` is "none" where the board has no place for
        one, "missing" or "ready"; `device`: the key by which the office knows this terminal, "" where there is none;
        `rotating`: old keys are being replaced."""
        report = await self._report()
        stick = "none"
        if self._carry is not None:
            stick = "ready" if await self._carry.ready() else "missing"
        report["stick"] = stick
        report["device"] = "" if self._carry is None else self._carry.device
        report["rotating"] = self._rotation.under_way()
        return report

    async def _retry(self, operator: "Operator", body: "Json") -> "Json":
        await self._outbox.retry(text(body, "id"), operator["id"])
        return {}

    async def _release(self, operator: "Operator", body: "Json") -> "Json":
        await self._outbox.release(text(body, "id"), operator["id"], text(body, "reason").strip())
        return {}

    async def _export(self, operator: "Operator", _body: "Json") -> "Json":
        return await self._with_stick().export(operator["id"])

    async def _import(self, operator: "Operator", _body: "Json") -> "Json":
        return await self._with_stick().take_in(operator["id"])

    def _with_stick(self) -> "Carry":
        if self._carry is None:
            raise ConsoleError("stick.none", 422)
        return self._carry

    async def _rotate(self, operator: "Operator", _body: "Json") -> "Json":
        await self._rotation.begin(operator["id"])
        return {}

    async def _create(self, operator: "Operator", body: "Json") -> "Json":
        await self._operators.create(text(body, "name"), text(body, "pin"), text(body, "role"), operator["id"])
        return {}

    async def _reset_pin(self, operator: "Operator", body: "Json") -> "Json":
        holder = text(body, "operator")
        await self._operators.reset_pin(holder, text(body, "pin"), operator["id"])
        self._sessions.close_all_of(holder, operator)  # whoever knew the old PIN goes
        return {}
