"""What the segment store asks of a file system. Everything fails with OSError."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Protocol
else:
    Protocol = object


class Files(Protocol):
    """The files of one folder that belongs to the store alone.

    After a power cut a file has at least what was appended to it by calls that returned, and perhaps a part of one more
    append, in any state. Nothing is ever written over, cut short or renamed.
    """

    def names(self) -> "list[str]":
        """The names of the files, in any order."""

    def size(self, name: str) -> int:
        """The length of a file in bytes."""

    def read(self, name: str, offset: int, size: int) -> bytes:
        """Up to `size` bytes from `offset`; fewer only at the end of the file."""

    def append(self, name: str, data: bytes) -> None:
        """Append to a file, which is made when it is not there. Durable when it returns: the bytes, and the name of a
        file that is new. After an error the file may have any part of `data`."""

    def remove(self, name: str) -> None:
        """Remove a file if it is there. Durable when it returns: later removals may rest on this one."""

    def settle(self, name: str) -> None:
        """Make the file and all names durable as they are read now: a process that was killed may have left them in
        the memory of the operating system alone."""

    def room(self) -> int:
        """Free bytes of the medium."""

    def close(self) -> None:
        """Release what is held open."""
