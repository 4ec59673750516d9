"""Opens a Linux board: checks every key of its config, then makes the ports and drivers."""

from pathlib import Path
from typing import Any

from hal.config import Section
from hal.drivers.escpos import EscposPrinter
from hal.drivers.gm65 import Gm65Scanner
from hal.drivers.samv import SamvReader
from hal.errors import ConfigError
from hal.linux.board_file import profile_root, read_rows, read_toml
from hal.linux.cipher import AesGcmCipher
from hal.linux.clock import SystemClock
from hal.linux.http import KeptHttp
from hal.linux.keys import FileKeyStore, read_secret
from hal.linux.network import device_identity
from hal.linux.serial_port import SerialPort
from hal.linux.service import Service
from hal.linux.state import open_state
from hal.linux.store import SqliteStore
from hal.linux.system_random import SystemRandom
from hal.ports import CardReader, Cipher, Clock, HttpClient, KeyStore, Printer, Random, Scanner, Store, Watchdog

_BAUDS = (9600, 19200, 38400, 57600, 115200)


class LinuxBoard:
    """Everything the firmware gets on Linux (`hal.ports.Board`)."""

    def __init__(self, config: Section, root: Path, state: Path) -> None:
        board = config.section("board")
        self.name = board.text("name")
        board.text("platform", ("linux",))
        board.done()
        self._read_devices(config)
        self._read_platform(config.section("platform"))
        self._read_console(config.section("console"))
        keys = config.section("keys")
        keys.text("store", ("file",))
        keys.done()
        self._read_profiles(config.section("profiles"), root)
        config.done()
        self.cipher: Cipher = AesGcmCipher()
        self.keys: KeyStore = FileKeyStore(state / "device.key")
        self.clock: Clock = SystemClock()
        self.random: Random = SystemRandom()
        self._http = KeptHttp()
        self.http: HttpClient = self._http
        self.device = device_identity()
        self.watchdog: Watchdog = Service(f"http://{self.console['host']}:{self.console['port']}/")
        self.store: Store = SqliteStore(state / "vault.db")

    def _read_devices(self, config: Section) -> None:
        reader = config.section("card_reader")
        reader.text("driver", ("samv-serial",))
        self.card_reader: CardReader = SamvReader(_port(reader))
        reader.done()
        scanner = config.section("scanner")
        scanner.text("driver", ("gm65",))
        self.scanner: Scanner = Gm65Scanner(_port(scanner))
        scanner.done()
        printer = config.section("printer")
        printer.text("driver", ("escpos",))
        self.printer: Printer = EscposPrinter(_port(printer), printer.number("columns", 32, 64))
        printer.done()

    def _read_platform(self, platform: Section) -> None:
        self.platform: dict[str, Any] = {
            "url": platform.text("url"),
            "secret": read_secret(Path(platform.text("secret_file"))),
            "connect_ms": platform.number("connect_ms", 100, 60_000),
            "look_up_ms": platform.number("look_up_ms", 100, 60_000),
            "settle_ms": platform.number("settle_ms", 100, 60_000),
        }
        platform.done()

    def _read_console(self, console: Section) -> None:
        self.console: dict[str, Any] = {
            "host": console.text("host"),
            "port": console.number("port", 1, 65_535),
            "frame_ancestors": console.texts("frame_ancestors"),
        }
        console.done()

    def _read_profiles(self, profiles: Section, root: Path) -> None:
        if profiles.has("root"):
            root = Path(profiles.text("root"))
        self.clinic = read_toml(root / profiles.text("clinic"))
        self.province = read_toml(root / profiles.text("province"))
        self.policy = read_toml(root / profiles.text("policy"))
        self.diagnoses = read_rows(root / profiles.text("diagnoses"))
        profiles.done()

    async def close(self) -> None:
        """Release the store and the network connections."""
        await self.store.close()
        self._http.close()


def _port(device: Section) -> SerialPort:
    baud = device.number("baud", _BAUDS[0], _BAUDS[-1])
    if baud not in _BAUDS:
        raise ConfigError("config.wrong", f"baud must be one of {', '.join(map(str, _BAUDS))}")
    return SerialPort(device.text("port"), baud)


async def open_linux(values: dict[str, Any], config: str, state: str) -> LinuxBoard:
    """Open the board of a parsed config. `ConfigError` names the key that is wrong, missing or unknown."""
    return LinuxBoard(Section(values, ""), profile_root(Path(config)), open_state(Path(state)))
