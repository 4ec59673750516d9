"""The bytes of a backup file: written and read in one pass, with the memory of one record. docs/backup.md has them.

magic (8) | version (2) | header: length (4), JSON | secrets: length (4), sealed | rows: length of the name (2), length
of the value (4), name, value | 0xFFFF, number of rows (8) | HMAC-SHA256 over all of it (32). Integers are big-endian.
"""

import hashlib
import hmac
import json
import os
import struct
from collections.abc import Awaitable, Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from firmware.vault import Passage, Sealer, Secrets, VaultError
from hal.linux.keys import sync_folder
from hal.linux.pin_hash import Argon2idPinHash
from hal.ports import PinHash
from tools.vault.errors import Undecided, VaultToolError
from tools.vault.figures import Json, checked_figures
from tools.vault.rows import Row

MAGIC = b"\x89CYT\r\n\x1a\n"  # a copy that a program took for text does not have it any more
VERSION = 1
_END = 0xFFFF
_TAG = 32
_SALT = 16
_MADE = range(1 << 40)  # seconds since 1970
_LONGEST_HEADER = 1 << 20
_LONGEST_SECRETS = 8 << 20
_LONGEST_VALUE = 64 << 20
_PREAMBLE = struct.Struct(">8sH")
_LENGTH = struct.Struct(">I")
_ROW = struct.Struct(">HI")
_COUNT = struct.Struct(">Q")


@dataclass(frozen=True)
class Contents:
    """What goes into a backup: the header, which anyone may read, the secrets, and all rows that travel."""

    header: Json
    secrets: Secrets
    rows: Iterable[Row]


async def write_backup(
    target: Path, contents: Contents, code: str, sealer: Sealer, then: Callable[[], Awaitable[None]]
) -> None:
    """Write a backup, read it back, do `then`, and give it its name. `target` is whole and on the disk when this
    returns, or not there; one that was there is replaced. `VaultToolError` when it cannot be written, as on a full
    stick."""
    draft = target.with_name(target.name + ".new")
    try:
        try:
            _write_durably(draft, contents, code, sealer)
            _read_back(draft, code, sealer)
            await then()
            draft.rename(target)
        finally:
            draft.unlink(missing_ok=True)
        sync_folder(target.parent)
    except OSError as error:
        raise VaultToolError("backup.failed", f"cannot write {target}: {error.strerror}") from None


class BackupFile:
    """A backup that was written by `write_backup`, or by somebody else: nothing of it is believed unchecked."""

    damage = ""  # a backup is whole or refused

    def __init__(self, path: Path) -> None:
        """Read what stands in front. `Undecided` `backup.foreign`, `backup.version`, `backup.torn`."""
        self.path = path
        self._secrets: Secrets | None = None
        self._file_key = b""
        with self._opened() as file:
            self._header_bytes, self._sealed = self._front(file)
            self._rows_at = file.tell()
        self.header = self._parsed(self._header_bytes)

    def unlocked(self, code: str, sealer: Sealer) -> "BackupFile":
        """This file, with its secrets open: from now on `scan` checks every byte. `Undecided` `backup.wrong_code`."""
        pin_hash = _kdf(self.header)
        passage = Passage(sealer, pin_hash.stretch(code.encode(), bytes.fromhex(self.header["salt"])))
        try:
            self._secrets = passage.open(self._header_bytes, self._sealed)
        except VaultError as error:
            raise Undecided(error.code, f"{error.cause}, or the beginning of {self.path} was altered") from None
        except (ValueError, KeyError, TypeError):
            raise self._wrong("foreign", "has secrets of an unknown form") from None
        self._file_key = passage.file_key
        return self

    def opened(self) -> Secrets:
        """The secrets of this file, which is unlocked."""
        if self._secrets is None:
            raise ValueError("the backup is locked")
        return self._secrets

    def scan(self, prefix: bytes = b"", after: bytes = b"") -> Iterator[Row]:
        """The rows whose names begin with `prefix` and lie behind `after` (`tools.vault.rows.Rows`). It reads the whole
        file. `Undecided` `backup.torn` at the end when it is not whole, and `backup.damaged` when it is unlocked and a
        byte is not what was written: what came before must not be used then."""
        for name, value in self._rows():
            if name.startswith(prefix) and name > after:
                yield name, value

    def steady(self) -> None:
        """Nobody writes to a backup."""

    def close(self) -> None:
        """It is held open only while it is read."""

    def _rows(self) -> Iterator[Row]:
        with self._opened() as file:
            tagged = _Tagged(file, self._file_key)
            tagged.read(self._rows_at)
            before, count = b"", 0
            while head := self._row_head(tagged):
                name, value = self._exactly(tagged, head[0]), self._exactly(tagged, head[1])
                if count and name <= before:
                    raise self._wrong("damaged", "has its rows out of order")
                before, count = name, count + 1
                yield name, value
            if _COUNT.unpack(self._exactly(tagged, _COUNT.size))[0] != count:
                raise self._wrong("damaged", "has lost rows")
            tag = tagged.tag()
            written = self._exactly(tagged, _TAG)
            if file.read(1):
                raise self._wrong("damaged", "goes on behind its end")
            if self._file_key and not hmac.compare_digest(tag, written):
                raise self._wrong("damaged", "is not what was written: a byte of it was altered")

    def _front(self, file: BinaryIO) -> tuple[bytes, bytes]:
        start = file.read(_PREAMBLE.size)
        if start[: len(MAGIC)] != MAGIC:
            raise self._wrong("foreign", "is no backup of a terminal")
        if len(start) < _PREAMBLE.size:
            raise self._torn()
        version = int.from_bytes(start[len(MAGIC) :], "big")
        if version != VERSION:
            raise self._wrong("version", f"has format {version}; this program knows {VERSION}: take a newer one")
        header = self._block(file, _LONGEST_HEADER)
        return header, self._block(file, _LONGEST_SECRETS)

    def _block(self, file: "BinaryIO | _Tagged", longest: int) -> bytes:
        size = _LENGTH.unpack(self._exactly(file, _LENGTH.size))[0]
        if size > longest:
            raise self._wrong("damaged", "has a part of impossible length")
        return self._exactly(file, size)

    def _row_head(self, file: "_Tagged") -> tuple[int, int] | None:
        name = int.from_bytes(self._exactly(file, 2), "big")
        if name == _END:
            return None
        value = _LENGTH.unpack(self._exactly(file, _LENGTH.size))[0]
        if value > _LONGEST_VALUE:
            raise self._wrong("damaged", "has a row of impossible length")
        return name, value

    def _exactly(self, file: "BinaryIO | _Tagged", size: int) -> bytes:
        data = file.read(size)
        if len(data) != size:
            raise self._torn()
        return data

    def _parsed(self, header: bytes) -> Json:
        """The header, every part in its form: it is shown before anything proves it."""
        try:
            values = json.loads(header)
            if len(bytes.fromhex(values["salt"])) != _SALT or not _MADE.start <= values["made"] < _MADE.stop:
                raise ValueError
            return {
                "vault": bytes.fromhex(values["vault"]).hex(),
                "made": int(values["made"]),
                "files": [str(name) for name in values["files"]],
                "kdf": str(values["kdf"]),
                "salt": values["salt"],
                "figures": checked_figures(values["figures"]),
            }
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            raise self._wrong("foreign", "has a header of an unknown form") from None

    def _opened(self) -> BinaryIO:
        try:
            return self.path.open("rb")
        except OSError as error:
            raise Undecided("backup.missing", f"cannot read {self.path}: {error.strerror}") from None

    def _torn(self) -> Undecided:
        return self._wrong("torn", "ends in the middle: it was not copied whole")

    def _wrong(self, what: str, sentence: str) -> Undecided:
        return Undecided(f"backup.{what}", f"{self.path} {sentence}")


