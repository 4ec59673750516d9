"""A counter on virtual time, without ports and platform."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

from simulator.catalogue import load_boxes, load_people
from simulator.clock import VirtualClock
from simulator.devices import CardReader, Gm65Scanner, Printer, Scanner
from simulator.office import OfficeWindow, office_secrets
from simulator.stick import Stick
from simulator.world import World, WorldError

GM65_LIGHT_ON = bytes.fromhex("7E0008010000D5ABCD 7E000801000201ABCD")


class Cable:
    """A network cable."""

    def __init__(self) -> None:
        self.plugged = True

    def pull(self) -> None:
        self.plugged = False

    def plug(self) -> None:
        self.plugged = True


class FaultList:
    """A platform that keeps the faults it is told of."""

    def __init__(self) -> None:
        self.told: dict[str, tuple[str | int, ...]] = {}

    def fault(self, name: str, *args: str | int) -> None:
        self.told[name] = args

    def clear(self, name: str) -> None:
        self.told.pop(name, None)

    def active_faults(self) -> list[str]:
        return [" ".join(map(str, (name, *args))) for name, args in self.told.items()]

    def publish(self, infno: str, count: int) -> str:
        if infno == "1308":
            raise KeyError(infno)
        self.told[infno] = (count,)
        return "1"

    def review(self) -> int:
        self.told["review"] = ()
        return 0


class Counter:
    """A world on virtual time; what the host would receive from the devices is in `heard`."""

    def __init__(
        self, make_scanner: Callable[[VirtualClock], Scanner] = Gm65Scanner, folder: Path | None = None
    ) -> None:
        """`folder`: for a stick and its office; without it there is none."""
        self.clock = VirtualClock()
        self.cable, self.platform = Cable(), FaultList()
        self.world = World(
            clock=self.clock,
            reader=CardReader(self.clock),
            scanner=make_scanner(self.clock),
            printer=Printer(self.clock),
            network=self.cable,
            platform=self.platform,
            people=load_people(),
            boxes=load_boxes(),
            office=None if folder is None else office_in(folder),
        )
        self.heard = bytearray()
        for device in self.world.devices.values():
            device.attach(self.heard.extend)

    def do(self, *lines: str) -> None:
        for line in lines:
            asyncio.run(self.world.do(line))

    def refused(self, line: str) -> str:
        with pytest.raises(WorldError) as caught:
            self.do(line)
        return str(caught.value)

    def light_on(self) -> None:
        self.world.scanner.receive(GM65_LIGHT_ON)
        self.heard.clear()


def office_in(folder: Path) -> OfficeWindow:
    """An office at whose platform everything is accepted."""
    return OfficeWindow(office_secrets(folder), Stick(folder / "stick"), lambda *_: "")
