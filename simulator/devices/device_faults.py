"""The faults of one device that are switched on."""

from collections.abc import Callable


class Faults:
    """Which faults are on. A fault may have one number: for how many more occasions it lasts, or what its kind says
    (milliseconds, bytes, a speed)."""

    def __init__(self, changed: Callable[[], None] | None = None) -> None:
        """`changed` is called after every change."""
        self._numbers: dict[str, int | None] = {}
        self._changed = changed

    def set(self, name: str, number: int | None = None) -> None:
        """Switch `name` on; a number of 0 or less switches it off."""
        self._numbers[name] = number
        if number is not None and number <= 0:
            del self._numbers[name]
        self._tell()

    def clear(self, name: str) -> None:
        """Switch `name` off."""
        if name in self._numbers:
            del self._numbers[name]
            self._tell()

    def active(self, name: str) -> bool:
        """Is `name` on?"""
        return name in self._numbers

    def number(self, name: str) -> int | None:
        """The number of `name`; None when it has none or is off."""
        return self._numbers.get(name)

    def take(self, name: str) -> bool:
        """Is `name` on? If so, and if its number counts occasions, one is used up."""
        if name not in self._numbers:
            return False
        left = self._numbers[name]
        if left is not None:
            self.set(name, left - 1)
        return True

    def _tell(self) -> None:
        if self._changed:
            self._changed()
