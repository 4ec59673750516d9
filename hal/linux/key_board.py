"""Device keys that are made from something in the board: its serial number (level 1) or its one-time fuses (level 2).

The medium alone does not open the vault then. A check value beside it, from which no key can be told, tells a medium in
another board from a damaged vault.
"""

import hmac
import os
import stat
import subprocess
from pathlib import Path

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from hal.errors import ConfigError
from hal.linux.keys import KEY_SIZE, damaged, read_or_make

# Where Linux shows the serial number: from the device tree (Raspberry Pi), or from the firmware of a PC (root only).
# /etc/machine-id is no such place: it is a file on the medium.
SERIAL_FILES = (Path("/proc/device-tree/serial-number"), Path("/sys/class/dmi/id/product_serial"))
COMMAND = "command:"
_LONGEST_SERIAL = 256
_UNSET_SERIALS = frozenset(
    {"none", "default string", "to be filled by o.e.m.", "system serial number", "not specified"}
)
_ROW = 4  # bytes that are programmed at once
_COMMAND_S = 30


class SerialKeyStore:
    """A key from the serial number of the board and a random file beside the vault (`hal.ports.KeyStore`, level 1).

    The file is 32 bytes of salt and 32 of the check value.
    """

    level = 1
    kind = "serial"

    def __init__(self, path: Path, sources: tuple[Path, ...] = SERIAL_FILES, *, may_make: bool = True) -> None:
        """The serial number is in the first of `sources` that is there."""
        self._path = path
        self._sources = sources
        self._may_make = may_make

    def device_key(self) -> bytes:
        """32 bytes. `ConfigError` when the board has no serial number or another one, or the file is lost or
        damaged."""
        serial = _serial_number(self._sources)
        kept = read_or_make(self._path, lambda: _new_salt(serial), may_make=self._may_make)
        if len(kept) != 2 * KEY_SIZE:
            raise damaged(self._path)
        key = _derived(serial, kept[:KEY_SIZE], self.kind)
        _refuse_other_board(self._path, key, kept[KEY_SIZE:])
        return key


class OtpKeyStore:
    """A key from 32 bytes in the one-time fuses of the board (`hal.ports.KeyStore`, level 2). Never writes fuses."""

    level = 2
    kind = "otp"

    def __init__(self, path: Path, source: str, offset: int = 0, *, may_make: bool = True) -> None:
        """`path` is for the check value. `source` is a file in which the fuses are shown from byte `offset`, or
        "command:" and a program that prints them as 64 hex digits, such as `rpi-otp-private-key`."""
        self._path = path
        self._source = source
        self._offset = offset
        self._may_make = may_make

    def device_key(self) -> bytes:
        """32 bytes. `ConfigError` when the fuses cannot be read, have not been programmed, or are another board's."""
        command = self._source.startswith(COMMAND)
        fuses = _printed(self._source[len(COMMAND) :]) if command else _shown(Path(self._source), self._offset)
        rows = {fuses[start : start + _ROW] for start in range(0, KEY_SIZE, _ROW)}
        if rows & {b"\x00" * _ROW, b"\xff" * _ROW}:
            cause = f"the fuses in {self._source} have not been programmed, or not all; see docs/board-config.md"
            raise ConfigError("keys.unprogrammed", cause)
        key = _derived(fuses, b"", self.kind)
        # A lost check value is not made anew beside a vault: whether this is its board, the vault itself tells.
        if self._may_make or self._path.exists():
            _refuse_other_board(self._path, key, read_or_make(self._path, lambda: _check(key), may_make=True))
        return key


def _serial_number(sources: tuple[Path, ...]) -> bytes:
    """What identifies the board, without the padding. `ConfigError` when it is no number that its maker gave."""
    try:
        source = next((path for path in sources if path.exists()), sources[0])
        with source.open("rb") as file:
            serial = file.read(_LONGEST_SERIAL).strip(b"\0 \r\n")
    except OSError as error:
        cause = f"cannot read the serial number of the board: {error.filename}: {error.strerror}"
        raise ConfigError(
            "keys.no_serial", f'{cause}; name its file in keys.source, or use keys.store = "file"'
        ) from None
    if not serial.strip(b"0") or serial.decode("latin-1").lower() in _UNSET_SERIALS:
        raise ConfigError("keys.no_serial", f'{source} has no serial number; use keys.store = "file"')
    return serial


def _shown(path: Path, offset: int) -> bytes:
    try:
        with path.open("rb") as file:
            status = os.fstat(file.fileno())
            # The group may: the fuses belong to root, and the terminal is not root.
            if stat.S_ISREG(status.st_mode) and status.st_mode & stat.S_IRWXO:
                raise ConfigError("secret.exposed", f"everybody can read {path}; close it with: chmod o= {path}")
            file.seek(offset)
            fuses = file.read(KEY_SIZE)
    except OSError as error:
        raise ConfigError("keys.unreadable", f"cannot read the fuses: {path}: {error.strerror}") from None
    if len(fuses) != KEY_SIZE:
        raise ConfigError("keys.unreadable", f"{path} has no {KEY_SIZE} bytes from byte {offset}; see keys.offset")
    return fuses


def _printed(program: str) -> bytes:
    """What the program prints never gets into an error: it may be half a key."""
    try:
        done = subprocess.run([program], stdin=subprocess.DEVNULL, capture_output=True, timeout=_COMMAND_S, check=True)
        fuses = bytes.fromhex(done.stdout.decode("ascii").strip())
    except OSError as error:
        raise ConfigError("keys.unreadable", f"cannot start {program}: {error.strerror}") from None
    except subprocess.TimeoutExpired:
        raise ConfigError("keys.unreadable", f"{program} has not ended after {_COMMAND_S} s") from None
    except subprocess.CalledProcessError as error:
        cause = f"{program} ended with {error.returncode}; start it by hand as the terminal's user to see why"
        raise ConfigError("keys.unreadable", cause) from None
    except ValueError:
        fuses = b""
    if len(fuses) != KEY_SIZE:
        raise ConfigError("keys.unreadable", f"{program} does not print {2 * KEY_SIZE} hex digits")
    return fuses


def _new_salt(serial: bytes) -> bytes:
    salt = os.urandom(KEY_SIZE)
    return salt + _check(_derived(serial, salt, SerialKeyStore.kind))


def _derived(secret: bytes, salt: bytes, kind: str) -> bytes:
    return HKDF(SHA256(), KEY_SIZE, salt, f"cunyitong/device-key/{kind}".encode("ascii")).derive(secret)


def _check(key: bytes) -> bytes:
    return hmac.digest(key, b"cunyitong/device-key/check", "sha256")


def _refuse_other_board(path: Path, key: bytes, check: bytes) -> None:
    if len(check) != KEY_SIZE:
        raise damaged(path)
    if not hmac.compare_digest(_check(key), check):
        cause = (
            f"{path} was made by another board, or is damaged; put the medium back into its board, or restore a backup"
        )
        raise ConfigError("keys.other_board", cause)
