"""A board made of lists: real implementations of the ports (`hal.ports`) in memory. Runs on MicroPython, too."""

import hashlib
import hmac

from hal import aio
from hal.errors import NoAnswer, NotConnected, SealBroken, StoreError
from hal.gm import GmCiphers
from hal.ports import NOT_PRINTED, NOT_SURE, PRINTED, READY, YES, DeviceStatus, HttpAnswer, PrintResult
from tests.portable.public_files import MemoryFiles, StoredZips
from tests.portable.sample_profiles import clinic, policy, province

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from typing import Any

    from hal.ports import CardReader, Facts, PrintElement

    Json = dict[str, Any]

NOON = 1790000000  # 2026-09-21 22:13:20 in China


def pulse() -> None:
    """Nobody watches."""


class MemoryStore:
    """`hal.ports.Store`. `rows` are what the disk holds. A commit whose number (from 1) is in `failing` fails as on a
    full disk; one that is on the disk returns only after the event `stalled`, when there is one."""

    def __init__(self, rows: "dict[bytes, bytes] | None" = None) -> None:
        self.rows: "dict[bytes, bytes]" = {} if rows is None else rows
        self.commits = 0
        self.failing: "list[int]" = []
        self.stalled: "Any" = None
        self.capacity = 1 << 30

    def fail_next(self, count: int = 1) -> None:
        """The next `count` commits fail."""
        self.failing = [self.commits + 1 + index for index in range(count)]

    async def get(self, key: bytes) -> "bytes | None":
        await aio.sleep_ms(0)
        return self.rows.get(key)

    async def get_all(self, keys: "list[bytes]") -> "list[bytes | None]":
        await aio.sleep_ms(0)
        return [self.rows.get(key) for key in keys]

    async def scan(self, prefix: bytes, after: bytes = b"", most: int = 0) -> "list[tuple[bytes, bytes]]":
        await aio.sleep_ms(0)
        found = [(key, self.rows[key]) for key in sorted(self.rows) if key.startswith(prefix) and key > after]
        if not after and not prefix and b"" in self.rows:
            found.insert(0, (b"", self.rows[b""]))
        return found[:most] if most else found

    async def commit(self, puts: "list[tuple[bytes, bytes]]", deletes: "list[bytes]") -> None:
        self.commits += 1
        number = self.commits
        await aio.sleep_ms(0)
        if number in self.failing:
            raise StoreError("store.failed", "disk full")
        for key in deletes:
            self.rows.pop(key, None)
        for key, value in puts:
            self.rows[key] = value
        if self.stalled is not None:
            await self.stalled.wait()

    async def care(self) -> bool:
        await aio.sleep_ms(0)
        return False

    async def scrub(self) -> None:
        await aio.sleep_ms(0)

    async def room(self) -> "tuple[int, int]":
        await aio.sleep_ms(0)
        used = sum([len(key) + len(self.rows[key]) for key in self.rows])
        return used, max(0, self.capacity - used)

    async def close(self) -> None:
        """Nothing is held."""


class HashCipher:
    """`hal.ports.Cipher` of SHA-256 alone: a key stream of hashed counters, and 16 bytes of an HMAC over everything."""

    suite = 99
    nonce_size = 12

    def seal(self, key: bytes, nonce: bytes, plain: bytes, name: bytes) -> bytes:
        masked = _masked(key, nonce, plain)
        return masked + _tag(key, nonce, masked, name)

    def open(self, key: bytes, nonce: bytes, sealed: bytes, name: bytes) -> bytes:
        masked = sealed[:-16]
        if len(sealed) < 16 or _tag(key, nonce, masked, name) != sealed[-16:]:
            raise SealBroken("vault.unreadable")
        return _masked(key, nonce, masked)


def _masked(key: bytes, nonce: bytes, data: bytes) -> bytes:
    stream = b""
    while len(stream) < len(data):
        stream += hashlib.sha256(key + nonce + str(len(stream)).encode()).digest()
    return bytes([data[index] ^ stream[index] for index in range(len(data))])


def _tag(key: bytes, nonce: bytes, masked: bytes, name: bytes) -> bytes:
    return hmac.new(key, nonce + len(name).to_bytes(4, "big") + name + masked, hashlib.sha256).digest()[:16]


