"""The state of the peripherals, and a ledger of their faults: when each began and when it ended."""

from firmware import log
from firmware.vault import Batch
from hal.ports import READY, STARTING

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from firmware.vault import Vault
    from hal.ports import Board, DeviceStatus

    Json = dict[str, Any]

_KIND = "fault"
CARD_READER = "card_reader"
SOCIAL_CARD_READER = "social_card_reader"
SCANNER = "scanner"
PRINTER = "printer"
STORE = "store"  # in the ledger only: the screen says it in a sentence


class Health:
    """What the screen shows of the devices. `status` is told by whoever listens to a device."""

    def __init__(self, board: "Board", vault: "Vault") -> None:
        self._board = board
        self._vault = vault
        self._faults: "dict[str, tuple[str, Json]]" = {}
        self._codes: "dict[str, str]" = {}
        self.armed = False
        self.changed: "Callable[[], None]" = _nothing

    def devices(self) -> "Json":
        """The member `devices` of the screen's state. A slot for social security cards is there when the board has
        one."""
        board = self._board
        devices = {
            CARD_READER: _shown(board.card_reader.status),
            SCANNER: _with_light(_shown(board.scanner.status), self.armed),
            PRINTER: _shown(board.printer.status),
        }
        if board.social_card_reader is not None:
            devices[SOCIAL_CARD_READER] = _shown(board.social_card_reader.status)
        return devices

    async def status(self, device: str, status: "DeviceStatus") -> None:
        """A device says how it is; a change is written to the ledger."""
        code = "" if status.state in (READY, STARTING) else status.code
        log.lasting(device, code)
        if status.state != STARTING and code != self._codes.get(device, ""):
            self._codes[device] = code
            await self._book(device, code)
        self.changed()

    async def _book(self, device: str, code: str) -> None:
        batch = Batch("device.fault" if code else "device.recovered", device + " " + code)
        now = self._board.clock.wall_s()
        former = self._faults.pop(device, None)
        if former is not None:
            former[1]["ended"] = now
            batch.put(_KIND, former[0], former[1])
        if code:
            fault_id = f"{self._vault.take_number(_KIND):08d}"
            fault = {"device": device, "code": code, "began": now, "ended": 0}
            batch.put(_KIND, fault_id, fault)
            self._faults[device] = (fault_id, fault)
        await self._vault.commit(batch)


def _shown(status: "DeviceStatus") -> "Json":
    return {"state": status.state, "code": status.code}


def _with_light(shown: "Json", armed: bool) -> "Json":
    shown["armed"] = armed
    return shown


def _nothing() -> None:
    """Nobody listens yet."""
