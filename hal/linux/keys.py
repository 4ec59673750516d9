"""Secrets in files: the device key (level 0) and what the technician puts there.

A key file beside the database does not protect a database that is stolen with it; the installation report says so.
"""

import os
from pathlib import Path

from hal.errors import ConfigError

_SIZE = 32
_MOST = 4096  # bytes of a secret file; one that is longer is some other file


class FileKeyStore:
    """The device key in a file that only its owner reads (`hal.ports.KeyStore`, level 0)."""

    level = 0
    kind = "file"

    def __init__(self, path: Path) -> None:
        self._path = path
        self._key = b""

    def device_key(self) -> bytes:
        """32 bytes; made at the first call. `ConfigError` when the file is damaged, exposed, or cannot be read."""
        if not self._key:
            try:
                if not self._path.exists():
                    self._create()
                key = read_private(self._path)
            except OSError as error:
                raise ConfigError("keys.unreadable", f"cannot read {self._path}: {error.strerror}") from None
            if len(key) != _SIZE:
                cause = f"{self._path} is damaged; put a copy of it back, no other key opens the vault"
                raise ConfigError("keys.damaged", cause)
            self._key = key
        return self._key

    def _create(self) -> None:
        """Write the key under another name, sync, then rename: a power cut leaves no half key."""
        draft = self._path.with_suffix(".new")
        draft.unlink(missing_ok=True)  # left by a power cut
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(os.urandom(_SIZE))
            file.flush()
            os.fsync(file.fileno())
        draft.rename(self._path)
        sync_folder(self._path.parent)


def read_private(path: Path) -> bytes:
    """The first 4 KiB of a file that nobody but its owner can read. `ConfigError` when others can; `OSError`."""
    with path.open("rb") as file:
        if os.fstat(file.fileno()).st_mode & 0o077:
            raise ConfigError("secret.exposed", f"others can read {path}; close it with: chmod 600 {path}")
        return file.read(_MOST)


def read_secret(path: Path) -> str:
    """The one line of a secret file. `ConfigError` when it is missing, not one line of ASCII, or readable by others."""
    try:
        secret = read_private(path).decode("ascii").strip()
    except OSError as error:
        cause = f"cannot read {path}: {error.strerror}; the secret of the platform belongs there"
        raise ConfigError("secret.missing", cause) from None
    except UnicodeDecodeError:
        secret = ""
    if not secret.isprintable() or not secret:
        raise ConfigError("secret.wrong", f"{path} must have one line of ASCII text, the secret of the platform")
    return secret


def sync_folder(folder: Path) -> None:
    """Make new names in `folder` survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
