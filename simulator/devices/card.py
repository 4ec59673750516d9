"""The chip of a resident identity card: what a SAM-V reader hands over of it."""

from dataclasses import dataclass

TEXT_SIZE = 256
PHOTO_SIZE = 1024
# Every real picture block seen starts like this ("WLf", 126 rows); the rest is a proprietary picture, left empty here.
PHOTO = bytes.fromhex("574C66007E00320000FF85").ljust(PHOTO_SIZE, b"\0")
_BLANK = " ".encode("utf-16-le")
_NAME_SIZE = 30


@dataclass(frozen=True)
class IdentityCard:
    """A citizen's card, with the fields of its text block as they stand there.

    `sex` is the GB/T 2261.1 digit, `nation` the two digits of GB/T 3304, `birth` and `start` are YYYYMMDD, `end` is
    YYYYMMDD or 长期, `number` is the citizen identity number (GB 11643). `fingerprint` has 0, 512 or 1024 bytes.
    """

    name: str
    sex: str
    nation: str
    birth: str
    address: str
    number: str
    authority: str
    start: str
    end: str
    fingerprint: bytes = b""

    def __post_init__(self) -> None:
        """Refuse what no chip could hold."""
        if len(self.fingerprint) not in (0, 512, 1024):
            raise ValueError("fingerprint: 0, 512 or 1024 bytes")
        self.text()

    def text(self) -> bytes:
        """The 256-byte text block: UTF-16LE, fields of fixed size padded with blanks, reserve and type flag blank.

        A name that is too long is cut, as the card does; any other field that is too long is a `ValueError`.
        """
        return b"".join(
            (
                _field("name", self.name, _NAME_SIZE, cut=True),
                _field("sex", self.sex, 2),
                _field("nation", self.nation, 4),
                _field("birth", self.birth, 16),
                _field("address", self.address, 70),
                _field("number", self.number, 36),
                _field("authority", self.authority, 30),
                _field("start", self.start, 16),
                _field("end", self.end, 16),
                _field("reserve", "", 36),
            )
        )

    def photo(self) -> bytes:
        """The 1024-byte picture block."""
        return PHOTO


def _field(name: str, value: str, size: int, *, cut: bool = False) -> bytes:
    data = value.encode("utf-16-le")
    if len(data) > size and not cut:
        raise ValueError(f"{name}: longer than {size // 2} characters")
    return data[:size] + _BLANK * ((size - len(data)) // 2)
