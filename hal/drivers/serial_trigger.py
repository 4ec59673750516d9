"""The session with a scanner that is triggered over its serial line, as those of Honeywell, Newland and Mindeo are.

SYN T CR lights it, SYN U CR darkens it (Honeywell / Datalogic 7000 user's guide, serial trigger commands; Mindeo ES4650
manual, host trigger). It has to be set to that trigger mode with the sheet of codes that came with it. It answers
neither command, so nothing tells whether it is there.
"""

from hal import aio
from hal.drivers.plain_scanner import PlainScanner

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hal.ports import BytePort

LIGHT = b"\x16T\r"
DARKEN = b"\x16U\r"
AGAIN_MS = 2000  # a trigger ends with a code or after a time that only the scanner knows, so it is repeated
DARK_MS = 5000  # a light that stayed on because the command was lost goes out after this


class SerialTriggerScanner(PlainScanner):
    """Scans codes while armed (`hal.ports.Scanner`). Codes end as those of a `PlainScanner`. Ready when its port opens;
    tells `scanner.silent` when that is gone."""

    def __init__(self, port: "BytePort") -> None:
        super().__init__(port)
        self._lit = False
        self._due_ms = 0

    async def _begin(self) -> None:
        await self._darken()

    async def _steer(self) -> None:
        if self._decoder.unfinished():
            return  # a command in the middle of a code could cut it short
        want, due = self._want(), aio.now_ms() >= self._due_ms
        if want and (due or not self._lit):
            await self._light()
        elif not want and (due or self._lit):
            await self._darken()

    def _due_in_ms(self) -> int:
        return self._listen_ms(self._lit, self._due_ms)

    async def _light(self) -> None:
        self._lit = True
        self._due_ms = aio.now_ms() + AGAIN_MS
        await self._port.write(LIGHT)

    async def _darken(self) -> None:
        self._lit = False
        self._due_ms = aio.now_ms() + DARK_MS
        await self._port.write(DARKEN)

    def _deliver(self, data: bytes) -> None:
        self._lit = False  # it has done what it was triggered for
        super()._deliver(data)
