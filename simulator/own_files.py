"""Files that nobody but their owner may read, whole or not there: the end of the program leaves none half written."""

from pathlib import Path

_OWNER_ONLY = 0o600


def write_own(file: Path, content: bytes) -> None:
    """Write `content`, for the owner's eyes alone; what stood there is replaced at once."""
    fresh = file.with_name(file.name + ".new")
    fresh.unlink(missing_ok=True)
    fresh.touch(mode=_OWNER_ONLY)
    fresh.write_bytes(content)
    fresh.replace(file)
