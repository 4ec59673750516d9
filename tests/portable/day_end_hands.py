"""Hands for the page of the day end, on a whole terminal in memory."""

from firmware.errors import TerminalError
from tests.portable.doubles import MemoryBoard
from tests.portable.tiny_accounts import AccountsPlatform
from tests.portable.tiny_counter import Counter, box

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Json = dict[str, Any]

DAY = "2026-09-21"
OTHER = "2026-09-20"
FOREIGN = "H99999900001202609211200009999"  # a message number that is not ours


class DayEnds(Counter):
    """Hands for the page of the day end."""

    platform: AccountsPlatform

    async def begin(self) -> None:
        self.platform = AccountsPlatform()
        self.lives = 1
        await self.start(MemoryBoard(None, self.platform))

    async def bill(self, number: int) -> None:
        """A patient who is settled and has gone."""
        await self.arrive()
        await self.diagnose()
        await self.prescribe(("aspirin", 1))
        await self.scan(box(number))
        await self.settle()
        await self.desk.finish()

    async def refund(self, number: int) -> None:
        """A patient who is settled and cancels it."""
        await self.arrive()
        await self.diagnose()
        await self.prescribe(("aspirin", 1))
        await self.scan(box(number))
        await self.settle()
        await self.cancel()
        await self.take_up()
        await self.desk.finish()

    async def work(self) -> str:
        """Until nothing is to be done; the code of what it waits for, or ""."""
        day_end = self.terminal.day_end
        try:
            while await day_end.step():
                pass
        except TerminalError as error:
            return error.code
        return ""

    async def run_day(self, details: bool = False, begin: str = DAY, end: str = "") -> "Json":
        await self.terminal.day_end.start(begin, end, details, "1")
        self.assertEqual(await self.work(), "")
        return await self.look(begin, end)

    async def look(self, begin: str = DAY, end: str = "") -> "Json":
        return await self.terminal.day_end.view(begin, end)

    async def only(self, begin: str = DAY) -> "Json":
        """The only difference."""
        [found] = (await self.look(begin))["differences"]
        difference: "Json" = found
        return difference

    def asked(self, infno: str) -> int:
        return len([message for message in self.platform.messages if message == infno])
