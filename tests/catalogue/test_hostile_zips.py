"""Updates on a real folder with real ZIP files: torn, encrypted, endless, or no ZIP at all."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

import pytest

from firmware.catalogue import CatalogueError, Update, open_catalogue
from firmware.catalogue import updating as updating_module
from hal.linux.files import FolderFiles
from hal.linux.zips import StandardZips
from tests.portable.catalogue_files import KIND, NAME, FilePlatform, platform_line
from tests.portable.doubles import HandClock

if TYPE_CHECKING:
    from pathlib import Path

LINES = [platform_line(f"A{number:04d}", f"病{number}") for number in range(900)]


class Served(FilePlatform):
    """Gives these bytes instead of the file."""

    def __init__(self, content: bytes) -> None:
        super().__init__([("V1", LINES)])
        self.piece = 1000
        self.bytes = content

    def content(self, version: str) -> bytes:
        return self.bytes


def whole() -> bytes:
    return StandardZips().pack("1307.txt", ("\n".join(LINES) + "\n").encode())


async def update(folder: Path, content: bytes) -> str:
    """What the update ends with, "" when it is well."""
    source: Any = Served(content)
    files = FolderFiles(folder, 0)
    try:
        await Update(KIND, files, StandardZips(), source, HandClock(1_790_000_000, "boot")).run()
    except CatalogueError as error:
        assert files.names() == []
        return error.code
    return ""


async def test_a_whole_one(tmp_path: Path) -> None:
    assert await update(tmp_path / "files", whole()) == ""
    catalogue = open_catalogue(FolderFiles(tmp_path / "files", 0), NAME, KIND)
    assert catalogue is not None
    assert catalogue.rows == len(LINES)
    await catalogue.check()
    catalogue.close()


@pytest.mark.parametrize("part", [0, 1, 30, 200, 0.5, 0.99])
async def test_torn_at(tmp_path: Path, part: float) -> None:
    content = whole()
    length = int(part * len(content)) if 0 < part < 1 else int(part)
    assert await update(tmp_path / "files", content[:length]) == "catalogue.bad_file"


async def test_damaged_bytes(tmp_path: Path) -> None:
    """Whatever byte is wrong, either the file is refused or all of its rows are right."""
    dice = random.Random(3)
    content = whole()
    for turn in range(40):
        place = dice.randrange(len(content))
        damaged = content[:place] + bytes([content[place] ^ dice.randrange(1, 256)]) + content[place + 1 :]
        folder = tmp_path / str(turn)
        if await update(folder, damaged) == "":
            catalogue = open_catalogue(FolderFiles(folder, 0), NAME, KIND)
            assert catalogue is not None
            assert catalogue.rows == len(LINES)
            catalogue.close()


@pytest.mark.parametrize(
    "content", [b'{"infcode": -1}', b"PK\x03\x04" + bytes(26), bytes(5000), b"PK\x05\x06" + bytes(18)]
)
async def test_what_is_no_zip(tmp_path: Path, content: bytes) -> None:
    assert await update(tmp_path / "files", content) == "catalogue.bad_file"


async def test_one_that_never_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A small ZIP of very many bytes is given up at the limit."""
    monkeypatch.setattr(updating_module, "MOST_BYTES", 1_000_000)
    bomb = StandardZips().pack("1307.txt", (LINES[0] + "\n").encode() * 50_000)
    assert len(bomb) < 50_000
    assert await update(tmp_path / "files", bomb) == "catalogue.bad_file"
