"""The bytes of segments: headers and frames, as `docs/segment-format.md` lays them down. Integers are big-endian.

A checksum starts from the number of the segment, so that what an older file left on the medium never fits.
"""

import binascii
import struct

from hal.errors import StoreError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hal.segments.files import Files

SEGMENT_MAGIC = b"CYS\x01"
FRAME_MAGIC = b"CYF\x01"
_SEGMENT = ">4sIQII"  # magic, number, first sequence, the segment before, its valid bytes; a checksum follows
_FRAME = ">4sQII"  # magic, sequence, bytes of the directory, bytes of the values; a checksum follows
_ENTRY = ">HI"  # bytes of the key, bytes of the value; the key follows
SEGMENT_HEADER = 28
FRAME_HEADER = 24
FRAME_BYTES = FRAME_HEADER + 4  # what a frame takes beside its entries
ENTRY_BYTES = 6  # what a record takes beside its key and value
DELETED = 0xFFFFFFFF  # stands for the size of the value that is no more
_KEY_LIMIT = 0xFFFF
_WINDOW = 4096


class Frame:
    """A whole frame that was read: where it ends, and its records as (key, size of the value or `DELETED`, place of
    the value in the file)."""

    def __init__(self, sequence: int, end: int, entries: "list[tuple[bytes, int, int]]") -> None:
        self.sequence = sequence
        self.end = end
        self.entries = entries


class Reader:
    """Reads one segment file through a small window, so that many short reads cost few calls."""

    def __init__(self, files: "Files", number: int) -> None:
        self.number = number
        self._files = files
        self._name = name_of(number)
        self._start = 0
        self._window = b""

    def read(self, offset: int, size: int) -> bytes:
        """`size` bytes from `offset`, or what the file has of them."""
        start = offset - self._start
        if start < 0 or start + size > len(self._window):
            self._window = self._files.read(self._name, offset, max(size, _WINDOW))
            self._start = offset
            start = 0
        return self._window[start : start + size]


def name_of(number: int) -> str:
    """The file name of a segment."""
    return f"{number:08x}.seg"


def number_of(name: str) -> int:
    """The number in a file name, 0 when it is no segment's."""
    try:
        number = int(name[:8], 16)
    except ValueError:
        return 0
    return number if name == name_of(number) else 0


def segment_header(number: int, sequence: int, before: int, before_end: int) -> bytes:
    """The head of a segment whose frames begin with `sequence`; the newest one until then, `before`, is valid up to
    `before_end`."""
    head = struct.pack(_SEGMENT, SEGMENT_MAGIC, number, sequence, before, before_end)
    return head + _checksum(head, _seed(number))


def read_segment_header(reader: Reader) -> "tuple[int, int, int] | None":
    """First sequence, number and valid bytes of the segment before; None when there is no header."""
    data = reader.read(0, SEGMENT_HEADER)
    head = data[:-4]
    if len(data) < SEGMENT_HEADER or _checksum(head, _seed(reader.number)) != data[-4:]:
        return None
    magic, number, sequence, before, before_end = struct.unpack(_SEGMENT, head)
    return (sequence, before, before_end) if magic == SEGMENT_MAGIC and number == reader.number else None


def frame_size(deletes: "list[bytes]", puts: "list[tuple[bytes, bytes]]") -> int:
    """The bytes that a batch takes. `StoreError` for a key or a value that no frame can hold."""
    size = FRAME_BYTES
    for key in deletes:
        size += _entry_size(key, 0)
    for key, value in puts:
        size += _entry_size(key, len(value))
    return size


