"""The state of the screen as one JSON object, and everybody who watches it."""

from firmware.documents import page_of, receipt_of
from firmware.vault import DAY_END, QUARANTINED, VISIT, may, rights
from firmware.visit import VisitError, kept_view, visit_view, waits_for_office_printer
from hal import aio

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from firmware.fleet import Health
    from firmware.insurance import InsuranceClient
    from firmware.policy import Estimator
    from firmware.vault import Operators, Outbox
    from firmware.visit import Desk, Photo, Work
    from hal.ports import Clock

    Json = dict[str, Any]


class Screen:
    """Puts the state together. `changed` wakes every watcher; a slow one skips states, it never holds the others up."""

    def __init__(
        self,
        desk: "Desk",
        work: "Work",
        photo: "Photo",
        outbox: "Outbox",
        health: "Health",
        client: "InsuranceClient",
        operators: "Operators",
        estimator: "Estimator",
        clock: "Clock",
        clinic: "Json",
        verified: bool,
        qr_rows: "Callable[[str], list[bytes]] | None",
    ) -> None:
        self._desk = desk
        self._work = work
        self._photo = photo
        self._outbox = outbox
        self._health = health
        self._client = client
        self._operators = operators
        self._estimator = estimator
        self._clock = clock
        self._clinic = clinic
        self._verified = verified
        self._qr_rows = qr_rows
        self.day_end: "Callable[[], Json]" = _no_day_end
        self._serial = 0
        self._changed = aio.Event()

    @property
    def serial(self) -> int:
        """Counts the changes since start."""
        return self._serial

    def changed(self) -> None:
        """Something on the screen is different now."""
        self._serial += 1
        self._changed.set()
        self._changed = aio.Event()

    async def wait(self, seen: int, limit_ms: int) -> bool:
        """Wait until the serial is no longer `seen`; False after `limit_ms`."""
        if self._serial != seen:
            return True
        try:
            await aio.within(self._changed.wait(), limit_ms)
        except aio.Timeout:
            return False
        return True

    async def state(self, operator: "dict[str, str] | None") -> "Json":
        """All that the screen of this operator shows (docs/console-api.md): patients only to those who may treat them,
        and to nobody (None) what a stranger may see."""
        operators = await self._operators.names()
        state: "Json" = {
            "serial": self._serial,
            "setup": self._operators.needs_setup(operators),
            "operators": operators,
            "operator": None,
            "clinic": {
                "name": self._clinic["institution"]["name"],
                "code": self._clinic["institution"]["code"],
                "verified": self._verified,
            },
            "devices": self._health.devices(),
            "network": {"state": self._client.online},
            "clock": {"off_s": self._client.clock_off_s},
            "outbox": self._outbox.summary(),  # on a locked screen, too: it tells of nobody
            "day_end": None,
            "busy": "",
            "notice": None,
            "visit": None,
            "kept": [],
        }
        if operator is not None:
            state["operator"] = dict(operator)
            state["operator"]["rights"] = rights(operator["role"])
            if may(operator["role"], DAY_END):
                state["day_end"] = self.day_end()
            if may(operator["role"], VISIT):
                await self._add_patients(state)
        return state

    async def _add_patients(self, state: "Json") -> None:
        state["busy"] = self._work.busy
        state["notice"] = self._desk.notice
        state["kept"] = [kept_view(record) for record in self._desk.kept()]
        record = self._desk.shown()
        if record is not None:
            state["visit"] = await self._visit(record)

    def receipt_page(self) -> str:
        """The receipt of the visit on the screen as a page for the office printer (HTML). `VisitError` unless the
        doctor has just asked for this copy: one press, one copy."""
        record = self._desk.record()
        if record is None:
            raise VisitError("visit.unknown")
        if not waits_for_office_printer(record):
            raise VisitError("visit.not_now")
        return page_of(receipt_of(record, self._clinic, self._verified), self._qr_rows)

    def photo(self, visit_id: str) -> bytes:
        """The picture on the card of the patient on the screen (`hal.ports.picture_type`). `VisitError` when there is
        none, or another visit than this one is there."""
        record = self._desk.record()
        picture = self._photo.of(visit_id)
        if record is None or record["id"] != visit_id or picture is None:
            raise VisitError("visit.unknown")
        return picture

    async def _visit(self, record: "Json") -> "Json":
        waiting = await self._outbox.of_visit(record["id"])
        quarantined = len([message for message in waiting if message["state"] == QUARANTINED])
        uploads = {"waiting": len(waiting) - quarantined, "quarantined": quarantined}
        has_photo = self._photo.of(record["id"]) is not None
        return visit_view(record, self._estimator.of(record), uploads, self._clock.wall_s(), has_photo)


def _no_day_end() -> "Json":
    """Nobody has said yet how it stands."""
    return {"serial": 0, "running": False, "reminder": ""}
