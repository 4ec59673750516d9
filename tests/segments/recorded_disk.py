"""A POSIX folder in memory that records what is done to it, and the disks that a power cut may leave of it.

It stands where `hal.linux.folder` has `os`, so that the order of its own writes and syncs is what is tested.
"""

import errno
import os
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace

from tests.segments.workload import State

SECTOR = 512
Image = dict[str, bytes]


@dataclass
class Operation:
    """What was done, and what may be read after a crash right behind it."""

    kind: str  # "create", "unlink", "write", "sync", "sync_folder" or "mark"
    name: str = ""
    file: int = 0
    offset: int = 0
    data: bytes = b""
    allowed: list[State] = field(default_factory=list)


class Killed(Exception):
    """The process ends here; what it has written is seen by the next one, but only what it has synced is safe."""


class RecordedDisk:
    """What `hal.linux.folder` uses of `os`, and its `sync_folder`. The switches leave out syncs. Of the calls that
    change something a share of `failing` fail, and at a share of `killing` the process is killed; either may have done
    a part of its work."""

    O_RDONLY, O_WRONLY, O_APPEND, O_CREAT, O_CLOEXEC = os.O_RDONLY, os.O_WRONLY, os.O_APPEND, os.O_CREAT, os.O_CLOEXEC

    def __init__(
        self,
        image: Image,
        seed: int,
        *,
        syncs_files: bool = True,
        syncs_folder: bool = True,
        failing: float = 0,
        killing: float = 0,
    ) -> None:
        self.operations: list[Operation] = []
        self._syncs_files = syncs_files
        self._syncs_folder = syncs_folder
        self._failing = failing
        self._killing = killing
        self._rng = random.Random(seed)
        self._allowed: list[State] = []
        self._names = {name: number for number, name in enumerate(image)}
        self.files = {number: bytearray(image[name]) for name, number in self._names.items()}

    def may_be(self, allowed: list[State]) -> None:
        """From now on a crash may leave one of these."""
        self._allowed = allowed
        self._record("mark")

    def mkdir(self, path: Path, mode: int) -> None:
        raise FileExistsError

    def listdir(self, path: Path) -> list[str]:
        return list(self._names)

    def stat(self, path: Path) -> SimpleNamespace:
        return SimpleNamespace(st_size=len(self.files[self._names[path.name]]))

    def statvfs(self, path: Path) -> SimpleNamespace:
        return SimpleNamespace(f_bavail=1 << 20, f_frsize=4096)

    def open(self, path: Path, flags: int, mode: int = 0) -> int:
        if path.name not in self._names:
            if not flags & os.O_CREAT:
                raise FileNotFoundError
            self._may_fail(errno.EMFILE)
            number = len(self.files)
            self.files[number] = bytearray()
            self._names[path.name] = number
            self._record("create", name=path.name, file=number)
        return self._names[path.name]

    def write(self, descriptor: int, data: memoryview) -> int:
        done = data if self._rng.random() < 0.5 else data[: self._rng.randrange(len(data))]
        try:
            self._may_fail(errno.ENOSPC)
            done = data
        finally:
            self._write(descriptor, bytes(done))
        return len(data)

    def _write(self, descriptor: int, data: bytes) -> None:
        content = self.files[descriptor]
        self._record("write", file=descriptor, offset=len(content), data=data)
        content += data

    def pread(self, descriptor: int, size: int, offset: int) -> bytes:
        return bytes(self.files[descriptor][offset : offset + size])

    def fdatasync(self, descriptor: int) -> None:
        self._may_fail(errno.EIO)
        if self._syncs_files:
            self._record("sync", file=descriptor)

    def close(self, descriptor: int) -> None:
        pass

    def unlink(self, path: Path) -> None:
        if path.name not in self._names:
            raise FileNotFoundError
        self._may_fail(errno.EIO)
        self._record("unlink", name=path.name, file=self._names.pop(path.name))

    def sync_folder(self, path: Path) -> None:
        self._may_fail(errno.EIO)
        if self._syncs_folder:
            self._record("sync_folder")

    def _may_fail(self, number: int) -> None:
        chance = self._rng.random()
        if chance < self._failing:
            raise OSError(number, "the disk")
        if chance < self._failing + self._killing:
            raise Killed

    def _record(self, kind: str, name: str = "", file: int = 0, offset: int = 0, data: bytes = b"") -> None:
        self.operations.append(Operation(kind, name, file, offset, data, self._allowed))


