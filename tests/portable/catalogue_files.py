"""Catalogues in memory, a platform that gives them as files, and the search as the naive would do it."""

from firmware.catalogue import About, Builder, initials_of, open_catalogue
from firmware.errors import TerminalError
from firmware.text import half_width
from tests.portable.public_files import MemoryFiles, StoredZips

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from firmware.catalogue import Catalogue

NAME = "catalogue-diagnoses"
KIND = "diagnoses"
COLUMNS = ["code", "name"]


async def built(
    rows: "list[tuple[str, str]]", files: "MemoryFiles | None" = None, run_bytes: int = 200, version: str = ""
) -> "Catalogue":
    """A kept catalogue of diagnoses."""
    files = files or MemoryFiles()
    builder = Builder(files, NAME, KIND, COLUMNS, run_bytes)
    for code, name in rows:
        await builder.add([code, name], True)
    await builder.finish(About(version, "2026-01-01", False, "test"), None, unseen)
    builder.drop()
    catalogue = open_catalogue(files, NAME, KIND)
    assert catalogue is not None
    return catalogue


def unseen(_rows: int) -> None:
    """Nobody watches."""


def naive(
    rows: "list[tuple[str, str]]", query: str, used: "list[str]", common: "list[str]", most: int = 20
) -> "list[str]":
    """The codes that a search must find, in its order, worked out row by row."""
    words = _folded(query).split()
    if not words:
        return (used + [code for code in common if code not in used])[:most]
    fits: "dict[str, int]" = {}
    for code, name in rows:
        fields = [_folded(code), initials_of(name), _folded(name)]
        missing = [word for word in words if not [field for field in fields if word in field]]
        begun = [field for field in fields if field.startswith(words[0])]
        if not missing:
            fits[code] = 0 if words[0] in fields else 1 if begun else 2
    names = dict(rows)
    ranked = sorted(fits, key=lambda code: (len(names[code]), code))
    known = [code for code in common if code in fits]
    order = [code for code in used if code in fits]
    order += [code for code in known + ranked if fits[code] == 0]
    order += [code for code in known if fits[code] == 1] + [code for code in known if fits[code] == 2]
    order += [code for code in ranked if fits[code] == 1] + [code for code in ranked if fits[code] == 2]
    found: "list[str]" = []
    for code in order:
        if code not in found:
            found.append(code)
    return found[:most]


def _folded(text: str) -> str:
    return half_width(text).encode().lower().decode()


def platform_line(code: str, name: str, valid: str = "1", version: str = "V1") -> str:
    """A row of 1307: 24 columns."""
    columns = ["null"] * 24
    columns[10], columns[11], columns[18], columns[22], columns[23] = code, name, valid, version, "first"
    return "\t".join(columns)


class PowerCut(Exception):
    """The power goes here."""


class FilePlatform:
    """`firmware.insurance.CatalogueSource` over a list of files: (version, lines). One asks and gets the first file
    whose version is greater. `cut_after` calls of any kind, the power goes."""

    def __init__(self, files: "list[tuple[str, list[str]]]", zips: "StoredZips | None" = None) -> None:
        self.files = files
        self.fetched: "list[str]" = []
        self.asked: "list[str]" = []
        self.piece = 50
        self.cut_to = 1_000_000  # bytes of each file that come
        self.cuts = [-1]
        self.refusal: "TerminalError | None" = None
        self._zips = zips or StoredZips()

    def content(self, version: str) -> bytes:
        """The ZIP of a version."""
        for known, lines in self.files:
            if known == version:
                return self._zips.pack("f.txt", "\n".join(lines).encode() + b"\n")[: self.cut_to]
        raise KeyError(version)

    def call(self) -> None:
        """Count towards the cut."""
        if self.cuts[0] == 0:
            raise PowerCut
        self.cuts[0] -= 1

    async def ask(self, _kind: str, version: str) -> "Any":
        self.call()
        if self.refusal is not None:
            raise self.refusal
        self.asked.append(version)
        for known, lines in self.files:
            if known > version:
                return Offered(known, len(lines))
        return None

    async def fetch(self, file: "Offered", sink: "Callable[[bytes], None]") -> None:
        content = self.content(file.number)
        for start in range(0, len(content), self.piece):
            self.call()
            sink(content[start : start + self.piece])
        self.call()
        self.fetched.append(file.number)


class Offered:
    """`firmware.insurance.CatalogueFile`."""

    def __init__(self, number: str, rows: int) -> None:
        self.number = number
        self.name = number + ".zip"
        self.rows = rows


class CutFiles(MemoryFiles):
    """Files in memory on a device whose power goes; what was kept stays, drafts are gone."""

    def __init__(self, platform: FilePlatform, kept: "dict[str, bytes] | None" = None) -> None:
        super().__init__()
        self._platform = platform
        if kept is not None:
            self.kept = kept

    def draft(self, name: str) -> "Any":
        self._platform.call()
        return CutDraft(super().draft(name), self._platform)

    def remove(self, name: str) -> None:
        self._platform.call()
        super().remove(name)


class CutDraft:
    """`hal.ports.Draft`; before and after it is kept, the power may go."""

    def __init__(self, draft: "Any", platform: FilePlatform) -> None:
        self._draft = draft
        self._platform = platform

    def write(self, piece: bytes) -> None:
        self._platform.call()
        self._draft.write(piece)

    def keep(self) -> None:
        self._platform.call()
        self._draft.keep()
        self._platform.call()

    def drop(self) -> None:
        self._draft.drop()
