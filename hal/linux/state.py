"""The state folder: one terminal process at a time, readable by nobody else."""

import fcntl
import os
from pathlib import Path

from hal.errors import ConfigError

_held: list[int] = []  # the lock lives as long as the process


def open_state(folder: Path) -> Path:
    """Create the folder (mode 700) and lock it. `ConfigError` when another terminal process has it."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.umask(0o077)
    descriptor = os.open(folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(descriptor)
        raise ConfigError("state.in_use", f"another terminal runs on {folder}") from None
    _held.append(descriptor)
    return folder
