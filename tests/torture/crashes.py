"""Power cuts: a day is recorded, and after every change of the disk the disks that a cut may leave are opened."""

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import astuple, dataclass
from pathlib import Path
from random import Random

from hal.linux.store_file import StoreFile
from tests.torture.apsw_disk import Machine
from tests.torture.disk import KEEP, Began, Disk, Event, Kept, Medium
from tests.torture.workload import Day, contents, upkeep

_JOURNALLED = (True, False)  # both ways in which names are kept
_NEXT = (b"next", b"x")
Contents = dict[bytes, bytes]
Open = Callable[[Disk], "Contents | None"]


@dataclass
class Figures:
    """How many disks were opened, and what was wrong with them."""

    images: int = 0
    lost: int = 0  # an acknowledged batch is missing
    torn: int = 0  # a part of a batch is there
    unreadable: int = 0  # it does not open, is not sound, or takes no more commits

    def __add__(self, other: "Figures") -> "Figures":
        return Figures(*map(sum, zip(astuple(self), astuple(other), strict=True)))

    def __str__(self) -> str:
        wrong = f"{self.lost} lost a batch, {self.torn} have half of one, {self.unreadable} are unreadable"
        return f"{self.images} disks opened, {wrong}"

    def is_clean(self) -> bool:
        """Whether nothing was wrong."""
        return self.lost + self.torn + self.unreadable == 0


@dataclass
class Recorded:
    """What was done to a disk, what its store holds after each batch, and the disk before."""

    log: list[Event]
    states: list[Contents]
    start: Disk

    def cuts(self, journalled: bool, random: Random, share: float) -> Iterator[tuple[Disk, list[Contents]]]:
        """A `share` of the disks that a power cut may leave, each with what its store may hold: all that was
        acknowledged, and what was begun or not."""
        medium, kept, begun = Medium(journalled, self.start), 0, 0
        for event in self.log:
            match event:
                case Began():
                    begun = event.batch
                case Kept():
                    kept = event.batch
                case _:
                    medium.feed(event)
            for keep in KEEP[:1] if medium.is_settled() else KEEP:
                if random.random() < share:
                    yield medium.after_power_cut(keep, random), self.states[kept : begun + 1]


def run(
    images: int, seed: int, folder: Path, journalled: tuple[bool, ...] = _JOURNALLED, syncs_folder: bool = True
) -> Figures:
    """Open `images` disks or a few more, of as many days as it takes; `folder` is best on a file system in memory."""
    figures = Figures()
    while figures.images < images:
        day = record(folder, seed, syncs_folder)
        share = (images - figures.images) / (len(day.log) * len(KEEP) * len(journalled))
        for model in journalled:
            figures += examine(day, in_memory(folder), model, Random(seed), share)
        seed += 1
    return figures


def run_on_files(images: int, seed: int, folder: Path) -> Figures:
    """Open about `images` disks as files, with the standard library."""
    day = record(folder, seed)
    return examine(day, on_files(folder / "files"), True, Random(seed), images / (len(day.log) * len(KEEP)))


def run_twice(images: int, seed: int, folder: Path) -> Figures:
    """Cut power, record how the store is opened and goes on, and cut power there, too; about `images` disks."""
    figures, random = Figures(), Random(seed)
    while figures.images < images:
        journalled = random.choice(_JOURNALLED)
        day = record(folder, random.randrange(1 << 30))
        for disk, _ in day.cuts(journalled, random, share=20 / len(day.log) / len(KEEP)):
            figures += examine(record_recovery(folder, disk), in_memory(folder), journalled, random, share=0.2)
    return figures


def examine(recorded: Recorded, look: Open, journalled: bool, random: Random, share: float = 1) -> Figures:
    """Open the disks of what was recorded, or about a `share` of them."""
    figures = Figures()
    for disk, expected in recorded.cuts(journalled, random, share):
        found = look(disk)
        figures.images += 1
        if found is None:
            figures.unreadable += 1
        elif found not in expected:
            is_whole = found in recorded.states
            figures.lost += is_whole
            figures.torn += not is_whole
    return figures


def record(folder: Path, seed: int, syncs_folder: bool = True) -> Recorded:
    """Play a day on a new disk."""
    machine, day = Machine(folder, Disk(), syncs_folder=syncs_folder), Day(60, seed)
    log, store = machine.disk.log, machine.open()
    for step in day.steps:
        batch = day.batch(step)
        if batch is not None:
            log.append(Began(len(day.states)))
            store.commit(*batch)
            day.keep(batch)
            log.append(Kept(len(day.states) - 1))
        elif step == "reopen":
            store.close()
            store = machine.open()
        else:
            upkeep(step, store)
    store.close()
    return Recorded(log, day.states, Disk())


def record_recovery(folder: Path, disk: Disk) -> Recorded:
    """Open the store of a disk, commit once and close."""
    start, log = disk.copy(), disk.log
    with closing(Machine(folder, disk).open()) as store:
        found = contents(store)
        log.append(Began(1))
        store.commit([_NEXT], [])
        log.append(Kept(1))
    return Recorded(log, [found, found | dict([_NEXT])], start)


def in_memory(folder: Path) -> Open:
    """Opens disks with apsw; `folder` is for their locks."""
    return lambda disk: _contents(Machine(folder, disk).open)


def on_files(folder: Path) -> Open:
    """Opens disks with the standard library, as files in a folder that is made anew for each."""

    def look(disk: Disk) -> Contents | None:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        for name, file in disk.names.items():
            (folder / name).write_bytes(disk.contents[file])
        return _contents(lambda: StoreFile(folder / "vault.db"))

    return look


def _contents(open_store: Callable[[], StoreFile]) -> Contents | None:
    """All that a store holds, or None when it is unreadable, unsound, or takes no more commits."""
    try:
        with closing(open_store()) as store:
            found = contents(store)
            is_sound = store._connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            store.commit([_NEXT], [])
            return found if is_sound and store.get(_NEXT[0]) == _NEXT[1] else None
    except sqlite3.Error:
        return None
