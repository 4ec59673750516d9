"""The contracts between the firmware and any board. The firmware sees only these; a board implements them.

Money, people and drugs do not exist here: a card reader hands over the bytes of a card, a printer prints lines.
Every status is `YES`, `NO` or `UNKNOWN`; a device that does not answer is `UNKNOWN`, never "no".
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from typing import Any, Protocol
else:
    Protocol = object

YES = "yes"
NO = "no"
UNKNOWN = "unknown"

# What a device session says of itself.
STARTING = "starting"  # being opened and set up
READY = "ready"  # answers, and can do its work
SILENT = "silent"  # does not answer, or its port is gone; asked again for ever, with capped back-off
FAULT = "fault"  # answers that it cannot work; `code` says why


class DeviceStatus:
    """The state of a device (`STARTING`, `READY`, `SILENT`, `FAULT`) and a stable code: why it is not ready or, of one
    that is, what will soon be the matter (`printer.paper_low`)."""

    def __init__(self, state: str, code: str = "") -> None:
        self.state = state
        self.code = code

    def __repr__(self) -> str:
        return "DeviceStatus(" + self.state + (", " + self.code if self.code else "") + ")"


class BytePort(Protocol):
    """A stream of bytes to one device. One task owns one port."""

    name: str  # for the log: the path or the stable key

    async def open(self) -> None:
        """Open it, or raise `PortClosed`. Opening an open port closes it first."""

    async def read(self, limit: int, timeout_ms: int) -> bytes:
        """At least one and at most `limit` bytes; b"" when none came within `timeout_ms`; `PortClosed` when it is
        gone."""

    async def write(self, data: bytes) -> None:
        """Hand `data` to the line; returns when all of it was taken. `PortClosed` when it is gone."""

    async def set_baud(self, baud: int) -> None:
        """Talk at `baud` bits per second from now on, also after the next `open`. Does nothing on a port without a
        speed (USB, TCP). `PortClosed` when it is gone."""

    def wake(self) -> None:
        """End the `read` that is waiting now: it returns b"" at once. Without one, does nothing. Never waits; call it
        from the same event loop."""

    async def close(self) -> None:
        """Close it. Closing a closed port does nothing."""


class CardChannel(Protocol):
    """The contacts of chip cards: one reader, at most one card in it at a time (ISO/IEC 7816-4, PC/SC)."""

    name: str  # for the log: the reader's name

    async def open(self) -> None:
        """Find the reader, or raise `PortClosed`. Opening an open channel closes it first."""

    async def wait_card(self, present: bool, timeout_ms: int) -> bool:
        """Wait until a card is in the reader (or, with `present` False, until none is); False when `timeout_ms` passed
        first. `PortClosed` when the reader is gone."""

    async def connect(self) -> bytes:
        """Power the card up; its answer to reset (ATR). `DeviceError` `card.unreadable` when it does not answer."""

    async def transmit(self, command: bytes) -> bytes:
        """Send one command APDU; the response with its two status bytes. `DeviceError` `card.unreadable` when the card
        was pulled or does not answer, `PortClosed` when the reader is gone."""

    async def disconnect(self) -> None:
        """Power the card down. Without a connected card, does nothing."""

    async def close(self) -> None:
        """Leave the reader. Closing a closed channel does nothing."""


if TYPE_CHECKING:
    Facts = list[tuple[str, str]]  # what a driver knows of its device, in words for a technician: (what, value)


# ---- card reader


class CardRead:
    """An identity card was read. `text` is the card's text block and `photo` its picture block, both as they came.
    `fingerprint` (0, 512 or 1024 bytes) and `newest_address` (0 or 70 bytes) are there where the board asks for
    them."""

    def __init__(self, text: bytes, photo: bytes, fingerprint: bytes = b"", newest_address: bytes = b"") -> None:
        self.text = text
        self.photo = photo
        self.fingerprint = fingerprint
        self.newest_address = newest_address

    def __repr__(self) -> str:
        return "CardRead(*)"  # a person's card: nothing of it belongs into a log


PICTURE_LIMIT = 262144  # bytes; 102 x 126 dots in full colour are 39 KiB


def picture_type(picture: bytes) -> str:
    """The media type of a picture from a card, by its first bytes: "image/bmp" or "image/png"; "" for anything else,
    and for more than `PICTURE_LIMIT` bytes."""
    if len(picture) > PICTURE_LIMIT:
        return ""
    if picture[:2] == b"BM":
        return "image/bmp"
    return "image/png" if picture[:8] == b"\x89PNG\r\n\x1a\n" else ""


class SocialCardRead:
    """A social security card was read. `fields` has the values of its files EF05 and EF06 by tag, as they came (tag 07
    is the card number, 08 the social security number), but for the name: 09 is the whole of it, with its extension 4E
    and without padding, in UTF-8."""

    def __init__(self, fields: "dict[int, bytes]") -> None:
        self.fields = fields

    def __repr__(self) -> str:
        return "SocialCardRead(*)"


class CardRemoved:
    """The card that was read last has been taken away."""


class CardFailed:
    """A card lies on the reader and could not be read; `code` says why (`card.*`). It is tried again."""

    def __init__(self, code: str) -> None:
        self.code = code


class CardReader(Protocol):
    """Reads identity cards or social security cards for as long as it runs; a card left lying is read once."""

    status: DeviceStatus

    def facts(self) -> "Facts":
        """What is known of the reader: module number, firmware, speed. Never of a card."""

    async def run(self, pulse: "Callable[[], None]") -> None:
        """Own the port and poll for ever. Calls `pulse` at least every ten seconds."""

    async def next_event(self) -> "CardRead | SocialCardRead | CardRemoved | CardFailed | DeviceStatus":
        """Wait for what happens next."""


# ---- scanner


class CodeScanned:
    """A code was scanned. `data` is its content without the tail, in UTF-8 where it is text, with the symbology
    identifier of ISO/IEC 15424 in front (`]C0`) where the scanner tells the kind of symbol. `repeat`: the same code
    came just before, as happens when a box stays in front of the window."""

    def __init__(self, data: bytes, repeat: bool = False) -> None:
        self.data = data
        self.repeat = repeat

    def __repr__(self) -> str:
        return "CodeScanned(" + str(len(self.data)) + " bytes" + (", repeat)" if self.repeat else ")")


class Scanner(Protocol):
    """Scans codes while armed."""

    status: DeviceStatus

    def facts(self) -> "Facts":
        """What is known of the scanner: model, firmware, speed, how it is set up."""

    def arm(self, on: bool) -> None:
        """Ask for codes (the light goes on and stays ready for the next code) or stop asking. Never waits."""

    async def run(self, pulse: "Callable[[], None]") -> None:
        """Own the port for ever. Calls `pulse` at least every ten seconds."""

    async def next_event(self) -> "CodeScanned | DeviceStatus":
        """Wait for what happens next."""


# ---- printer

LEFT = "left"
CENTRE = "centre"
RIGHT = "right"


class PrintLine:
    """One line of text: `scale` 1 to 8 times width and height, `align` `LEFT`, `CENTRE` or `RIGHT`."""

    def __init__(self, text: str, scale: int = 1, bold: bool = False, align: str = LEFT) -> None:
        self.text = text
        self.scale = scale
        self.bold = bold
        self.align = align

    def __repr__(self) -> str:
        return "PrintLine(*)"  # receipts carry names


class PrintQr:
    """A QR code with `data` (ASCII), centred."""

    def __init__(self, data: str) -> None:
        self.data = data

    def __repr__(self) -> str:
        return "PrintQr(*)"


class PrintBarcode:
    """A Code 128 bar code with `data` (printable ASCII, 1 to 20 characters), centred, the characters below it."""

    def __init__(self, data: str) -> None:
        self.data = data

    def __repr__(self) -> str:
        return "PrintBarcode(*)"


class PrintRule:
    """A line across the paper."""


class PrintFeed:
    """Empty lines."""

    def __init__(self, lines: int) -> None:
        self.lines = lines


class PrintCut:
    """Cut the paper, where there is a cutter."""


if TYPE_CHECKING:
    PrintElement = PrintLine | PrintQr | PrintBarcode | PrintRule | PrintFeed | PrintCut


class PrinterStatus:
    """What a printer says of itself; each of the flags is `YES`, `NO` or `UNKNOWN`."""

    def __init__(
        self,
        online: str = UNKNOWN,
        paper: str = UNKNOWN,
        paper_low: str = UNKNOWN,
        cover_open: str = UNKNOWN,
        error: str = UNKNOWN,
        cutter_error: str = UNKNOWN,
        overheated: str = UNKNOWN,
    ) -> None:
        self.online = online
        self.paper = paper
        self.paper_low = paper_low
        self.cover_open = cover_open
        self.error = error  # of any kind; the two below say which, where the printer does
        self.cutter_error = cutter_error
        self.overheated = overheated

    def trouble(self) -> str:
        """The stable code of what keeps it from printing (`printer.*`), or "" when nothing is known to."""
        if self.cover_open == YES:
            return "printer.cover_open"
        if self.paper == NO:
            return "printer.paper_out"
        if self.cutter_error == YES:
            return "printer.cutter"
        if self.overheated == YES:
            return "printer.overheated"
        if self.error == YES:
            return "printer.error"
        if self.online == NO:
            return "printer.offline"
        return ""

    def remark(self) -> str:
        """The stable code of what does not keep it from printing yet, or ""."""
        return "printer.paper_low" if self.paper_low == YES else ""


PRINTED = "printed"  # the printer itself said that the job is on paper
NOT_PRINTED = "not_printed"  # not one byte of the job was sent
NOT_SURE = "not_sure"  # some of it was sent, and there is no proof that it came out: ask a person


class PrintResult:
    """What became of a print job: `PRINTED`, `NOT_PRINTED` or `NOT_SURE`, with the code of the reason."""

    def __init__(self, outcome: str, code: str = "") -> None:
        self.outcome = outcome
        self.code = code

    def __repr__(self) -> str:
        return "PrintResult(" + self.outcome + (", " + self.code if self.code else "") + ")"


class Printer(Protocol):
    """Prints one job at a time, with the status asked before and after."""

    status: DeviceStatus
    columns: int  # width of a line in Latin characters; a Chinese character takes two

    def facts(self) -> "Facts":
        """What is known of the printer: maker and model, every bit of its status in words."""

    async def run(self, pulse: "Callable[[], None]") -> None:
        """Own the port for ever: print what is asked and watch the status. Calls `pulse` at least every ten seconds."""

    async def print(self, job: "list[PrintElement]", action: str) -> PrintResult:
        """Print `job` and wait for the proof. While paper is out or the cover open in the middle of a job, it waits for
        the doctor; a printer that goes on by itself gives the proof then, one that forgot the rest ends as
        `NOT_SURE`. `action` (1 to 40 printable ASCII characters) names this copy and no other: whoever asks keeps it in
        the vault before, and never prints the same one twice; the printer itself refuses one that it has begun
        before."""

    async def next_event(self) -> DeviceStatus:
        """Wait for the status to change: paper out, cover open, silent, ready."""


# ---- storage and secrets


class Store(Protocol):
    """An ordered key-value store with atomic, durable batches. One writer."""

    async def get(self, key: bytes) -> "bytes | None":
        """The value under `key`, or None."""

    async def scan(self, prefix: bytes) -> "list[tuple[bytes, bytes]]":
        """All pairs whose key begins with `prefix`, in the order of the keys."""

    async def commit(self, puts: "list[tuple[bytes, bytes]]", deletes: "list[bytes]") -> None:
        """Do all of it or nothing, and return when it is on the disk. `StoreError` when it cannot."""

    async def close(self) -> None:
        """Release the files."""


class Cipher(Protocol):
    """Authenticated encryption and the slow hash of PINs."""

    suite: int  # stands in every record: 1 = AES-256-GCM, 2 = SM4-GCM, 3 = AES-256-CTR with HMAC-SHA256
    nonce_size: int

    def seal(self, key: bytes, nonce: bytes, plain: bytes, name: bytes) -> bytes:
        """Ciphertext and tag. `key` has 32 bytes; `name` is authenticated, not encrypted."""

    def open(self, key: bytes, nonce: bytes, sealed: bytes, name: bytes) -> bytes:
        """The plaintext, or `SealBroken`."""

    def stretch(self, secret: bytes, salt: bytes) -> bytes:
        """32 bytes from a short secret, slowly on purpose."""


class KeyStore(Protocol):
    """Keeps the device key. `level`: 0 file, 1 serial number and PIN, 2 one-time fuses, 3 secure element, 4 eFuse
    HMAC."""

    level: int

    def device_key(self) -> bytes:
        """32 secret bytes, the same for the life of the device; made at the first call."""


class Clock(Protocol):
    """Wall clock, monotonic clock, and how far the wall clock can be trusted."""

    boot_id: str  # different after every boot

    def wall_s(self) -> int:
        """Seconds since 1970 UTC."""

    def monotonic_ms(self) -> int:
        """Milliseconds since boot, never backwards."""

    def trusted(self) -> str:
        """`YES` when something better than a drifting crystal has set the wall clock since boot."""


class Random(Protocol):
    """Randomness fit for keys."""

    def take(self, size: int) -> bytes:
        """`size` unpredictable bytes."""


# ---- network, watchdog, lights


class HttpAnswer:
    """An HTTP answer; `headers` have lower-case names."""

    def __init__(self, status: int, headers: "dict[str, str]", body: bytes) -> None:
        self.status = status
        self.headers = headers
        self.body = body


class HttpClient(Protocol):
    """Sends one HTTP request at a time over a kept connection."""

    async def post(
        self, url: str, headers: "list[tuple[str, str]]", body: bytes, connect_ms: int, answer_ms: int
    ) -> HttpAnswer:
        """The answer, whatever its status. `NotConnected`: nothing was sent. `NoAnswer`: sent, and the outcome
        unknown."""

    async def reachable(self, url: str, connect_ms: int) -> bool:
        """Whether the server of `url` takes connections now. Nothing is sent."""


class Watchdog(Protocol):
    """Restarts the device when it is not fed in time."""

    def ready(self) -> None:
        """The program is up and serving."""

    def feed(self) -> None:
        """Everything important has moved since the last time."""


class Board(Protocol):
    """Everything the firmware gets, opened from one board config."""

    name: str
    card_reader: CardReader
    social_card_reader: "CardReader | None"
    # A maker's decoder of `CardRead.photo`, where the board has one: the picture (`picture_type`) of a block, or
    # `DeviceError`. It never waits long.
    photo_decoder: "Callable[[bytes], Awaitable[bytes]] | None"
    scanner: Scanner
    printer: Printer
    store: Store
    cipher: Cipher
    keys: KeyStore
    clock: Clock
    random: Random
    http: HttpClient
    watchdog: Watchdog
    console: "dict[str, Any]"  # host, port, frame_ancestors
    platform: "dict[str, Any]"  # url, secret, connect_ms, look_up_ms, settle_ms
    clinic: "dict[str, Any]"  # institution, doctors, shelf
    province: "dict[str, Any]"  # gateway and provincial settings
    policy: "dict[str, Any]"  # benefits for the local estimate
    diagnoses: "list[dict[str, Any]]"  # code, name, initials, common
    # The rows of the QR code of a text, without a border, a byte for a module, 1 dark; None where a board draws none.
    qr_rows: "Callable[[str], list[bytes]] | None"

    def identity(self) -> "dict[str, str]":
        """`mac` (12 hex digits) and `ip` of the terminal as it is on the network now: how it signs in to the
        platform."""

    async def close(self) -> None:
        """Release everything."""