def encode_frame(number: int, sequence: int, deletes: "list[bytes]", puts: "list[tuple[bytes, bytes]]") -> bytes:
    """A batch as a frame of the segment `number`: the directory (deletes, then puts), then the values."""
    parts: "list[bytes]" = []
    for key in deletes:
        parts.append(struct.pack(_ENTRY, len(key), DELETED))
        parts.append(key)
    values = 0
    for key, value in puts:
        parts.append(struct.pack(_ENTRY, len(key), len(value)))
        parts.append(key)
        values += len(value)
    directory = b"".join(parts)
    head = struct.pack(_FRAME, FRAME_MAGIC, sequence, len(directory), values)
    parts = [head, _checksum(head, _seed(number)), directory] + [value for _, value in puts]
    crc = _seed(number)
    for part in parts:
        crc = binascii.crc32(part, crc)
    parts.append(struct.pack(">I", crc))
    return b"".join(parts)


def values_at(start: int, deletes: "list[bytes]", puts: "list[tuple[bytes, bytes]]") -> int:
    """Where the first value lies when the frame of this batch begins at `start`."""
    size = start + FRAME_HEADER
    for key in deletes:
        size += ENTRY_BYTES + len(key)
    for key, _ in puts:
        size += ENTRY_BYTES + len(key)
    return size


def read_frame(reader: Reader, start: int, end: int) -> "Frame | None":
    """The frame at `start` of a segment that is valid up to `end`; None when there is no whole one."""
    head = reader.read(start, FRAME_HEADER) if start + FRAME_BYTES <= end else b""
    if len(head) < FRAME_HEADER or head[:4] != FRAME_MAGIC:
        return None
    if _checksum(head[:-4], _seed(reader.number)) != head[-4:]:
        return None
    _, sequence, directory_size, values = struct.unpack(_FRAME, head[:-4])
    stop = start + FRAME_BYTES + directory_size + values
    if stop > end:
        return None
    directory = reader.read(start + FRAME_HEADER, directory_size)
    crc = binascii.crc32(directory, binascii.crc32(head, _seed(reader.number)))
    if not _ends_with(reader, start + FRAME_HEADER + directory_size, stop - 4, crc):
        return None
    entries = _entries(directory, start + FRAME_HEADER + directory_size, stop - 4)
    return None if entries is None else Frame(sequence, stop, entries)


def find_frame(reader: Reader, start: int, end: int) -> "tuple[int, Frame] | None":
    """The first whole frame at or behind `start`, and where it begins."""
    while start < end:
        piece = reader.read(start, min(_WINDOW, end - start))
        found = piece.find(FRAME_MAGIC)
        if found >= 0:
            frame = read_frame(reader, start + found, end)
            if frame is not None:
                return start + found, frame
            start += found + 1
        elif len(piece) < len(FRAME_MAGIC):
            return None
        else:
            start += len(piece) - len(FRAME_MAGIC) + 1
    return None


def _ends_with(reader: Reader, offset: int, stop: int, crc: int) -> bool:
    """Whether the checksum over what came before and the bytes up to `stop` stands at `stop`."""
    while offset < stop:
        piece = reader.read(offset, min(_WINDOW, stop - offset))
        if not piece:
            return False
        crc = binascii.crc32(piece, crc)
        offset += len(piece)
    return reader.read(stop, 4) == struct.pack(">I", crc)


def _entries(directory: bytes, place: int, stop: int) -> "list[tuple[bytes, int, int]] | None":
    """The records of a directory whose values lie from `place` to `stop`; None when they do not come out even."""
    entries: "list[tuple[bytes, int, int]]" = []
    at = 0
    while at + ENTRY_BYTES <= len(directory):
        key_size, size = struct.unpack_from(_ENTRY, directory, at)
        at += ENTRY_BYTES + key_size
        entries.append((directory[at - key_size : at], size, place))
        if size != DELETED:
            place += size
    return entries if at == len(directory) and place == stop else None


def _entry_size(key: bytes, value_size: int) -> int:
    if len(key) > _KEY_LIMIT or value_size >= DELETED:
        raise StoreError("store.failed", "a key or a value is too long")
    return ENTRY_BYTES + len(key) + value_size


def _seed(number: int) -> int:
    return binascii.crc32(struct.pack(">I", number))


def _checksum(data: bytes, crc: int) -> bytes:
    return struct.pack(">I", binascii.crc32(data, crc))
