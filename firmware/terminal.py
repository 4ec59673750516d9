"""Puts the rooms together and starts the tasks. Nobody else constructs anything."""

from firmware import log
from firmware.catalogue import Catalogues
from firmware.console import BackOffice, CatalogueOffice, Console, DayEndOffice, Presses, Screen, Sessions
from firmware.day_end import Accounts, DayEnd, Ledger, Repairs, Sheets, Slips
from firmware.errors import TerminalError
from firmware.fleet import CARD_READER, PRINTER, SCANNER, SOCIAL_CARD_READER, STORE, Health
from firmware.insurance import (
    EMPLOYEES,
    IDENTITY_CARD,
    OUTPATIENT_CLEARING,
    RESIDENTS,
    SOCIAL_CARD,
    Audits,
    CatalogueSource,
    InsuranceClient,
    Outpatient,
    Reconciliation,
    UploadCourier,
)
from firmware.policy import Estimator
from firmware.stock import Boxes, Shelf
from firmware.supervisor import Supervisor
from firmware.vault import Care, Carry, Operators, Outbox, Retention, Rotation, open_vault, report, skip_lost_numbers
from firmware.visit import (
    ERROR,
    Auditing,
    Book,
    Checking,
    Claim,
    Desk,
    Dispensing,
    Light,
    Photo,
    Printing,
    Selling,
    Settlement,
    Work,
    under_way,
)
from hal import aio
from hal.ports import FAULT, SILENT, CardFailed, CardRead, CardRemoved, CodeScanned, DeviceStatus, SocialCardRead

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from firmware.vault import Vault
    from hal.ports import Board, CardReader

_QUIET_MS = 5000  # listeners wake so often without an event, to show that they live


