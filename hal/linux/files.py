"""Large public files in a folder beside the vault (`hal.ports.Files`), read through a memory map."""

import mmap
import os
import re
from pathlib import Path
from typing import IO

from hal.errors import StoreError
from hal.linux.keys import sync_folder

_NAME = re.compile(r"[a-z0-9][a-z0-9.-]{0,59}")
_DRAFT = ".draft"


class MappedDocument:
    """A kept file (`hal.ports.Document`). The map shows the file as it was opened, also when a new one takes its
    name."""

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
        return bytes(self._map[start:end])

    def close(self) -> None:
        """Unmap it."""
        if isinstance(self._map, mmap.mmap):
            self._map.close()


class FileDraft:
    """A file under another name until it is kept (`hal.ports.Draft`)."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: IO[bytes] = path.with_name(path.name + _DRAFT).open("wb")

    def write(self, piece: bytes) -> None:
        """Add bytes. `StoreError`."""
        try:
            self._file.write(piece)
        except OSError as error:
            raise _failed(error) from None

    def keep(self) -> None:
        """Sync the file, rename it, sync the folder. `StoreError`."""
        try:
            self._file.flush()
            os.fsync(self._file.fileno())
            self._file.close()
            Path(self._file.name).rename(self._path)
            sync_folder(self._path.parent)
        except OSError as error:
            raise _failed(error) from None

    def drop(self) -> None:
        """Remove what was written."""
        self._file.close()
        Path(self._file.name).unlink(missing_ok=True)


class FolderFiles:
    """The files of one folder (`hal.ports.Files`)."""

    def __init__(self, folder: Path) -> None:
        """`folder` is made when it is not there."""
        self._folder = folder

    def open(self, name: str) -> MappedDocument | None:
        """The kept file, or None. `StoreError`."""
        try:
            return MappedDocument(self._path(name))
        except FileNotFoundError:
            return None
        except OSError as error:
            raise _failed(error) from None

    def draft(self, name: str) -> FileDraft:
        """Begin to write a file. `StoreError`."""
        try:
            self._folder.mkdir(mode=0o755, exist_ok=True)
            return FileDraft(self._path(name))
        except OSError as error:
            raise _failed(error) from None

    def remove(self, name: str) -> None:
        """Remove a file, if it is there. `StoreError`."""
        try:
            self._path(name).unlink(missing_ok=True)
        except OSError as error:
            raise _failed(error) from None

    def names(self) -> list[str]:
        """The kept files, in order."""
        if not self._folder.is_dir():
            return []
        return sorted(path.name for path in self._folder.iterdir() if not path.name.endswith(_DRAFT))

    def _path(self, name: str) -> Path:
        if not _NAME.fullmatch(name):
            raise ValueError("not a file's name")
        return self._folder / name


def _failed(error: OSError) -> StoreError:
    return StoreError("files.failed", error.strerror or type(error).__name__)
