"""Searching a catalogue while somebody types: Chinese text, pinyin initials or a code, whole words or their beginnings.

A row is found when each word of the query stands somewhere in its code, its initials or its names. Shown first are the
rows that this clinic uses, most used first; then by how the first word of the query fits: it is one of them, it begins
one, it stands inside one; in each of these those with the shorter name, then by code. The rows that are `common` come
before the others that are no exact hit: first those that the word begins, then those in which it stands.

Nothing is held in memory: the search lines stand in the order of showing, and `Document.find` runs over them in the
speed of C. One letter finds its twenty rows in the first lines; a word that hardly a row has is one walk over all of
them. What walks far is a query of several words that are each common and never together; it ends after `_MOST_STEPS`.
"""

from firmware.catalogue.initials import fold
from firmware.catalogue.kept import PLACE_LETTERS
from firmware.catalogue.search_line import SearchLines

TYPE_CHECKING = False
if TYPE_CHECKING:
    from firmware.catalogue.kept import Catalogue

MOST_FOUND = 20
_LONGEST_QUERY = 40
_AT_FIRST = 64  # rows that are looked at before the walks for whole words and for beginnings begin
_MOST_STEPS = 2000
_EXACT = 0
_BEGINS = 1
_INSIDE = 2


def words_of(query: str) -> "list[bytes]":
    """The words of a query as they are compared."""
    plain = "".join(["?" if "\ud800" <= char <= "\udfff" else max(char, " ") for char in query[:_LONGEST_QUERY]])
    return fold(plain).split()


class Favourites:
    """The search lines of the rows that are shown before others: `used` most used first, `common` in their order."""

    def __init__(self, catalogue: "Catalogue", used: "list[str]", common: "list[str]") -> None:
        self.used = _lines_of(catalogue, used)
        self.common = _lines_of(catalogue, [code for code in common if code not in used])


def find(catalogue: "Catalogue", query: str, favourites: Favourites, most: int = MOST_FOUND) -> "list[dict[str, str]]":
    """Up to `most` rows, the best first; for an empty query the favourites."""
    words = words_of(query)
    lines = [line for line in favourites.used if fit(line, words) is not None]
    if not words:
        lines += favourites.common
    else:
        _add_found(catalogue, words, favourites.common, lines, most)
    return [catalogue.row_at(line) for line in lines[:most]]


def fit(line: bytes, words: "list[bytes]") -> "int | None":
    """How a search line fits a query (0 best), or None when it does not."""
    for word in words:
        if word not in line:
            return None
    if not words or b"\t" + words[0] + b"\t" in line:
        return _EXACT
    return _BEGINS if b"\t" + words[0] in line else _INSIDE


def _add_found(
    catalogue: "Catalogue", words: "list[bytes]", common: "list[bytes]", lines: "list[bytes]", most: int
) -> None:
    """Append the rows that fit, best first, without those that are there."""
    seen = [line[:PLACE_LETTERS] for line in lines]
    framed = b"\t" + words[0]
    anywhere, whole = _walk(catalogue, words, _AT_FIRST)
    begins = exact = anywhere  # when a walk brings all, the finer ones are within it
    if not whole:
        begins, whole = _walk(catalogue, [framed] + words[1:], _AT_FIRST)
        exact = begins
    if not whole:
        exact = _walk(catalogue, [framed + b"\t"] + words[1:], _AT_FIRST)[0]
    _take(lines, seen, _those(common + exact, words, _EXACT), most)
    _take(lines, seen, _those(common, words, _BEGINS) + _those(common, words, _INSIDE), most)
    _take(lines, seen, _those(begins, words, _BEGINS), most)
    _take(lines, seen, _those(anywhere, words, _INSIDE), most)


def _those(lines: "list[bytes]", words: "list[bytes]", kind: int) -> "list[bytes]":
    return [line for line in lines if fit(line, words) == kind]


def _take(lines: "list[bytes]", seen: "list[bytes]", more: "list[bytes]", most: int) -> None:
    for line in more:
        if len(lines) < most and line[:PLACE_LETTERS] not in seen:
            seen.append(line[:PLACE_LETTERS])
            lines.append(line)


def _walk(catalogue: "Catalogue", words: "list[bytes]", most: int) -> "tuple[list[bytes], bool]":
    """The first lines with all words in them, and whether they are all that there are. From each line one jumps to the
    next that has the word that it lacks."""
    document, place, end = catalogue.document, catalogue.first, catalogue.last
    found: "list[bytes]" = []
    for _ in range(_MOST_STEPS):
        furthest = place
        for word in words:
            there = document.find(word, place, end)
            if there < 0:
                return found, True
            furthest = max(furthest, there)
        start = document.rfind(b"\n", place - 1, furthest) + 1
        place = document.find(b"\n", furthest, end) + 1
        line = document.read(start, place - 1)
        if all([word in line for word in words]):  # no line before it has the word that stands furthest
            found.append(line)
            if len(found) >= most:
                break
    return found, False


def _lines_of(catalogue: "Catalogue", codes: "list[str]") -> "list[bytes]":
    """The search lines of codes, in their order; of those that the catalogue has."""
    made = SearchLines(catalogue.columns)
    placed = [catalogue.placed(code) for code in codes]
    return [made.of(found[1], found[0]) for found in placed if found is not None]
