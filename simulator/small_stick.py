"""A stick that is really full or read-only: a small file system of its own.

A folder cannot be full, and for root it cannot be read-only. So a helper program mounts a tmpfs in a namespace of its
own (unshare(1)), where it disturbs nobody; others reach it as /proc/<pid>/root (proc(5)).
"""

import contextlib
import subprocess
from pathlib import Path
from typing import IO, cast

SIZE = "256k"
_PLACE = "/mnt"
_KEEPER = f"""
mount -t tmpfs -o size={SIZE} stick {_PLACE} && echo ok
while read -r how; do mount -o remount,bind,"$how" {_PLACE} && echo ok || echo no; done
"""
_FILLER = "DCIM0001.JPG"  # somebody's pictures


class NoSmallStick(OSError):
    """This system lets no program of its user mount anything."""


class SmallStick:
    """An empty file system of 256 KiB in `folder`, until it is closed."""

    def __init__(self) -> None:
        """Make it. `NoSmallStick`."""
        command = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", _KEEPER]
        keeper = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0, process_group=0)
        self._keeper = keeper
        self._told, self._says = cast(IO[bytes], keeper.stdin), cast(IO[bytes], keeper.stdout)
        self.folder = Path(f"/proc/{keeper.pid}/root{_PLACE}")
        self._must_be_done()

    def fill(self) -> None:
        """Leave no room on it."""
        with (
            contextlib.suppress(OSError),  # that is when it is full
            (self.folder / _FILLER).open("wb", buffering=0) as file,
        ):
            while file.write(bytes(4096)):
                pass

    def read_only(self) -> None:
        """Push the switch on its side. `NoSmallStick`."""
        self._told.write(b"ro\n")
        self._must_be_done()

    def close(self) -> None:
        """Take it and all that is on it away."""
        self._told.close()
        self._keeper.wait()
        self._says.close()

    def _must_be_done(self) -> None:
        if self._says.readline() != b"ok\n":
            self.close()
            raise NoSmallStick("this computer lets nobody make a small stick (unprivileged user namespaces)")


def is_filler(name: str) -> bool:
    """Whether a file is only there to take the room."""
    return name == _FILLER
