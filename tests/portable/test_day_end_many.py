"""More differences than a screen shows. Runs on CPython and MicroPython."""

from tests.portable.day_end_hands import FOREIGN, DayEnds


class Many(DayEnds):
    async def test_what_is_dealt_with_makes_room_for_the_rest(self) -> None:
        for number in range(203):
            self.platform.book("X" + str(number), FOREIGN[:-4] + f"{number:04d}", "9.90")
        view = await self.run_day()
        self.assertEqual((len(view["differences"]), view["more"]), (200, 3))
        seen = set()
        for one in view["differences"]:
            seen.add(one["id"])
            await self.terminal.day_end.note(one["id"], "别的电脑收的", "1")
        rest = [one["id"] for one in (await self.look())["differences"] if one["actions"]]
        self.assertEqual((len(rest), len(seen.intersection(rest))), (3, 0))
        for name in rest:
            await self.terminal.day_end.note(name, "别的电脑收的", "1")
        self.assertEqual((await self.look())["verdict"], "explained")
        self.board.store.rows.clear()  # the VM does not let go of what the last test had
