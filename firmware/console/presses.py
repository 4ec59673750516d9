"""The presses: every POST of the console API as one call to the room that does it. Bodies are hostile until read
here."""

from firmware.console.errors import ConsoleError
from firmware.console.sessions import Sessions
from firmware.errors import TerminalError
from hal import aio

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from firmware.stock import Shelf
    from firmware.vault import Operators
    from firmware.visit import Desk, Light

    Json = dict[str, Any]

_FOUND = 20
_LONGEST_TEXT = 64


class Presses:
    """Takes a press by its name below `/api/`."""

    def __init__(
        self,
        desk: "Desk",
        light: "Light",
        operators: "Operators",
        shelf: "Shelf",
        diagnoses: "list[Json]",
        sessions: Sessions,
    ) -> None:
        self._desk = desk
        self._light = light
        self._operators = operators
        self._shelf = shelf
        self._diagnoses = diagnoses
        self.sessions = sessions
        self._setting_up = aio.Lock()
        self._doors = {"setup": self._setup, "sign-in": self._sign_in}
        self._actions = {
            "visit/identity-number": self._identity_number,
            "visit/scan": self._scan,
            "visit/diagnosis": self._diagnosis,
            "visit/lines": self._lines,
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

    async def press(self, name: str, body: "Json", token: str) -> str:
        """Do it. Returns the token of a new session, or "". `ConsoleError` or the room's own error."""
        if name in self._doors:
            return await self._doors[name](body)
        self.signed_in(token)
        if name == "sign-out":
            self.sessions.close(token)
            self._desk.signed_out(self.sessions.last())
            return ""
        if name not in self._actions:
            raise ConsoleError("request.malformed", 404)
        await self._actions[name](body)
        return ""

    def signed_in(self, token: str) -> None:
        """Refuse whoever has not signed in."""
        if self.sessions.operator(token) is None:
            raise ConsoleError("operator.sign_in_first", 401)

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

    def find_diagnoses(self, query: str) -> "list[Json]":
        """Up to 20 diagnoses by name, code or pinyin initials; the common ones for an empty query."""
        lower = query.lower()
        found = []
        for row in self._diagnoses:
            fits = (
                row["common"]
                if not query
                else (query in row["name"] or row["code"].lower().startswith(lower) or lower in row["initials"])
            )
            if fits:
                found.append({"code": row["code"], "name": row["name"]})
        return found[:_FOUND]

    async def _setup(self, body: "Json") -> str:
        async with self._setting_up:  # two screens may ask at once; only one operator is the first
            if await self._operators.names():
                raise ConsoleError("operator.sign_in_first", 401)
            operator = await self._operators.create(_text(body, "name"), _text(body, "pin"))
        return await self._enter(operator)

    async def _sign_in(self, body: "Json") -> str:
        return await self._enter(await self._operators.sign_in(_text(body, "operator"), _text(body, "pin")))

    async def _enter(self, operator: "dict[str, str]") -> str:
        token = self.sessions.open(operator)
        try:
            await self._desk.signed_in(operator)
        except TerminalError as error:  # the card that waited cannot be served; the sign-in stands
            self._desk.tell("error", error.code, error.params)
        return token

    async def _identity_number(self, body: "Json") -> None:
        await self._desk.identity_number(_text(body, "number"))

    async def _scan(self, body: "Json") -> None:
        self._light.switch(body.get("on") is True)

    async def _diagnosis(self, body: "Json") -> None:
        await self._desk.choose_diagnosis(_number(body, "version"), _text(body, "code"))

    async def _lines(self, body: "Json") -> None:
        rows = body.get("lines")
        if type(rows) is not list or any([type(row) is not dict for row in rows]):
            raise ConsoleError("request.malformed", 400)
        wanted = [(_text(row, "drug"), _number(row, "quantity")) for row in rows]
        await self._desk.set_lines(_number(body, "version"), wanted)

    async def _price(self, body: "Json") -> None:
        await self._desk.price(_number(body, "version"))

    async def _settle(self, body: "Json") -> None:
        await self._desk.settle(_number(body, "version"), _number(body, "own_fen"))

    async def _ask_again(self, body: "Json") -> None:
        await self._desk.ask_again(_number(body, "version"))

    async def _receipt(self, body: "Json") -> None:
        await self._desk.receipt(_number(body, "version"), _text(body, "answer"))

    async def _cancel(self, body: "Json") -> None:
        await self._desk.cancel(_number(body, "version"))

    async def _set_aside(self, _body: "Json") -> None:
        await self._desk.set_aside()

    async def _resume(self, body: "Json") -> None:
        await self._desk.resume(_text(body, "id"))

    async def _finish(self, _body: "Json") -> None:
        await self._desk.finish()

    async def _dismiss(self, _body: "Json") -> None:
        self._desk.dismiss()


def _text(body: "Json", name: str) -> str:
    value = body.get(name)
    if type(value) is not str or len(value) > _LONGEST_TEXT or any(["\ud800" <= char <= "\udfff" for char in value]):
        raise ConsoleError("request.malformed", 400)  # half a surrogate pair cannot be kept or sent
    return value


def _number(body: "Json", name: str) -> int:
    value = body.get(name)
    if type(value) is not int:
        raise ConsoleError("request.malformed", 400)
    return value
