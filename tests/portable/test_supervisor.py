"""The supervisor and the log. Runs on CPython and MicroPython."""

import unittest

from firmware import log, supervisor
from firmware.errors import TerminalError
from firmware.supervisor import STALLED_MS, Supervisor
from hal import aio
from tests.portable.doubles import CountingWatchdog

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    Pulse = Callable[[], None]


class Lines:
    """A logger that keeps its lines."""

    def __init__(self) -> None:
        self.lines: "list[str]" = []

    def warning(self, form: str, *values: str) -> None:
        self.lines.append(form % values)


class Logged(unittest.TestCase):
    """The log is read, the pauses are left out, and the clock is set by hand; the tests are below."""

    def setUp(self) -> None:
        self.begin()

    def begin(self) -> None:
        self.lines = Lines()
        self.kept: "list[Any]" = [log._log, supervisor._FIRST_PAUSE_MS, supervisor._ROUND_MS, aio.now_ms]
        log._log = self.lines  # type: ignore[assignment]
        log._lasting.clear()
        supervisor._FIRST_PAUSE_MS = 0
        supervisor._ROUND_MS = 0
        self.now_ms = 1000
        aio.now_ms = lambda: self.now_ms

    def tearDown(self) -> None:
        log._log, supervisor._FIRST_PAUSE_MS, supervisor._ROUND_MS, aio.now_ms = self.kept


class Log(Logged):
    def test_an_event(self) -> None:
        log.event("terminal.started", "sim")
        log.event("terminal.stopped")
        self.assertEqual(self.lines.lines, ["terminal.started sim", "terminal.stopped "])

    def test_what_lasts_is_logged_when_it_begins_and_ends(self) -> None:
        for trouble in ("", "", "silent", "silent", "fault", "", ""):
            log.lasting("printer", trouble)
        log.lasting("scanner", "silent")
        self.assertEqual(self.lines.lines, ["printer silent", "printer fault", "printer recovered", "scanner silent"])


class Supervising(Logged):
    def setUp(self) -> None:
        self.begin()
        self.watchdog = CountingWatchdog()
        self.supervisor = Supervisor(self.watchdog)

    async def until(self, reached: "Callable[[], bool]") -> None:
        for _ in range(1000):
            if reached():
                return
            await aio.sleep_ms(0)
        self.fail("never")

    async def test_what_fails_is_named_and_started_again(self) -> None:
        starts: "list[int]" = []

        async def body(pulse: "Pulse") -> None:
            starts.append(1)
            if len(starts) == 1:
                raise TerminalError("visit.busy", "not for the log: 韦测试甲")
            if len(starts) == 2:
                raise ValueError("11010519491231002X")
            await aio.Event().wait()

        self.supervisor.add("cards", body)
        self.supervisor.start()
        await self.until(lambda: len(starts) == 3)
        self.supervisor.stop()
        self.assertTrue(self.lines.lines[0].startswith("task.failed cards TerminalError visit.busy"))
        self.assertTrue(self.lines.lines[1].startswith("task.failed cards ValueError"))
        for line in self.lines.lines:
            self.assertFalse("韦测试甲" in line or "11010519491231002X" in line)

    async def test_what_ends_by_itself_has_ended(self) -> None:
        starts: "list[int]" = []

        async def body(pulse: "Pulse") -> None:
            starts.append(1)

        self.supervisor.add("once", body)
        self.supervisor.start()
        await self.until(lambda: "once" not in aio.running() and starts == [1])
        self.assertEqual(self.lines.lines, [])

    async def test_a_failure_after_a_long_life_is_the_first_again(self) -> None:
        pauses: "list[int]" = []
        sleep = aio.sleep_ms

        async def counted(ms: int) -> None:
            pauses.append(ms)
            await sleep(0)

        async def body(pulse: "Pulse") -> None:
            if len(pauses) == 4:
                self.now_ms += STALLED_MS + 1
            if len(pauses) == 14:
                await aio.Event().wait()
            raise ValueError

        supervisor._FIRST_PAUSE_MS = self.kept[1]
        aio.sleep_ms = counted
        try:
            self.supervisor.add("weak", body)
            self.supervisor.start()
            for _ in range(100):
                await sleep(0)
        finally:
            aio.sleep_ms = sleep
            self.supervisor.stop()
        self.assertEqual(pauses[:6], [1000, 2000, 4000, 8000, 1000, 2000])
        self.assertEqual(pauses[-1], 15000)

    async def test_who_stands_still_is_named_and_holds_the_food_back(self) -> None:
        pulses: "dict[str, Pulse]" = {}

        def body_of(name: str) -> "Any":
            async def body(pulse: "Pulse") -> None:
                pulses[name] = pulse
                await aio.Event().wait()

            return body

        for name in ("cards", "codes"):
            self.supervisor.add(name, body_of(name))
        self.supervisor.add("paper", body_of("paper"), important=False)
        self.supervisor.start()
        watch = aio.spawn("watch", self.supervisor.watch())
        await self.until(lambda: self.watchdog.fed > 1 and len(pulses) == 3)
        self.now_ms += STALLED_MS
        self.assertEqual(self.supervisor.stalled(), [])
        self.now_ms += 1
        self.assertEqual(self.supervisor.stalled(), ["cards", "codes"])
        pulses["codes"]()
        await self.until(lambda: self.lines.lines == ["supervisor.stalled cards"])
        fed = self.watchdog.fed
        for _ in range(5):
            await aio.sleep_ms(0)
        self.assertEqual(self.watchdog.fed, fed)
        pulses["cards"]()
        await self.until(lambda: self.watchdog.fed > fed)
        self.assertEqual(self.lines.lines[-1], "supervisor.stalled recovered")
        watch.cancel()
        self.supervisor.stop()

    async def test_stop_ends_everything(self) -> None:
        async def body(pulse: "Pulse") -> None:
            await aio.Event().wait()

        self.supervisor.add("cards", body)
        self.supervisor.start()
        await aio.sleep_ms(0)
        self.assertEqual(aio.running(), ["cards"])
        self.supervisor.stop()
        await self.until(lambda: aio.running() == [])
