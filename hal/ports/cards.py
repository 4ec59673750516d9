"""Identity cards and social security cards, and what reads them."""

from hal.ports.status import DeviceStatus

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Protocol

    from hal.ports.status import Facts
else:
    Protocol = object


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
