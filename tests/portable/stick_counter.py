"""A counter with a stick, and an office that reads it and answers. Runs on CPython and MicroPython."""

import json

from firmware.vault import Carry, ParcelError, VaultError
from hal.errors import DeviceError, NotConnected
from tests.portable.doubles import HashCipher, MemoryBoard
from tests.portable.outbox_counter import Counter as Base

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Json = dict[str, Any]

_KEY = b"\x11" * 32
_NONCE = b"\x22" * 12


class MemoryStick:
    """`hal.ports.Stick` in a dict. `gone` and `broken` are what happens to the next call."""

    def __init__(self) -> None:
        self.files: "dict[str, bytes]" = {}
        self.gone = False
        self.broken = False
        self.unreadable: "list[str]" = []  # files with a bad sector

    def _look(self) -> None:
        if self.gone:
            raise NotConnected("stick.missing")
        if self.broken:
            raise DeviceError("stick.failed")

    async def names(self, ending: str) -> "list[str]":
        if self.gone:
            raise NotConnected("stick.missing")
        return [name for name in sorted(self.files) if name.lower().endswith(ending)]

    async def read(self, name: str, most: int) -> bytes:
        self._look()
        if name in self.unreadable:
            raise DeviceError("stick.failed")
        if len(self.files[name]) > most:
            raise DeviceError("stick.too_long")
        return self.files[name]

    async def write(self, name: str, data: bytes) -> None:
        self._look()
        self.files[name] = data


class OneKeySeal:
    """`hal.ports.ParcelSeal` with one key for both sides."""

    device = "ab" * 32

    def seal(self, plain: bytes) -> bytes:
        return HashCipher().seal(_KEY, _NONCE, plain, b"parcel")

    def open(self, parcel: bytes) -> bytes:
        return HashCipher().open(_KEY, _NONCE, parcel, b"answer")

    def read(self, parcel: bytes) -> "Json":
        """What the office sees."""
        content: "Json" = json.loads(HashCipher().open(_KEY, _NONCE, parcel, b"parcel").decode())
        return content

    def answer(self, content: "Any") -> bytes:
        """What the office writes."""
        return HashCipher().seal(_KEY, _NONCE, json.dumps(content).encode(), b"answer")


class Counter(Base):
    """A counter with a stick and an office; the tests are below."""

    async def setUp(self) -> None:  # type: ignore[override]
        await self.begin()
        self.stick = MemoryStick()
        self.seal = OneKeySeal()

    async def restart(self, board: MemoryBoard) -> None:
        self.outbox = await self.reopened(board)

    def carry(self) -> Carry:
        return Carry(self.vault, self.outbox, self.seal, self.stick, self.board.clock)

    def parcel(self, number: int = 1) -> "Json":
        return self.seal.read(self.stick.files[f"cyt-{number:08d}.cyp"])

    def keys(self, number: int = 1) -> "list[str]":
        return [message["key"] for message in self.parcel(number)["messages"]]

    def answer(self, number: int, *results: "tuple[str, str, str]") -> None:
        rows = [{"key": key, "outcome": outcome, "sentence": sentence} for key, outcome, sentence in results]
        self.stick.files[f"cyt-{number:08d}.cya"] = self.seal.answer({"parcel": number, "results": rows})

    async def trouble(self, call: "Any") -> str:
        try:
            await call
        except (ParcelError, VaultError) as error:
            return error.code
        return ""

    async def learnt(self) -> "list[int]":
        learnt = await self.carry().take_in("1")
        return [learnt[name] for name in ("parcels", "acknowledged", "refused")]
