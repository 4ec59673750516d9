"""What the terminal's own client needs of a board, and no more: built from a board config, or from a province profile
and the command line. Everything that goes over the line is watched for how long it takes."""

import contextlib
import tempfile
import time
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

from hal import profiles
from hal.config import Section
from hal.errors import ConfigError
from hal.linux.board_file import read_checked
from hal.linux.clock import SystemClock
from hal.linux.http import KeptHttp
from hal.linux.national import SystemNationalCiphers
from hal.linux.network import device_identity
from hal.linux.platform_settings import PlatformSettings, platform_settings, secrets_of
from hal.linux.settings import read_settings
from hal.linux.system_random import SystemRandom
from hal.linux.tls import tls_context
from hal.ports import HttpAnswer
from hal.province import read_province

CONFIGS = Path(__file__).resolve().parents[2] / "board_configs"
CLINIC = CONFIGS / "clinics" / "sample-village.toml"
_WAITS = {"connect_ms": 5_000, "look_up_ms": 10_000, "settle_ms": 15_000}  # where no board says it
_NUMBERS = 10_000

Json = dict[str, Any]


@dataclass(frozen=True)
class Order:
    """What the command line asks for; None or "" where it does not say."""

    profile: Path
    url: str | None
    secret: str | None = field(repr=False)
    secret_file: Path | None
    clinic: Path | None
    person: str = field(repr=False)
    more: dict[str, str]  # further keys of the table [platform]


class WatchedHttp:
    """`hal.ports.HttpClient` that remembers how long the last answer took and when the server says it was."""

    def __init__(self, http: KeptHttp) -> None:
        self._http = http
        self.took_ms = 0
        self.date_off_s: int | None = None

    async def post(
        self, url: str, headers: list[tuple[str, str]], body: bytes, connect_ms: int, answer_ms: int
    ) -> HttpAnswer:
        """As the line itself."""
        began = time.monotonic()
        try:
            answer = await self._http.post(url, headers, body, connect_ms, answer_ms)
        finally:
            self.took_ms = round((time.monotonic() - began) * 1000)
        self._look_at(answer.headers.get("date", ""))
        return answer

    async def reachable(self, url: str, connect_ms: int) -> bool:
        """As the line itself."""
        return await self._http.reachable(url, connect_ms)

    def close(self) -> None:
        """End everything."""
        self._http.close()

    def _look_at(self, date: str) -> None:
        with contextlib.suppress(ValueError):  # no Date, or none that can be read: the platform's own time is left
            self.date_off_s = round(parsedate_to_datetime(date).timestamp() - time.time())


class WatchedClock(SystemClock):
    """This machine's clock as it is. What the platform says is noted and not followed: the difference is what is
    looked for."""

    def __init__(self) -> None:
        super().__init__()
        self.off_s: int | None = None

    def hint(self, wall_s: int) -> None:
        """The platform says that it is `wall_s` now."""
        self.off_s = wall_s - self.wall_s()


class Numbers:
    """In the place of the vault: numbers of messages. They begin anywhere, so that the terminal's own are not met."""

    def __init__(self, random: SystemRandom) -> None:
        self._next = int.from_bytes(random.take(4), "big") % _NUMBERS

    async def reserve(self, _counter: str, count: int) -> int:
        """The first of `count` numbers."""
        first = self._next
        self._next += count
        return first


class Line:
    """The part of `hal.ports.Board` that the client uses. `ConfigError` names what is wrong in a file."""

    def __init__(self, order: Order) -> None:
        with tempfile.NamedTemporaryFile("w", encoding="utf-8") as file:  # readable by its owner only, gone at once
            file.write(order.secret or "")
            file.flush()
            self._open(order, Path(file.name))

    def _open(self, order: Order, secret_file: Path) -> None:
        self.settings, self.province, self.clinic = _read(order, None if order.secret is None else secret_file)
        self.national = SystemNationalCiphers()
        self.platform: Json = {**self.settings.values, **secrets_of(self.settings, self.national)}
        self.tls = tls_context(self.settings.tls)
        self.http = WatchedHttp(KeptHttp(self.tls))
        self.clock = WatchedClock()
        self.random = SystemRandom()
        self.numbers = Numbers(self.random)

    def identity(self) -> dict[str, str]:
        """How this machine signs in."""
        return device_identity()

    def from_gb18030(self, data: bytes) -> str:
        """A sentence in GBK."""
        return data.decode("gb18030", "replace")


def _read(order: Order, secret_file: Path | None) -> tuple[PlatformSettings, Json, Json]:
    """Settings of the platform, province and clinic; `secret_file` has the secret, where the command line said it."""
    secret_file = secret_file or order.secret_file
    tables = read_checked(order.profile, lambda values: values)
    if "gateway" in tables:
        province = read_checked(order.profile, read_province)
        clinic = read_checked(order.clinic or CLINIC, profiles.read_clinic)
        if order.url is None:
            raise ConfigError("config.missing", "a province profile has no address: give --url, or a board config")
        if secret_file is None:
            raise ConfigError("config.missing", "a province profile has no secret: give --secret-file")
        return _platform(_WAITS, order, secret_file), province, clinic
    files = read_settings(order.profile).profiles
    province = read_checked(files["province"], read_province)
    clinic = read_checked(order.clinic or files["clinic"], profiles.read_clinic)
    return _platform(tables["platform"], order, secret_file), province, clinic


def _platform(table: Json, order: Order, secret_file: Path | None) -> PlatformSettings:
    changed = {**table, **order.more}
    if order.url is not None:
        changed["url"] = order.url.rstrip("/")
    if secret_file is not None:
        changed["secret_file"] = str(secret_file)
    return platform_settings(Section(changed, "platform"))
