"""The counter: the devices on it, the people in front of it, the boxes on the shelf, the cable to the network.

Everything that hands can do there is a line of text, spelled the same on the bench page, in scenario files and in
tests: `await world.do("card lay zhang-san")`. The verbs are in `simulator.verbs`, the faults in `simulator.faults`.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

from simulator.carriers import Carrier
from simulator.catalogue import Box, Person
from simulator.clock import Clock
from simulator.devices import CardReader, Paper, Printer, Scanner, SerialDevice
from simulator.devices.social_card import SocialCard
from simulator.faults import FAULTS, FaultKind
from simulator.office import OfficeWindow
from simulator.verb import WorldError
from simulator.verbs import obey

__all__ = ["Insurance", "Network", "Platform", "Slot", "World", "WorldError"]

_CARRIED = ("stick", "office")  # owners of faults, where there is a stick
HAND_S = 0.7  # nobody changes cards quicker; readers are asked some three times a second


class Network(Protocol):
    """The cable to the platform."""

    @property
    def plugged(self) -> bool:
        """Is it in?"""

    def pull(self) -> None:
        """Pull it out."""

    def plug(self) -> None:
        """Put it in."""


class Platform(Protocol):
    """Whoever makes the faults happen that are no device's."""

    def fault(self, name: str, *args: str | int) -> None:
        """Switch a fault on."""

    def clear(self, name: str) -> None:
        """Switch it off, if it is on."""

    def active_faults(self) -> Sequence[str]:
        """Those that are on, each as its name and arguments with spaces between."""


class Insurance(Platform, Protocol):
    """The insurance platform, as far as somebody far away does something there."""

    def publish(self, infno: str, count: int) -> str:
        """Bring a new version of a catalogue out; its number. `KeyError` for one that has no entries."""

    def review(self) -> int:
        """Have the mappings decided on that wait; how many that were."""


class Slot(Protocol):
    """The slot of a reader of social security cards."""

    async def insert(self, card: SocialCard) -> None:
        """Put a card in."""

    async def remove(self) -> None:
        """Pull it out."""


