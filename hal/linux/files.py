"""Large public files in a folder beside the vault (`hal.ports.Files`), read through a memory map."""

import contextlib
import mmap
import os
import re
from pathlib import Path
from typing import IO

from hal.errors import StoreError
from hal.linux.keys import sync_folder

SPARE = 64 * 1024 * 1024  # bytes that files leave to the vault beside them: a year of records
_NAME = re.compile(r"[a-z0-9][a-z0-9.-]{0,59}")
_DRAFT = ".draft"
_LOOK_EVERY = 1024 * 1024  # bytes that are written between two looks at the free room, and two syncs


class MappedDocument:
    """A kept file (`hal.ports.Document`). The map shows the file as it was opened, also when a new one takes its name
    or it is removed. A medium that cannot be read any more ends the process (SIGBUS): a map has no other way to say
    so."""

    def __init__(self, path: Path) -> None:
        with path.open("rb") as file:
            self.size = os.fstat(file.fileno()).st_size
            self._map = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) if self.size else b""

    def find(self, text: bytes, start: int, end: int) -> int:
        """The first place of `text` between `start` and `end`, or -1."""
        return self._map.find(text, start, end)

    def rfind(self, text: bytes, start: int, end: int) -> int:
        """The last such place, or -1."""
        return self._map.rfind(text, start, end)

    def read(self, start: int, end: int) -> bytes:
        """The bytes from `start` to `end`."""
        return self._map[start:end]

    def close(self) -> None:
        """Unmap it."""
        if isinstance(self._map, mmap.mmap):
            self._map.close()


class FileDraft:
    """A file under another name until it is kept (`hal.ports.Draft`)."""

    def __init__(self, path: Path, spare: int) -> None:
        """`spare` is how many bytes the file system keeps free."""
        self._path = path
        self._spare = spare
        self._unlooked = 0  # bytes written since the last look at the free room
        _refuse_too_full(path.parent, spare + _LOOK_EVERY)
        self._file: IO[bytes] = path.with_name(path.name + _DRAFT).open("wb")

    def write(self, piece: bytes) -> None:
        """Add bytes. `StoreError`."""
        self._unlooked += len(piece)
        try:
            if self._unlooked > _LOOK_EVERY:
                self._file.flush()  # so that the look sees all of it
                os.fsync(self._file.fileno())  # everybody waits for a sync: many short ones, not one of seconds
                _refuse_too_full(self._path.parent, self._spare + len(piece) + _LOOK_EVERY)
                self._unlooked = 0
            self._file.write(piece)
        except OSError as error:
            raise _failed(error) from None

    def keep(self) -> None:
        """Sync the file, rename it, sync the folder. `StoreError`: then the name has its old file or the new one,
        whole."""
        try:
            self._file.flush()
            os.fsync(self._file.fileno())
            self._file.close()
            Path(self._file.name).rename(self._path)
            sync_folder(self._path.parent)
        except OSError as error:
            raise _failed(error) from None

    def drop(self) -> None:
        """Remove what was written. What cannot be removed now is removed at the next start."""
        with contextlib.suppress(OSError):  # a disk that was full has no room for the rest either
            self._file.close()
        with contextlib.suppress(OSError):
            Path(self._file.name).unlink()


class FolderFiles:
    """The files of one folder (`hal.ports.Files`)."""

    def __init__(self, folder: Path, spare: int = SPARE, shipped: Path | None = None, sweep: bool = False) -> None:
        """`folder` is made when it is needed. `spare` is how many bytes of the file system no file may take, because
        the vault is to have them. `shipped` has files that come with the program: what is not in `folder` is opened
        there; nothing else is done there. `sweep`: nobody else writes here, so what is a draft was left by a power cut
        and is removed; a tool that looks in while the terminal runs would take away what that one is writing."""
        self._folder = folder
        self._shipped = shipped
        self._spare = spare
        if sweep:
            with contextlib.suppress(OSError):  # what is unreadable says so when it is used
                for draft in folder.glob(f"*{_DRAFT}"):
                    draft.unlink()

    def open(self, name: str) -> MappedDocument | None:
        """The kept file, or None. `StoreError`."""
        kept = self._path(name)
        for path in [kept, self._shipped / name] if self._shipped else [kept]:
            try:
                return MappedDocument(path)
            except FileNotFoundError:
                continue
            except OSError as error:
                raise _failed(error) from None
        return None

    def draft(self, name: str) -> FileDraft:
        """Begin to write a file. `StoreError`; `files.full` when the vault would be left too little room."""
        path = self._path(name)
        try:
            if not self._folder.is_dir():
                self._folder.mkdir(mode=0o700)
                sync_folder(self._folder.parent)
            return FileDraft(path, self._spare)
        except OSError as error:
            raise _failed(error) from None

    def remove(self, name: str) -> None:
        """Remove a file, if it is there. `StoreError`."""
        try:
            self._path(name).unlink(missing_ok=True)
        except OSError as error:
            raise _failed(error) from None

    def names(self) -> list[str]:
        """The kept files, in order. `StoreError`."""
        try:
            found = [path.name for path in self._folder.iterdir()]
        except FileNotFoundError:
            return []
        except OSError as error:
            raise _failed(error) from None
        return sorted(name for name in found if _is_name(name))

    def _path(self, name: str) -> Path:
        if not _is_name(name):
            raise ValueError("not a file's name")
        return self._folder / name


def _is_name(name: str) -> bool:
    return _NAME.fullmatch(name) is not None and not name.endswith(_DRAFT)


def _refuse_too_full(folder: Path, wanted: int) -> None:
    found = os.statvfs(folder)
    if found.f_bavail * found.f_frsize < wanted:
        raise StoreError("files.full", "the records need the room that is left")


def _failed(error: OSError) -> StoreError:
    return StoreError("files.failed", error.strerror or type(error).__name__)
