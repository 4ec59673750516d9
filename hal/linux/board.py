"""Opens a Linux board: checks its config and profiles, then makes the ports and drivers."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from hal.linux import devices
from hal.linux.cipher import AesGcmCipher
from hal.linux.clock import SystemClock
from hal.linux.http import KeptHttp
from hal.linux.keys import FileKeyStore, read_secret
from hal.linux.network import device_identity
from hal.linux.pin_hash import Argon2idPinHash
from hal.linux.service import Service
from hal.linux.settings import Profiles, Settings, read_profiles, read_settings
from hal.linux.state import open_state
from hal.linux.store import SqliteStore
from hal.linux.system_random import SystemRandom
from hal.ports import (
    CardReader,
    Cipher,
    Clock,
    HttpClient,
    KeyStore,
    ParcelSeal,
    PinHash,
    Printer,
    Random,
    Scanner,
    Stick,
    Store,
    Watchdog,
)


class LinuxBoard:
    """Everything the firmware gets on Linux (`hal.ports.Board`). Serial ports are opened by their drivers, later."""

    def __init__(self, settings: Settings, profiles: Profiles, secret: str, state: Path) -> None:
        self.name = settings.name
        self.card_reader: CardReader = devices.card_reader(settings.card_reader)
        decoder = devices.photo_decoder(settings.photo_decoder)
        self.photo_decoder: Callable[[bytes], Awaitable[bytes]] | None = decoder
        social = settings.social_card_reader
        self.social_card_reader: CardReader | None = None if social is None else devices.social_card_reader(social)
        self.scanner: Scanner = devices.scanner(settings.scanner)
        self.printer: Printer = devices.printer(settings.printer, profiles.printer)
        self.platform: dict[str, Any] = {**settings.platform, "secret": secret}
        self.console = settings.console
        self.clinic = profiles.clinic
        self.province = profiles.province
        self.policy = profiles.policy
        self.diagnoses = profiles.diagnoses
        self.ciphers: list[Cipher] = [AesGcmCipher()]
        self.pin_hash: PinHash = Argon2idPinHash()
        self.stick: Stick | None = None
        self.parcels: ParcelSeal | None = None
        self.vault: dict[str, Any] = {"unsent": 50000, "journal": 200000}
        self.keys: KeyStore = FileKeyStore(state / "device.key")
        self.clock: Clock = SystemClock()
        self.random: Random = SystemRandom()
        self.watchdog: Watchdog = Service(f"http://{self.console['host']}:{self.console['port']}/")
        self.store: Store = SqliteStore(state / "vault.db")
        self._http = KeptHttp()
        self.http: HttpClient = self._http
        self.qr_rows: Callable[[str], list[bytes]] | None = devices.qr_rows

    def identity(self) -> dict[str, str]:
        """The network card's address and the present IP address (`hal.ports.Board.identity`)."""
        return device_identity()

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
    secret = read_secret(settings.secret_file)
    return LinuxBoard(settings, profiles, secret, open_state(Path(state)))
