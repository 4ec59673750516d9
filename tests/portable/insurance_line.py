"""A line to a scripted platform, for the tests of the client."""

import json
import unittest

from firmware.insurance import InsuranceClient, InsuranceError
from firmware.vault import open_vault
from tests.portable.doubles import MemoryBoard

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Coroutine
    from typing import Any

    Json = dict[str, Any]

SIGNED_IN = (
    b'{"output":{"signinoutb":{"sign_no":"680003","sign_time":"2022-01-21 00:00:00"}},"infcode":0,"err_msg":"success"}'
)
DONE = b'{"output":null,"infcode":0,"warn_msg":null,"err_msg":"success"}'
REVERSAL = {"data": {"psn_no": "1", "omsgid": "2", "oinfno": "2207"}}


def answer(output: "Any", **more: "Any") -> bytes:
    message: "Json" = {"infcode": 0, "err_msg": "success", "output": output}
    message.update(more)
    return json.dumps(message).encode()


async def trouble(call: "Coroutine[Any, Any, Any]") -> "tuple[str, str, Any]":
    """(class, code, platform's sentence) of the error of `call`."""
    try:
        await call
    except InsuranceError as error:
        return type(error).__name__, error.code, error.params.get("platform")
    return "", "", None


class Line(unittest.TestCase):
    """A board, its vault and a client; the tests are below."""

    async def setUp(self) -> None:  # type: ignore[override]
        await self.begin()

    async def begin(self) -> None:
        self.board = MemoryBoard()
        self.client = await self.client_on(self.board)

    async def begin_signed_in(self) -> None:
        await self.begin()
        self.script(SIGNED_IN, DONE)
        await self.client.call("2601", REVERSAL)

    async def client_on(self, board: MemoryBoard) -> InsuranceClient:
        vault = await open_vault(board.store, board.ciphers, board.keys, board.random, board.clock)
        return InsuranceClient(board, vault)  # type: ignore[arg-type]  # its ports are real ones, seen as what they are

    def script(self, *answers: "Any") -> None:
        self.board.http.script = list(answers)

    def sent(self, index: int) -> "Json":
        message: "Json" = json.loads(self.board.http.requests[index].body.decode())
        return message

    def numbers(self) -> "list[str]":
        return [self.sent(index)["infno"] for index in range(len(self.board.http.requests))]
