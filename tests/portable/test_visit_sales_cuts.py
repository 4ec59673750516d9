"""The power goes at every commit of a settlement and its cancellation, where all rows of a visit leave in one message.
Runs on CPython and MicroPython."""

from tests.portable.cut_sales import Cuts


class SalesCut(Cuts):
    async def test_cancelled_when_the_sale_has_arrived(self) -> None:
        self.assertTrue(await self.every_commit(True) > 12)

    async def test_cancelled_before_the_sale_left(self) -> None:
        self.assertTrue(await self.every_commit(False) > 8)
