"""The presses: every POST of the console API as one call to the room that does it, for those who may."""

from firmware.console.body import number, rows, text
from firmware.console.errors import ConsoleError
from firmware.errors import TerminalError
from firmware.vault import VISIT, may
from hal import aio

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from firmware.console.back_office import BackOffice
    from firmware.console.catalogue_office import CatalogueOffice
    from firmware.console.sessions import Sessions
    from firmware.stock import Shelf
    from firmware.vault import Operators
    from firmware.visit import Desk, Light

    Json = dict[str, Any]
    Operator = dict[str, str]

_LOOK_MS = 10000


class Presses:
    """Takes a press by its name below `/api/`."""

    def __init__(
        self,
        desk: "Desk",
        light: "Light",
        operators: "Operators",
        shelf: "Shelf",
        catalogues: "CatalogueOffice",
        sessions: "Sessions",
        back_office: "BackOffice",
    ) -> None:
        self._desk = desk
        self._light = light
        self._operators = operators
        self._shelf = shelf
        self.catalogues = catalogues
        self.sessions = sessions
        self.back_office = back_office
        back_office.actions.update(catalogues.actions)
        self._doors = {"setup": self._setup, "sign-in": self._sign_in}
        self._visits = {
            "visit/identity-number": self._identity_number,
            "visit/scan": self._scan,
            "visit/diagnosis": self._diagnosis,
            "visit/lines": self._lines,
            "visit/self-pay": self._self_pay,
            "visit/finding": self._finding,
            "visit/price": self._price,
            "visit/settle": self._settle,
            "visit/ask-again": self._ask_again,
            "visit/receipt": self._receipt,
            "visit/cancel": self._cancel,
            "visit/set-aside": self._set_aside,
            "visit/resume": self._resume,
            "visit/finish": self._finish,
            "notice/dismiss": self._dismiss,
        }

    async def press(self, name: str, body: "Json", token: str) -> "tuple[str, Json]":
        """Do it. Returns the token of a new session, or "", and what the answer says besides. `ConsoleError` or the
        room's own error."""
        if name in self._doors:
            return await self._doors[name](body, token), {}
        self.sessions.used(token)
        if name == "sign-out":
            self.allowed(token)
            self.sessions.close(token)
            self._left()
            return "", {}
        if name in self._visits:
            self.allowed(token, VISIT)
            await self._visits[name](body)
            return "", {}
        if name not in self.back_office.actions:
            self.allowed(token)
            raise ConsoleError("request.malformed", 404)
        right, action = self.back_office.actions[name]
        answer = await action(self.allowed(token, right), body)
        self._left()  # a new PIN ends sessions
        return "", answer

    def allowed(self, token: str, right: str = "") -> "Operator":
        """The operator of this session. `ConsoleError` 401 when nobody has signed in, 403 when he may not do this."""
        operator = self.sessions.operator(token)
        if operator is None:
            raise ConsoleError("operator.sign_in_first", 401)
        if right and not may(operator["role"], right):
            raise ConsoleError("operator.not_allowed", 403)
        return operator

    async def watch_sessions(self, pulse: "Callable[[], None]") -> None:
        """End sessions at which nobody presses anything, for ever."""
        while True:
            pulse()
            if self.sessions.close_idle():
                self._left()
            await aio.sleep_ms(_LOOK_MS)

    def _left(self) -> None:
        """Somebody may have gone: patients are served for whoever signed in last of those who are still there, and
        every page of a session that has ended goes blank."""
        self._desk.signed_out(self.sessions.last(VISIT))

    def find_drugs(self, query: str) -> "list[Json]":
        """Up to 20 drugs of the shelf."""
        return [
            {
                "id": drug["id"],
                "name": drug["name"],
                "specification": drug["specification"],
                "unit": drug["unit"],
                "price_fen": drug["price_fen"],
                "on_hand": self._shelf.on_hand(drug["id"]),
            }
            for drug in self._shelf.search(query)
        ]

    async def _setup(self, body: "Json", before: str) -> str:
        return await self._enter(await self._operators.set_up(text(body, "name"), text(body, "pin")), before)

    async def _sign_in(self, body: "Json", before: str) -> str:
        return await self._enter(await self._operators.sign_in(text(body, "operator"), text(body, "pin")), before)

    async def _enter(self, operator: "Operator", before: str) -> str:
        """A new session; the one that the same screen had `before` ends: whoever sat there has left."""
        self.sessions.close(before)
        token = self.sessions.open(operator)
        if not may(operator["role"], VISIT):
            self._left()  # his session may have taken the place of an old one
            return token
        try:
            await self._desk.signed_in(operator)
        except TerminalError as error:  # the card that waited cannot be served; the sign-in stands
            self._desk.tell("error", error.code, error.params)
        return token

    async def _identity_number(self, body: "Json") -> None:
        await self._desk.identity_number(text(body, "number"))

    async def _scan(self, body: "Json") -> None:
        self._light.switch(body.get("on") is True)

    async def _diagnosis(self, body: "Json") -> None:
        code = text(body, "code")
        await self._desk.choose_diagnosis(number(body, "version"), code)
        self.catalogues.chosen(code)

    async def _lines(self, body: "Json") -> None:
        wanted = [(text(row, "drug"), number(row, "quantity")) for row in rows(body, "lines")]
        await self._desk.set_lines(number(body, "version"), wanted)

    async def _self_pay(self, body: "Json") -> None:
        await self._desk.pay_oneself(number(body, "version"), text(body, "drug"), body.get("self_pay") is True)

    async def _finding(self, body: "Json") -> None:
        reason, words = text(body, "reason"), text(body, "text")
        await self._desk.answer(number(body, "version"), text(body, "key"), reason, words)

    async def _price(self, body: "Json") -> None:
        await self._desk.price(number(body, "version"))

    async def _settle(self, body: "Json") -> None:
        await self._desk.settle(number(body, "version"), number(body, "own_fen"))

    async def _ask_again(self, body: "Json") -> None:
        await self._desk.ask_again(number(body, "version"))

    async def _receipt(self, body: "Json") -> None:
        await self._desk.receipt(number(body, "version"), text(body, "answer"))

    async def _cancel(self, body: "Json") -> None:
        await self._desk.cancel(number(body, "version"))

    async def _set_aside(self, _body: "Json") -> None:
        await self._desk.set_aside()

    async def _resume(self, body: "Json") -> None:
        await self._desk.resume(text(body, "id"))

    async def _finish(self, _body: "Json") -> None:
        await self._desk.finish()

    async def _dismiss(self, _body: "Json") -> None:
        self._desk.dismiss()
