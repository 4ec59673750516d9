"""What the tools cannot do, in one sentence for whoever stands there."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from hal.errors import StoreError
from hal.linux.store_file import failure


class VaultToolError(Exception):
    """`code` is stable, `cause` a sentence. `Undecided` apart, the answer to the question was no."""

    def __init__(self, code: str, cause: str) -> None:
        super().__init__(f"{code}: {cause}")
        self.code = code
        self.cause = cause


class Undecided(VaultToolError):
    """What was asked for could not be looked at: a wrong path, a wrong code, an unreadable medium."""


@contextmanager
def told(place: Path) -> Iterator[None]:
    """Whatever keeps the vault in `place` from being read comes out as `Undecided` `vault.unreadable`."""
    try:
        yield
    except StoreError as error:
        raise Undecided("vault.unreadable", f"cannot read {place}: {error.cause}") from None
    except (sqlite3.Error, OSError) as error:
        raise Undecided("vault.unreadable", failure(error, f"cannot read {place}: ").cause) from None
