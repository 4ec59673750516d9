"""The USB stick: a folder that is there while it is in the terminal, and in somebody's pocket otherwise.

What is on it lies in a folder of its own; in the terminal's place for sticks is a link to that folder, or nothing.
"""

import shutil
from collections.abc import Callable
from pathlib import Path

from simulator.devices.device_faults import Faults
from simulator.small_stick import SmallStick, is_filler

FULL = "full"
READ_ONLY = "read_only"
TORN = "torn"
WORN = "worn"

# (name, what it does, arguments as in `simulator.faults`, the field failure it stands for)
STICK_FAULTS = (
    (FULL, "no room is left on it", (), "stick full"),
    (READ_ONLY, "its switch says read-only", (), "stick write-protected"),
    (
        TORN,
        "the office pulls it too early: of the next n answers only the first half is there",
        ("[n]",),
        "pulled early",
    ),
    (WORN, "a bit has flipped in each of the next n parcels that the office reads", ("[n]",), "worn-out stick"),
)


class Stick:
    """One stick. `OSError` when something cannot be done; `NoSmallStick` where none can be full or read-only."""

    def __init__(self, place: Path) -> None:
        """`place`: the folder that the terminal looks for. The stick is where it was left, with what was on it."""
        self._place = place
        self._plain = place.with_name(place.name + "-files")
        self._plain.mkdir(exist_ok=True)
        self._small: SmallStick | None = None
        self._listeners: list[Callable[[], None]] = []
        self.faults = Faults(self._changed)
        if self.inside:
            self._link()

    @property
    def inside(self) -> bool:
        """Whether it is in the terminal."""
        return self._place.is_symlink()

    @property
    def folder(self) -> Path:
        """What is on it, wherever it is."""
        return self._plain if self._small is None else self._small.folder

    def names(self) -> list[str]:
        """The files on it, sorted, without what only takes the room."""
        return sorted(path.name for path in self.folder.iterdir() if not is_filler(path.name))

    def put_in(self) -> None:
        """Into the terminal."""
        self._link()
        self._changed()

    def pull_out(self) -> None:
        """Out of the terminal, at once: what is being written is not there."""
        self._place.unlink(missing_ok=True)
        self._changed()

    def set_fault(self, name: str, number: int | None) -> None:
        """Switch a fault on. `NoSmallStick`."""
        self.faults.set(name, number)
        try:
            self._rebuild()
        except OSError:
            self.faults.clear(name)
            raise

    def clear_fault(self, name: str) -> None:
        """Switch a fault off."""
        self.faults.clear(name)
        self._rebuild()

    def close(self) -> None:
        """Keep what is on it."""
        for name in (FULL, READ_ONLY):
            self.faults.clear(name)
        self._rebuild()

    def on_change(self, listener: Callable[[], None]) -> None:
        """Call `listener` after every change."""
        self._listeners.append(listener)

    def _rebuild(self) -> None:
        """Make the stick what its faults say, with the files that are on it."""
        full, read_only = self.faults.active(FULL), self.faults.active(READ_ONLY)
        if not full and not read_only and self._small is None:
            return
        old, before = self._small, self.folder
        small = SmallStick() if full or read_only else None
        self._small = small
        _copy(before, self.folder)
        if small is not None and full:
            small.fill()
        if small is not None and read_only:
            small.read_only()
        if self.inside:
            self._link()
        if old is not None:
            old.close()

    def _link(self) -> None:
        fresh = self._place.with_name(self._place.name + "-new")
        fresh.unlink(missing_ok=True)
        fresh.symlink_to(self.folder.resolve() if self._small is None else self.folder)
        fresh.replace(self._place)

    def _changed(self) -> None:
        for listener in self._listeners:
            listener()


def _copy(source: Path, target: Path) -> None:
    for path in source.iterdir():
        if not is_filler(path.name) and path.is_file():
            shutil.copyfile(path, target / path.name)
