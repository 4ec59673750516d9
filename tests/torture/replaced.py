"""Files that take the place of another: what the program does to them is recorded, or fails at the n-th call.

It stands where the program has `os` and `io`, so that the order of its own writes, syncs and renames is what is tested.
"""

import errno
import io
import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from random import Random
from typing import Any
from unittest.mock import patch

from tests.torture.disk import KEEP, Disk, Medium, Name, Write

_CHANGES = ("open", "fsync", "rename", "mkdir")
_LOOKUPS = ("scandir", "stat", "fstat", "unlink")
_OPEN, _FSYNC, _RENAME, _UNLINK = io.open, os.fsync, os.rename, os.unlink


class Recorder:
    """Notes what is done to the files of `folder`. The switches leave out syncs: what a program without them would
    leave."""

    def __init__(self, folder: Path, *, syncs_files: bool = True, syncs_folder: bool = True) -> None:
        self._folder = folder
        self._syncs_files = syncs_files
        self._syncs_folder = syncs_folder
        self.disk = Disk({path.name: bytearray(path.read_bytes()) for path in folder.iterdir()})
        self._start = self.disk.copy()

    @contextmanager
    def recording(self) -> Iterator[None]:
        """Until it is left, all that the program does is noted."""
        with patch.multiple(os, fsync=self._fsync, rename=self._rename, unlink=self._unlink):
            yield

    def images(self, random: Random) -> Iterator[tuple[dict[str, bytes], bool]]:
        """Each disk that a power cut may leave, in both models of a folder, and whether all had been done by then."""
        for files, place in self.cuts(random):
            yield files, place == len(self.disk.log)

    def cuts(self, random: Random) -> Iterator[tuple[dict[str, bytes], int]]:
        """The same disks, each with how many changes had been made by then."""
        for journalled in (True, False):
            medium = Medium(journalled, self._start)
            for place, event in enumerate(self.disk.log, 1):
                medium.feed(event)
                for keep in KEEP:
                    left = medium.after_power_cut(keep, random)
                    yield {name: bytes(left.contents[file]) for name, file in left.names.items()}, place

    def _fsync(self, descriptor: int) -> None:
        _FSYNC(descriptor)
        path = Path(f"/proc/self/fd/{descriptor}").readlink()
        if path == self._folder:
            if self._syncs_folder:
                self.disk.sync_folder()
        elif path.parent == self._folder:
            file = self._written(path)
            if self._syncs_files:
                self.disk.sync(file)

    def _rename(self, source: Path | str, target: Path | str, **folders: int) -> None:
        if not self._is_here(source, folders):
            return _RENAME(source, target)
        file = self._written(self._folder / Path(source).name)
        _RENAME(source, target, **folders)
        self.disk.names[Path(target).name] = file
        self.disk.log.append(Name(Path(target).name, file))
        self.disk.delete(Path(source).name)
        return None

    def _unlink(self, path: Path | str, **folder: int) -> None:
        _UNLINK(path, **folder)
        if Path(path).name in self.disk.names and self._is_here(path, folder):
            self.disk.delete(Path(path).name)

    def _is_here(self, path: Path | str, folders: dict[str, int]) -> bool:
        return bool(folders) or Path(path).parent == self._folder

    def _written(self, path: Path) -> int:
        """Note what was written into a file since the last look."""
        file, _ = self.disk.open(path.name)
        now, before = path.read_bytes(), self.disk.contents[file]
        if len(now) > len(before):
            self.disk.change(Write(file, len(before), now[len(before) :]))
        assert self.disk.contents[file] == now, "it was written over, and not at its end"
        return file


class Failing:
    """The `nth` call that opens, writes, syncs, renames or makes a folder fails with the error `number`; a write has
    done half of its work. With `lookups` those count, too, that read, list, look at, remove and close."""

    def __init__(self, number: int, nth: int, *, lookups: bool = False) -> None:
        self._number = number
        self._left = nth
        self._lookups = lookups

    @property
    def has_come(self) -> bool:
        """Whether so many calls were made."""
        return self._left <= 0

    @contextmanager
    def failing(self) -> Iterator[None]:
        """Until it is left, the call fails."""
        with ExitStack() as patched:
            patched.enter_context(patch.object(io, "open", self._opened))
            for call in _CHANGES + (_LOOKUPS if self._lookups else ()):
                patched.enter_context(patch.object(os, call, self._before(getattr(os, call), call)))
            if self._lookups:
                patched.enter_context(patch.object(os, "close", self._after(os.close)))
            yield

    def _before(self, call: Callable[..., Any], name: str) -> Callable[..., Any]:
        def made(*values: Any, **more: Any) -> Any:
            self.count(name)
            return call(*values, **more)

        return made

    def _after(self, close: Callable[[int], None]) -> Callable[[int], None]:
        def made(descriptor: int) -> None:
            close(descriptor)  # it is closed all the same (close(2))
            self.count("close")

        return made

    def look(self, call: str) -> None:
        """A call is made that changes nothing."""
        if self._lookups:
            self.count(call)

    def count(self, call: str) -> None:
        """A call is made."""
        opens = call in {"open", "io.open"}
        if opens or self._number != errno.EMFILE:
            self._left -= 1
            if self._left == 0:
                self.come()

    def come(self) -> None:
        """It is this call."""
        raise OSError(self._number, os.strerror(self._number))

    def _opened(self, file: Any, mode: str = "r", *values: Any, **more: Any) -> Any:
        if not isinstance(file, int):
            self.count("io.open")
        if mode == "rb" and self._lookups:
            return io.BufferedReader(_Raw(file, "r", self))
        return io.BufferedWriter(_Raw(file, "w", self)) if mode == "wb" else _OPEN(file, mode, *values, **more)


class _Raw(io.FileIO):
    def __init__(self, file: Any, mode: str, failing: Failing) -> None:
        super().__init__(file, mode)
        self._failing = failing

    def readinto(self, buffer: Any, /) -> int:
        self._failing.look("read")
        return super().readinto(buffer) or 0

    def close(self) -> None:
        is_open = not self.closed
        super().close()
        if is_open:
            self._failing.look("close")

    def write(self, data: Any, /) -> int:
        try:
            self._failing.count("write")
        except OSError:
            super().write(data[: len(data) // 2])
            raise
        return super().write(data) or 0
