"""The kinds of scanners, by the names that board files have for them."""

from simulator.clock import Clock
from simulator.devices.gm65_scanner import Gm65Scanner
from simulator.devices.gm67_scanner import Gm67Scanner
from simulator.devices.keyboard import KeyboardScanner
from simulator.devices.plain_scanner import PlainScanner
from simulator.devices.scanner import Scanner
from simulator.devices.serial_trigger import SerialTriggerScanner

_KINDS: tuple[type[Scanner], ...] = (Gm65Scanner, Gm67Scanner, SerialTriggerScanner, PlainScanner, KeyboardScanner)
SCANNER_KINDS = tuple(kind.kind for kind in _KINDS)


def make_scanner(clock: Clock, kind: str, decode_s: float = 0.0, seed: int = 0) -> Scanner:
    """A scanner of that kind, one of `SCANNER_KINDS`; `decode_s` is how long it looks at a code."""
    made = next(each for each in _KINDS if each.kind == kind)
    return made(clock, decode_s, seed)