class World:
    """A counter to play at. `WorldError` tells a person what cannot be done now, and why."""

    def __init__(
        self,
        *,
        clock: Clock,
        reader: CardReader,
        scanner: Scanner,
        printer: Printer,
        network: Network,
        platform: Insurance,
        people: Mapping[str, Person],
        boxes: Mapping[str, Box],
        carriers: Mapping[str, Carrier] | None = None,
        slot: Slot | None = None,
        office: OfficeWindow | None = None,
    ) -> None:
        """`carriers` by the name of their device; `slot` where there is a reader of social security cards; `office`
        where there is a stick to bring there. `platform` makes the faults `network.…` and `platform.…`."""
        self.reader = reader
        self.scanner = scanner
        self.printer = printer
        self.network = network
        self.platform = platform
        self.people = people
        self.boxes = boxes
        self.card_holder: str | None = None  # id of the person whose card is on the reader
        self.social_holder: str | None = None  # id of the person whose social security card is in the slot
        self.slot = slot
        self.office = office
        self.carriers = carriers or {}
        self._clock = clock
        self._hand_busy_until = 0.0
        self._listeners: list[Callable[[], None]] = []
        self._moved = asyncio.Event()
        for device in self.devices.values():
            device.on_change(self._changed)
        if office is not None:
            office.on_change(self._changed)

    @property
    def devices(self) -> dict[str, SerialDevice]:
        """The devices by the name that verbs and faults have for them."""
        return {"reader": self.reader, "scanner": self.scanner, "printer": self.printer}

    @property
    def paper(self) -> Paper:
        """What the printer has printed."""
        return self.printer.paper

    async def start(self) -> None:
        """Connect the devices to their ports. `OSError` when a port cannot be made."""
        for carrier in self.carriers.values():
            await carrier.start()

    async def stop(self) -> None:
        """Take the ports away."""
        if self.slot:
            await self.slot.remove()
        if self.office:
            self.office.stick.close()
        for carrier in self.carriers.values():
            await carrier.stop()

    def on_change(self, listener: Callable[[], None]) -> None:
        """Call `listener` after every change of what `state` tells."""
        self._listeners.append(listener)

    async def do(self, line: str) -> None:
        """Do what `line` says and wait until it is done. `WorldError` when it cannot be done or is no verb."""
        try:
            await obey(self, line)
        finally:
            self._changed()

    async def wait_until(self, holds: Callable[[], bool], seconds: float) -> bool:
        """Wait until `holds` does, looking after every change; False when it still does not after `seconds`."""
        expired = asyncio.Event()

        def expire() -> None:
            expired.set()
            self._moved.set()

        timer = self._clock.after(seconds, expire)
        while not holds() and not expired.is_set():
            self._moved.clear()
            await self._moved.wait()
        timer.cancel()
        return holds()

    def hand_is_busy(self) -> None:
        """A hand has just taken a card away."""
        self._hand_busy_until = self._clock.now() + HAND_S

    async def hand_is_free(self) -> None:
        """Wait until a hand can bring the next card."""
        left = self._hand_busy_until - self._clock.now()
        if left > 0:
            await self.pause(left)

    async def pause(self, seconds: float) -> None:
        """Let `seconds` go by."""
        await self.wait_until(lambda: False, seconds)

    def fault_possible(self, kind: FaultKind) -> bool:
        """Can the device on this counter have such a fault?"""
        if kind.owner in _CARRIED:
            return self.office is not None
        device = self.devices.get(kind.owner)
        return device is None or device.can_have is None or kind.knob in device.can_have

    def owner_of(self, kind: FaultKind) -> Platform:
        """Who makes a fault happen that is possible and no device's."""
        return self.office if self.office is not None and kind.owner in _CARRIED else self.platform

    def fault_active(self, name: str) -> bool:
        """Is the fault `name` of the catalogue on?"""
        kind = FAULTS[name]
        device = self.devices.get(kind.owner)
        if device:
            return device.faults.active(kind.knob)
        return any(entry.split()[0] == name for entry in self.owner_of(kind).active_faults())

    def state(self) -> dict[str, Any]:
        """All that can be seen, ready for JSON."""
        return {
            "reader": {"card": self.card_holder, "plugged": self.reader.plugged},
            "social": {"card": self.social_holder} if self.slot else None,
            "scanner": self._scanner_state(),
            "printer": {
                "paper_mm": round(self.printer.paper_mm),
                "cover": "open" if self.printer.cover_open else "closed",
                "online": self.printer.online,
                "jam": self.printer.jam,
                "model": self.printer.kind.model,
                "lines": self.paper.count,
                "pieces": self.paper.pieces,
                "plugged": self.printer.plugged,
                "powered": self.printer.powered,
            },
            "network": {"cable": "in" if self.network.plugged else "out"},
            "stick": self.office.state() if self.office else None,
            "people": [_person_state(person) for person in self.people.values()],
            "boxes": [vars(box) for box in self.boxes.values()],
            "faults": [self._fault_state(kind) for kind in FAULTS.values() if self.fault_possible(kind)],
        }

    def _scanner_state(self) -> dict[str, Any]:
        last, held = self.scanner.last, self.scanner.window
        return {
            "kind": self.scanner.kind,
            "lit": self.scanner.lit,
            "window": held,
            "phone_of": next((person.name for person in self.people.values() if held and person.qr == held), None),
            "last": {"code": last.code, "reads": self.scanner.reads} if last else None,
            "plugged": self.scanner.plugged,
        }

    def _fault_state(self, kind: FaultKind) -> dict[str, Any]:
        return {
            "name": kind.name,
            "about": kind.about,
            "arguments": list(kind.arguments),
            "active": self.fault_active(kind.name),
        }

    def _changed(self) -> None:
        self._moved.set()
        for listener in self._listeners:
            listener()


def _person_state(person: Person) -> dict[str, Any]:
    return {
        "id": person.id,
        "name": person.name,
        "has_card": bool(person.card),
        "layout": (person.card.flag or "citizen") if person.card else None,
        "has_qr": bool(person.qr),
        "has_social": bool(person.social),
    }
