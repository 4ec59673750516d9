"""How much processor time a letter costs that is typed into the search, in catalogues of real size and of growing size;
and what it takes to make a catalogue of 200,000 rows.

The diagnoses are those that are shipped. The drugs are synthetic: codes of the structure of the national ones (X,
class, name, form, specification, pack, enterprise), names put together from syllables. Where more rows are wanted than
there are diagnoses, their names come again with a numeral.
"""

import asyncio
import itertools
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from firmware.catalogue import About, Builder, Catalogue, Favourites, file_name, find, initials_of, open_catalogue
from firmware.insurance import CatalogueLayout
from hal.linux.files import FolderFiles
from tools.bench.measurement import Measurement, rounded

ROOT = Path(__file__).resolve().parents[2]
_SHIPPED = ROOT / "board_configs" / "catalogues" / "diagnoses.tsv"
_DRUGS = 14_000
_LARGE = 200_000
_SIZES = (1_000, 10_000, 50_000)
_AIM_MS = 10
_SYLLABLES = "阿莫西林头孢克肟布洛芬氨酚咖敏硝苯地平缬沙坦二甲双胍奥美拉唑蒙脱石散复方甘草板蓝根藿香正气"
_FORMS = ("片", "胶囊", "颗粒", "注射液", "口服液", "软膏", "滴眼液")

Rows = Sequence[tuple[str, str]]


def _unseen(_rows: int) -> None:
    """Nobody watches."""


def measure(typed: int = 150, most: int = _LARGE) -> list[Measurement]:
    """Processor milliseconds of a keystroke; 99 of 100 need at most so many. `typed` rows are in somebody's mind, each
    is typed letter by letter; no catalogue has more than `most` rows."""
    real = diagnoses()[:most]
    with tempfile.TemporaryDirectory() as folder:
        bench = _Typing(FolderFiles(Path(folder), 0), typed)
        found = [bench.of("diagnoses", "diagnoses", real), bench.of("drugs", "drugs", drugs(min(_DRUGS, most)))]
        found += [bench.of("rows", "diagnoses", grown(real, size)) for size in _SIZES if size <= most]
    return [*found, *_large(min(_LARGE, most))]


def diagnoses() -> list[tuple[str, str]]:
    """Codes and names of the shipped catalogue."""
    lines = [line for line in _SHIPPED.read_text("utf-8").splitlines() if not line.startswith("#")]
    return [(code, name) for code, name in (line.split("\t") for line in lines[1:])]


def drugs(count: int) -> list[tuple[str, str]]:
    """Synthetic drugs, each code once."""
    dice = random.Random(14)
    rows: dict[str, str] = {}
    while len(rows) < count:
        code = (
            f"X{dice.choice('ABCDGHJLMNPRSV')}{dice.randrange(1, 17):02d}{dice.choice('ABCDEX')}{dice.choice('ABCDEX')}"
            f"{dice.choice('ABCDE')}{dice.randrange(300):03d}{dice.choice('ABCDEFHKNP')}{dice.randrange(1, 20):03d}"
            f"{dice.randrange(1, 9):02d}{dice.randrange(1, 9):02d}{dice.randrange(1, 9999):05d}"
        )
        rows[code] = "".join(dice.choices(_SYLLABLES, k=dice.randint(2, 6))) + dice.choice(_FORMS)
    return sorted(rows.items())


def grown(real: Rows, size: int) -> list[tuple[str, str]]:
    """So many rows: some of the real ones, or all of them and more like them."""
    dice = random.Random(size)
    rows = dict(dice.sample(real, size) if size < len(real) else real)
    while len(rows) < size:
        code, name = dice.choice(real)
        rows[f"{code}-{dice.randrange(10**6)}"] = f"{name}{dice.randrange(100)}型"
    return sorted(rows.items())


