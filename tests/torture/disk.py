"""A disk that remembers every change, and the disks that a power cut may leave of it.

What is not synced may be on the medium or not, in any order, and a write may be torn between sectors of 512 bytes; a
sector is old or new, never mixed. Names are kept in two ways: `journalled`, as ext4 does it (any sync of a file also
settles the names changed before, and names settle in order), and strictly as POSIX promises it (names settle when their
folder is synced).
"""

from collections.abc import Iterator
from itertools import pairwise
from random import Random
from typing import NamedTuple

SECTOR = 512


class Write(NamedTuple):
    file: int
    offset: int
    data: bytes


class Truncate(NamedTuple):
    file: int
    size: int


class Sync(NamedTuple):
    file: int


class Name(NamedTuple):
    """`file` is None when the name was deleted."""

    name: str
    file: int | None


class SyncName(NamedTuple):
    """This name is settled, and no other."""

    name: str


class SyncFolder(NamedTuple):
    """All names are settled."""


class Began(NamedTuple):
    """A batch was handed to the store; `batch` counts from 1."""

    batch: int


class Kept(NamedTuple):
    """The store said that the batch is safe."""

    batch: int


Event = Write | Truncate | Sync | Name | SyncName | SyncFolder | Began | Kept
KEEP = ("nothing", "all", "some", "torn")  # of what was not synced


class Disk:
    """Files as the running program sees them, and the log of what made them."""

    def __init__(self, files: dict[str, bytearray] | None = None) -> None:
        self.log: list[Event] = []
        self.names: dict[str, int] = {}
        self.contents: list[bytearray] = []
        for name, content in (files or {}).items():
            self.names[name] = len(self.contents)
            self.contents.append(content)

    def copy(self) -> "Disk":
        """The same files, and no log."""
        return Disk({name: bytearray(self.contents[file]) for name, file in self.names.items()})

    def open(self, name: str) -> tuple[int, bool]:
        """The file `name`, and whether it is new."""
        is_new = name not in self.names
        if is_new:
            self.names[name] = len(self.contents)
            self.contents.append(bytearray())
            self.log.append(Name(name, self.names[name]))
        return self.names[name], is_new

    def delete(self, name: str) -> None:
        del self.names[name]
        self.log.append(Name(name, None))

    def change(self, event: Write | Truncate) -> None:
        apply(self.contents[event.file], event)
        self.log.append(event)

    def sync(self, file: int) -> None:
        self.log.append(Sync(file))

    def sync_name(self, name: str) -> None:
        self.log.append(SyncName(name))

    def sync_folder(self) -> None:
        self.log.append(SyncFolder())


class Medium:
    """What is on the medium for certain, and what may be, after the events that were fed."""

    def __init__(self, journalled: bool, start: Disk) -> None:
        self._journalled = journalled
        self._synced = {file: bytearray(content) for file, content in enumerate(start.contents)}
        self._pending: dict[int, list[Write | Truncate]] = {}
        self._names = dict(start.names)
        self._pending_names: list[Name] = []

    def feed(self, event: Event) -> None:
        match event:
            case Write() | Truncate():
                self._pending.setdefault(event.file, []).append(event)
            case Sync():
                content = self._synced.setdefault(event.file, bytearray())
                for change in self._pending.pop(event.file, ()):
                    apply(content, change)
                if self._journalled:
                    self._settle_names()
            case SyncFolder():
                self._settle_names()
            case SyncName():
                _rename(self._names, [change for change in self._pending_names if change.name == event.name])
                self._pending_names = [change for change in self._pending_names if change.name != event.name]
            case Name():
                self._pending_names.append(event)

    def is_settled(self) -> bool:
        """Whether a power cut now could leave one disk only."""
        return not self._pending and not self._pending_names

    def after_power_cut(self, keep: str, random: Random) -> Disk:
        """One of the disks that a power cut now may leave; `keep` is one of `KEEP`."""
        names = dict(self._names)
        _rename(names, self._kept_names(keep, random))
        files = {}
        for name, file in names.items():
            files[name] = bytearray(self._synced.get(file, b""))
            for change in self._pending.get(file, ()):
                for part in _kept_parts(change, keep, random):
                    apply(files[name], part)
        return Disk(files)

    def _settle_names(self) -> None:
        _rename(self._names, self._pending_names)
        self._pending_names = []

    def _kept_names(self, keep: str, random: Random) -> list[Name]:
        pending = self._pending_names
        if keep in {"nothing", "all"}:
            return pending if keep == "all" else []
        if self._journalled:
            return pending[: random.randint(0, len(pending))]
        last: dict[str, int] = {}  # changes of one name settle in their order
        for name in dict.fromkeys(change.name for change in pending):
            places = [place for place, change in enumerate(pending) if change.name == name]
            last[name] = random.choice([-1, *places])
        return [change for place, change in enumerate(pending) if place <= last[change.name]]


def apply(content: bytearray, change: Write | Truncate) -> None:
    """Make a change; what lies between the end and a write behind it reads as zeros."""
    if isinstance(change, Truncate):
        del content[change.size :]
        content.extend(bytes(change.size - len(content)))
        return
    content.extend(bytes(max(0, change.offset - len(content))))
    content[change.offset : change.offset + len(change.data)] = change.data


def _kept_parts(change: Write | Truncate, keep: str, random: Random) -> Iterator[Write | Truncate]:
    if keep == "torn" and isinstance(change, Write):
        end = change.offset + len(change.data)
        cuts = [change.offset, *range((change.offset // SECTOR + 1) * SECTOR, end, SECTOR), end]
        for start, stop in pairwise(cuts):
            if random.random() < 0.5:
                yield Write(change.file, start, change.data[start - change.offset : stop - change.offset])
    elif keep == "all" or (keep != "nothing" and random.random() < 0.5):
        yield change


def _rename(names: dict[str, int], changes: list[Name]) -> None:
    for name, file in changes:
        if file is None:
            names.pop(name, None)
        else:
            names[name] = file
