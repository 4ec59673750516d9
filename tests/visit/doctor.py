"""The hands of a doctor who always presses what comes next."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from firmware.errors import TerminalError
from tests.portable.tiny_counter import box

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from tests.portable.tiny_counter import Counter

    Press = Coroutine[Any, Any, Any]
    Json = dict[str, Any]


_MOST_PRESSES = 10  # to the end of a visit
_PREFIXES = {"aspirin": "8100017", "cough-syrup": "8100055"}


class Doctor:
    """Presses at `counter`. `leaves`: whether a visit that is done is left; otherwise it may still be cancelled.
    `refused` are the codes and params of the presses that were refused. Every second patient gets two drugs."""

    def __init__(self, counter: Counter) -> None:
        self.counter = counter
        self.leaves = False
        self.boxes = 0
        self.refused: list[tuple[str, Json]] = []
        self._steps: dict[str, Callable[[Json], Press]] = {
            "diagnose": lambda record: self.desk.choose_diagnosis(record["version"], "J00.x00"),
            "prescribe": lambda record: self.desk.set_lines(record["version"], _prescription(record)),
            "dispense": self._next_box,
            "price": lambda record: self.desk.price(record["version"]),
            "confirm": self._confirm,
            "settling": lambda record: self._unless_it_goes_on(record, self.desk.ask_again),
            "receipt": self._receipt,
            "cancelling": lambda record: self._unless_it_goes_on(record, self.desk.cancel),
            "done": lambda _: self._leave(),
            "cancelled": lambda _: self._leave(),
        }

    @property
    def desk(self) -> Any:
        """The screen of this life."""
        return self.counter.desk

    async def press(self, press: Press) -> None:
        """A press, and all the work that follows from it. A refusal is shown to the doctor, who goes on."""
        try:
            await press
        except TerminalError as error:
            self.refused.append((error.code, error.params))
        await self.counter.quiet()

    async def go_on(self, presses: int = 1) -> None:
        """The next things to do for the visit on the screen."""
        for _ in range(presses):
            record = self.desk.record()
            if record is not None:
                step = self._steps.get(record["step"])
                await self.press(self.counter.take_up() if step is None else step(record))

    async def go_on_to(self, step: str) -> None:
        """The same, until the visit on the screen has come to `step`, or does not come to it."""
        for _ in range(_MOST_PRESSES):
            record = self.desk.record()
            if record is None or record["step"] == step:
                return
            await self.go_on()

    def _next_box(self, record: Json) -> Press:
        self.boxes += 1
        line = next(line for line in record["lines"] if len(line["boxes"]) < line["quantity"])
        scanned: Press = self.desk.scanned(box(self.boxes, _PREFIXES[line["drug"]]))
        return scanned

    def _confirm(self, record: Json) -> Press:
        press: Press
        for each in record["findings"]:
            if each["key"] not in record["answers"]:
                press = self.desk.answer(record["version"], each["key"], "checked", "")
                return press
        if self.desk.notice is not None:  # refused: ask for the price again
            press = self.desk.price(record["version"])
        else:
            press = self.desk.settle(record["version"], record["preview"]["own_fen"])
        return press

    def _unless_it_goes_on(self, record: Json, press: Callable[[int], Press]) -> Press:
        return press(record["version"]) if record["stuck"] else self.counter.take_up()

    def _receipt(self, record: Json) -> Press:
        words = {"unsure": "came_out", "failed": "print"}
        word = words.get(record["receipt"]["state"])
        return self.counter.take_up() if word is None else self.desk.receipt(record["version"], word)

    def _leave(self) -> Press:
        return self.desk.finish() if self.leaves else self.counter.take_up()


def _prescription(record: Json) -> list[tuple[str, int]]:
    return [("aspirin", 1), ("cough-syrup", 1)] if int(record["id"]) % 2 else [("aspirin", 1)]
