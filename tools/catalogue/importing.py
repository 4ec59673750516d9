"""A file that a person brings becomes a catalogue of a terminal: the platform's own (ZIP or text), or a table."""

import csv
import time
from collections.abc import Iterator
from pathlib import Path

from firmware import clock
from firmware.catalogue import About, Builder, CatalogueError, PlatformRows, TableRows, all_lines, file_name
from firmware.insurance import CatalogueLayout
from hal.linux.files import FolderFiles
from hal.linux.zips import StandardZips

MOST_BYTES = 1024 * 1024 * 1024
_PIECE = 64 * 1024
_BY_PLATFORM = (".zip", ".txt")
_TABLES = (".tsv", ".csv")


async def take_in(folder: Path, kind: str, source: Path) -> int:
    """Make `source` the catalogue of a kind in the folder of a terminal's files; how many rows it has. It replaces the
    one that is there. `CatalogueError` when the file is none; `OSError`, `HalError`."""
    layout = CatalogueLayout(kind)
    files = FolderFiles(folder)
    builder = Builder(files, file_name(kind), kind, layout.columns)
    try:
        if source.suffix.lower() in _BY_PLATFORM:
            about = await _from_platform(layout, builder, source)
        elif source.suffix.lower() in _TABLES:
            about = await _from_table(layout, builder, source)
        else:
            raise CatalogueError(
                "catalogue.bad_file", f"{source.suffix or 'without an ending'} is none of {_endings()}"
            )
        return await builder.finish(about, None, _unseen)
    finally:
        builder.drop()


async def _from_platform(layout: CatalogueLayout, builder: Builder, source: Path) -> About:
    pieces = _unpacked(source) if source.suffix.lower() == ".zip" else _pieces(source)
    rows = PlatformRows(layout, builder)
    for lines in all_lines(pieces):
        await rows.take(lines)
    rows.done()
    if not rows.rows:
        raise CatalogueError("catalogue.bad_file", "no row")
    return About(rows.version, _today(), verified=True, source=f"{layout.infno} by hand")


async def _from_table(layout: CatalogueLayout, builder: Builder, source: Path) -> About:
    pieces = _as_tsv(source) if source.suffix.lower() == ".csv" else _pieces(source)
    rows = TableRows(layout.columns, builder)
    for lines in all_lines(pieces):
        await rows.take(lines)
    if not rows.rows:
        raise CatalogueError("catalogue.bad_file", "no row")
    rows.source = rows.source or source.name
    return rows.about(_today())


def _unpacked(source: Path) -> Iterator[bytes]:
    return StandardZips().pieces(source.read_bytes(), MOST_BYTES)


def _pieces(source: Path) -> Iterator[bytes]:
    with source.open("rb") as file:
        while piece := file.read(_PIECE):
            yield piece


def _as_tsv(source: Path) -> Iterator[bytes]:
    with source.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.reader(file):
            cells = [" ".join(cell.split()) for cell in row]
            yield ("\t".join(cells) + "\n").encode()


def _today() -> str:
    return clock.date(int(time.time()))


def _endings() -> str:
    return ", ".join(_BY_PLATFORM + _TABLES)


def _unseen(_rows: int) -> None:
    """Nobody watches."""
