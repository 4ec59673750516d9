"""The files of the segment store on LittleFS, through MicroPython's own `os` and `open`.

"File updates are not actually committed to the filesystem until sync or close is called on the file", and operations
such as removal "are atomic, even in event of power-loss" (littlefs, README.md, "Usage"): closing an appended file is
all that durability needs.
"""

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_ENTRY_SIZE = 6  # where `os.stat` has the length of a file


class FlashFiles:
    """`hal.segments.Files` in a folder of the flash, which is made when it is not there."""

    def __init__(self, folder: str) -> None:
        self._folder = folder
        self._reading = ""
        self._file: "Any" = None  # the file that was read last; opening one costs a walk over the flash
        try:
            os.stat(folder)
        except OSError:
            os.mkdir(folder)

    def names(self) -> "list[str]":
        """The names of the files."""
        return os.listdir(self._folder)

    def size(self, name: str) -> int:
        """The length of a file in bytes."""
        return int(os.stat(self._path(name))[_ENTRY_SIZE])

    def read(self, name: str, offset: int, size: int) -> bytes:
        """Up to `size` bytes from `offset`."""
        if name != self._reading:
            self.close()
            self._file = open(self._path(name), "rb")  # noqa: SIM115 -- it stays open
            self._reading = name
        self._file.seek(offset)
        data: bytes = self._file.read(size)
        return data

    def append(self, name: str, data: bytes) -> None:
        """Append; closing the file commits what was written."""
        self.close()  # an open file would go on showing the old content
        with open(self._path(name), "ab") as file:
            if file.write(data) != len(data):
                raise OSError("short write")

    def remove(self, name: str) -> None:
        """Remove a file if it is there."""
        self.close()
        if name in os.listdir(self._folder):
            os.remove(self._path(name))

    def settle(self, name: str) -> None:
        """Nothing is to do: what can be read has been committed."""

    def room(self) -> int:
        """Free bytes of the flash."""
        found = os.statvfs(self._folder)
        return int(found[1] * found[4])

    def close(self) -> None:
        """Close the file that was read last."""
        file = self._file
        self._file = None
        self._reading = ""
        if file is not None:
            file.close()

    def _path(self, name: str) -> str:
        return self._folder + "/" + name
