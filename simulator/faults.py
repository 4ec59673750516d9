"""What can be made to go wrong: one catalogue for the bench page, the scenario files and the tests."""

import re
from dataclasses import dataclass

_NUMBER = re.compile(r"-?\d{1,9}")
_INFNO = re.compile(r"[0-9A-Za-z]{4,6}")


class ArgumentError(ValueError):
    """The words behind a fault's name do not fit; the text says what is wanted."""


@dataclass(frozen=True)
class FaultKind:
    """A fault. `name` begins with whose it is: `reader.`, `scanner.`, `printer.`, `network.` or `platform.`.

    `arguments` are words out of: `[n]` for how many times (without it: until cleared), `n` at least 1, `number` any
    whole number, `infno` the number of a transaction, `text` all that remains of the line.
    """

    name: str
    about: str
    arguments: tuple[str, ...] = ()

    @property
    def owner(self) -> str:
        """Whose fault it is."""
        return self.name.partition(".")[0]

    @property
    def knob(self) -> str:
        """Its name at the owner."""
        return self.name.partition(".")[2]

    def parse(self, line: str) -> list[str | int]:
        """The arguments in `line`; an `[n]` that is not there is left out. `ArgumentError` when they do not fit."""
        words = line.split(None, len(self.arguments) - 1) if self.arguments else line.split()
        required = [kind for kind in self.arguments if kind != "[n]"]
        if not len(required) <= len(words) <= len(self.arguments):
            raise ArgumentError(f"{self.name} wants: {' '.join(self.arguments) or 'nothing'}")
        return [self._value(kind, word.strip()) for kind, word in zip(self.arguments, words, strict=False)]

    def _value(self, kind: str, word: str) -> str | int:
        match kind:
            case "text":
                return word
            case "infno" if _INFNO.fullmatch(word):
                return word
            case "number" if _NUMBER.fullmatch(word):
                return int(word)
            case "n" | "[n]" if _NUMBER.fullmatch(word) and int(word) >= 1:
                return int(word)
        raise ArgumentError(f"{self.name}: {word} is no {kind.strip('[]')}")


FAULTS = {
    kind.name: kind
    for kind in (
        FaultKind("reader.silent", "the card reader does not answer", ("[n]",)),
        FaultKind("reader.bad_checksum", "the check byte of its answers is wrong", ("[n]",)),
        FaultKind("reader.torn_frame", "half of an answer, then silence", ("[n]",)),
        FaultKind("reader.wrong_card_type", "the card is of a kind that it cannot read", ("[n]",)),
        FaultKind("reader.read_fails", "reading the card fails", ("[n]",)),
        FaultKind("reader.noise", "random bytes before its answers", ("[n]",)),
        FaultKind("scanner.silent", "the scanner does not answer, and what it reads is lost", ("[n]",)),
        FaultKind("scanner.drop_tail", "the end mark behind a code is missing", ("[n]",)),
        FaultKind("printer.silent", "the printer prints, but never answers", ("[n]",)),
        FaultKind("printer.paper_out_after", "the roll ends after n more lines", ("n",)),
        FaultKind("printer.forgets", "when the paper ends, the rest of the job is lost"),
        FaultKind("network.cut_before", "the cable is pulled before such a transaction is done", ("infno",)),
        FaultKind("network.cut_after", "the cable is pulled after it, before the answer leaves", ("infno",)),
        FaultKind("platform.refuse", "the next such transaction is refused with that sentence", ("infno", "text")),
        FaultKind("platform.slow", "the platform takes that many milliseconds longer", ("number",)),
        FaultKind("platform.clock_skew", "the platform's clock is that many seconds ahead", ("number",)),
        FaultKind("platform.gateway_502", "the next n requests get HTTP 502 and a page", ("n",)),
        FaultKind("platform.wrong_sums", "the amounts in the next such answer do not add up", ("infno",)),
    )
}
