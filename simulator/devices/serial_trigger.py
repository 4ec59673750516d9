"""A scanner on a serial line whose light the host switches with SYN T and SYN U (Honeywell, Newland, Mindeo family)."""

from simulator.clock import Clock
from simulator.devices import scanner_faults as fault
from simulator.devices.aim import aim_identifier
from simulator.devices.scanner import Scanner

LIGHT_ON = b"\x16T\r"
LIGHT_OFF = b"\x16U\r"
MENU = b"\x16M\r"
MENU_ENDS = b".!"  # in the memory, for good
ACK = b"\x06"
NAK = b"\x15"
_LONGEST = 64
COMMAND_PATIENCE_S = 0.4  # our choice: a command that takes longer is passed over


class SerialTriggerScanner(Scanner):
    """Set to be triggered by the host; its key does nothing. A menu command is echoed and acknowledged, without effect.

    `aim` is a setting of the scanner: the AIM identifier stands before each code.
    """

    kind = "serial-trigger"
    can_have = fault.OF_SERIAL_KINDS | {fault.REFUSES, fault.ACK_LATE, fault.FORGETS_SETTINGS}

    def __init__(self, clock: Clock, decode_s: float = 0.0, seed: int = 0, *, aim: bool = False) -> None:
        super().__init__(clock, decode_s, seed)
        self._aim = aim
        self._by_host = True
        self._bytes = bytearray()
        self._heard_at = 0.0

    def _key_starts(self) -> bool:
        return not self._by_host

    def _handle(self, data: bytes) -> None:
        now = self._clock.now()
        if now - self._heard_at > COMMAND_PATIENCE_S:
            self._bytes.clear()
        self._heard_at = now
        self._bytes += data
        while self._bytes:
            if size := self._command():
                del self._bytes[:size]
            elif self._unfinished():
                return
            else:
                del self._bytes[0]

    def _command(self) -> int:
        """Obey the command that stands first; its size, 0 when none does."""
        if self._bytes.startswith(LIGHT_ON):
            if self._by_host:
                self._light()
            self._look()
            self._changed()
            return len(LIGHT_ON)
        if self._bytes.startswith(LIGHT_OFF):
            self._dark()
            self._changed()
            return len(LIGHT_OFF)
        if self._bytes.startswith(MENU):
            return self._menu()
        return 0

    def _menu(self) -> int:
        ends = [at for at in (self._bytes.find(bytes((end,)), len(MENU)) for end in MENU_ENDS) if at > 0]
        if not ends:
            return 0
        command = bytes(self._bytes[len(MENU) : min(ends) + 1])
        refused = self.faults.take(fault.REFUSES)
        if not refused:
            self._by_host = True  # the only thing that this one can be set to
        self._acknowledge(command[:-1] + (NAK if refused else ACK) + command[-1:])
        return min(ends) + 1

    def _unfinished(self) -> bool:
        held = bytes(self._bytes[:_LONGEST])
        begins = any(command.startswith(held) for command in (LIGHT_ON, LIGHT_OFF, MENU))
        return begins or (held.startswith(MENU) and len(held) < _LONGEST)

    def _pulled(self) -> None:
        self._bytes.clear()
        super()._pulled()

    def _put_in(self) -> None:
        if self.faults.active(fault.FORGETS_SETTINGS):
            self._by_host = False
        self._look()

    def _result(self, code: str) -> bytes:
        prefix = aim_identifier(self._symbology) if self._aim else b""
        return self._tailed(prefix + code.encode("utf-8"), b"\r")