class _Tagged:
    """A file whose HMAC grows with what is read from it, or written to it."""

    def __init__(self, file: BinaryIO, key: bytes) -> None:
        self._file = file
        self._hash = hmac.new(key, digestmod=hashlib.sha256)

    def read(self, size: int) -> bytes:
        data = self._file.read(size)
        self._hash.update(data)
        return data

    def write(self, data: bytes) -> None:
        self._file.write(data)
        self._hash.update(data)

    def tag(self) -> bytes:
        return self._hash.digest()


def _read_back(draft: Path, code: str, sealer: Sealer) -> None:
    try:
        for _ in BackupFile(draft).unlocked(code, sealer).scan():
            pass  # reading is checking
    except Undecided as error:
        raise VaultToolError("backup.failed", f"{error.cause}, as it was read back: take another stick") from None


def _write_durably(draft: Path, contents: Contents, code: str, sealer: Sealer) -> None:
    draft.unlink(missing_ok=True)  # left by a power cut
    descriptor = os.open(draft, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        _write(file, contents, code, sealer)
        file.flush()
        os.fsync(file.fileno())
        os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)  # read back from the stick, not from memory


def _write(file: BinaryIO, contents: Contents, code: str, sealer: Sealer) -> None:
    pin_hash, salt = Argon2idPinHash(), os.urandom(_SALT)
    passage = Passage(sealer, pin_hash.stretch(code.encode(), salt))
    header = json.dumps({**contents.header, "kdf": pin_hash.name, "salt": salt.hex()}, ensure_ascii=False).encode()
    tagged = _Tagged(file, passage.file_key)
    tagged.write(_PREAMBLE.pack(MAGIC, VERSION))
    for block in (header, passage.seal(header, contents.secrets)):
        tagged.write(_LENGTH.pack(len(block)) + block)
    count = 0
    for name, value in contents.rows:
        if len(name) >= _END or len(value) > _LONGEST_VALUE:
            raise VaultToolError("backup.failed", "a record is too large for a backup")
        tagged.write(_ROW.pack(len(name), len(value)) + name + value)
        count += 1
    tagged.write(_END.to_bytes(2, "big") + _COUNT.pack(count))
    file.write(tagged.tag())


def _kdf(header: Json) -> PinHash:
    pin_hash = Argon2idPinHash()
    if header["kdf"] != pin_hash.name:
        raise Undecided(
            "backup.version", "it stretches its code in a way that this program does not know: take a newer one"
        )
    return pin_hash
