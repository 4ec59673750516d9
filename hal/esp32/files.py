"""Large public files on LittleFS (`hal.ports.Files`), read in windows: there is no map of a flash file.

A file is committed when it is closed, and a rename replaces its target in one step even when the power fails (littlefs,
README.md, "Usage").
"""

import os

from hal.errors import StoreError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

SPARE = 1024 * 1024  # bytes of the flash that files leave to the vault
_DRAFT = ".draft"
_MOST_NAME = 60
_IN_NAMES = "abcdefghijklmnopqrstuvwxyz0123456789"
_WINDOW = 2048
_NOT_THERE = 2  # ENOENT
_ENTRY_SIZE = 6  # where `os.stat` has the length of a file


class FlashDocument:
    """A kept file (`hal.ports.Document`). Close it before its file is replaced or removed: littlefs has one file for a
    name."""

    def __init__(self, path: str) -> None:
        self.size = int(os.stat(path)[_ENTRY_SIZE])
        self._file: "Any" = open(path, "rb")  # noqa: SIM115 -- it stays open

    def find(self, text: bytes, start: int, end: int) -> int:
        """The first place of `text` between `start` and `end`, or -1."""
        end = min(end, self.size)
        while start + len(text) <= end:
            window = self.read(start, min(end, start + _WINDOW + len(text) - 1))
            place = window.find(text)
            if place >= 0:
                return start + place
            start += _WINDOW
        return -1

    def rfind(self, text: bytes, start: int, end: int) -> int:
        """The last such place, or -1."""
        end = min(end, self.size)
        while start + len(text) <= end:
            begin = max(start, end - _WINDOW - len(text) + 1)
            place = self.read(begin, end).rfind(text)
            if place >= 0:
                return begin + place
            end = begin + len(text) - 1
            if begin == start:
                return -1
        return -1

    def read(self, start: int, end: int) -> bytes:
        """The bytes from `start` to `end`. `StoreError`."""
        try:
            self._file.seek(start)
            data: bytes = self._file.read(max(0, end - start))
        except OSError as error:
            raise _failed(error)
        return data

    def close(self) -> None:
        """Close the file."""
        self._file.close()


class FlashDraft:
    """A file under another name until it is kept (`hal.ports.Draft`)."""

    def __init__(self, path: str, spare: int) -> None:
        """`spare` is how many bytes of the flash stay free."""
        self._path = path
        self._folder = path[: path.rfind("/")]
        self._spare = spare
        self._file: "Any" = open(path + _DRAFT, "wb")  # noqa: SIM115 -- it stays open

    def write(self, piece: bytes) -> None:
        """Add bytes. `StoreError`."""
        try:
            refuse_too_full(self._folder, self._spare + len(piece))
            if self._file.write(piece) != len(piece):
                raise OSError("short write")
        except OSError as error:
            raise _failed(error)

    def keep(self) -> None:
        """Close the file and give it its name. `StoreError`."""
        try:
            self._file.close()
            os.rename(self._path + _DRAFT, self._path)
        except OSError as error:
            raise _failed(error)

    def drop(self) -> None:
        """Remove what was written. What cannot be removed now is removed at the next start."""
        for undo in (self._file.close, lambda: os.remove(self._path + _DRAFT)):
            try:
                undo()
            except OSError:
                continue


class FlashPublicFiles:
    """The files of one folder (`hal.ports.Files`), which is made when it is not there."""

    def __init__(self, folder: str, spare: int = SPARE) -> None:
        """Drafts that a power cut left in `folder` are removed. `spare` is how many bytes of the flash no file may
        take. `OSError`."""
        self._folder = folder
        self._spare = spare
        try:
            os.stat(folder)
        except OSError:
            os.mkdir(folder)
        for name in os.listdir(folder):
            if name.endswith(_DRAFT):
                os.remove(folder + "/" + name)

    def open(self, name: str) -> "FlashDocument | None":
        """The kept file, or None. `StoreError`."""
        path = self._path(name)
        try:
            return FlashDocument(path)
        except OSError as error:
            if error.errno == _NOT_THERE:
                return None
            raise _failed(error)

    def draft(self, name: str) -> FlashDraft:
        """Begin to write a file. `StoreError`; `files.full` when the vault would be left too little room."""
        path = self._path(name)
        try:
            refuse_too_full(self._folder, self._spare)
            return FlashDraft(path, self._spare)
        except OSError as error:
            raise _failed(error)

    def remove(self, name: str) -> None:
        """Remove a file, if it is there. `StoreError`."""
        path = self._path(name)
        try:
            os.remove(path)
        except OSError as error:
            if error.errno != _NOT_THERE:
                raise _failed(error)

    def names(self) -> "list[str]":
        """The kept files, in order. `StoreError`."""
        try:
            return sorted([name for name in os.listdir(self._folder) if is_name(name)])
        except OSError as error:
            raise _failed(error)

    def _path(self, name: str) -> str:
        if not is_name(name):
            raise ValueError("not a file's name")
        return self._folder + "/" + name


def is_name(name: str) -> bool:
    """Whether a file may be called so: small letters, digits, `-` and `.`, and not like a draft."""
    if not name or len(name) > _MOST_NAME or name[0] not in _IN_NAMES or name.endswith(_DRAFT):
        return False
    return all([char in _IN_NAMES or char in "-." for char in name])


def refuse_too_full(folder: str, wanted: int) -> None:
    """`StoreError` `files.full` unless `wanted` bytes of the flash are free. `OSError`."""
    found = os.statvfs(folder)
    if found[1] * found[4] < wanted:
        raise StoreError("files.full", "the records need the room that is left")


def _failed(error: OSError) -> StoreError:
    return StoreError("files.failed", str(error.errno))
