"""What stands around the outbox in its state machine: a platform, an office that takes parcels, a line with moods."""

from __future__ import annotations

from typing import Any

from firmware.insurance import SALE
from firmware.vault import ABSENT, DELIVERED, REFUSED, UNKNOWN
from hal import aio
from tests.portable.doubles import MemoryStore
from tests.portable.stick_counter import MemoryStick, OneKeySeal

ARRIVES = "arrives"
REQUEST_LOST = "request lost"
REPLY_LOST = "reply lost"
REFUSES = "refuses"
WILL_NOT_TELL = "will not tell"
CABLE_OUT = "cable out"
TURNED_AWAY = "turned away for a while"
OVERLOADED = "overloaded for a while"
DISK_FULL = "disk full"
MOODS = (ARRIVES, REQUEST_LOST, REPLY_LOST, REFUSES, WILL_NOT_TELL, CABLE_OUT, TURNED_AWAY, OVERLOADED, DISK_FULL)
_WAIT_S = 30


class Platform:
    """Lists the rows that are sold and not returned, and takes each row once."""

    def __init__(self) -> None:
        self.arrived: list[tuple[str, str]] = []  # (transaction, row), in their order
        self.numbers: set[str] = set()

    def has(self, infno: str, row: str) -> bool:
        """What 3513 says of a message."""
        listed = (SALE, row) in self.arrived and len([one for one in self.arrived if one[1] == row]) == 1
        return listed == (infno == SALE)

    def take(self, infno: str, row: str, number: str) -> bool:
        """False when it will not have it: it has it, or there is nothing to give back."""
        assert number not in self.numbers, "a message number was used twice"
        self.numbers.add(number)
        if (infno, row) in self.arrived or (infno != SALE and (SALE, row) not in self.arrived):
            return False
        self.arrived.append((infno, row))
        return True


class Line:
    """The courier: each request goes as the next mood says, and well when there are none left. While it is `dead`
    nothing leaves any more, and nobody is told."""

    def __init__(self, platform: Platform) -> None:
        self.platform = platform
        self.moods: list[str] = []
        self.dead = False
        self.store = MemoryStore()
        self.numbers = 0

    async def new_msgid(self) -> str:
        self.numbers += 1
        await aio.sleep_ms(0)
        return f"m{self.numbers}"

    def _mood(self) -> str:
        mood = self.moods.pop(0) if self.moods else ARRIVES
        if mood == DISK_FULL:
            self.store.fail_next()
        return mood

    async def _turn(self) -> None:
        await aio.sleep_ms(0)
        if self.dead:
            await aio.Event().wait()

    async def send(self, message: dict[str, Any]) -> tuple[str, str, int]:
        await self._turn()
        mood = self._mood()
        assert message["payload"] == {"row": message["row"]}
        if mood == REFUSES:
            return REFUSED, "refused", 0
        if mood in (CABLE_OUT, TURNED_AWAY):
            return ABSENT, "", _WAIT_S if mood == TURNED_AWAY else 0
        if mood in (REQUEST_LOST, OVERLOADED):
            return UNKNOWN, "", _WAIT_S if mood == OVERLOADED else 0
        taken = self.platform.take(message["infno"], message["row"], message["msgid"])
        await aio.sleep_ms(0)
        if mood == REPLY_LOST:
            return UNKNOWN, "", 0
        return (DELIVERED, "", 0) if taken else (REFUSED, "exists", 0)

    async def ask(self, message: dict[str, Any]) -> tuple[str, str, int]:
        await self._turn()
        mood = self._mood()
        if mood == WILL_NOT_TELL:
            return REFUSED, "no", 0
        if mood in (REQUEST_LOST, REPLY_LOST, CABLE_OUT):
            return UNKNOWN, "", 0
        if mood in (TURNED_AWAY, OVERLOADED):
            return UNKNOWN, "", _WAIT_S
        return (DELIVERED if self.platform.has(message["infno"], message["row"]) else ABSENT), "", 0


class Office:
    """Uploads what is in the parcels on the stick, in their order, and writes what became of it."""

    def __init__(self, platform: Platform) -> None:
        self.platform = platform
        self.stick = MemoryStick()
        self.seal = OneKeySeal()
        self.done: set[str] = set()

    def work(self) -> None:
        """Deal with every parcel that is new. What another parcel had before is answered as that was."""
        for name in [name for name in sorted(self.stick.files) if name.endswith(".cyp")]:
            parcel = self.seal.read(self.stick.files[name])
            answer = name.replace(".cyp", ".cya")
            if answer in self.stick.files:
                continue
            results = [self._upload(message, parcel["parcel"]) for message in parcel["messages"]]
            self.stick.files[answer] = self.seal.answer({"parcel": parcel["parcel"], "results": results})

    def _upload(self, message: dict[str, Any], parcel: int) -> dict[str, str]:
        key = message["key"]
        assert message["payload"] == {"row": message["row"]}
        taken = key in self.done or self.platform.take(message["infno"], message["row"], f"office {parcel} {key}")
        if taken:
            self.done.add(key)
        return {"key": key, "outcome": "acknowledged" if taken else "refused", "sentence": "" if taken else "exists"}
