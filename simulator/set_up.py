"""Puts a counter together: devices of the wanted kinds, on ports in a folder."""

from pathlib import Path

from simulator.carriers import Carrier, PtyCarrier
from simulator.carriers.vpcd import VirtualSlot
from simulator.catalogue import load_boxes, load_people
from simulator.clock import LoopClock
from simulator.devices import CardReader, ReaderDelays, make_printer, make_scanner
from simulator.devices.card_reader import AT_ONCE
from simulator.devices.social_card import SocialCard
from simulator.devices.social_card_chip import SocialCardChip
from simulator.office import OfficeWindow
from simulator.world import Insurance, Network, World

PORTS = {"reader": "card-reader", "scanner": "scanner", "printer": "printer"}  # device -> name of its port
DECODE_S = 0.08
LINES_PER_SECOND = 18.0  # about 70 mm of paper a second


class _ChipSlot:
    """A slot for cards, of which the virtual reader sees the chips."""

    def __init__(self, port: int) -> None:
        self._slot = VirtualSlot(port)

    async def insert(self, card: SocialCard) -> None:
        await self._slot.insert(SocialCardChip(card))

    async def remove(self) -> None:
        await self._slot.remove()


def build_world(
    run_dir: Path,
    line_rate: bool,
    network: Network,
    platform: Insurance,
    scanner: str = "gm65",
    printer: str = "58mm",
    seed: int = 0,
    vpcd: int | None = None,
    delays: bool = True,
    office: OfficeWindow | None = None,
) -> World:
    """A counter whose devices hang on the links `card-reader`, `scanner` and `printer` in `run_dir`.

    With `line_rate` bytes travel as fast as the real lines carry them and, with `delays`, the devices take the time
    that real ones take; without it everything happens at once. `scanner` is one of `SCANNER_KINDS`, `printer` one of
    the printers' `KINDS`; faults choose by `seed`; `vpcd` is the port of a virtual PC/SC reader (vsmartcard); without
    an `office` there is no stick.
    """
    clock = LoopClock()
    delays = delays and line_rate
    world = World(
        clock=clock,
        reader=CardReader(clock, ReaderDelays() if delays else AT_ONCE, seed),
        scanner=make_scanner(clock, scanner, DECODE_S if delays else 0.0, seed + 1),
        printer=make_printer(clock, printer, LINES_PER_SECOND if delays else None, seed + 2),
        network=network,
        platform=platform,
        people=load_people(),
        boxes=load_boxes(),
        slot=None if vpcd is None else _ChipSlot(vpcd),
        office=office,
    )
    carriers: dict[str, Carrier] = {}
    for name, device in world.devices.items():
        carrier = PtyCarrier(run_dir / PORTS[name], device.baud or None, clock, line_rate=line_rate)
        carrier.connect(device.receive)
        device.attach(carrier.send)
        device.on_baud = carrier.set_baud
        carriers[name] = carrier
    world.carriers = carriers
    return world
