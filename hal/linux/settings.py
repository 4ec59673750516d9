"""A Linux board config, read key by key. Nothing is opened here, so a config can be checked on any machine."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from hal import profiles
from hal.config import Section
from hal.linux.board_file import read_checked

Json = dict[str, Any]

BAUDS = (9600, 19200, 38400, 57600, 115200)
_RENUMBERED = re.compile(r"/dev/tty(USB|ACM)\d+")
_ORIGIN = re.compile(r"https?://[A-Za-z0-9.-]+(:\d{1,5})?")
_HOST = re.compile(r"[A-Za-z0-9.:-]+")


@dataclass(frozen=True)
class Line:
    """A serial device: the stable path of its port, and its speed."""

    port: str
    baud: int


@dataclass(frozen=True)
class Settings:
    """All that a board config says. `platform` (but for the secret) and `console` are those of `hal.ports.Board`."""

    name: str
    card_reader: Line
    scanner: Line
    printer: Line
    columns: int
    secret_file: Path
    platform: Json
    console: Json
    profiles: dict[str, Path]  # clinic, province, policy, diagnoses


@dataclass(frozen=True)
class Profiles:
    """What the profile files say; the shapes are those of `hal.ports.Board`."""

    clinic: Json
    province: Json
    policy: Json
    diagnoses: list[Json]


def read_settings(config: Path) -> Settings:
    """The settings of a board config. `ConfigError` names the file and the key that is wrong, missing or unknown."""
    return read_checked(config, lambda values: settings_of(Section(values, ""), config.resolve().parent))


def read_profiles(settings: Settings) -> Profiles:
    """The profiles that a board config names. `ConfigError` names the file and the key that is wrong."""
    files = settings.profiles
    return Profiles(
        clinic=read_checked(files["clinic"], profiles.read_clinic),
        province=read_checked(files["province"], profiles.read_province),
        policy=read_checked(files["policy"], profiles.read_policy),
        diagnoses=read_checked(files["diagnoses"], profiles.read_diagnoses),
    )


def settings_of(config: Section, folder: Path) -> Settings:
    """The settings in the tables of a board config that lies in `folder`. `ConfigError` names the key."""
    board = config.section("board")
    board.choice("platform", ("linux",))
    keys = config.section("keys")
    keys.choice("store", ("file",))
    keys.done()
    printer = config.section("printer")
    columns = printer.number("columns", 32, 64)
    platform = config.section("platform")
    settings = Settings(
        name=board.text("name", 40),
        card_reader=_line(config.section("card_reader"), "samv-serial"),
        scanner=_line(config.section("scanner"), "gm65"),
        printer=_line(printer, "escpos"),
        columns=columns,
        secret_file=Path(platform.text("secret_file")),
        platform=_platform(platform),
        console=_console(config.section("console")),
        profiles=_profile_files(config.section("profiles"), folder),
    )
    board.done()
    config.done()
    _refuse_shared_ports(config, settings)
    return settings


def _line(device: Section, driver: str) -> Line:
    device.choice("driver", (driver,))
    line = Line(device.text("port"), device.number_of("baud", BAUDS))
    if _RENUMBERED.fullmatch(line.port):
        raise device.wrong("port", "changes when devices are plugged in again; use a path below /dev/serial/by-id/")
    device.done()
    return line


def _refuse_shared_ports(config: Section, settings: Settings) -> None:
    if settings.scanner.port == settings.card_reader.port:
        raise config.wrong("scanner.port", "is the port of the card reader, too")
    if settings.printer.port in {settings.card_reader.port, settings.scanner.port}:
        raise config.wrong("printer.port", "is the port of another device, too")


def _platform(platform: Section) -> Json:
    url = platform.text("url")
    if not _is_platform_url(url):
        raise platform.wrong("url", 'must be like "https://host:port/path", without a slash at the end')
    settings = {
        "url": url,
        "connect_ms": platform.number("connect_ms", 100, 60_000),
        "look_up_ms": platform.number("look_up_ms", 100, 60_000),
        "settle_ms": platform.number("settle_ms", 100, 60_000),
    }
    platform.done()
    return settings


def _is_platform_url(url: str) -> bool:
    try:
        parts = urlsplit(url)
        port = parts.port  # raises ValueError for a number that is no port
    except ValueError:
        return False
    has_more = any((parts.query, parts.fragment, parts.username, parts.password))
    is_address = parts.scheme in {"http", "https"} and port != 0 and _HOST.fullmatch(parts.hostname or "")
    return bool(is_address) and not has_more and url.isascii() and " " not in url and not url.endswith("/")


def _console(console: Section) -> Json:
    host = console.text("host")
    if not _HOST.fullmatch(host):
        raise console.wrong("host", 'must be an address of this machine, like "127.0.0.1"')
    settings: Json = {
        "host": host,
        "port": console.number("port", 1, 65_535),
        "frame_ancestors": console.texts("frame_ancestors"),
    }
    for origin in settings["frame_ancestors"]:
        if not _ORIGIN.fullmatch(origin):
            raise console.wrong("frame_ancestors", 'must be a list of origins like "http://127.0.0.1:8600"')
    console.done()
    return settings


def _profile_files(section: Section, folder: Path) -> dict[str, Path]:
    root = folder / section.text("root") if section.has("root") else folder
    files = {key: root / section.text(key) for key in ("clinic", "province", "policy", "diagnoses")}
    section.done()
    return files
