"""The sqlite engine under power cuts and failing calls, long: what `make torture` runs."""

import tempfile
from pathlib import Path

from tests.torture import crashes, faults

_IMAGES = 20_000
_SEED = 20_260


def run() -> list[str]:
    """The lines to print. `AssertionError` when something acknowledged was lost, or something failed is there."""
    with tempfile.TemporaryDirectory(dir=memory()) as folder:
        cuts = crashes.run(_IMAGES, _SEED, Path(folder))
        twice = crashes.run_twice(_IMAGES // 4, _SEED, Path(folder))
        files = crashes.run_on_files(_IMAGES // 20, _SEED, Path(folder))
        failed = faults.run(40, _SEED, Path(folder))
    lines = [
        f"sqlite, power cuts: {cuts}",
        f"sqlite, power cuts after power cuts: {twice}",
        f"sqlite, power cuts, opened by the standard library: {files}",
        f"sqlite, ENOSPC, EIO, EMFILE at every call: {failed}",
    ]
    assert all(figures.is_clean() for figures in (cuts, twice, files, failed)), lines
    return lines


def memory() -> Path | None:
    """A folder in memory for the locks and for what the standard library opens; None where there is none."""
    folder = Path("/dev/shm")  # noqa: S108 -- the folders in it are made by `tempfile`
    return folder if folder.is_dir() else None
