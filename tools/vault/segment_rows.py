"""The rows of a folder of segments at rest, read only, also while a terminal writes to them and clears them away."""

import os
import resource
from collections.abc import Iterator
from pathlib import Path

from hal.segments import SEGMENT_BYTES
from hal.segments.log import Log
from hal.segments.recovery import Recovery
from tools.vault.errors import Undecided, told

SEGMENTS = "*.seg"
_PAGE = 500
_LOOKS = 100
_OTHER_FILES = 64  # that the program has open besides


class HeldSegments:
    """`hal.segments.Files` for reading: all files are held open, so that one that is removed meanwhile stays readable.
    A segment is never written over, so what was appended since is all that may differ."""

    def __init__(self, folder: Path) -> None:
        """Hold what is there at one moment. `Undecided` `vault.busy` when no moment was quiet enough; OSError."""
        self._folder = folder
        self._held: dict[str, int] = {}
        try:
            self._hold_all()
        except BaseException:
            self.close()
            raise

    def names(self) -> list[str]:
        """The names of the files."""
        return list(self._held)

    def size(self, name: str) -> int:
        """The length of a file in bytes."""
        return os.fstat(self._held[name]).st_size

    def read(self, name: str, offset: int, size: int) -> bytes:
        """Up to `size` bytes from `offset`."""
        return os.pread(self._held[name], size, offset)

    def append(self, name: str, data: bytes) -> None:
        """Never."""
        raise PermissionError(f"{name} is only looked at, not given {len(data)} bytes")

    def remove(self, name: str) -> None:
        """Never."""
        raise PermissionError(f"{name} is only looked at")

    def settle(self, name: str) -> None:
        """What is read here need not be durable."""

    def room(self) -> int:
        """It does not grow."""
        return 0

    def close(self) -> None:
        """Release the files."""
        for descriptor in self._held.values():
            os.close(descriptor)
        self._held = {}

    def _hold_all(self) -> None:
        for _ in range(_LOOKS):
            names = self._listed()
            _allow(len(names) + _OTHER_FILES)
            # A listing may miss a file that comes while it runs, so it counts when the next one says the same.
            if self._opened(names) and self._listed() == names:
                return
            self.close()
        raise Undecided("vault.busy", f"a terminal is clearing up in {self._folder}; do it again")

    def _listed(self) -> set[str]:
        return {path.name for path in self._folder.glob(SEGMENTS)}

    def _opened(self, names: set[str]) -> bool:
        """Whether all were still there."""
        try:
            for name in names:
                self._held[name] = os.open(self._folder / name, os.O_RDONLY | os.O_CLOEXEC)
        except FileNotFoundError:
            return False
        return True


class SegmentRows:
    """Those of a folder of segments, such as the card of an ESP32 (`tools.vault.rows.Rows`). `damage` says what no
    power cut explains, or is empty."""

    def __init__(self, folder: Path) -> None:
        """Read all segments, as they are at one moment. `Undecided`."""
        self._folder = folder
        with told(folder):
            self._files = HeldSegments(folder)
            self._log = Log(self._files, SEGMENT_BYTES)
            recovery = Recovery(self._log)
            recovery.run()
        self.damage = recovery.damage

    def scan(self, prefix: bytes = b"", after: bytes = b"") -> Iterator[tuple[bytes, bytes]]:
        """The rows whose names begin with `prefix` and lie behind `after`, one by one."""
        while found := self._log.index.page(prefix, after, _PAGE):
            for key, segment, offset, size in found:
                with told(self._folder):
                    value = self._log.value((segment, offset, size))
                yield key, value
            after = found[-1][0]

    def steady(self) -> None:
        """They are one moment, held open."""

    def close(self) -> None:
        """Release the files."""
        self._files.close()


def _allow(files: int) -> None:
    """Let this program have so many files open, as far as the system permits."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != resource.RLIM_INFINITY and soft < files:
        resource.setrlimit(
            resource.RLIMIT_NOFILE, (files if hard == resource.RLIM_INFINITY else min(files, hard), hard)
        )
