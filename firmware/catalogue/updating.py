"""Bringing a catalogue up to date: ask, fetch the ZIP, read it, put the new file in the place of the old one.

A power cut or a lost line costs the step it fell into and nothing before: the old catalogue is used until the new one
is whole, a ZIP that had come is not fetched again, and the version stands in the file that it belongs to.
"""

import binascii

from firmware import clock as civil
from firmware.catalogue.building import Builder
from firmware.catalogue.errors import CatalogueError
from firmware.catalogue.kept import About, open_catalogue
from firmware.catalogue.reading import PlatformRows, all_lines
from firmware.insurance import CatalogueLayout, newer
from hal.errors import DeviceError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from firmware.catalogue.kept import Catalogue
    from firmware.insurance import CatalogueSource
    from hal.ports import Clock, Document, Files, Zips

MOST_BYTES = 1024 * 1024 * 1024  # of a catalogue outside its ZIP
MOST_ROUNDS = 100
ASKING = "asking"
FETCHING = "fetching"
READING = "reading"
WRITING = "writing"


class Update:
    """One update of one kind. Of its progress one sees `step`, `bytes` (fetched), `rows` (read, then written) and
    `expected` (rows, 0 when nobody knows). `stop` ends it at its next move."""

    def __init__(self, kind: str, files: "Files", zips: "Zips", source: "CatalogueSource", clock: "Clock") -> None:
        self.kind = kind
        self._files = files
        self._zips = zips
        self._source = source
        self._clock = clock
        self._layout = CatalogueLayout(kind)
        self._stopped = False
        self.step = ASKING
        self.bytes = 0
        self.rows = 0
        self.expected = 0

    def stop(self) -> None:
        """Nobody wants it any more."""
        self._stopped = True

    async def run(self) -> None:
        """Until there is nothing newer, or the newest file is of no newer version. `CatalogueError`
        (`catalogue.bad_file`, `catalogue.called_off`), `InsuranceError`, `StoreError`."""
        for _ in range(MOST_ROUNDS):
            if not await self._round():
                return

    async def _round(self) -> bool:
        """One file; whether there may be another one."""
        self._move(ASKING)
        former = await self._former()
        try:
            version = former.about.version if former is not None else ""
            name = file_name(self.kind) + "." + _short(version) + ".zip"
            self._sweep(name)
            zipped = self._files.open(name) or await self._fetched(version, name)
            if zipped is None:
                return False
            try:
                newest = await self._take_in(zipped, former, version)
            except CatalogueError as error:
                if error.code != "catalogue.called_off":
                    self._files.remove(name)  # it will not be better the next time
                raise
            finally:
                zipped.close()
            self._files.remove(name)
            return newest != version
        finally:
            if former is not None:
                former.close()

    async def _former(self) -> "Catalogue | None":
        """The catalogue that this one builds on: one from the platform, in the present form, every byte as it was
        written; what is damaged would stand under the next one's checksum."""
        former = None
        use = False
        try:
            former = open_catalogue(self._files, file_name(self.kind), self.kind)
            if former is not None and former.columns == self._layout.columns and former.about.version:
                await former.check()
                use = True
        except CatalogueError:
            pass  # damaged: all of it is fetched again
        finally:
            if former is not None and not use:
                former.close()
        return former if use else None

    async def _fetched(self, version: str, name: str) -> "Document | None":
        file = await self._source.ask(self.kind, version)
        if file is None:
            return None
        self.expected = file.rows
        self._move(FETCHING)
        draft = self._files.draft(name)
        kept = False

        def sink(piece: bytes) -> None:
            self._move(FETCHING)
            self.bytes += len(piece)
            draft.write(piece)

        try:
            await self._source.fetch(file, sink)
            draft.keep()
            kept = True
        finally:
            if not kept:
                draft.drop()
        return self._files.open(name)

    async def _take_in(self, zipped: "Document", former: "Catalogue | None", version: str) -> str:
        """The version that the catalogue has then."""
        builder = Builder(self._files, file_name(self.kind), self.kind, self._layout.columns)
        try:
            rows = PlatformRows(self._layout, builder)
            for lines in all_lines(self._zips.pieces(zipped, MOST_BYTES)):
                await rows.take(lines)
                self._move(READING, rows.rows)
            rows.done()
            if not rows.rows:
                return version
            newest = rows.version if newer(rows.version, version) else version
            about = About(newest, civil.date(self._clock.wall_s()), True, self._layout.infno)
            await builder.finish(about, former, self._written)
            return newest
        except DeviceError as error:
            raise CatalogueError("catalogue.bad_file", error.code + " " + error.cause)
        finally:
            builder.drop()

    def _written(self, rows: int) -> None:
        self._move(WRITING, rows)

    def _move(self, step: str, rows: int = 0) -> None:
        self.step = step
        self.rows = rows
        if self._stopped:
            raise CatalogueError("catalogue.called_off", self.kind)

    def _sweep(self, keep: str) -> None:
        """Remove files that were fetched for another version."""
        for name in self._files.names():
            if name.startswith(file_name(self.kind) + ".") and name.endswith(".zip") and name != keep:
                self._files.remove(name)


def file_name(kind: str) -> str:
    """How the catalogue of a kind is called among the files."""
    return "catalogue-" + kind.replace("_", "-")


def _short(version: str) -> str:
    """A version in a file's name."""
    return f"{binascii.crc32(version.encode()) & 0xFFFFFFFF:08x}"
