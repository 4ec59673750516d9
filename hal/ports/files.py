"""Large public files: catalogues, and what the platform sends as a file. Not for records: nothing here is sealed."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Protocol
else:
    Protocol = object


class Document(Protocol):
    """The bytes of a kept file, read in place. All calls return quickly; `StoreError` when the medium fails."""

    size: int

    def find(self, text: bytes, start: int, end: int) -> int:
        """The first place of `text` that lies whole between `start` and `end`, or -1."""

    def rfind(self, text: bytes, start: int, end: int) -> int:
        """The last such place, or -1."""

    def read(self, start: int, end: int) -> bytes:
        """The bytes from `start` to `end`, fewer at the end of the file."""

    def close(self) -> None:
        """Not needed any more."""


class Draft(Protocol):
    """A file that is being written; nobody sees it before it is kept."""

    def write(self, piece: bytes) -> None:
        """Add bytes. `StoreError` when there is no room."""

    def keep(self) -> None:
        """Sync, and take the place of the file of that name in one step. `StoreError`."""

    def drop(self) -> None:
        """Leave nothing behind."""


class Files(Protocol):
    """Files by name: small letters, digits, `-` and `.`, at most 60 characters."""

    def open(self, name: str) -> "Document | None":
        """The kept file, or None. `StoreError`."""

    def draft(self, name: str) -> Draft:
        """Begin to write a file; a draft of that name that was left by a power cut is gone. `StoreError`."""

    def remove(self, name: str) -> None:
        """Remove a file, if it is there. `StoreError`."""

    def names(self) -> "list[str]":
        """The kept files, in order."""


class Zips(Protocol):
    """ZIP files with one member."""

    def pack(self, name: str, content: bytes) -> bytes:
        """A ZIP file with `content` under `name`."""

    def pieces(self, zipped: "Document | bytes", most: int) -> "Iterator[bytes]":
        """The content of its first member in pieces of at most 64 KiB. `DeviceError` `zip.broken` when it is damaged,
        encrypted, or longer than `most` bytes."""
