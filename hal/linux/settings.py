"""A Linux board config, read key by key. Nothing is opened here, so a config can be checked on any machine."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hal import profiles
from hal.config import Section
from hal.linux.board_file import read_checked
from hal.linux.keeping_settings import (
    ExportSettings,
    KeySettings,
    VaultSettings,
    export_settings,
    key_settings,
    vault_settings,
)
from hal.linux.platform_settings import HOST, PlatformSettings, platform_settings
from hal.province import read_province

Json = dict[str, Any]

BAUDS = (9600, 19200, 38400, 57600, 115200)
SCANNERS = ("gm65", "gm67", "serial-trigger", "serial", "keyboard")
_RENUMBERED = re.compile(r"/dev/tty(USB|ACM)\d+")
_ORIGIN = re.compile(r"https?://[A-Za-z0-9.-]+(:\d{1,5})?")
PORT_BY_ID = re.compile(r"(usb|input):[0-9a-f]{4}:[0-9a-f]{4}(:[!-~]{1,64})?")
_SCHEME = re.compile(r"(usb|input|pcsc):.*")
_FUNCTION = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*:[A-Za-z_]\w*", re.ASCII)


@dataclass(frozen=True)
class Device:
    """A device: its driver, the stable name of its port, its speed (0 where the port has none), and switches that are
    on."""

    driver: str
    port: str
    baud: int = 0
    switches: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Settings:
    """All that a board config says. `console` is that of `hal.ports.Board`."""

    name: str
    card_reader: Device
    photo_decoder: str  # "module:function", or ""
    social_card_reader: Device | None
    scanner: Device
    printer: Device
    platform: PlatformSettings
    console: Json
    keys: KeySettings
    vault: VaultSettings
    export: ExportSettings | None
    profiles: dict[str, Path]  # clinic, province, policy, diagnoses, printer


@dataclass(frozen=True)
class Profiles:
    """What the profile files say; the shapes are those of `hal.ports.Board`."""

    clinic: Json
    province: Json
    policy: Json
    diagnoses: list[Json]
    printer: Json


def read_settings(config: Path) -> Settings:
    """The settings of a board config. `ConfigError` names the file and the key that is wrong, missing or unknown."""
    return read_checked(config, lambda values: settings_of(Section(values, ""), config.resolve().parent))


def read_profiles(settings: Settings) -> Profiles:
    """The profiles that a board config names. `ConfigError` names the file and the key that is wrong."""
    files = settings.profiles
    return Profiles(
        clinic=read_checked(files["clinic"], profiles.read_clinic),
        province=read_checked(files["province"], read_province),
        policy=read_checked(files["policy"], profiles.read_policy),
        diagnoses=read_checked(files["diagnoses"], profiles.read_diagnoses),
        printer=read_checked(files["printer"], profiles.read_printer),
    )


def settings_of(config: Section, folder: Path) -> Settings:
    """The settings in the tables of a board config that lies in `folder`. `ConfigError` names the key."""
    board = config.section("board")
    board.choice("platform", ("linux",))
    printer = config.section("printer")
    printer_profile = printer.text("profile")
    card_reader = config.section("card_reader")
    photo_decoder = _photo_decoder(card_reader)
    settings = Settings(
        name=board.text("name", 40),
        card_reader=_device(card_reader, ("samv",), ("usb",), ("fingerprint", "newest_address")),
        photo_decoder=photo_decoder,
        social_card_reader=_social_card_reader(config),
        scanner=_device(config.section("scanner"), SCANNERS, ("input",), ("continuous",)),
        printer=_device(printer, ("escpos",), ("usb",)),
        platform=platform_settings(config.section("platform")),
        console=_console(config.section("console")),
        keys=key_settings(config.section("keys")),
        vault=vault_settings(config),
        export=export_settings(config),
        profiles=_profile_files(config.section("profiles"), folder, printer_profile),
    )
    board.done()
    config.done()
    _refuse_shared_ports(config, settings)
    return settings


def _device(
    section: Section, drivers: tuple[str, ...], schemes: tuple[str, ...] = (), switches: tuple[str, ...] = ()
) -> Device:
    """A device on a serial port, or on a port of one of `schemes`; `switches` are optional keys, true or false."""
    driver = section.choice("driver", drivers)
    port = section.text("port")
    scheme = port.partition(":")[0] if _SCHEME.fullmatch(port) else ""
    if _RENUMBERED.fullmatch(port):
        raise section.wrong("port", "changes when devices are plugged in again; use a path below /dev/serial/by-id/")
    if scheme and (scheme not in schemes or not PORT_BY_ID.fullmatch(port)):
        forms = "".join(f' or "{allowed}:0400:c35a" (vendor and product in small letters)' for allowed in schemes)
        raise section.wrong("port", f"must be the path of a serial port{forms}")
    if scheme == "input" and driver != "keyboard":
        raise section.wrong("port", f'is a keyboard; the driver of one is "keyboard", not "{driver}"')
    baud = 0 if scheme or driver == "keyboard" else section.number_of("baud", BAUDS)
    on = frozenset(key for key in switches if section.has(key) and section.flag(key))
    if driver != "gm65" and "continuous" in on:
        raise section.wrong("continuous", 'is known to the driver "gm65" only')
    section.done()
    return Device(driver, port, baud, on)


def _photo_decoder(section: Section) -> str:
    if not section.has("photo_decoder"):
        return ""
    name = section.text("photo_decoder")
    if not _FUNCTION.fullmatch(name):
        raise section.wrong("photo_decoder", 'must name a Python function, like "maker_photo:decode"')
    return name


def _social_card_reader(config: Section) -> Device | None:
    if not config.has("social_card_reader"):
        return None
    section = config.section("social_card_reader")
    driver, port = section.choice("driver", ("pcsc",)), section.text("port")
    if not port.startswith("pcsc:"):
        raise section.wrong(
            "port", 'must be "pcsc:" and words from the name of the reader, or "pcsc:" for the only one'
        )
    section.done()
    return Device(driver, port)


def _refuse_shared_ports(config: Section, settings: Settings) -> None:
    if settings.scanner.port == settings.card_reader.port:
        raise config.wrong("scanner.port", "is the port of the card reader, too")
    if settings.printer.port in {settings.card_reader.port, settings.scanner.port}:
        raise config.wrong("printer.port", "is the port of another device, too")


def _console(console: Section) -> Json:
    host = console.text("host")
    if not HOST.fullmatch(host):
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


def _profile_files(section: Section, folder: Path, printer: str) -> dict[str, Path]:
    root = folder / section.text("root") if section.has("root") else folder
    files = {key: root / section.text(key) for key in ("clinic", "province", "policy", "diagnoses")}
    section.done()
    return {**files, "printer": root / printer}
