"""The catalogues of the terminal: opened, searched, and brought up to date one at a time."""

from firmware import clock as civil
from firmware import log
from firmware.catalogue.building import Builder
from firmware.catalogue.errors import CatalogueError
from firmware.catalogue.finding import MOST_FOUND, Favourites, find, fit, words_of
from firmware.catalogue.initials import fold
from firmware.catalogue.kept import open_catalogue
from firmware.catalogue.reading import TableRows, all_lines
from firmware.catalogue.updating import Update, file_name
from firmware.catalogue.usage import Usage
from firmware.errors import TerminalError
from firmware.insurance import CATALOGUE_KINDS, CatalogueLayout
from hal import aio
from hal.errors import HalError, StoreError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

    from firmware.catalogue.kept import Catalogue
    from firmware.insurance import CatalogueSource
    from firmware.vault import Vault
    from hal.ports import Board, Document

    Json = dict[str, Any]

DIAGNOSES = "diagnoses"
_SHIPPED = "diagnoses.tsv"  # comes with the terminal, for the time before the first download
_LOOK_MS = 10_000
_SAVE_MS = 600_000
_IDLE_MS = 600_000  # nobody at the counter for so long
_PIECE = 64 * 1024


class Catalogues:
    """All kinds (`firmware.insurance.CATALOGUE_KINDS`)."""

    def __init__(self, board: "Board", vault: "Vault", source: "CatalogueSource", idle: "Callable[[], bool]") -> None:
        """`idle`: nobody is being treated."""
        self._files = board.files
        self._zips = board.zips
        self._clock = board.clock
        self._village: "list[Json]" = board.diagnoses
        self._source = source
        self._idle = idle
        self.usage = Usage(vault)
        self._open: "dict[str, Catalogue]" = {}
        self._favourites: "dict[str, Favourites]" = {}
        self._failed: "dict[str, Json]" = {}  # kind -> what went wrong last
        self._tried: "dict[str, str]" = {}  # kind -> day of the last attempt
        self._wanted = ""
        self._wake = aio.Event()
        self.update: "Update | None" = None

    async def load(self) -> None:
        """Open the diagnoses that are kept; `take_others` the rest. `VaultError`."""
        await self.usage.load()
        await self._take(DIAGNOSES)

    async def take_others(self) -> None:
        """Open the other kinds that are kept. They may be large, and each is once read through: patients do not wait
        for it."""
        for kind in CATALOGUE_KINDS:
            if kind != DIAGNOSES:
                await self._take(kind)

    # ---- what others ask

    def search(self, kind: str, query: str) -> "list[dict[str, str]]":
        """Up to 20 rows, the best first. Of a kind that is not there, none; of diagnoses, those that come with the
        terminal."""
        catalogue = self._open.get(kind)
        if catalogue is not None:
            return find(catalogue, query, self._favourites[kind])
        return self._of_village(query) if kind == DIAGNOSES else []

    def diagnosis(self, code: str) -> "Json | None":
        """The diagnosis of a code, or None."""
        catalogue = self._open.get(DIAGNOSES)
        if catalogue is not None:
            return catalogue.row(code)
        for row in self._village:
            if row["code"] == code:
                return row
        return None

    def verified(self, kind: str) -> bool:
        """Whether the rows of a kind come from the platform, or somebody has checked them."""
        catalogue = self._open.get(kind)
        return catalogue is not None and catalogue.about.verified

    def chosen(self, code: str) -> None:
        """A diagnosis was chosen."""
        self.usage.count(code)
        self._prefer(DIAGNOSES)

    def status(self) -> "list[Json]":
        """Every kind: `kind`, `rows`, `version`, `day`, `verified`, `source`, `error` (`code`, `params`; or None), and
        `update` with `step`, `bytes`, `rows` and `expected` while it is under way, else None."""
        return [self._status(kind) for kind in CATALOGUE_KINDS]

    def begin(self, kind: str) -> None:
        """Bring a kind up to date. `CatalogueError` `catalogue.busy` while another one is under way, or
        `catalogue.unknown`."""
        if kind not in CATALOGUE_KINDS:
            raise CatalogueError("catalogue.unknown")
        if self.update is not None or self._wanted:
            raise CatalogueError("catalogue.busy")
        self._failed.pop(kind, None)
        self._wanted = kind
        self._wake.set()

    def call_off(self) -> None:
        """End the update that is under way; what was fetched is kept for the next one."""
        self._wanted = ""
        if self.update is not None:
            self.update.stop()

    # ---- by itself

    async def run(self, pulse: "Callable[[], None]") -> None:
        """Do what `begin` asks, for ever; by itself once a day, while nobody is treated, the kinds that were downloaded
        before. Makes a catalogue of the shipped table where there is none."""
        await self.take_shipped()
        await self.take_others()
        saved_ms = idle_ms = aio.now_ms()
        while True:
            pulse()
            if not self._idle():
                idle_ms = aio.now_ms()
            kind = self._wanted or (self.due() if aio.now_ms() - idle_ms >= _IDLE_MS else "")
            if kind:
                await self.bring(kind)
            if aio.now_ms() - saved_ms >= _SAVE_MS:
                saved_ms = aio.now_ms()
                await self.usage.save()
            await self._woken()

    async def _woken(self) -> None:
        try:
            await aio.within(self._wake.wait(), _LOOK_MS)
        except aio.Timeout:
            pass  # time to look whether something is due
        self._wake.clear()

    async def bring(self, kind: str) -> None:
        """Bring a kind up to date now; what goes wrong is told by `status`."""
        self._tried[kind] = civil.date(self._clock.wall_s())
        self.update = Update(kind, self._files, self._zips, self._source, self._clock)
        self._wanted = ""
        try:
            await self._run(kind, self.update)
            await self._take(kind)
        finally:
            self.update = None  # not before its rows are used: a page that sees no update asks no further

    async def _run(self, kind: str, update: Update) -> None:
        try:
            await update.run()
            self._failed.pop(kind, None)
        except (TerminalError, HalError) as error:
            self._fail(kind, error)

    def due(self) -> str:
        """A kind that was downloaded before and was not tried today, or ""."""
        today = civil.date(self._clock.wall_s())
        for kind in CATALOGUE_KINDS:
            catalogue = self._open.get(kind)
            if catalogue is not None and catalogue.about.version and self._tried.get(kind) != today:
                return kind
        return ""

    async def take_shipped(self) -> None:
        """Make a catalogue of the table that comes with the terminal, where there are no diagnoses yet."""
        if DIAGNOSES in self._open:
            return
        try:
            table = self._files.open(_SHIPPED)
            if table is None:
                return
            try:
                await self._make(table)
            finally:
                table.close()
            self._failed.pop(DIAGNOSES, None)
        except (TerminalError, HalError) as error:  # also a medium that is full: the common ones are there
            self._fail(DIAGNOSES, error)
            return
        await self._take(DIAGNOSES)

    async def _make(self, table: "Document") -> None:
        columns = CatalogueLayout(DIAGNOSES).columns
        builder = Builder(self._files, file_name(DIAGNOSES), DIAGNOSES, columns)
        try:
            rows = TableRows(columns, builder)
            for lines in all_lines(_pieces(table)):
                await rows.take(lines)
            await builder.finish(rows.about(civil.date(self._clock.wall_s())), None, _unseen)
        finally:
            builder.drop()

    async def _take(self, kind: str) -> None:
        """Use the file that is kept now, once it was read through. One that is damaged or unreadable is not used."""
        catalogue = None
        try:
            catalogue = open_catalogue(self._files, file_name(kind), kind)
            if catalogue is None:
                return
            await catalogue.check()
        except (CatalogueError, StoreError) as error:  # a terminal without a catalogue still serves patients
            self._fail(kind, error)
            if catalogue is not None:
                catalogue.close()
            return
        former = self._open.get(kind)
        self._open[kind] = catalogue
        self._prefer(kind)
        if former is not None:
            former.close()

    def _fail(self, kind: str, error: "TerminalError | HalError") -> None:
        log.event("catalogue.failed", kind + " " + error.code)
        params = error.params if isinstance(error, TerminalError) else {}
        self._failed[kind] = {"code": error.code, "params": params}

    def _prefer(self, kind: str) -> None:
        catalogue = self._open.get(kind)
        if catalogue is not None:
            mine = kind == DIAGNOSES
            common = [row["code"] for row in self._village if row["common"]] if mine else []
            self._favourites[kind] = Favourites(catalogue, self.usage.codes() if mine else [], common)

    def _of_village(self, query: str) -> "list[dict[str, str]]":
        words = words_of(query)
        found = []
        for row in self._village:
            line = b"\t" + b"\t".join([fold(row["code"]), row["initials"].encode(), fold(row["name"])]) + b"\t"
            if row["common"] if not words else fit(line, words) is not None:
                found.append({"code": row["code"], "name": row["name"]})
        return found[:MOST_FOUND]

    def _status(self, kind: str) -> "Json":
        catalogue = self._open.get(kind)
        update: "Json | None" = None
        if self.update is not None and self.update.kind == kind:
            now = self.update
            update = {"step": now.step, "bytes": now.bytes, "rows": now.rows, "expected": now.expected}
        elif self._wanted == kind:
            update = {"step": "waiting", "bytes": 0, "rows": 0, "expected": 0}
        about = None if catalogue is None else catalogue.about
        return {
            "kind": kind,
            "rows": 0 if catalogue is None else catalogue.rows,
            "version": "" if about is None else about.version,
            "day": "" if about is None else about.day,
            "verified": about is not None and about.verified,
            "source": "" if about is None else about.source,
            "error": self._failed.get(kind),
            "update": update,
        }


def _pieces(document: "Document") -> "Iterator[bytes]":
    place = 0
    while place < document.size:
        piece = document.read(place, place + _PIECE)
        yield piece
        place += len(piece) or document.size


def _unseen(_rows: int) -> None:
    """Nobody watches."""
