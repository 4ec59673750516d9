"""Parcels on a USB stick: the folder in which the system mounts it.

A stick is pulled, full, worn out, or has somebody else's files on it. All is done in a thread of its own, because a
dying stick may hold a call for minutes.
"""

import asyncio
import contextlib
import errno
import heapq
import os
import re
import stat
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from pathlib import Path
from typing import Any, TypeVar

from hal.errors import DeviceError, NotConnected
from hal.linux.worker import Worker

T = TypeVar("T")

LIMIT_S = 120.0  # a slow stick syncs 32 MiB in half a minute
MOST_BYTES = 32 << 20
MOST_NAMES = 10_000
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_DRAFT = ".part"
_GONE = (errno.ENODEV, errno.ENXIO, errno.ENOTCONN)


class FolderStick:
    """`hal.ports.Stick` on a folder. A call that hangs is left to itself, and until it comes back no other is made."""

    def __init__(self, folder: Path, *, mounted: bool) -> None:
        """`mounted`: the folder is a stick only while something is mounted on it; else parcels would land on the medium
        that the terminal runs from."""
        self._folder = folder
        self._mounted = mounted
        self._worker = Worker("stick")
        self._hanging: Future[Any] | None = None

    async def names(self, ending: str) -> list[str]:
        """The names of its files with this ending (in small letters; a name may have capitals, as FAT knows no
        difference), sorted; of more than 10,000 the last. Drafts and names that `write` would not take are left out."""
        return await self._done(lambda: self._names(ending))

    async def read(self, name: str, most: int) -> bytes:
        """A file of at most `most` bytes. `DeviceError` `stick.too_long` when it is longer, `stick.no_file` when there
        is none."""
        return await self._done(lambda: self._read(name, most))

    async def write(self, name: str, data: bytes) -> None:
        """A file, whole and synced when this returns, or not there. At most 32 MiB. `DeviceError` `stick.full`."""
        await self._done(lambda: self._write(name, data))

    async def _done(self, work: Callable[[], T]) -> T:
        """Calls wait for each other, but for none that hangs."""
        if self._hanging is not None and not self._hanging.done():
            raise DeviceError("stick.failed", "still held by an earlier call")
        future = self._worker.submit(work)
        waiting = asyncio.wrap_future(future)
        try:
            await asyncio.wait([waiting], timeout=LIMIT_S)
            if not waiting.done():
                if self._hanging is None or self._hanging.done():  # else this one never began
                    self._hanging = future
                raise DeviceError("stick.failed", f"no answer in {LIMIT_S:.0f} s")
            return waiting.result()
        except OSError as error:
            raise _told(error) from None
        finally:
            waiting.cancel()  # does nothing to a call that has begun; its result goes nowhere

    @contextlib.contextmanager
    def _opened(self) -> Iterator[int]:
        """The folder of the stick. All that is done in it is done by way of this descriptor: when the stick is pulled
        meanwhile, it fails, and nothing lands in the empty folder that is left in its place."""
        try:
            folder = os.open(self._folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        except (FileNotFoundError, NotADirectoryError):
            raise NotConnected("stick.missing", f"there is no folder {self._folder}") from None
        try:
            if self._mounted and os.fstat(folder).st_dev == os.stat("..", dir_fd=folder).st_dev:
                raise NotConnected("stick.missing", f"nothing is mounted on {self._folder}")
            yield folder
        finally:
            os.close(folder)

    def _names(self, ending: str) -> list[str]:
        with self._opened() as folder, os.scandir(folder) as entries:
            found = (
                entry.name
                for entry in entries
                if _is_name(entry.name) and entry.name.lower().endswith(ending) and entry.is_file(follow_symlinks=False)
            )
            return sorted(heapq.nlargest(MOST_NAMES, found))

    def _read(self, name: str, most: int) -> bytes:
        # Neither a link out of the stick nor a pipe that never answers.
        flags = os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK
        with self._opened() as folder, os.fdopen(os.open(_checked(name), flags, dir_fd=folder), "rb") as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise DeviceError("stick.no_file", "not a file")
            data = file.read(most + 1)
        if len(data) > most:
            raise DeviceError("stick.too_long", f"more than {most} bytes")
        return data

    def _write(self, name: str, data: bytes) -> None:
        if len(data) > MOST_BYTES:
            raise DeviceError("stick.too_long", f"more than {MOST_BYTES} bytes")
        draft = _checked(name) + _DRAFT
        with self._opened() as folder:
            try:
                _remove(draft, folder)  # left when the stick was pulled
                _write_durably(draft, data, folder)
                os.rename(draft, name, src_dir_fd=folder, dst_dir_fd=folder)
            except OSError as error:
                with contextlib.suppress(OSError):
                    _remove(draft, folder)  # gives the room back
                if isinstance(error, FileNotFoundError):
                    raise NotConnected("stick.missing", "it was pulled") from None
                raise
            os.fsync(folder)


def _write_durably(name: str, data: bytes, folder: int) -> None:
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC | os.O_NOFOLLOW
    with os.fdopen(os.open(name, flags, 0o600, dir_fd=folder), "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _remove(name: str, folder: int) -> None:
    with contextlib.suppress(FileNotFoundError):
        os.unlink(name, dir_fd=folder)


def _is_name(name: str) -> bool:
    return _NAME.fullmatch(name) is not None and not name.endswith(_DRAFT)


def _checked(name: str) -> str:
    if not _is_name(name):
        raise DeviceError("stick.no_file", "no name for a file on a stick")
    return name


def _told(error: OSError) -> DeviceError | NotConnected:
    """What the system says, without the name of the file."""
    cause = error.strerror or type(error).__name__
    if error.errno in _GONE:
        return NotConnected("stick.missing", cause)
    if error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}:
        return DeviceError("stick.full", cause)
    if error.errno in {errno.ENOENT, errno.ELOOP, errno.EISDIR}:
        return DeviceError("stick.no_file", cause)
    return DeviceError("stick.failed", cause)
