"""The window at which a clinic hands in its stick and gets it back with the answers on it."""

import contextlib
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from simulator.devices.device_faults import Faults
from simulator.office.content import ACKNOWLEDGED, REFUSED, Result, answer, answer_name, messages_of, number_of
from simulator.office.known import KnownTerminals
from simulator.office.parcel import Foreign, Keys, Secrets, open_parcel, seal, sender_of
from simulator.stick import STICK_FAULTS, TORN, WORN, Stick

OTHER_KEYS = "other_keys"
FIRST_HALF = "first_half"

# (name, what it does, arguments as in `simulator.faults`, the field failure it stands for)
OFFICE_FAULTS = (
    (OTHER_KEYS, "the next n answers are made with keys that the terminal does not know", ("[n]",), "forged answer"),
    (FIRST_HALF, "the next n answers tell of the first half of their messages only", ("[n]",), "not all decided yet"),
)

Book = Callable[[str, str, dict[str, Any]], str]
"""(infno, region, input): do it at the platform. "" when it is done, or was before; else why it is refused."""

_MOST_BYTES = 32 << 20


class OfficeWindow:
    """Takes sticks in. Its faults are those of the stick, too: `stick.…` and `office.…` (`simulator.faults`)."""

    def __init__(self, secrets: Secrets, stick: Stick, book: Book, keep: Path | None = None) -> None:
        """`keep`: the folder in which it remembers the terminals that it knows and what it took in."""
        self.stick = stick
        self.faults = Faults(self._changed)
        self.last: dict[str, int] | None = None  # what came of the last stick
        self._secrets = secrets
        self._book = book
        self._known = KnownTerminals(keep)
        self._listeners: list[Callable[[], None]] = []
        stick.on_change(self._changed)

    def take_in(self) -> None:
        """Read every parcel on the stick and write its answer beside it. What does not open stays without an answer.
        `OSError` when the stick cannot be written."""
        told = {"parcels": 0, ACKNOWLEDGED: 0, REFUSED: 0, "unopened": 0}
        for name in self.stick.names():
            number = number_of(name)
            if number is None:
                continue
            try:
                results = self._answered(number, self._read(name))
            except Foreign:
                told["unopened"] += 1
            else:
                told["parcels"] += 1
                for result in results:
                    told[result.outcome] += 1
        self.last = told
        self._changed()

    def _answered(self, number: int, parcel: bytes) -> list[Result]:
        terminal = sender_of(parcel)
        content = open_parcel(self._secrets, terminal, parcel)
        messages = messages_of(content, terminal.sign, number)
        if not self._known.is_known(terminal):
            raise Foreign
        if self.faults.take(FIRST_HALF):
            messages = messages[: (len(messages) + 1) // 2]
        results = [self._decided(message.key, message.infno, message.region, message.input) for message in messages]
        self._known.save()
        self._write(answer_name(number), terminal, answer(number, results))
        return results

    def _decided(self, key: str, infno: str, region: str, content: dict[str, Any]) -> Result:
        if key not in self._known.done:
            sentence = self._book(infno, region, content)
            if sentence:
                return Result(key, REFUSED, sentence)
            self._known.done.add(key)
        return Result(key, ACKNOWLEDGED)

    def _read(self, name: str) -> bytes:
        with (self.stick.folder / name).open("rb") as file:
            parcel = bytearray(file.read(_MOST_BYTES))
        if parcel and self.stick.faults.take(WORN):
            parcel[len(parcel) // 2] ^= 0x10
        return bytes(parcel)

    def _write(self, name: str, terminal: Keys, content: bytes) -> None:
        secrets = self._secrets
        if self.faults.take(OTHER_KEYS):
            secrets = Secrets.of(os.urandom(32), os.urandom(32))
        sealed = seal(secrets, terminal, content, os.urandom(32), os.urandom(12))
        if self.stick.faults.take(TORN):
            sealed = sealed[: len(sealed) // 2]
        file = self.stick.folder / name
        try:
            file.write_bytes(sealed)
        except OSError:
            with contextlib.suppress(OSError):
                file.unlink(missing_ok=True)
            raise

    # ---- as one that has faults

    def fault(self, name: str, *args: str | int) -> None:
        """Switch a fault on. `NoSmallStick`."""
        owner, knob = name.split(".")
        number = args[0] if args and isinstance(args[0], int) else None
        (self.stick.set_fault if owner == "stick" else self.faults.set)(knob, number)

    def clear(self, name: str) -> None:
        """Switch it off, if it is on."""
        owner, knob = name.split(".")
        (self.stick.clear_fault if owner == "stick" else self.faults.clear)(knob)

    def active_faults(self) -> Sequence[str]:
        """Those that are on."""
        own = [f"office.{name}" for name, *_ in OFFICE_FAULTS if self.faults.active(name)]
        return own + [f"stick.{name}" for name, *_ in STICK_FAULTS if self.stick.faults.active(name)]

    def state(self) -> dict[str, Any]:
        """What can be seen of the stick and of its last visit, ready for JSON."""
        return {"in": self.stick.inside, "files": self.stick.names(), "office": self.last}

    def on_change(self, listener: Callable[[], None]) -> None:
        """Call `listener` after every change."""
        self._listeners.append(listener)

    def _changed(self) -> None:
        for listener in self._listeners:
            listener()
