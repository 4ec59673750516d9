"""What can be made to go wrong: one catalogue for the bench page, the scenario files and the tests.

`python -m simulator.faults` writes it down as docs/faults.md; with `--check` it only looks whether that page is fresh.
"""

import re
import sys
from dataclasses import dataclass

from simulator.devices.line_faults import LINE_FAULTS
from simulator.devices.printer_faults import PRINTER_FAULTS
from simulator.devices.reader_faults import READER_FAULTS
from simulator.devices.scanner_faults import SCANNER_FAULTS
from simulator.office.window import OFFICE_FAULTS
from simulator.stick import STICK_FAULTS

BAUDS = (4800, 9600, 19200, 38400, 57600, 115200)
_NUMBER = re.compile(r"-?\d{1,9}")
_INFNO = re.compile(r"[0-9A-Za-z]{4,6}")


class ArgumentError(ValueError):
    """The words behind a fault's name do not fit; the text says what is wanted."""


@dataclass(frozen=True)
class FaultKind:
    """A fault. `name` begins with whose it is: `reader.`, `scanner.`, `printer.`, `network.`, `platform.`, `stick.` or
    `office.`.

    `arguments` are words out of: `[n]` for how many times (without it: until cleared), `n` at least 1, `ms` so many
    milliseconds, `[baud]` a speed (without it: one that is not the board file's), `number` any whole number, `infno`
    the number of a transaction, `text` all that remains of the line. `field` is what happened in the field that it
    stands for.
    """

    name: str
    about: str
    arguments: tuple[str, ...] = ()
    field: str = ""

    @property
    def owner(self) -> str:
        """Whose fault it is."""
        return self.name.partition(".")[0]

    @property
    def knob(self) -> str:
        """Its name at the owner."""
        return self.name.partition(".")[2]

    def parse(self, line: str) -> list[str | int]:
        """The arguments in `line`; one in brackets may be missing. `ArgumentError` when they do not fit."""
        words = line.split(None, len(self.arguments) - 1) if self.arguments else line.split()
        required = [kind for kind in self.arguments if not kind.startswith("[")]
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
            case "n" | "[n]" | "ms" if _NUMBER.fullmatch(word) and int(word) >= 1:
                return int(word)
            case "[baud]" if _NUMBER.fullmatch(word) and int(word) in BAUDS:
                return int(word)
        raise ArgumentError(f"{self.name}: {word} is no {kind.strip('[]')}")


_ELSEWHERE = (
    FaultKind(
        "network.cut_before", "the cable is pulled before such a transaction is done", ("infno",), "request lost"
    ),
    FaultKind(
        "network.cut_after", "the cable is pulled after it, before the answer leaves", ("infno",), "done, answer lost"
    ),
    FaultKind(
        "platform.refuse", "the next such transaction is refused with that sentence", ("infno", "text"), "refused"
    ),
    FaultKind("platform.slow", "the platform takes that many milliseconds longer", ("number",), "slow platform"),
    FaultKind(
        "platform.clock_skew", "the platform's clock is that many seconds ahead", ("number",), "no clock: 1970, jumps"
    ),
    FaultKind("platform.gateway_502", "the next n requests get HTTP 502 and a page", ("n",), "gateway down"),
    FaultKind("platform.wrong_sums", "the amounts in the next such answer do not add up", ("infno",), "wrong amounts"),
    FaultKind(
        "platform.out_of_service", "such transactions get HTTP 503 until it is cleared", ("infno",), "service down"
    ),
)
_DEVICES = {"reader": READER_FAULTS, "scanner": SCANNER_FAULTS, "printer": PRINTER_FAULTS}
_CARRIED = {"stick": STICK_FAULTS, "office": OFFICE_FAULTS}

FAULTS = {
    kind.name: kind
    for kind in (
        *(
            FaultKind(f"{device}.{name}", about, arguments, field)
            for device, own in _DEVICES.items()
            for name, about, arguments, field in (*LINE_FAULTS, *own)
        ),
        *_ELSEWHERE,
        *(
            FaultKind(f"{owner}.{name}", about, arguments, field)
            for owner, own in _CARRIED.items()
            for name, about, arguments, field in own
        ),
    )
}

if __name__ == "__main__":
    from simulator.fault_page import main

    sys.exit(main())
