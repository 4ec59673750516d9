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
        for journalled in (True, False):
            medium = Medium(journalled, self._start)
            for place, event in enumerate(self.disk.log, 1):
                medium.feed(event)
                for keep in KEEP:
                    left = medium.after_power_cut(keep, random)
                    files = {name: bytes(left.contents[file]) for name, file in left.names.items()}
                    yield files, place == len(self.disk.log)

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

    def _rename(self, source: Path, target: Path) -> None:
        file = self._written(Path(source))
        _RENAME(source, target)
        self.disk.names[Path(target).name] = file
        self.disk.log.append(Name(Path(target).name, file))
        self.disk.delete(Path(source).name)

    def _unlink(self, path: Path) -> None:
        _UNLINK(path)
        if Path(path).name in self.disk.names:
            self.disk.delete(Path(path).name)

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
    done half of its work."""

    def __init__(self, number: int, nth: int) -> None:
        self._number = number
        self._left = nth

    @property
    def has_come(self) -> bool:
        """Whether so many calls were made."""
        return self._left <= 0

    @contextmanager
    def failing(self) -> Iterator[None]:
        """Until it is left, the call fails."""
        with ExitStack() as patched:
            patched.enter_context(patch.object(io, "open", self._opened))
            for call in ("open", "fsync", "rename", "mkdir"):
                patched.enter_context(patch.object(os, call, self._before(getattr(os, call), call)))
            yield

    def _before(self, call: Callable[..., Any], name: str) -> Callable[..., Any]:
        def made(*values: Any, **more: Any) -> Any:
            self.count(name)
            return call(*values, **more)

        return made

    def count(self, call: str) -> None:
        """A call is made."""
        opens = call in {"open", "io.open"}
        if opens or self._number != errno.EMFILE:
            self._left -= 1
            if self._left == 0:
                raise OSError(self._number, os.strerror(self._number))

    def _opened(self, file: Any, mode: str = "r", *values: Any, **more: Any) -> Any:
        if not isinstance(file, int):
            self.count("io.open")
        return io.BufferedWriter(_Raw(file, self)) if mode == "wb" else _OPEN(file, mode, *values, **more)


class _Raw(io.FileIO):
    def __init__(self, file: Any, failing: Failing) -> None:
        super().__init__(file, "w")
        self._failing = failing

    def write(self, data: Any, /) -> int:
        try:
            self._failing.count("write")
        except OSError:
            super().write(data[: len(data) // 2])
            raise
        return super().write(data) or 0
