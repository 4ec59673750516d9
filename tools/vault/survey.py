"""One walk over the rows of a vault that needs no key: what there is of each kind, and the chain of the journal."""

import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from firmware.vault import HEAD, JOURNAL_PREFIX, KEYS, OWNERS, RECORDS, Chain, VaultError, begun_at, hex_of, label_of
from tools.vault.rows import Row

NO_LINK = "0" * 64  # what the first entry follows

WORD = re.compile(r"[a-z0-9_./-]{1,40}")  # what kinds and keys are called

Watch = Callable[[int, str, bytes, bytes], None]  # sequence, link in hex, name, sealed entry


@dataclass
class Survey:
    """What was seen. `fault` says where the chain of the journal is broken, or is empty."""

    kinds: Counter[str] = field(default_factory=Counter)
    owners: int = 0
    keys: list[str] = field(default_factory=list)
    first: int = 0  # the number of the oldest entry that is kept; 0 when there is none
    before: str = ""  # the link in front of it
    last: int = 0
    link: str = NO_LINK
    head: bytes = b""  # sealed
    suite: int = 0  # of the head: the one that seals now
    fault: str = ""

    def entries(self) -> int:
        """How many entries of the journal are kept."""
        return self.last - self.first + 1 if self.first else 0


class Surveyor:
    """Takes rows in their order and makes a `Survey` of them. `watch` is told of each entry of the journal."""

    def __init__(self, watch: Watch | None = None) -> None:
        self.survey = Survey()
        self._watch = watch
        self._chain: Chain | None = None

    def take(self, name: bytes, value: bytes) -> None:
        """The next row."""
        survey = self.survey
        if name.startswith(JOURNAL_PREFIX):
            self._follow(name, value)
        elif name.startswith(RECORDS):
            survey.kinds[_shown(name[len(RECORDS) :].split(b"/", 1)[0])] += 1
        elif name.startswith(OWNERS):
            survey.owners += 1
        elif name.startswith(KEYS):
            survey.keys.append(_shown(name[len(KEYS) :]))
        elif name == HEAD:
            self._head(value)

    def _head(self, value: bytes) -> None:
        self.survey.head = value
        try:
            self.survey.suite = label_of(value).suite
        except VaultError as error:
            self.survey.fault = error.cause

    def _follow(self, name: bytes, value: bytes) -> None:
        survey = self.survey
        if survey.fault:
            return
        try:
            if self._chain is None:
                self._chain = begun_at(name, value)
                survey.first, survey.before = self._chain.sequence + 1, hex_of(self._chain.link)
            sealed = self._chain.follow(name, value)
        except VaultError as error:
            survey.fault = error.cause
            return
        survey.last, survey.link = self._chain.sequence, hex_of(self._chain.link)
        if self._watch is not None:
            self._watch(survey.last, survey.link, name, sealed)


def survey_of(rows: Iterable[Row], watch: Watch | None = None) -> Survey:
    """Walk over all rows."""
    surveyor = Surveyor(watch)
    for name, value in rows:
        surveyor.take(name, value)
    return surveyor.survey


def _shown(part: bytes) -> str:
    """A part of a name; one that no terminal gives is shown as `?`, so that nothing of it gets onto a screen."""
    text = part.decode("ascii", "replace")
    return text if WORD.fullmatch(text) else "?"
