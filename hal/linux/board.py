"""Opens a Linux board: checks its config and profiles, then makes the ports and drivers."""

import ssl
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hal.linux import devices, keeping
from hal.linux.cipher import ciphers
from hal.linux.clock import SystemClock
from hal.linux.files import FolderFiles
from hal.linux.http import KeptHttp
from hal.linux.national import SystemNationalCiphers
from hal.linux.network import device_identity
from hal.linux.parcels import OfficeParcels, Party
from hal.linux.pin_hash import Argon2idPinHash
from hal.linux.platform_settings import secrets_of
from hal.linux.service import Service
from hal.linux.settings import Profiles, Settings, read_profiles, read_settings
from hal.linux.state import open_state
from hal.linux.system_random import SystemRandom
from hal.linux.tls import tls_context
from hal.linux.zips import StandardZips
from hal.ports import (
    CardReader,
    Cipher,
    Clock,
    Files,
    HttpClient,
    KeyStore,
    NationalCiphers,
    ParcelSeal,
    PinHash,
    Printer,
    Random,
    Scanner,
    Stick,
    Store,
    Watchdog,
    Zips,
)


@dataclass(frozen=True)
class PlatformLine:
    """What the line to the platform needs and a file may get wrong: known before anything is written."""

    secrets: dict[str, Any]
    tls: ssl.SSLContext
    national: NationalCiphers


class LinuxBoard:
    """Everything the firmware gets on Linux (`hal.ports.Board`). Serial ports are opened by their drivers, later."""

    def __init__(
        self, settings: Settings, profiles: Profiles, line: PlatformLine, office: Party | None, state: Path
    ) -> None:
        self.name = settings.name
        self.card_reader: CardReader = devices.card_reader(settings.card_reader)
        decoder = devices.photo_decoder(settings.photo_decoder)
        self.photo_decoder: Callable[[bytes], Awaitable[bytes]] | None = decoder
        social = settings.social_card_reader
        self.social_card_reader: CardReader | None = None if social is None else devices.social_card_reader(social)
        self.scanner: Scanner = devices.scanner(settings.scanner)
        self.printer: Printer = devices.printer(settings.printer, profiles.printer)
        self.platform: dict[str, Any] = {**settings.platform.values, **line.secrets}
        self.console = settings.console
        self.clinic = profiles.clinic
        self.province = profiles.province
        self.policy = profiles.policy
        self.diagnoses = profiles.diagnoses
        keeping.refuse_other_engine(settings.vault, state)
        self.keys: KeyStore = keeping.key_store(settings.keys, state)
        device_key = self.keys.device_key()  # before there is a vault: beside one, no key is made
        self.stick: Stick | None = keeping.stick(settings.export)
        self.parcels: ParcelSeal | None = None if office is None else OfficeParcels(device_key, office)
        self.ciphers: list[Cipher] = ciphers(settings.vault.suite)
        self.pin_hash: PinHash = Argon2idPinHash()
        self.vault: dict[str, Any] = {"unsent": settings.vault.unsent, "journal": settings.vault.journal}
        self.clock: Clock = SystemClock()
        self.random: Random = SystemRandom()
        self.watchdog: Watchdog = Service(f"http://{self.console['host']}:{self.console['port']}/")
        self.store: Store = keeping.store(settings.vault, state)
        self.national: NationalCiphers = line.national
        self.files: Files = FolderFiles(state / "files", shipped=settings.profiles["diagnoses"].parent, sweep=True)
        self.zips: Zips = StandardZips()
        self._http = KeptHttp(line.tls)
        self.http: HttpClient = self._http
        self.qr_rows: Callable[[str], list[bytes]] | None = devices.qr_rows

    def identity(self) -> dict[str, str]:
        """The network card's address and the present IP address (`hal.ports.Board.identity`)."""
        return device_identity()

    def from_gb18030(self, data: bytes) -> str:
        """A sentence in GBK (`hal.ports.Board.from_gb18030`)."""
        return data.decode("gb18030", "replace")

    async def close(self) -> None:
        """Release the store and the network connections."""
        try:
            await self.store.close()
        finally:
            self._http.close()


def open_linux(config: str, state: str) -> LinuxBoard:
    """Open the board of a config file, with its state in the folder `state`. `ConfigError` says what is wrong, before
    anything is written; `StoreError` when the store cannot be opened."""
    settings = read_settings(Path(config))
    profiles = read_profiles(settings)
    national = SystemNationalCiphers()
    line = PlatformLine(secrets_of(settings.platform, national), tls_context(settings.platform.tls), national)
    office = keeping.office_keys(settings.export)
    return LinuxBoard(settings, profiles, line, office, open_state(Path(state)))