class QuickPinHash:
    """`hal.ports.PinHash` that is not slow."""

    name = "quick"

    def stretch(self, secret: bytes, salt: bytes) -> bytes:
        return hmac.new(salt, secret, hashlib.sha256).digest()


class SeededRandom:
    """`hal.ports.Random`, the same for the same seed."""

    def __init__(self, seed: int = 1) -> None:
        self._seed = seed
        self._taken = 0

    def take(self, size: int) -> bytes:
        out = b""
        while len(out) < size:
            self._taken += 1
            out += hashlib.sha256((str(self._seed) + "/" + str(self._taken)).encode()).digest()
        return out[:size]


class HandClock:
    """`hal.ports.Clock` that a test sets by hand."""

    def __init__(self, now_s: int = NOON, boot_id: str = "boot-1") -> None:
        self.now_s = now_s
        self.since_boot_ms = 0
        self.boot_id = boot_id
        self.trust = YES
        self.hints: "list[int]" = []

    def wall_s(self) -> int:
        return self.now_s

    def monotonic_ms(self) -> int:
        self.since_boot_ms += 1
        return self.since_boot_ms

    def trusted(self) -> str:
        return self.trust

    def hint(self, wall_s: int) -> None:
        self.hints.append(wall_s)
        if self.trust != YES:
            self.now_s = wall_s


class FixedKeys:
    """`hal.ports.KeyStore` with a key that the test chose."""

    level = 0
    kind = "file"

    def __init__(self, key: bytes = b"\x07" * 32) -> None:
        self._key = key

    def device_key(self) -> bytes:
        return self._key


class Request:
    """What went over the line."""

    def __init__(
        self, url: str, headers: "list[tuple[str, str]]", body: bytes, connect_ms: int, answer_ms: int
    ) -> None:
        self.url = url
        self.headers = headers
        self.body = body
        self.connect_ms = connect_ms
        self.answer_ms = answer_ms


class ScriptedHttp:
    """`hal.ports.HttpClient` that answers from a list: bytes (status 200), `HttpAnswer`, an error to raise, or a
    function of the request that returns one of them. An empty list is a pulled cable."""

    def __init__(self) -> None:
        self.script: "list[Any]" = []
        self.requests: "list[Request]" = []
        self.there = True

    async def reachable(self, url: str, connect_ms: int) -> bool:
        return self.there

    async def post(
        self, url: str, headers: "list[tuple[str, str]]", body: bytes, connect_ms: int, answer_ms: int
    ) -> HttpAnswer:
        request = Request(url, headers, body, connect_ms, answer_ms)
        self.requests.append(request)
        await aio.sleep_ms(0)
        if not self.script:
            raise NotConnected("net.not_connected", "cable")
        answer = self.script.pop(0)
        if callable(answer):
            answer = answer(request)
        if isinstance(answer, Exception):
            raise answer
        return answer if isinstance(answer, HttpAnswer) else HttpAnswer(200, {}, answer)

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
        answer = await self.post(url, headers, body, connect_ms, silence_ms)
        if answer.headers.get("content-type") != "application/octet-stream":
            return answer
        sink(answer.body)
        return HttpAnswer(answer.status, answer.headers, b"")


def cable_pulled() -> Exception:
    """Nothing was sent."""
    return NotConnected("net.not_connected", "cable")


def reply_lost() -> Exception:
    """It was sent, and nothing came back."""
    return NoAnswer("net.no_answer", "reset")


class QuietReader:
    """`hal.ports.CardReader` on which nobody lays a card."""

    status = DeviceStatus(READY)

    def facts(self) -> "Facts":
        return []

    async def run(self, pulse: "Callable[[], None]") -> None:
        await aio.Event().wait()

    async def next_event(self) -> DeviceStatus:
        await aio.Event().wait()
        return self.status


class ScriptedReader(QuietReader):
    """`hal.ports.CardReader` that tells a list of events and then no more."""

    def __init__(self, events: "list[Any]") -> None:
        self.events = events

    async def next_event(self) -> "Any":
        if not self.events:
            await aio.Event().wait()
        return self.events.pop(0)


class LampScanner(QuietReader):
    """`hal.ports.Scanner` that remembers how its light was switched."""

    def __init__(self) -> None:
        self.switched: "list[bool]" = []

    def arm(self, on: bool) -> None:
        self.switched.append(on)


