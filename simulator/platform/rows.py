"""Rows that know when they have changed, so that only the changes of one answer are written to the disk.

A row's fields are set one by one (`visit.med_type = "11"`, `sale.returned += codes`); what is inside a field, such as a
list, is replaced and never changed in place, or nobody would notice.
"""

from collections import UserDict
from collections.abc import Callable, Iterator, MutableSet
from dataclasses import fields
from typing import Any, TypeVar

T = TypeVar("T")

_TELL = "_tell"  # where a row has whom it tells

# (kind, key) -> the row as JSON types, or None when it is gone.
Change = tuple[str, str, Any]


class Kept:
    """Base of the dataclasses that are kept. In a collection, every field that is set marks the row as changed."""

    def __setattr__(self, name: str, value: object) -> None:
        object.__setattr__(self, name, value)
        tell = self.__dict__.get(_TELL)
        if tell is not None:
            tell()

    def follow(self, tell: Callable[[], None]) -> None:
        """Have `tell` called after every field that is set."""
        self.__dict__[_TELL] = tell

    def as_json(self) -> dict[str, Any]:
        """The fields by name. What is inside is JSON types or has an `as_json` of its own."""
        return {name: _json(value) for name, value in vars(self).items() if name != _TELL}


def _json(value: Any) -> Any:
    return value.as_json() if hasattr(value, "as_json") else value


def plain_reader(kind: type[T]) -> Callable[[Any], T]:
    """Makes a row out of what `as_json` gave, for a dataclass whose fields are JSON types. `TypeError` when it does
    not fit."""
    return lambda row: kind(**row)


def names_of(kind: type) -> tuple[str, ...]:
    """The fields of a dataclass in their order."""
    return tuple(field.name for field in fields(kind))


class Rows(UserDict[str, T]):
    """A collection by key, in the order of its making. `read` makes a value out of its JSON form."""

    def __init__(self, kind: str, read: Callable[[Any], T]) -> None:
        super().__init__()
        self.kind = kind
        self._read = read
        self._changed: dict[str, None] = {}
        self._arrived: list[Callable[[str, T], None]] = []

    def __setitem__(self, key: str, value: T) -> None:
        new = key not in self.data
        self.data[key] = value
        self._changed[key] = None
        if isinstance(value, Kept):
            value.follow(lambda: self._changed.__setitem__(key, None))
        if new:
            for callback in self._arrived:
                callback(key, value)

    def __delitem__(self, key: str) -> None:
        del self.data[key]
        self._changed[key] = None

    def on_new(self, callback: Callable[[str, T], None]) -> None:
        """Have `callback` told of every new key and its value, also of those that are read from the disk."""
        self._arrived.append(callback)

    def restore(self, key: str, value: Any) -> None:
        """Put a row back that was kept. `KeyError`, `TypeError` or `ValueError` when it cannot be read."""
        self[key] = self._read(value)
        del self._changed[key]

    def changes(self) -> Iterator[Change]:
        """What has changed since this was asked last."""
        changed, self._changed = self._changed, {}
        for key in changed:
            yield self.kind, key, _json(self.data[key]) if key in self.data else None


class Marks(MutableSet[str]):
    """A set of texts, kept like rows."""

    def __init__(self, rows: Rows[bool]) -> None:
        self._rows = rows

    def __contains__(self, text: object) -> bool:
        return text in self._rows.data

    def __iter__(self) -> Iterator[str]:
        return iter(self._rows)

    def __len__(self) -> int:
        return len(self._rows)

    def add(self, value: str) -> None:
        """Put it in."""
        if value not in self._rows.data:
            self._rows[value] = True

    def discard(self, value: str) -> None:
        """Take it out, if it is in."""
        self._rows.pop(value, None)
