"""The terminal's plug, and the moments at which it is pulled: counted in events, never in seconds."""

import contextlib
import os
import signal
import threading
from collections.abc import Callable
from dataclasses import dataclass

from simulator.http_events import EventStream, Refused, State, ask
from simulator.launch import Counter

STARTED = "just started"
BEFORE_PRESS = "before a press"
ANSWERED = "press just answered"
SCREEN = "press on its way, the screen changes"
BENCH = "press on its way, something moves at the counter"
MESSAGE = "the platform has done it, its answer is on its way"
REQUEST_LOST = "request cut off"
ANSWER_LOST = "answer cut off"
PAPER = "while printing"
KINDS = (STARTED, BEFORE_PRESS, ANSWERED, SCREEN, BENCH, MESSAGE, REQUEST_LOST, ANSWER_LOST, PAPER)
PRESSES = (
    "api/visit/diagnosis",
    "api/visit/lines",
    "api/visit/finding",
    "api/visit/settle",
    "api/visit/cancel",
    "api/visit/finish",
    "api/day-end/start",
    "api/day-end/print",
    "api/catalogues/update",
)
CUTS = {REQUEST_LOST: "network.cut_before", ANSWER_LOST: "network.cut_after"}


@dataclass(frozen=True)
class Moment:
    """When the plug is pulled: `kind`, at this press (of `PRESSES`), so many events later; `infno` of a message."""

    kind: str
    press: str
    events: int
    infno: str


class Watch(EventStream):
    """An event stream that shows every event to `look`, in the order in which they come."""

    def __init__(self, url: str, cookie: str, look: Callable[[State], None]) -> None:
        self._look = look
        super().__init__(url, cookie)

    def tell(self, state: State) -> None:
        """Take a newer state, and show it."""
        super().tell(state)
        self._look(state)

    def drain(self) -> None:
        """Wait until the program at the other end is gone and its last event has been shown."""
        with contextlib.suppress(Exception):
            self.wait(lambda _: False, "the end of the stream", 10)


class Plug:
    """Pulls the plug once, at its moment. Its methods are called from the threads that see the events."""

    def __init__(self, counter: Counter, moment: Moment) -> None:
        """Lets the fault of the moment, if it needs one, lie in wait."""
        self.moment = moment
        self.pulled = False
        self._bench_url = counter.bench_url
        self._pid = int((counter.state_dir / "lock").read_text(encoding="ascii"))
        self._pressed = False
        self._events = 0
        self._lock = threading.Lock()
        if moment.kind in CUTS:
            counter.bench(f"fault {CUTS[moment.kind]} {moment.infno}")
        world = counter.world
        self._lines = int(world["printer"]["lines"])
        self._message = _newest(world)

    def started(self) -> None:
        """The terminal serves; nobody has signed in."""
        self._pull_if(self.moment.kind == STARTED)

    def about_to_press(self, path: str) -> None:
        """A finger is on its way."""
        self._pull_if(self.moment.kind == BEFORE_PRESS and path == self.moment.press)
        self._pressed = self._pressed or path == self.moment.press

    def answered(self, path: str) -> None:
        """A press was answered: what it did is on the disk."""
        self._pull_if(self.moment.kind == ANSWERED and path == self.moment.press)

    def screen(self, _state: State) -> None:
        """The terminal's screen shows something new."""
        self._count(SCREEN)

    def bench(self, world: State) -> None:
        """Something happened at the counter, with a device or at the platform."""
        self._count(BENCH)
        done = [message["infno"] for message in world["platform"]["messages"] if message["n"] > self._message]
        self._pull_if(self.moment.kind == MESSAGE and self.moment.infno in done)
        self._pull_if(self.moment.kind in CUTS and world["network"]["cable"] == "out")
        self._pull_if(self.moment.kind == PAPER and world["printer"]["lines"] > self._lines + self.moment.events)

    def _count(self, kind: str) -> None:
        if self.moment.kind == kind and self._pressed:
            self._events += 1
            self._pull_if(self._events >= self.moment.events)

    def _pull_if(self, now: bool) -> None:
        with self._lock:
            if not now or self.pulled:
                return
            self.pulled = True
        os.killpg(self._pid, signal.SIGKILL)
        with contextlib.suppress(Refused, OSError):  # a box that nobody reads any more: the hand takes it away
            ask(self._bench_url + "api/do", {"line": "scanner take-away"}).close()


def _newest(world: State) -> int:
    messages = world["platform"]["messages"]
    return int(messages[-1]["n"]) if messages else 0
