"""ZIP files with one member, by the standard library (`hal.ports.Zips`)."""

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator

from hal.errors import DeviceError
from hal.ports import Document

_PIECE = 64 * 1024
_MOST_READ = 1024 * 1024  # at once: `zipfile` reads the whole directory, and one of a few members is short
_BEGINNING = (1980, 1, 1, 0, 0, 0)  # the first time that a ZIP file can tell; a clock that is not set may be before it
# What `zipfile` raises for bytes that are none; ValueError is also text that is no UTF-8.
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    NotImplementedError,
    OverflowError,
    RuntimeError,
    ValueError,
)


class StandardZips:
    """`hal.ports.Zips`."""

    def pack(self, name: str, content: bytes) -> bytes:
        """A ZIP file with `content` under `name`; the same for the same."""
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as archive:
            archive.writestr(zipfile.ZipInfo(name, _BEGINNING), content, zipfile.ZIP_DEFLATED)
        return out.getvalue()

    def pieces(self, zipped: Document | bytes, most: int) -> Iterator[bytes]:
        """The content of its first member that is no folder, piece by piece. `DeviceError` `zip.broken`."""
        source = _Source(zipped)
        given = 0
        try:
            with zipfile.ZipFile(source) as archive, archive.open(_member(archive)) as member:
                while piece := member.read(_PIECE):
                    given += len(piece)
                    if given > most:
                        raise DeviceError("zip.broken", "too long")
                    yield piece
        except _BROKEN as error:
            raise DeviceError("zip.broken", type(error).__name__) from None


def _member(archive: zipfile.ZipFile) -> zipfile.ZipInfo:
    found = next((info for info in archive.infolist() if not info.is_dir()), None)
    # The other methods of compression have no limit on what one piece unpacks to.
    if found is None or found.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
        raise zipfile.BadZipFile
    return found


class _Source(io.RawIOBase):
    """A `Document` or bytes as the kind of file that `zipfile` reads."""

    def __init__(self, zipped: Document | bytes) -> None:
        super().__init__()
        self._zipped = zipped
        self._size = len(zipped) if isinstance(zipped, bytes) else zipped.size
        self._at = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        origin = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        self._at = max(0, origin + offset)
        return self._at

    def tell(self) -> int:
        return self._at

    def read(self, size: int = -1, /) -> bytes:
        end = self._size if size < 0 else min(self._size, self._at + size)
        if end - self._at > _MOST_READ:
            raise zipfile.BadZipFile
        start, self._at = self._at, max(self._at, end)
        return self._zipped[start:end] if isinstance(self._zipped, bytes) else self._zipped.read(start, end)