class Terminal:
    """The whole terminal on one board. Made by `build`."""

    def __init__(self, board: "Board", vault: "Vault") -> None:
        self.board = board
        self.vault = vault
        clinic = board.clinic
        verified = bool(board.province["province"]["verified"])
        self.client = InsuranceClient(board, vault)
        outpatient = Outpatient(self.client, clinic, board.province["sales"]["codes_in_settlement"])
        courier = UploadCourier(self.client, clinic["institution"]["code"])
        self.rotation = Rotation(vault)
        retention = Retention(vault, board.clock, board.province["retention"])
        self.care = Care(vault, self.rotation, retention, board.clock, board.vault["journal"])
        uploads = board.province["uploads"]
        self.outbox = Outbox(vault, courier, board.clock, board.random, uploads, board.vault["unsent"])
        carry = None
        if board.stick is not None and board.parcels is not None:
            carry = Carry(vault, self.outbox, board.parcels, board.stick, board.clock)
        self.shelf = Shelf(vault, clinic["drug"])
        boxes = Boxes(vault)
        self.book = Book(vault, board.clock)
        checking = Checking(vault, board.policy["limit"], board.clock)
        audit = board.province["audit"]
        auditing = Auditing(self.book, Audits(self.client, clinic, audit), audit, board.policy, board.clock)
        claim = Claim(self.book, self.client, outpatient, checking, auditing, board.policy, board.clock)
        printing = Printing(self.book, board.printer, clinic, verified)
        texts = board.province["gateway"]["nothing_to_reverse"]
        many_rows = board.province["sales"]["many_rows"]
        selling = Selling(self.outbox, self.shelf, boxes, board.clock, clinic, many_rows)
        settlement = Settlement(self.book, claim, checking, outpatient, selling, board.clock, texts)
        self.work = Work(self.book, claim, auditing, settlement, printing, board.random)
        dispensing = Dispensing(self.book, checking, self.shelf, boxes, board.clock)
        self.catalogues = Catalogues(board, vault, CatalogueSource(self.client), self._nobody_treated)
        look_up = self.catalogues.diagnosis
        self.desk = Desk(self.book, self.work, dispensing, printing, look_up, board.clock, self.outbox.full)
        self.work.watcher = self.desk
        self.health = Health(board, vault)
        self.light = Light(board.scanner, self.desk, self._light_shown)
        operators = Operators(vault, board.pin_hash, board.random, board.clock)
        self.photo = Photo(self.desk, self.work, board.photo_decoder)
        self.screen = Screen(
            self.desk,
            self.work,
            self.photo,
            self.outbox,
            self.health,
            self.client,
            operators,
            Estimator(board.policy),
            board.clock,
            clinic,
            verified,
            board.qr_rows,
        )
        sessions = Sessions(board.random, clinic["lock_minutes"])
        self.day_end = self._day_end(outpatient, texts, verified)
        retention.needed = self.day_end.awaits
        retention.leaving = checking.forget
        office = DayEndOffice(self.day_end)
        back_office = BackOffice(self.outbox, carry, self.rotation, operators, sessions, self._report, office)
        catalogues = CatalogueOffice(self.catalogues)
        self.presses = Presses(self.desk, self.light, operators, self.shelf, catalogues, sessions, back_office)
        self.console = Console(self.screen, self.presses, board.console)
        self._connect()

    def _day_end(self, outpatient: Outpatient, nothing_to_reverse: "list[str]", verified: bool) -> DayEnd:
        board = self.board
        vault = self.vault
        terms = board.province["day_end"]
        sheets = Sheets(vault)
        ledger = Ledger(vault, [EMPLOYEES, RESIDENTS], OUTPATIENT_CLEARING, terms["settled_by"])
        reconciliation = Reconciliation(self.client, board.zips, terms["equal"])
        accounts = Accounts(vault, sheets, ledger, reconciliation, self.client.sign_out, board.clock, terms)
        repairs = Repairs(
            vault,
            sheets,
            reconciliation,
            outpatient,
            self._under_way,
            self.outbox.look,
            nothing_to_reverse,
            board.clinic["institution"]["region"],
        )
        slips = Slips(vault, sheets, board.printer, board.clinic, verified)
        return DayEnd(
            sheets,
            ledger,
            accounts,
            repairs,
            slips,
            self._under_way,
            self.outbox.summary,
            board.clock,
            board.random,
        )

    def _under_way(self) -> "tuple[list[str], list[str]]":
        return under_way(self.book.visits())

    def _connect(self) -> None:
        """Who hears of what. All within one thread: a listener only sets something."""
        self.desk.changed = self._desk_changed
        self.photo.changed = self.screen.changed
        self.outbox.changed = self.screen.changed
        self.health.changed = self.screen.changed
        self.care.damaged = self._damaged
        self.client.on_online = self._network
        self.client.on_clock = self.screen.changed
        self.day_end.changed = self.screen.changed
        self.screen.day_end = self.day_end.summary

    async def load(self) -> None:
        """Take everything up where it was left."""
        await self.shelf.load()
        await self.book.load()
        await self.catalogues.load()
        await self.outbox.load()
        await self.desk.load()
        await self.day_end.load()

    def tasks(self, supervisor: Supervisor) -> None:
        """Register every long-lived task."""
        board = self.board
        supervisor.add("card reader", board.card_reader.run)
        supervisor.add("scanner", board.scanner.run)
        supervisor.add("printer", board.printer.run)
        supervisor.add("cards", self._cards)
        if board.social_card_reader is not None:
            supervisor.add("social card reader", board.social_card_reader.run)
            supervisor.add("social cards", self._social_cards)
        if board.photo_decoder is not None:
            supervisor.add("photo", self.photo.run, important=False)
        supervisor.add("codes", self._codes)
        supervisor.add("paper", self._paper)
        supervisor.add("light", self.light.run)
        supervisor.add("network", self.client.watch)
        supervisor.add("platform work", self.work.run)
        supervisor.add("printer work", self.work.run_printer, important=False)
        supervisor.add("audits", self.work.run_audits, important=False)
        supervisor.add("outbox", self.outbox.run)
        supervisor.add("day end", self.day_end.run, important=False)
        supervisor.add("vault care", self.care.run)
        supervisor.add("catalogues", self.catalogues.run, important=False)
        supervisor.add("sessions", self.presses.watch_sessions, important=False)
        supervisor.add("console", self.console.run, important=False)

    async def _report(self) -> "dict[str, Any]":
        return await report(self.vault, self.board.keys)

    def _nobody_treated(self) -> bool:
        return self.desk.record() is None

    # ---- listeners: one for each device

    async def _cards(self, pulse: "Callable[[], None]") -> None:
        """Identity cards that are laid down and taken away."""
        await self._listen(self.board.card_reader, CARD_READER, IDENTITY_CARD, pulse)

    async def _social_cards(self, pulse: "Callable[[], None]") -> None:
        """Social security cards that are put in and pulled out."""
        reader = self.board.social_card_reader
        if reader is not None:
            await self._listen(reader, SOCIAL_CARD_READER, SOCIAL_CARD, pulse)

    async def _listen(self, reader: "CardReader", device: str, kind: str, pulse: "Callable[[], None]") -> None:
        while True:
            pulse()
            try:
                event = await aio.within(reader.next_event(), _QUIET_MS)
            except aio.Timeout:
                continue
            if isinstance(event, DeviceStatus):
                if event.state in (SILENT, FAULT):  # the card may leave now without being seen
                    await self._taken(kind)
                await self.health.status(device, event)
            elif isinstance(event, CardRemoved):
                await self._taken(kind)
            elif isinstance(event, CardFailed):
                self.desk.tell(ERROR, event.code)
            elif isinstance(event, CardRead):
                await self._brought(self.desk.card(event.text))
                self.photo.laid(event)  # the desk first: a visit that is done has left the screen now
            elif isinstance(event, SocialCardRead):
                await self._brought(self.desk.social_card(event.fields))

    async def _taken(self, kind: str) -> None:
        await self.desk.card_taken(kind)
        if kind == IDENTITY_CARD:
            self.photo.taken()

    async def _codes(self, pulse: "Callable[[], None]") -> None:
        """Codes that are scanned."""
        scanner = self.board.scanner
        while True:
            pulse()
            try:
                event = await aio.within(scanner.next_event(), _QUIET_MS)
            except aio.Timeout:
                continue
            if isinstance(event, DeviceStatus):
                await self.health.status(SCANNER, event)
            elif isinstance(event, CodeScanned):
                await self._brought(self.desk.scanned(event.data, event.repeat))
                self.light.scanned()

    async def _paper(self, pulse: "Callable[[], None]") -> None:
        """What the printer says of itself."""
        while True:
            pulse()
            try:
                status = await aio.within(self.board.printer.next_event(), _QUIET_MS)
            except aio.Timeout:
                continue
            await self.health.status(PRINTER, status)

    async def _brought(self, call: "object") -> None:
        """What a device brought goes to the desk; what the desk cannot use is said on the screen."""
        try:
            await call  # type: ignore[misc]
        except TerminalError as error:
            log.event("desk.refused", error.code)
            self.desk.tell(ERROR, error.code, error.params)

    # ---- news

    def _desk_changed(self) -> None:
        self.light.look()
        self.photo.look()
        self.screen.changed()

    def _light_shown(self, on: bool) -> None:
        self.health.armed = on
        self.screen.changed()

    async def _damaged(self) -> None:
        """The store found itself broken: into the ledger, and onto the screen."""
        self.desk.tell(ERROR, "vault.damaged")
        await self.health.status(STORE, DeviceStatus(FAULT, "vault.damaged"))

    def _network(self, state: str) -> None:
        if state == "online":
            self.outbox.wake()
            self.work.wake()
            self.day_end.wake()
        self.screen.changed()


async def build(board: "Board") -> Terminal:
    """A terminal on an opened board, as it was left. `VaultError` when the store belongs to another device."""
    vault = await open_vault(board.store, board.ciphers, board.keys, board.random, board.clock)
    await skip_lost_numbers(vault)
    terminal = Terminal(board, vault)
    await terminal.load()
    return terminal
