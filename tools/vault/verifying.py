"""Checking the journal of a vault: whether anything was taken out, put in, altered or moved.

Without a key the chain shows it as long as nobody has linked all entries behind the change anew, which takes no key. A
head that is known from elsewhere (a note on paper, a parcel, another device) proves the entries up to it; the key
proves all of them, and both ends, because entries and head are sealed.
"""

import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from firmware.vault import Keyring, VaultError
from tools.vault.errors import Undecided
from tools.vault.figures import head_text, time_text
from tools.vault.restoring import refuse_other_head
from tools.vault.rows import Row
from tools.vault.survey import Survey, Surveyor

LEAST_LINK = 16  # hex digits of a link that prove it
_TOLD = 20  # entries that do not open
_PRINTED = re.compile(r"(?:第|entry)?\s*([0-9]{1,16})\s*(?:[:|]|条|\s)\s*([0-9a-f\s]+)")
_IN_FILE_NAME = re.compile(r"[0-9]{8}-[0-9]{8}-[0-9]+-([0-9]{1,16})-([0-9a-f]+)\.zip")  # docs/day-end.md


@dataclass(frozen=True)
class KnownHead:
    """A head of the journal from elsewhere; `link` may be the beginning of it."""

    sequence: int
    link: str


@dataclass
class Verdict:
    """What came out: `whole` or not, and the sentences that say so."""

    survey: Survey
    whole: bool = True
    sentences: list[str] = field(default_factory=list)

    def wrong(self, sentence: str) -> None:
        """Something is not as it was written."""
        self.whole = False
        self.sentences.append(sentence)


def known_head(text: str) -> KnownHead:
    """A head as it is printed anywhere: `42:9f86d081884c7d65...` by these tools, `42|9f86...` in the code on a day-end
    slip, `第 42 条 9f86 d081 884c 7d65` in words on slip and screen, and at the end of the name of a file of 9101.
    `ValueError` says what is wrong."""
    found = _IN_FILE_NAME.fullmatch(text.strip().lower()) or _PRINTED.fullmatch(text.strip().lower())
    if found is None:
        raise ValueError("a head is the number of an entry, a colon, and its link")
    link = "".join(found[2].split())
    if not LEAST_LINK <= len(link) <= 64:
        raise ValueError(f"a link has {LEAST_LINK} to 64 hex digits")
    return KnownHead(int(found[1]), link)


class Verification:
    """One walk over the rows, with the key when there is one. `show` gets a line for each entry that was opened."""

    def __init__(self, known: KnownHead | None, keyring: Keyring | None, show: Callable[[str], None] | None) -> None:
        self._known = known
        self._keyring = keyring
        self._show = show
        self._met = ""  # the link of the entry that is known
        self._broken: list[str] = []
        self._unopened = 0

    def run(self, rows: Iterable[Row]) -> Verdict:
        """The verdict. `Undecided` when the rows cannot be read, or what is known has been trimmed away."""
        surveyor = Surveyor(self._entry)
        for name, value in rows:
            surveyor.take(name, value)
        survey = surveyor.survey
        verdict = Verdict(survey)
        if not survey.head:
            raise Undecided("vault.missing", "there are no records of a terminal here")
        if survey.fault:
            verdict.wrong(f"The journal is broken: {survey.fault}.")
        for sentence in self._broken:
            verdict.wrong(sentence)
        if self._unopened > _TOLD:
            verdict.wrong(f"{self._unopened - _TOLD} more entries do not open.")
        self._look_at_known(verdict)
        self._look_at_head(verdict)
        return verdict

    def _entry(self, sequence: int, link: str, name: bytes, sealed: bytes) -> None:
        if self._known is not None and sequence == self._known.sequence:
            self._met = link
        if self._keyring is None:
            return
        try:
            plain = self._keyring.open_journal(name, sealed)
        except VaultError as error:
            self._unopened += 1
            if self._unopened <= _TOLD:
                self._broken.append(f"Entry {sequence} does not open: {error.cause}.")
            return
        if self._show is not None:
            self._show(f"{sequence:>10}  {link[:LEAST_LINK]}  {entry_text(plain)}")

    def _look_at_known(self, verdict: Verdict) -> None:
        known, survey = self._known, verdict.survey
        if known is None:
            return
        met = survey.before if known.sequence == survey.first - 1 else self._met
        if known.sequence < survey.first - 1:
            raise Undecided("head.trimmed", f"entry {known.sequence} was trimmed away; the journal begins later")
        if not met:
            verdict.wrong(f"The journal does not reach entry {known.sequence}: entries were cut off at its end.")
        elif not met.startswith(known.link):
            verdict.wrong(f"Entry {known.sequence} is another one than the one that is known: the journal was altered.")
        else:
            begins = f"with all from entry {survey.first} to it" if met == self._met else "in front of its first"
            verdict.sentences.append(f"It holds entry {known.sequence} as it is known elsewhere, {begins}.")

    def _look_at_head(self, verdict: Verdict) -> None:
        if self._keyring is None:
            return
        try:
            refuse_other_head(self._keyring, verdict.survey)
        except VaultError as error:
            verdict.wrong(f"The sealed head does not fit: {error.cause}.")
            return
        verdict.sentences.append("Every entry opens with the key, and the sealed head is that of the last one.")


def entry_text(plain: bytes) -> str:
    """What an entry says, in one line: when, what, and its note. Nothing personal is in it."""
    entry = json.loads(plain)
    unsure = "" if entry["trusted"] == "yes" else " (clock not trusted)"
    return f"{time_text(entry['wall'])}{unsure}  {entry['what']}  {entry['note']}".rstrip()


def verdict_text(verdict: Verdict, keyed: bool, known: KnownHead | None) -> list[str]:
    """The verdict in words; the last line is the verdict itself, first in Chinese."""
    lines, count = [*verdict.sentences], verdict.survey.entries()
    if not verdict.whole:
        return [*lines, "不完整：日志被改动或缺失，请保留原件并上报。 NOT WHOLE: keep this as it is and report it."]
    if keyed:
        return [*lines, f"完整，共 {count} 条。 WHOLE: {count} entries, in order, none altered."]
    lines += _unproved(verdict.survey, known)
    return [*lines, f"现有 {count} 条前后相连，其余未知。 WHOLE AS FAR AS IT GOES: {count} entries, in order."]


def _unproved(survey: Survey, known: KnownHead | None) -> list[str]:
    """What nobody can tell without the key."""
    lines = []
    if known is None:
        lines.append("Whoever had the medium could have linked other entries, or cut some off at the end:")
        lines.append("only the key, or a head known from elsewhere (--head), proves what was written.")
    elif known.sequence < survey.last:
        lines.append(f"Behind entry {known.sequence} nothing is proved without the key.")
    if survey.first > 1:
        lines.append(f"Only the key tells whether entries before {survey.first} were trimmed or taken away.")
    return lines


def head_lines(survey: Survey) -> list[str]:
    """First, last and link, as they are compared with paper."""
    return [
        f"first entry  {survey.first}",
        f"last entry   {survey.last}",
        f"head         {head_text(survey.last, survey.link)}",
    ]
