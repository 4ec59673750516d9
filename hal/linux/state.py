"""The state folder: one terminal process at a time, readable by nobody else."""

import contextlib
import fcntl
import os
from pathlib import Path

from hal.errors import ConfigError
from hal.linux.hardening import leave_no_core
from hal.linux.keys import sync_folder

_held: list[int] = []  # the lock lives as long as the process


def open_state(folder: Path) -> Path:
    """Create the folder, make it readable by its owner only, and lock it. `ConfigError` when that cannot be done, or it
    is another user's: what one leaves in it, the other could not open.

    Whoever opens it will have in memory what is sealed in it: from here on the process leaves no core dump.
    """
    leave_no_core()
    os.umask(0o077)
    try:
        _create(folder)
        _refuse_foreign(folder)
        folder.chmod(0o700)
        descriptor = os.open(folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    except OSError as error:
        raise ConfigError("state.unusable", f"cannot use the folder {folder}: {error.strerror}") from None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        held = os.read(descriptor, 20).strip()
        holder = held.decode("ascii") if held.isdigit() else "?"
        os.close(descriptor)
        raise ConfigError("state.in_use", f"another terminal (process {holder}) uses the folder {folder}") from None
    _held.append(descriptor)
    with contextlib.suppress(OSError):  # a full medium: then the number of the process is not told, nothing more
        os.ftruncate(descriptor, 0)
        os.write(descriptor, f"{os.getpid()}\n".encode("ascii"))
    return folder


def _refuse_foreign(folder: Path) -> None:
    owner = folder.stat().st_uid
    if owner != os.geteuid():
        raise ConfigError("state.unusable", f"{folder} belongs to the user {owner}; do this as that user")


def _create(folder: Path) -> None:
    """Make the folder, and its name last through a power cut: what is in it is no safer than its name."""
    made = [place for place in (folder, *folder.parents) if not place.exists()]
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for place in made:
        sync_folder(place.parent)
