"""Cards and codes in words for a technician. What belongs to a person is masked unless it is asked for."""

from firmware.identity import IdentityError, mask, read_card, read_newest_address, read_social_card
from firmware.visit import what_is
from hal.errors import DeviceError
from hal.ports import CardRead, SocialCardRead

Facts = list[tuple[str, str]]


def identity_card(read: CardRead, show: bool) -> Facts:
    """What an identity card says. `DeviceError` with the code of the room when it says nothing sensible."""
    try:
        card = read_card(read.text)
        newest_address = read_newest_address(read.newest_address)
    except IdentityError as error:
        raise DeviceError(error.code, error.cause) from error
    facts = [
        ("kind", card.kind),
        ("name", _shown(card.name, show)),
        ("number", card.number if show else mask(card.number)),
        ("born", card.birth if show else card.birth[:4] + "-**-**"),
        ("sex", card.sex),
        ("valid", f"{card.valid_from} to {card.valid_until or '长期 (for ever)'}"),
        ("photo", f"{len(read.photo)} bytes, not decoded"),
        ("fingerprint", f"{len(read.fingerprint)} bytes"),
    ]
    if card.address:
        facts.append(("address", _shown(card.address, show)))
    if newest_address:
        facts.append(("newest address", _shown(newest_address, show)))
    return facts


def social_card(read: SocialCardRead, show: bool) -> Facts:
    """What a social security card says. `DeviceError` as above."""
    try:
        card = read_social_card(read.fields)
    except IdentityError as error:
        raise DeviceError(error.code, error.cause) from error
    return [
        ("kind", "social security card"),
        ("name", _shown(card.name, show)),
        ("number", card.identity_number if show else mask(card.identity_number)),
        ("card number", _shown(card.card_number, show)),
        ("files read", " ".join(f"{tag:02X}" for tag in sorted(read.fields))),
    ]


def code(data: bytes, show: bool) -> Facts:
    """What a scanned code is, and of what it consists as far as that names nobody."""
    scanned = what_is(data)
    facts = [
        ("is", scanned.words()),
        ("symbol", scanned.symbol or "the scanner does not say"),
        ("size", f"{len(data.strip()) - len(scanned.symbol)} bytes"),
    ]
    box = scanned.box
    if box is not None:
        named = {"product": box.prefix7 or box.gtin or box.device_id, "lot": box.lot, "expires": box.expires}
        facts += [(name, value) for name, value in named.items() if value]
    if show:
        facts.append(("content", data.decode("utf-8", "backslashreplace").replace("\x1d", "␝")))
    return facts


def _shown(text: str, show: bool) -> str:
    """The text, or its first character and stars."""
    return text if show else text[:1] + "*" * (len(text) - 1)
