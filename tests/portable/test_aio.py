"""What the two asyncios have in common. Runs on CPython and MicroPython."""

import unittest

from hal import aio


class Time(unittest.TestCase):
    async def test_now_does_not_run_backwards(self) -> None:
        readings = []
        for _ in range(50):
            readings.append(aio.now_ms())
            await aio.sleep_ms(0)
        self.assertEqual(readings, sorted(readings))
        self.assertTrue(all(type(reading) is int for reading in readings))

    async def test_sleep_takes_its_time(self) -> None:
        started = aio.now_ms()
        await aio.sleep_ms(20)
        self.assertTrue(aio.now_ms() - started >= 19)

    async def test_sleep_lets_the_others_run(self) -> None:
        order: "list[int]" = []

        async def note() -> None:
            order.append(1)

        task = aio.spawn("note", note())
        await aio.sleep_ms(0)
        await task
        self.assertEqual(order, [1])


class Within(unittest.TestCase):
    async def test_in_time(self) -> None:
        async def seven() -> int:
            await aio.sleep_ms(0)
            return 7

        self.assertEqual(await aio.within(seven(), 1000), 7)

    async def test_too_late(self) -> None:
        cleaned: "list[str]" = []

        async def never() -> None:
            try:
                await aio.Event().wait()
            finally:
                cleaned.append("cancelled")

        try:
            await aio.within(never(), 5)
            self.fail("in time")
        except aio.Timeout:
            self.assertEqual(cleaned, ["cancelled"])

    async def test_an_error_comes_through(self) -> None:
        async def wrong() -> None:
            raise ValueError("x")

        try:
            await aio.within(wrong(), 1000)
            self.fail("no error")
        except ValueError:
            pass


class Queues(unittest.TestCase):
    async def test_first_in_first_out(self) -> None:
        queue = aio.Queue(3)
        for item in (1, None, 3):
            queue.put(item)
        self.assertEqual(len(queue), 3)
        self.assertEqual([await queue.get(), await queue.get(), await queue.get()], [1, None, 3])
        self.assertEqual(len(queue), 0)

    async def test_full(self) -> None:
        queue = aio.Queue(1)
        queue.put("kept")
        try:
            queue.put("lost")
            self.fail("no limit")
        except aio.QueueFull:
            self.assertEqual(await queue.get(), "kept")
        queue.put("room again")
        self.assertEqual(await queue.get(), "room again")

    async def test_it_waits_for_an_item(self) -> None:
        queue = aio.Queue(2)
        taking = aio.spawn("take", queue.get())
        await aio.sleep_ms(0)
        self.assertFalse(taking.done())
        queue.put("late")
        self.assertEqual(await taking, "late")

    async def test_two_who_wait_get_one_each(self) -> None:
        queue = aio.Queue(2)
        tasks = [aio.spawn("take", queue.get()) for _ in range(2)]
        await aio.sleep_ms(0)
        queue.put(1)
        await aio.sleep_ms(0)
        queue.put(2)
        first = await tasks[0]
        self.assertEqual(sorted([first, await tasks[1]]), [1, 2])


class Tasks(unittest.TestCase):
    async def test_names_of_what_runs(self) -> None:
        door = aio.Event()
        tasks = [aio.spawn(name, door.wait()) for name in ("scanner", "card reader")]
        await aio.sleep_ms(0)
        self.assertEqual(aio.running(), ["card reader", "scanner"])
        door.set()
        for task in tasks:
            await task
        self.assertEqual(aio.running(), [])

    async def test_one_that_failed_is_not_held(self) -> None:
        async def wrong() -> None:
            raise ValueError("x")

        task = aio.spawn("wrong", wrong())
        try:
            await task
            self.fail("no error")
        except ValueError:
            self.assertEqual(aio.running(), [])

    async def test_one_that_was_cancelled_is_not_held(self) -> None:
        task = aio.spawn("forever", aio.Event().wait())
        await aio.sleep_ms(0)
        task.cancel()
        try:
            await task
            self.fail("still runs")
        except aio.Cancelled:
            self.assertEqual(aio.running(), [])
