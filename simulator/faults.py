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
from simulator.platform.faults import PLATFORM_FAULTS
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
    the number of a transaction, `this|that` one of these words, `text` all that remains of the line. `field` is what
    happened in the field that it stands for.
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
            case _ if "|" in kind and word in kind.split("|"):
                return word
            case "[baud]" if _NUMBER.fullmatch(word) and int(word) in BAUDS:
                return int(word)
        raise ArgumentError(f"{self.name}: {word} is no {kind.strip('[]')}")


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
        *(FaultKind(*fault) for fault in PLATFORM_FAULTS),
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