async def build(files: FolderFiles, kind: str, rows: Rows, moved: Callable[[int], None] = _unseen) -> None:
    """Make the catalogue of a kind; columns without a value stay empty. `moved` is told how many rows are written."""
    columns = CatalogueLayout(kind).columns
    builder = Builder(files, file_name(kind), kind, columns)
    rest = [""] * (len(columns) - 2)
    for code, name in rows:
        await builder.add([code, name, *rest], valid=True)
    await builder.finish(About("", "2026-01-01", verified=False, source="bench"), None, moved)
    builder.drop()


def queries(rows: Rows, count: int) -> list[str]:
    """Every beginning of names, initials and codes, also of their middle; every single letter; what nobody has."""
    dice = random.Random(5)
    typed = [*"abcdefghijklmnopqrstuvwxyz0123456789", "鬼", "qqzx", "炎 鬼", "糖尿病 2型", "病 a", "x0 炎"]
    for code, name in dice.sample(rows, count):
        for whole in (name, initials_of(name), code.lower(), name[len(name) // 2 :]):
            typed += [whole[:length] for length in range(1, min(len(whole), 20) + 1)]
    return typed


class _Typing:
    """Types `typed` of a catalogue's rows, letter by letter."""

    def __init__(self, files: FolderFiles, typed: int) -> None:
        self._files = files
        self._typed = typed

    def of(self, what: str, kind: str, rows: Rows) -> Measurement:
        """The measurement of a catalogue of `kind`, made of `rows`."""
        asyncio.run(build(self._files, kind, rows))
        catalogue = open_catalogue(self._files, file_name(kind), kind)
        if catalogue is None:
            raise LookupError(kind)
        times = sorted(_milliseconds(catalogue, queries(rows, self._typed)))
        catalogue.close()
        middle, most = times[len(times) // 2], times[-1]
        beside = f"aim: {_AIM_MS} ms; median {middle:.2f}, most {most:.2f} ms of {len(times)} keystrokes"
        return Measurement(f"search, {len(rows):,} {what}, p99", rounded(times[len(times) * 99 // 100]), "ms", beside)


def _milliseconds(catalogue: Catalogue, typed: list[str]) -> list[float]:
    favourites = Favourites(catalogue, [], [])
    found = []
    for query in typed:
        began = time.thread_time_ns()
        find(catalogue, query, favourites)
        found.append((time.thread_time_ns() - began) / 1e6)
    return found


def _large(rows: int) -> list[Measurement]:
    """In a process of its own, whose memory is its own."""
    command = [sys.executable, "-m", "tools.bench.catalogue", str(rows)]
    said = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout.split()
    beside = f"{rows:,} rows, {float(said[2]):.0f} MB on the disk"
    return [
        Measurement("rows made into a catalogue", rounded(float(said[0])), "/s", beside),
        Measurement("memory for it", rounded(float(said[1])), "MB", beside),
    ]


def _main(count: int) -> None:
    """Prints rows per second, the most memory that making took, and the size of the file, of a catalogue of `count`
    rows."""
    more = ((f"{code}{number}", f"{name}{number}") for number in itertools.count() for code, name in drugs(_DRUGS))
    rows = list(itertools.islice(more, count))
    with tempfile.TemporaryDirectory() as folder:
        before, most = _own_memory(), 0.0

        def look(_rows: int) -> None:
            nonlocal most
            most = max(most, _own_memory() - before)

        began = time.process_time()
        asyncio.run(build(FolderFiles(Path(folder), 0), "drugs", rows, look))
        took = time.process_time() - began
        size = (Path(folder) / file_name("drugs")).stat().st_size / 1e6
    print(len(rows) / took, most, size)


def _own_memory() -> float:
    """Megabytes of this process that are no file's."""
    status = Path("/proc/self/status").read_text("ascii")
    return int(status.partition("RssAnon:")[2].split()[0]) / 1024


if __name__ == "__main__":
    _main(int(sys.argv[1]))
