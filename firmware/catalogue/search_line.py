"""What of a row is searched, as one line: the place of the row, then code, initials and names, each between tabs."""

from firmware.catalogue.initials import fold, initials_of
from firmware.catalogue.kept import place_letters

OTHER_NAME = "other_name"
TYPED = "typed"  # initials that came with the row
_MOST_INITIALS = 60


class SearchLines:
    """Makes the search lines of a catalogue with these columns (`code` and `name` first)."""

    def __init__(self, columns: "list[str]") -> None:
        self._other = columns.index(OTHER_NAME) if OTHER_NAME in columns else 0
        self._typed = columns.index(TYPED) if TYPED in columns else 0

    def of(self, row: bytes, place: int) -> bytes:
        """The search line of a row (its columns between tabs) that stands at `place`."""
        values = row.decode().split("\t")
        name = values[1]
        parts = [fold(values[0]), _initials(name), fold(name)]
        if self._other and values[self._other]:
            parts += [_initials(values[self._other]), fold(values[self._other])]
        if self._typed:
            parts.append(fold(values[self._typed]))
        searched = [place_letters(place)]
        for part in parts:
            if part and part not in searched:
                searched.append(part)
        return b"\t".join(searched) + b"\t"


def rank(row: bytes) -> bytes:
    """The key by which rows are shown: shorter names first, then by code."""
    code, _, rest = row.partition(b"\t")
    length = len(rest.partition(b"\t")[0].decode())
    return f"{min(length, 999):03d}".encode() + code


def _initials(name: str) -> bytes:
    return initials_of(name)[:_MOST_INITIALS].encode()
