"""A scanner that sends what it reads on a serial line and hears nothing: USB-COM, or a plain RS-232 gun with a key."""

from simulator.clock import Clock
from simulator.devices import scanner_faults as fault
from simulator.devices.aim import aim_identifier
from simulator.devices.scanner import Scanner


class PlainScanner(Scanner):
    """Its key lights it; a code ends with CR. `aim` is a setting: the AIM identifier stands before each code."""

    kind = "serial"
    can_have = fault.OF_DEAF_KINDS

    def __init__(self, clock: Clock, decode_s: float = 0.0, seed: int = 0, *, aim: bool = False) -> None:
        super().__init__(clock, decode_s, seed)
        self._aim = aim

    def _result(self, code: str) -> bytes:
        prefix = aim_identifier(self._symbology) if self._aim else b""
        return self._tailed(prefix + code.encode("utf-8"), b"\r")