class PaperPrinter(QuietReader):
    """`hal.ports.Printer` whose jobs end as `results` say, `PRINTED` when there are none; it waits for the
    event `held`, when there is one. An action that it has begun before is refused, also after a restart: `begun` is
    what came out of it, and `refused` what did not."""

    columns = 32

    def __init__(self) -> None:
        self.jobs: "list[list[PrintElement]]" = []
        self.results: "list[PrintResult]" = []
        self.held: "Any" = None
        self.begun: "list[str]" = []
        self.refused: "list[str]" = []

    async def print(self, job: "list[PrintElement]", action: str) -> PrintResult:
        assert 1 <= len(action) <= 40 and all(" " <= char <= "~" for char in action), "no action"
        if action in self.begun:
            self.refused.append(action)
            return PrintResult(NOT_SURE, "printer.same_action")
        self.begun.append(action)
        self.jobs.append(job)
        if self.held is not None:
            await self.held.wait()
        result = self.results.pop(0) if self.results else PrintResult(PRINTED)
        if result.outcome == NOT_PRINTED:
            self.begun.remove(action)  # not one byte was sent
        return result

    def texts(self, index: int) -> "list[str]":
        """The lines of text of a job."""
        return [element.text for element in self.jobs[index] if hasattr(element, "text")]


class CountingWatchdog:
    """`hal.ports.Watchdog` that counts its meals."""

    def __init__(self) -> None:
        self.fed = 0

    def ready(self) -> None:
        """Somebody serves."""

    def feed(self) -> None:
        self.fed += 1


class MemoryBoard:
    """`hal.ports.Board`. What survives a restart is the store and the key; `restarted` makes the next life."""

    name = "memory"

    social_card_reader: "CardReader | None" = None
    photo_decoder: "Callable[[bytes], Awaitable[bytes]] | None" = None

    def __init__(self, store: "MemoryStore | None" = None, http: "Any" = None, seed: int = 1) -> None:
        self.store = store or MemoryStore()
        self.http: "Any" = http or ScriptedHttp()
        self.card_reader = QuietReader()
        self.scanner = LampScanner()
        self.printer = PaperPrinter()
        self.ciphers: "list[Any]" = [HashCipher()]
        self.pin_hash = QuickPinHash()
        self.stick: "Any" = None
        self.parcels: "Any" = None
        self.vault: "Json" = {"unsent": 50000, "journal": 200000}
        self.keys = FixedKeys()
        self.clock = HandClock(NOON, "boot-" + str(seed))
        self.random = SeededRandom(seed)
        self.national = GmCiphers()
        self.files = MemoryFiles()
        self.zips = StoredZips()
        self.watchdog = CountingWatchdog()
        self.console: "Json" = {"host": "127.0.0.1", "port": 0, "frame_ancestors": []}
        self.platform: "Json" = {
            "url": "http://platform/fsi/api",
            "secret": "TOKENTEST0001",
            "connect_ms": 1500,
            "look_up_ms": 5000,
            "settle_ms": 15000,
            "sign_key": b"",
            "platform_key": b"",
        }
        self.clinic = clinic()
        self.province = province()
        self.policy = policy()
        self.qr_rows: "Callable[[str], list[bytes]] | None" = None
        self.diagnoses: "list[Json]" = [
            {"code": "J00.x00", "name": "急性鼻咽炎[感冒]", "initials": "jxbyygm", "common": True},
            {"code": "I10.x00", "name": "特发性高血压", "initials": "tfxgxy", "common": False},
        ]

    def restarted(self, seed: int) -> "MemoryBoard":
        """The same device after a power cut: the disk as it was, everything in memory gone."""
        board = MemoryBoard(MemoryStore(self.store.rows), self.http, seed)
        board.clock.now_s = self.clock.now_s + 30
        board.printer.begun = self.printer.begun
        board.files = self.files
        return board

    def identity(self) -> "dict[str, str]":
        """Where it is on the network."""
        return {"mac": "001122334455", "ip": "192.0.2.7"}

    def from_gb18030(self, data: bytes) -> str:
        """As a board without a codec does it; the table is large, and seldom needed."""
        from hal.drivers.gb18030_decode import decode

        return decode(data)

    async def close(self) -> None:
        """Nothing is held."""
