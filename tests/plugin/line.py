"""A simulated device and a driver's port, joined by a serial line: in memory or through a real pseudo-terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

from hal.linux.serial_port import SerialPort
from simulator.carriers import Carrier, PtyCarrier, memory_pair
from simulator.clock import LoopClock
from simulator.devices import CardReader, Printer, Scanner, SerialDevice
from simulator.faults import FAULTS
from tests.drivers.wire import Wire

if TYPE_CHECKING:
    from pathlib import Path

    from hal.ports import BytePort
    from simulator.carriers import MemoryCarrier
    from simulator.clock import Clock

D_co = TypeVar("D_co", bound=SerialDevice, covariant=True)
_OWNERS: dict[str, type[SerialDevice]] = {"reader": CardReader, "scanner": Scanner, "printer": Printer}
_ANY_BAUD = 115200  # of a port whose line has no speed


class Makes(Protocol[D_co]):
    """What makes a device: its class, or `functools.partial(make_scanner, kind="gm67")`."""

    def __call__(self, clock: Clock, *, seed: int) -> D_co:
        """A new device; its faults choose by `seed`."""


class Line(Generic[D_co]):
    """`device` at the far end of a serial line, `port` for a driver at the near end.

    Bytes travel as fast as the line carries them, and a device that talks at another speed than the port is heard as
    garbage, as on a wire.
    """

    def __init__(self, device: D_co, port: BytePort, carrier: Carrier) -> None:
        self.device = device
        self.port = port
        self._carrier = carrier
        carrier.connect(device.receive)
        device.attach(carrier.send)
        device.on_baud = carrier.set_baud

    def fault(self, name: str, *arguments: int) -> None:
        """Switch a fault of the catalogue on (docs/faults.md). `ValueError` when the device cannot have it, or wants
        other arguments; `KeyError` when there is none of that name."""
        kind = FAULTS[name]
        other = any(isinstance(self.device, each) for owner, each in _OWNERS.items() if owner != kind.owner)
        possible = self.device.can_have is None or kind.knob in self.device.can_have
        if other or not possible or kind.owner not in _OWNERS:
            raise ValueError(f"{type(self.device).__name__} cannot have {name}")
        number, *_ = [*kind.parse(" ".join(map(str, arguments))), None]
        self.device.faults.set(kind.knob, number if isinstance(number, int) else None)

    def clear(self, name: str) -> None:
        """Switch a fault off."""
        self.device.faults.clear(FAULTS[name].knob)

    async def unplug(self) -> None:
        """Pull the cable: the port is gone and the device without power."""
        self.device.unplug()
        await self._carrier.stop()

    async def plug(self) -> None:
        """Put the cable back."""
        await self._carrier.start()
        self.device.plug()

    async def stop(self) -> None:
        """Take the line away."""
        await self._carrier.stop()


def in_memory(make: Makes[D_co], baud: int | None = None, seed: int = 0) -> Line[D_co]:
    """A line inside this process, for virtual time; for use where a fixture does not reach, as inside a property test.

    `baud` is the speed of both ends: without it the device's own, 0 for a line without a speed (USB), on which
    everything arrives at once.
    """
    device, speed = _made(make, baud, seed)
    far, near = memory_pair(LoopClock(), speed or None)
    port = _MemoryPort(near)
    return Line(device, port, _Cable(far, port))


async def on_a_terminal(make: Makes[D_co], link: Path, baud: int | None = None, seed: int = 0) -> Line[D_co]:
    """As `in_memory`, through a pseudo-terminal at `link` and the port that drivers have on Linux, in real time."""
    device, speed = _made(make, baud, seed)
    carrier = PtyCarrier(link, speed or None)
    line: Line[D_co] = Line(device, SerialPort(str(link), speed or _ANY_BAUD), carrier)
    await carrier.start()
    return line


def _made(make: Makes[D_co], baud: int | None, seed: int) -> tuple[D_co, int]:
    device = make(LoopClock(), seed=seed)
    if baud:
        device._set_baud(baud)  # as by its switches or a setting card
    return device, device.baud if baud is None else baud


class _MemoryPort(Wire):
    """The near end in memory."""

    def __init__(self, end: MemoryCarrier) -> None:
        super().__init__()
        self._end = end
        end.connect(self.say)
        self.device = self

    def heard(self, data: bytes) -> None:
        """The driver wrote `data`."""
        self._end.send(data)

    async def set_baud(self, baud: int) -> None:
        """As `BytePort.set_baud`."""
        await super().set_baud(baud)
        self._end.set_baud(baud)


class _Cable:
    """The far end in memory as a carrier that can be pulled out of the port."""

    def __init__(self, end: MemoryCarrier, port: Wire) -> None:
        self._end = end
        self._port = port
        self.connect, self.send, self.set_baud = end.connect, end.send, end.set_baud
        self.renumber = end.renumber

    async def start(self) -> None:
        """As `Carrier.start`."""
        self._port.plug()

    async def stop(self) -> None:
        """As `Carrier.stop`."""
        self._port.unplug()
        await self._end.stop()
        if self._end.peer:
            await self._end.peer.stop()
