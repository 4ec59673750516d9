"""A visit day at the store: seeded, with batches of all sizes and all upkeep, and what the store must hold after each
batch."""

from random import Random

from hal.linux.store_file import StoreFile

Batch = tuple[list[tuple[bytes, bytes]], list[bytes]]
_COMMITS = {"visit": 16, "large": 1, "delete": 2, "trim": 1, "reseal": 1}
_UPKEEP = {"ask": 2, "care": 2, "scrub": 1, "reopen": 1}


class Day:
    """The steps of a day and the contents that belong to them. `states[n]` is what the store holds after n batches."""

    def __init__(self, steps: int, seed: int) -> None:
        """About so many steps; every kind comes at least once."""
        self._random = Random(seed)
        kinds = _COMMITS | _UPKEEP
        more = self._random.choices(list(kinds), list(kinds.values()), k=max(0, steps - len(kinds)))
        self.steps = [*kinds, *more]
        self._random.shuffle(self.steps)
        self.states: list[dict[bytes, bytes]] = [{}]

    def batch(self, step: str) -> Batch | None:
        """What is committed in a step: a visit's record anew, its journal entry and the head; messages come and go. A
        trim takes the oldest of the journal, a rotation writes all that is there anew. None in a step of upkeep."""
        if step in _UPKEEP:
            return None
        random, number, kept = self._random, len(self.states), sorted(self.states[-1])
        if step == "delete":
            return [], [*random.sample(kept, random.randint(0, len(kept) // 3)), b"not there"]
        if step == "trim":
            entries = [key for key in kept if key.startswith(b"j/")]
            return [(b"j~head", b"%d" % number)], entries[: len(entries) // 2]
        if step == "reseal":
            return [(key, random.randbytes(len(self.states[-1][key]))) for key in kept], []
        sizes = (9_000, 30_000) if step == "large" else (60, 3_000)
        puts = [
            (b"r/visit/%016x" % (number // 4 * 2654435761), random.randbytes(random.randint(*sizes))),
            (b"j/%016d" % number, random.randbytes(300)),
            (b"j~head", b"%d" % number),
        ]
        if number % 2:
            puts.append((b"o/%08d" % number, random.randbytes(random.randint(200, 1_500))))
        return puts, [key for key in kept if key.startswith(b"o/")][: random.randint(0, 2)]

    def keep(self, batch: Batch) -> None:
        """The batch is in the store."""
        puts, deletes = batch
        self.states.append({key: value for key, value in self.states[-1].items() if key not in deletes} | dict(puts))


def upkeep(step: str, store: StoreFile) -> None:
    """Do a step "ask", "care" or "scrub"."""
    if step == "scrub":
        store.scrub()
    elif step == "ask":
        contents(store)
    else:
        store._unfolded = 1_000  # as after many more commits
        store.fold()


def contents(store: StoreFile) -> dict[bytes, bytes]:
    """All that a store holds in whatever way it is asked."""
    found = store.scan(b"", b"", 0)
    asked = store.get_all([key for key, _ in found])
    return {key: value for (key, value), other in zip(found, asked, strict=True) if value == other}
