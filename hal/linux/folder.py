"""The segment store on a folder of Linux."""

import os
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from hal.errors import StoreError
from hal.linux.keys import sync_folder
from hal.linux.worker import DISK_PATIENCE_S, Worker
from hal.segments import SEGMENT_BYTES, SegmentStore


class FolderFiles:
    """`hal.segments.Files` in a folder, which is made when it is not there. A file that is new costs a sync of the
    folder besides its own."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        try:
            os.mkdir(folder, 0o700)
            sync_folder(folder.parent)
        except FileExistsError:
            pass

    def names(self) -> list[str]:
        """The names of the files."""
        return os.listdir(self._folder)

    def size(self, name: str) -> int:
        """The length of a file in bytes."""
        return os.stat(self._folder / name).st_size

    def read(self, name: str, offset: int, size: int) -> bytes:
        """Up to `size` bytes from `offset`."""
        descriptor = os.open(self._folder / name, os.O_RDONLY | os.O_CLOEXEC)
        try:
            data = os.pread(descriptor, size, offset)
            while len(data) < size and (more := os.pread(descriptor, size - len(data), offset + len(data))):
                data += more
            return data
        finally:
            os.close(descriptor)

    def append(self, name: str, data: bytes) -> None:
        """Append and sync; a new name is synced, too."""
        path = self._folder / name
        flags = os.O_WRONLY | os.O_APPEND | os.O_CLOEXEC
        is_new = False
        try:
            descriptor = os.open(path, flags)
        except FileNotFoundError:
            descriptor = os.open(path, flags | os.O_CREAT, 0o600)
            is_new = True
        try:
            left = memoryview(data)
            while left:
                left = left[os.write(descriptor, left) :]
            os.fdatasync(descriptor)
        finally:
            os.close(descriptor)
        if is_new:
            sync_folder(self._folder)

    def remove(self, name: str) -> None:
        """Remove a file if it is there, and sync the folder."""
        try:
            os.unlink(self._folder / name)
        except FileNotFoundError:
            pass
        sync_folder(self._folder)

    def settle(self, name: str) -> None:
        """Sync the file, and the folder."""
        descriptor = os.open(self._folder / name, os.O_RDONLY | os.O_CLOEXEC)
        try:
            os.fdatasync(descriptor)
        finally:
            os.close(descriptor)
        sync_folder(self._folder)

    def room(self) -> int:
        """Free bytes of the file system, for those who are not root."""
        found = os.statvfs(self._folder)
        return found.f_bavail * found.f_frsize

    def close(self) -> None:
        """Nothing is held."""


class FolderStore(SegmentStore):
    """`hal.ports.Store` in a folder, in one worker thread, so that no sync holds the others up."""

    def __init__(self, folder: Path, segment_bytes: int = SEGMENT_BYTES, reserve: int = 2 * SEGMENT_BYTES) -> None:
        """Open or create the store in `folder`. `StoreError` when that cannot be done."""
        self._worker = Worker("segments")
        try:
            super().__init__(FolderFiles(folder), segment_bytes, reserve, self._in_worker)
        except (OSError, StoreError) as error:
            self._worker.end()
            reason = error.cause if isinstance(error, StoreError) else error.strerror
            raise StoreError("store.failed", f"cannot open {folder}: {reason}") from None

    async def close(self) -> None:
        """Release the files and end the thread."""
        try:
            await super().close()
        finally:
            self._worker.end()

    async def _in_worker(self, call: Callable[..., Any], *values: Any) -> Any:
        return await self._worker.run(partial(call, *values), DISK_PATIENCE_S)
