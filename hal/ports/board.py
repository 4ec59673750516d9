"""The network, the watchdog, and the board as a whole."""

from hal.ports.cards import CardReader
from hal.ports.codes import Scanner
from hal.ports.files import Files, Zips
from hal.ports.keeping import Cipher, Clock, KeyStore, ParcelSeal, PinHash, Random, Stick, Store
from hal.ports.national import NationalCiphers
from hal.ports.printing import Printer

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from typing import Any, Protocol
else:
    Protocol = object


class HttpAnswer:
    """An HTTP answer; `headers` have lower-case names."""

    def __init__(self, status: int, headers: "dict[str, str]", body: bytes) -> None:
        self.status = status
        self.headers = headers
        self.body = body


class HttpClient(Protocol):
    """Sends HTTP requests over kept connections.

    `NotConnected` has the code `http.not_connected`, or says what is wrong with a certificate:
    `http.certificate_expired`, `http.certificate_not_yet` (it is not valid yet, or this clock is slow),
    `http.certificate_untrusted`, `http.certificate_other_name`, `http.own_certificate` (the server does not take ours).
    `NoAnswer` has the code `http.no_answer`, or `http.hung_up`: a new TLS connection ended before anything was said.
    """

    async def post(
        self, url: str, headers: "list[tuple[str, str]]", body: bytes, connect_ms: int, answer_ms: int
    ) -> HttpAnswer:
        """The answer, whatever its status. `NotConnected`: nothing was sent. `NoAnswer`: sent, and the outcome
        unknown."""

    async def download(
        self,
        url: str,
        headers: "list[tuple[str, str]]",
        body: bytes,
        connect_ms: int,
        silence_ms: int,
        sink: "Callable[[bytes], None]",
        most: int,
    ) -> HttpAnswer:
        """As `post`, but a body whose type is `application/octet-stream` goes to `sink` piece by piece and is empty in
        the answer. `silence_ms` is how long nothing may come. `NoAnswer` `http.too_large` beyond `most` bytes; what
        `sink` raises ends the download and is raised."""

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
    ciphers: "list[Cipher]"  # the first one seals; all of them open
    pin_hash: PinHash
    keys: KeyStore
    stick: "Stick | None"  # both or none: where parcels go, and who seals them
    parcels: "ParcelSeal | None"
    vault: "dict[str, Any]"  # unsent: most records that may wait for the platform; journal: entries that are kept
    clock: Clock
    random: Random
    http: HttpClient
    national: NationalCiphers
    files: Files
    zips: Zips
    watchdog: Watchdog
    console: "dict[str, Any]"  # host, port, frame_ancestors
    # url, secret, connect_ms, look_up_ms, settle_ms; sign_key (SM2, 32 bytes) and platform_key (SM2, 64 bytes), or b""
    platform: "dict[str, Any]"
    clinic: "dict[str, Any]"  # institution, doctors, shelf
    province: "dict[str, Any]"  # the settings of the province's profile (docs/board-config.md)
    policy: "dict[str, Any]"  # benefits for the local estimate
    diagnoses: "list[dict[str, Any]]"  # code, name, initials, common
    # The rows of the QR code of a text, without a border, a byte for a module, 1 dark; None where a board draws none.
    qr_rows: "Callable[[str], list[bytes]] | None"

    def identity(self) -> "dict[str, str]":
        """`mac` (12 hex digits) and `ip` of the terminal as it is on the network now: how it signs in to the
        platform."""

    def from_gb18030(self, data: bytes) -> str:
        """The text in `data`, a sentence in GB 18030 or a part of it (GBK, GB 2312). Never fails: each byte with which
        no character begins becomes U+FFFD."""

    async def close(self) -> None:
        """Release everything."""
