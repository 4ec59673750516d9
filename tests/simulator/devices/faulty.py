"""Devices with a fault switched on by its full name, and what the host hears of them."""

from simulator.clock import VirtualClock
from simulator.devices import CardReader, Gm65Scanner, Printer, SerialDevice
from simulator.faults import FAULTS

READER_QUESTION = bytes.fromhex("AAAAAA9669000312FFEE")
READER_ANSWER = bytes.fromhex("AAAAAA9669001400009005000300A63A340187D6120079384E0562")
QUESTIONS = {
    "reader": (READER_QUESTION, READER_ANSWER),
    "scanner": (bytes.fromhex("7E000701000A01EE8A"), bytes.fromhex("020000013EE4AC")),
    "printer": (bytes.fromhex("1D4943"), b"_58MM-GB18030\0"),
}


class Host:
    """What hears `device`, on virtual time."""

    def __init__(self, device: SerialDevice, clock: VirtualClock) -> None:
        self.device = device
        self.clock = clock
        self._heard = bytearray()
        device.attach(self._heard.extend)

    def fault(self, name: str, number: int | None = None) -> None:
        """Switch the fault of that name in the catalogue on."""
        self.device.faults.set(FAULTS[name].knob, number)

    def ask(self, *pieces: bytes) -> bytes:
        """Send `pieces` and take what came back at once."""
        for piece in pieces:
            self.device.receive(piece)
        return self.after(0)

    def after(self, seconds: float) -> bytes:
        """What comes within `seconds` more."""
        self.clock.advance(seconds)
        answer = bytes(self._heard)
        self._heard.clear()
        return answer


def host_of(owner: str, seed: int = 0) -> Host:
    """A healthy device of that owner of faults."""
    clock = VirtualClock()
    match owner:
        case "reader":
            return Host(CardReader(clock, seed=seed), clock)
        case "scanner":
            return Host(Gm65Scanner(clock, seed=seed), clock)
    return Host(Printer(clock, seed=seed), clock)


def faulty(name: str, number: int | None = None, seed: int = 0) -> Host:
    """A device with the fault `name` of the catalogue."""
    host = host_of(FAULTS[name].owner, seed)
    host.fault(name, number)
    return host
