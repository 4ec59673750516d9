"""Files and ZIP files in memory (`hal.ports.Files`, `hal.ports.Zips`)."""

import binascii
import struct

from hal.errors import DeviceError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from hal.ports import Document

_LOCAL = 0x04034B50
_CRC_AND_SIZE = 14  # in a local header
_LENGTHS = 26  # of the name
_HEADER = 30


class MemoryDocument:
    """`hal.ports.Document` of bytes."""

    def __init__(self, content: bytes) -> None:
        self._content = content
        self.size = len(content)

    def find(self, text: bytes, start: int, end: int) -> int:
        return self._content.find(text, start, end)

    def rfind(self, text: bytes, start: int, end: int) -> int:
        return self._content.rfind(text, start, end)

    def read(self, start: int, end: int) -> bytes:
        return self._content[start:end]

    def close(self) -> None:
        """Nothing is held."""


class MemoryDraft:
    """`hal.ports.Draft`."""

    def __init__(self, kept: "dict[str, bytes]", name: str) -> None:
        self._kept = kept
        self._name = name
        self._content = bytearray()

    def write(self, piece: bytes) -> None:
        self._content += piece

    def keep(self) -> None:
        self._kept[self._name] = bytes(self._content)

    def drop(self) -> None:
        """Nobody has seen it."""


class MemoryFiles:
    """`hal.ports.Files`; `kept` by name."""

    def __init__(self) -> None:
        self.kept: "dict[str, bytes]" = {}

    def open(self, name: str) -> "MemoryDocument | None":
        return MemoryDocument(self.kept[name]) if name in self.kept else None

    def draft(self, name: str) -> MemoryDraft:
        return MemoryDraft(self.kept, name)

    def remove(self, name: str) -> None:
        self.kept.pop(name, None)

    def names(self) -> "list[str]":
        return sorted(self.kept)


class StoredZips:
    """`hal.ports.Zips` without compression (PKWARE APPNOTE 4.3.7: a local header and the bytes)."""

    def pack(self, name: str, content: bytes) -> bytes:
        crc = binascii.crc32(content)
        sizes = (crc, len(content), len(content), len(name), 0)
        return struct.pack("<IHHHHHIIIHH", _LOCAL, 20, 0, 0, 0, 0, *sizes) + name.encode() + content

    def pieces(self, zipped: "Document | bytes", most: int) -> "Iterator[bytes]":
        whole = zipped if isinstance(zipped, bytes) else zipped.read(0, zipped.size)
        if len(whole) < _HEADER or struct.unpack("<I", whole[:4])[0] != _LOCAL:
            raise DeviceError("zip.broken", "no local header")
        start = _HEADER + struct.unpack("<H", whole[_LENGTHS : _LENGTHS + 2])[0]
        content = whole[start:]
        if len(content) > most:
            raise DeviceError("zip.broken", "too long")
        crc, size = struct.unpack("<II", whole[_CRC_AND_SIZE : _CRC_AND_SIZE + 8])
        if len(content) != size or binascii.crc32(content) != crc:
            raise DeviceError("zip.broken", "cut off or damaged")
        yield content
