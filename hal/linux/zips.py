"""ZIP files with one member, by the standard library (`hal.ports.Zips`)."""

import io
import zipfile
import zlib
from collections.abc import Iterator
from typing import cast

from hal.errors import DeviceError
from hal.ports import Document

_PIECE = 64 * 1024


class _DocumentReader(io.RawIOBase):
    """A `Document` as the kind of file that `zipfile` reads."""

    def __init__(self, document: Document) -> None:
        super().__init__()
        self._document = document
        self._at = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        origin = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._document.size}[whence]
        self._at = max(0, origin + offset)
        return self._at

    def tell(self) -> int:
        return self._at

    def readinto(self, buffer: object) -> int:
        room = memoryview(cast("bytearray", buffer))
        piece = self._document.read(self._at, self._at + len(room))
        room[: len(piece)] = piece
        self._at += len(piece)
        return len(piece)


class StandardZips:
    """`hal.ports.Zips`."""

    def pack(self, name: str, content: bytes) -> bytes:
        """A ZIP file with `content` under `name`."""
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(name, content)
        return out.getvalue()

    def pieces(self, zipped: Document | bytes, most: int) -> Iterator[bytes]:
        """The content of its first member, piece by piece. `DeviceError` `zip.broken`."""
        source = io.BytesIO(zipped) if isinstance(zipped, bytes) else io.BufferedReader(_DocumentReader(zipped))
        given = 0
        try:
            with zipfile.ZipFile(source) as archive, archive.open(archive.namelist()[0]) as member:
                while piece := member.read(_PIECE):
                    given += len(piece)
                    if given > most:
                        raise DeviceError("zip.broken", "too long")
                    yield piece
        except (zipfile.BadZipFile, zlib.error, EOFError, IndexError, NotImplementedError, RuntimeError) as error:
            raise DeviceError("zip.broken", type(error).__name__) from None
