"""The n-th call fails, for every n: the disk is full, a device does not answer, or no more files may be opened.

Each must be told by its name, leave nothing of its batch, and be over when its cause is over.
"""

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from random import Random

import apsw

from hal.linux.store_file import StoreFile, failure
from tests.torture.apsw_disk import Faults, Machine
from tests.torture.disk import Disk, Medium
from tests.torture.workload import Batch, Day, contents, upkeep

_EIO = {
    "read": apsw.SQLITE_IOERR_READ,
    "write": apsw.SQLITE_IOERR_WRITE,
    "truncate": apsw.SQLITE_IOERR_TRUNCATE,
    "sync": apsw.SQLITE_IOERR_FSYNC,
    "delete": apsw.SQLITE_IOERR_DELETE,
}
# What SQLite's `unix` VFS makes of these errors of the system.
KINDS = {"ENOSPC": ("write",), "EIO": tuple(_EIO), "EMFILE": ("open",)}
_NAMES = {"ENOSPC": ("SQLITE_FULL",), "EIO": ("SQLITE_IOERR", "SQLITE_CANTOPEN"), "EMFILE": ("SQLITE_CANTOPEN",)}


@dataclass
class FaultFigures:
    """How many calls failed, and what was wrong after one."""

    faults: int = 0
    unclear: int = 0  # not told, or by another name
    kept: int = 0  # something of a batch that failed is there
    lost: int = 0  # something else is not
    stuck: int = 0  # it went on failing

    def __str__(self) -> str:
        wrong = f"{self.unclear} were told wrongly, {self.kept} kept something, {self.lost} lost something"
        return f"{self.faults} calls failed, {wrong}, {self.stuck} did not end"

    def is_clean(self) -> bool:
        """Whether nothing was wrong."""
        return self.unclear + self.kept + self.lost + self.stuck == 0


class NthFault(Faults):
    """The `nth` call of a kind fails, and all after it until `lift` when the fault is `lasting`."""

    def __init__(self, kind: str, nth: int, lasting: bool) -> None:
        self._kind, self._left, self._lasting = kind, nth, lasting
        self.has_come = False
        self._lifted = False

    def lift(self) -> bool:
        """Space is back. Whether it was lacking until now."""
        was_lasting, self._lifted = self._lasting and not self._lifted, True
        return was_lasting

    def at(self, call: str) -> None:
        if self._lifted or call not in KINDS[self._kind]:
            return
        self._left -= 1
        if self._left == 0 or (self._lasting and self._left < 0):
            self.has_come = True
            raise self._error(call)

    def _error(self, call: str) -> apsw.Error:
        kinds: dict[str, tuple[type[apsw.Error], int]] = {
            "ENOSPC": (apsw.FullError, apsw.SQLITE_FULL),
            "EMFILE": (apsw.CantOpenError, apsw.SQLITE_CANTOPEN),
        }
        type_, result = kinds.get(self._kind) or (apsw.IOError, _EIO[call])
        error = type_(call)
        vars(error)["extendedresult"] = result  # where apsw looks for it
        return error


def run(steps: int, seed: int, folder: Path, every: int = 1) -> FaultFigures:
    """Play one day again and again, each time with another call that fails; `every` leaves most of them out."""
    figures = FaultFigures()
    for kind in KINDS:
        for lasting in (False, True):
            for nth in count(1 + seed % every, every):
                faults = NthFault(kind, nth, lasting)
                _Terminal(Machine(folder, Disk(), faults), Day(steps, seed), faults, kind, figures).play()
                if not faults.has_come:
                    break
                figures.faults += 1
    return figures


class _Terminal:
    """One life of a machine with a fault."""

    def __init__(self, machine: Machine, day: Day, faults: NthFault, kind: str, figures: FaultFigures) -> None:
        self._machine, self._day, self._faults, self._kind, self._figures = machine, day, faults, kind, figures
        self._store: StoreFile | None = None

    def play(self) -> None:
        for step in ["reopen", *self._day.steps, "reopen"]:
            batch = self._day.batch(step)
            try:
                self._do(step, batch)
            except (sqlite3.Error, OSError) as error:
                self._look_at(error, batch)
                self._again(step, batch)
            if batch is not None:
                self._day.keep(batch)
        self._faults.lift()
        store = self._opened()
        self._figures.lost += contents(store) != self._day.states[-1]
        store.close()

    def _do(self, step: str, batch: Batch | None) -> None:
        if batch is not None:
            self._opened().commit(*batch)
        elif step == "reopen":
            store, self._store = self._store, None
            if store is not None:
                store.close()
            self._opened()
        else:
            upkeep(step, self._opened())

    def _opened(self) -> StoreFile:
        if self._store is None:
            self._store = self._machine.open()
        return self._store

    def _look_at(self, error: sqlite3.Error | OSError, batch: Batch | None) -> None:
        told = failure(error)
        code = "store.medium" if told.cause.startswith("SQLITE_IOERR") else "store.failed"
        self._figures.unclear += told.code != code or not told.cause.startswith(_NAMES[self._kind])
        before, during = self._day.states[-1], self._faults.lift()
        if self._store is not None:
            self._figures.kept += contents(self._store) != before
        if batch is not None and not during:  # while a disk is dead nobody can say what it keeps
            self._figures.kept += any(found != before for found in after_power_cuts(self._machine))

    def _again(self, step: str, batch: Batch | None) -> None:
        try:
            self._do(step, batch)
        except (sqlite3.Error, OSError):
            self._figures.stuck += 1


def after_power_cuts(machine: Machine) -> list[dict[bytes, bytes]]:
    """What a store holds when power is cut now and all, or nothing, of what was not synced is on the disk."""
    medium, random = Medium(True, Disk()), Random(0)
    folder = machine.path.parent / "after"  # the first store is open still, with its locks
    folder.mkdir(exist_ok=True)
    for event in machine.disk.log:
        medium.feed(event)
    found = []
    for keep in ("nothing", "all"):
        with closing(Machine(folder, medium.after_power_cut(keep, random)).open()) as store:
            found.append(contents(store))
    return found
