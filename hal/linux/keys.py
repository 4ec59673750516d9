"""Private files, and the device key in one of them (level 0).

A key file beside the vault does not protect a vault that is stolen with it; the installation report says so.
"""

import os
from collections.abc import Callable
from pathlib import Path

from hal.errors import ConfigError

KEY_SIZE = 32
_MOST = 4096  # bytes of a private file; one that is longer is some other file


class FileKeyStore:
    """The device key in a file that only its owner reads (`hal.ports.KeyStore`, level 0)."""

    level = 0
    kind = "file"

    def __init__(self, path: Path, *, may_make: bool = True) -> None:
        """`may_make` is false where a vault is there already: no other key than the lost one would open it."""
        self._path = path
        self._may_make = may_make
        self._key = b""

    def device_key(self) -> bytes:
        """32 bytes; made at the first call. `ConfigError` when the file is damaged, exposed, lost, or cannot be
        read."""
        if not self._key:
            key = read_or_make(self._path, lambda: os.urandom(KEY_SIZE), may_make=self._may_make)
            if len(key) != KEY_SIZE:
                raise damaged(self._path)
            self._key = key
        return self._key


def read_or_make(path: Path, make: Callable[[], bytes], *, may_make: bool) -> bytes:
    """The first 4 KiB of a private file, which `make` fills when there is none yet. `ConfigError` when it is exposed or
    cannot be read, or when there is none and it may not be made: then it is lost."""
    try:
        if not path.exists():
            if not may_make:
                raise ConfigError(
                    "keys.missing", f"{path} is gone; put a copy of it back, no other key opens the vault"
                )
            create_private(path, make())
        return read_private(path)
    except OSError as error:
        raise ConfigError("keys.unreadable", f"cannot read or make {path}: {error.strerror}") from None


def damaged(path: Path) -> ConfigError:
    """The error that a key file of a wrong form is told by."""
    return ConfigError("keys.damaged", f"{path} is damaged; put a copy of it back, no other key opens the vault")


def create_private(path: Path, content: bytes) -> None:
    """Write a file that only its owner reads under another name, sync, then rename: a power cut leaves no half of it.
    `OSError`."""
    draft = path.with_suffix(".new")
    draft.unlink(missing_ok=True)  # left by a power cut
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    draft.rename(path)
    sync_folder(path.parent)


def read_private(path: Path) -> bytes:
    """The first 4 KiB of a file that nobody but its owner can read. `ConfigError` when others can; `OSError`."""
    with path.open("rb") as file:
        refuse_exposed(path, file.fileno())
        return file.read(_MOST)


def refuse_exposed(path: Path, descriptor: int | None = None) -> None:
    """`ConfigError` when others can read a file (`descriptor`, where it is open); `OSError`."""
    if os.stat(path if descriptor is None else descriptor).st_mode & 0o077:
        raise ConfigError("secret.exposed", f"others can read {path}; close it with: chmod 600 {path}")


def read_secret(path: Path, what: str = "the secret of the platform") -> str:
    """The one line of a secret file, `what` it has. `ConfigError` when it is missing, not one line of ASCII, or
    readable by others."""
    try:
        secret = read_private(path).decode("ascii").strip()
    except OSError as error:
        cause = f"cannot read {path}: {error.strerror}; {what} belongs there"
        raise ConfigError("secret.missing", cause) from None
    except UnicodeDecodeError:
        secret = ""
    if not secret.isprintable() or not secret:
        raise ConfigError("secret.wrong", f"{path} must have one line of ASCII text, {what}")
    return secret


def sync_folder(folder: Path) -> None:
    """Make new names in `folder` survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
