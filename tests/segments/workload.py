"""What the terminal does to a store, from a seed: commits of many sizes, deletions, upkeep, scrubs, new starts."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field

from hal.segments.engine import SegmentEngine
from hal.segments.files import Files

State = dict[bytes, bytes]
SEGMENT_BYTES = 2048
RESERVE = 4096
KEYS = 24


def opened(files: Files) -> SegmentEngine:
    """The engine with small segments, so that a short workload fills many."""
    return SegmentEngine(files, SEGMENT_BYTES, RESERVE)


def contents(engine: SegmentEngine) -> State:
    """All that can be read in whatever way it is asked."""
    found = engine.scan(b"", b"", 0)
    asked = engine.get_all([key for key, _ in found])
    return {key: value for (key, value), other in zip(found, asked, strict=True) if value == other}


def batch(rng: random.Random, state: State) -> tuple[State, list[bytes], State]:
    """Puts, deletes, and what is kept when they are done."""
    keys = [b"r/%02d" % rng.randrange(KEYS) for _ in range(rng.choice((0, 1, 1, 2, 5)))]
    sizes = (0, 10, rng.randrange(700), rng.randrange(200), 3000 if rng.random() < 0.05 else 50)
    puts = {key: rng.randbytes(rng.choice(sizes)) for key in keys}
    some = sorted(state) if rng.random() < 0.7 else []
    if rng.random() < 0.03:  # a rotation: all of it is sealed anew
        puts = {key: rng.randbytes(len(value)) for key, value in state.items()} | puts
    deletes = rng.sample(some, min(len(some), rng.choice((0, 0, 1, 2, 6))))
    return puts, deletes, {key: value for key, value in state.items() if key not in deletes} | puts


@dataclass
class Player:
    """Plays actions on a store, and says before and after each commit what a crash may leave (`may_be`). `killed` is
    what `files` raises when the process ends."""

    files: Files
    rng: random.Random
    state: State
    may_be: Callable[[list[State]], None]
    killed: type[Exception] = ZeroDivisionError
    failed: list[State] = field(default_factory=list)  # what the commits that failed since the last success would keep
    wrong: int = 0  # states that were read and must not be
    errors: int = 0  # of the medium, and ends of the process

    def play(self, turns: int) -> None:
        """Start the store and play."""
        self.may_be([self.state])
        engine = self._start()
        for _ in range(turns):
            try:
                self._act(engine)
            except self.killed:
                self.errors += 1
                engine = self._start()
            except OSError:
                self.errors += 1
            if self.rng.random() < 0.05:
                engine = self._start()
            self.may_be([self.state, *self.failed])
            self.wrong += contents(engine) != self.state

    def _start(self) -> SegmentEngine:
        """Start anew. A batch that failed may be there, if nothing has succeeded since."""
        self.may_be([self.state, *self.failed])
        while True:
            try:
                engine = opened(self.files)
            except (OSError, self.killed):
                self.errors += 1
            else:
                break
        found = contents(engine)
        self.wrong += found != self.state and found not in self.failed
        self.state, self.failed = found, []
        return engine

    def _act(self, engine: SegmentEngine) -> None:
        action = self.rng.random()
        if action < 0.7:
            self._commit(engine)
        elif action < 0.9:
            engine.care()
        else:
            engine.begin_scrub()
            while engine.scrub_piece():
                pass

    def _commit(self, engine: SegmentEngine) -> None:
        puts, deletes, after = batch(self.rng, self.state)
        earlier = self.failed
        self.failed = [*earlier, after]
        self.may_be([self.state, *self.failed])
        engine.commit(list(puts.items()), deletes)
        writes = puts or any(key in self.state for key in deletes)
        self.state, self.failed = after, [] if writes else earlier
