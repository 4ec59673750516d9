"""The power goes as in test_visit_sales_cuts.py, and the province wants it otherwise when it is back. Runs on CPython
and MicroPython."""

from tests.portable.cut_sales import Cuts


class SalesChanged(Cuts):
    async def test_the_province_wants_it_otherwise_after_the_cut(self) -> None:
        self.assertTrue(await self.every_commit(True, True) > 12)
        self.assertTrue(await self.every_commit(False, True) > 8)