class Medium:
    """What of the recorded operations is surely on the disk, and what may be.

    `ordered`: a sync of any file also commits the names that were made or removed before it, as on ext4. Otherwise only
    a sync of the folder does, and names reach the disk in any order.
    """

    def __init__(self, image: Image, *, ordered: bool) -> None:
        self._ordered = ordered
        self._names = {name: number for number, name in enumerate(image)}
        self._safe = {number: image[name] for name, number in self._names.items()}
        self._name_changes: list[Operation] = []
        self._writes: dict[int, list[Operation]] = {}

    def apply(self, operation: Operation) -> None:
        """Go one operation further."""
        if operation.kind in {"create", "unlink"}:
            self._name_changes.append(operation)
            self._safe.setdefault(operation.file, b"")
        elif operation.kind == "write":
            self._writes.setdefault(operation.file, []).append(operation)
        elif operation.kind == "sync":
            for write in self._writes.pop(operation.file, []):
                self._safe[operation.file] += write.data
            if self._ordered:
                self._settle_names()
        elif operation.kind == "sync_folder":
            self._settle_names()

    def images(self, rng: random.Random) -> Iterator[Image]:
        """Disks that a power cut may leave now."""
        for names in self._possible_names(rng):
            for content in (self._absent, self._present, self._subset, self._torn):
                yield {name: content(number, rng) for name, number in names.items()}

    def _settle_names(self) -> None:
        self._names = _renamed(self._names, self._name_changes)
        self._name_changes = []

    def _possible_names(self, rng: random.Random) -> list[dict[str, int]]:
        changes = self._name_changes
        if not changes:
            return [self._names]
        if self._ordered:
            some = changes[: rng.randrange(len(changes) + 1)]
        else:
            some = [change for change in changes if rng.random() < 0.5]
        return [self._names, _renamed(self._names, changes), _renamed(self._names, some)]

    def _absent(self, number: int, rng: random.Random) -> bytes:
        return self._safe[number]

    def _present(self, number: int, rng: random.Random) -> bytes:
        return self._safe[number] + b"".join(write.data for write in self._writes.get(number, []))

    def _torn(self, number: int, rng: random.Random) -> bytes:
        """Cut off at the end of a sector."""
        safe, whole = self._safe[number], self._present(number, rng)
        ends = range(len(safe) // SECTOR * SECTOR + SECTOR, len(whole), SECTOR)
        return whole[: rng.choice(ends)] if ends else safe

    def _subset(self, number: int, rng: random.Random) -> bytes:
        """Some sectors of what was not synced; the others have zeros, or what an older file left there."""
        safe, whole = self._safe[number], bytearray(self._present(number, rng))
        start = len(safe)
        while start < len(whole):
            end = min(start // SECTOR * SECTOR + SECTOR, len(whole))
            if rng.random() < 0.5:
                whole[start:end] = self._stale(end - start, rng)
            start = end
        return bytes(whole)

    def _stale(self, size: int, rng: random.Random) -> bytes:
        if rng.random() < 0.3:
            return bytes(size)
        older = self._safe[rng.choice(list(self._safe))]
        return older[:size] + rng.randbytes(size - len(older[:size]))


def _renamed(names: dict[str, int], changes: list[Operation]) -> dict[str, int]:
    names = dict(names)
    for change in changes:
        if change.kind == "create":
            names[change.name] = change.file
        else:
            names.pop(change.name, None)
    return names
