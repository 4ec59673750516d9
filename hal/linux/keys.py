"""Secrets in files: the device key (level 0) and what the technician puts there.

A key file beside the database protects a stolen database only when the key lies elsewhere; the installation report says so.
"""

import os
from pathlib import Path

from hal.errors import ConfigError

_SIZE = 32


class FileKeyStore:
    """The device key in a file that only its owner reads (`hal.ports.KeyStore`, level 0)."""

    level = 0

    def __init__(self, path: Path) -> None:
        self._path = path
        self._key = b""

    def device_key(self) -> bytes:
        """32 bytes; made at the first call. `ConfigError` when the file is damaged."""
        if not self._key:
            if not self._path.exists():
                self._create()
            self._key = self._path.read_bytes()
            if len(self._key) != _SIZE:
                raise ConfigError("keys.damaged", str(self._path))
        return self._key

    def _create(self) -> None:
        """Write the key under another name, sync, then rename: a power cut leaves no half key."""
        draft = self._path.with_suffix(".new")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(os.urandom(_SIZE))
            file.flush()
            os.fsync(file.fileno())
        draft.rename(self._path)
        sync_folder(self._path.parent)


def sync_folder(folder: Path) -> None:
    """Make new names in `folder` survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def read_secret(path: Path) -> str:
    """One line of secret text. `ConfigError` when it is missing, empty, or readable by others."""
    try:
        if path.stat().st_mode & 0o077:
            raise ConfigError("secret.exposed", f"{path} must be readable by its owner only (chmod 600)")
        secret = path.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError):
        raise ConfigError("secret.missing", f"{path} cannot be read") from None
    if not secret:
        raise ConfigError("secret.missing", f"{path} is empty")
    return secret
