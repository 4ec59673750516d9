"""The counter: the devices on it, the people in front of it, the boxes on the shelf, the cable to the network.

Everything that hands can do there is a line of text, spelled the same on the bench page, in scenario files and in
tests: `await world.do("card lay zhang-san")`. The verbs are in `simulator.verbs`, the faults in `simulator.faults`.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

from simulator.carriers import Carrier, PtyCarrier
from simulator.catalogue import Box, Person, load_boxes, load_people
from simulator.clock import Clock, LoopClock
from simulator.devices import CardReader, Paper, Printer, ReaderDelays, Scanner, SerialDevice
from simulator.devices.card_reader import AT_ONCE
from simulator.faults import FAULTS
from simulator.verbs import WorldError, obey

__all__ = ["Network", "Platform", "World", "WorldError", "build_world"]

READER_BAUD = 115200
SCANNER_BAUD = 9600
PRINTER_BAUD = 115200
DECODE_S = 0.08
LINES_PER_SECOND = 18.0  # about 70 mm of paper a second
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
    """Whoever makes the faults happen whose names begin with `network.` and `platform.`."""

    def fault(self, name: str, *args: str | int) -> None:
        """Switch a fault on."""

    def clear(self, name: str) -> None:
        """Switch it off, if it is on."""

    def active_faults(self) -> Sequence[str]:
        """Those that are on, each as its name and arguments with spaces between."""


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
        platform: Platform,
        people: Mapping[str, Person],
        boxes: Mapping[str, Box],
        carriers: Sequence[Carrier] = (),
    ) -> None:
        self.reader = reader
        self.scanner = scanner
        self.printer = printer
        self.network = network
        self.platform = platform
        self.people = people
        self.boxes = boxes
        self.card_holder: str | None = None  # id of the person whose card is on the reader
        self._clock = clock
        self._hand_busy_until = 0.0
        self._carriers = carriers
        self._listeners: list[Callable[[], None]] = []
        self._moved = asyncio.Event()
        for device in self.devices.values():
            device.on_change(self._changed)

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
        for carrier in self._carriers:
            await carrier.start()

    async def stop(self) -> None:
        """Take the ports away."""
        for carrier in self._carriers:
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
            await self.wait_until(lambda: False, left)

    def fault_active(self, name: str) -> bool:
        """Is the fault `name` of the catalogue on?"""
        kind = FAULTS[name]
        device = self.devices.get(kind.owner)
        if device:
            return device.faults.active(kind.knob)
        return any(entry.split()[0] == name for entry in self.platform.active_faults())

    def state(self) -> dict[str, Any]:
        """All that can be seen, ready for JSON."""
        last = self.scanner.last
        return {
            "reader": {"card": self.card_holder, "plugged": self.reader.plugged},
            "scanner": {
                "lit": self.scanner.lit,
                "window": self.scanner.window,
                "last": {"code": last.code, "reads": self.scanner.reads} if last else None,
                "plugged": self.scanner.plugged,
            },
            "printer": {
                "paper_mm": round(self.printer.paper_mm),
                "cover": "open" if self.printer.cover_open else "closed",
                "online": self.printer.online,
                "lines": self.paper.count,
                "plugged": self.printer.plugged,
                "powered": self.printer.powered,
            },
            "network": {"cable": "in" if self.network.plugged else "out"},
            "people": [
                {"id": person.id, "name": person.name, "has_card": bool(person.card), "has_qr": bool(person.qr)}
                for person in self.people.values()
            ],
            "boxes": [vars(box) for box in self.boxes.values()],
            "faults": [
                {"name": kind.name, "about": kind.about, "active": self.fault_active(kind.name)}
                for kind in FAULTS.values()
            ],
        }

    def _changed(self) -> None:
        self._moved.set()
        for listener in self._listeners:
            listener()


def build_world(run_dir: Path, line_rate: bool, network: Network, platform: Platform) -> World:
    """A counter whose devices hang on the links `card-reader`, `scanner` and `printer` in `run_dir`.

    With `line_rate` bytes travel as fast as the real lines carry them (115200, 9600 and 115200 bits per second) and the
    devices take the time that real ones take; without it everything happens at once.
    """
    clock = LoopClock()
    reader = CardReader(clock, ReaderDelays() if line_rate else AT_ONCE)
    scanner = Scanner(clock, DECODE_S if line_rate else 0.0)
    printer = Printer(clock, lines_per_second=LINES_PER_SECOND if line_rate else None)
    lines = (
        ("card-reader", READER_BAUD, reader),
        ("scanner", SCANNER_BAUD, scanner),
        ("printer", PRINTER_BAUD, printer),
    )
    carriers = []
    for name, baud, device in lines:
        carrier = PtyCarrier(run_dir / name, baud if line_rate else None, clock)
        carrier.connect(device.receive)
        device.attach(carrier.send)
        carriers.append(carrier)
    scanner.on_baud = carriers[1].set_baud
    return World(
        clock=clock,
        reader=reader,
        scanner=scanner,
        printer=printer,
        network=network,
        platform=platform,
        people=load_people(),
        boxes=load_boxes(),
        carriers=carriers,
    )
