"""A connection through the gateways that sign with SM2. Runs on CPython and MicroPython."""

import json
import unittest
from binascii import a2b_base64, b2a_base64, hexlify, unhexlify

from firmware.insurance import InsuranceClient, Unreachable
from firmware.insurance.gateway.keys import USER
from firmware.insurance.gateway.sign_text import sign_text
from firmware.insurance.gateway.sm2_cainfo import string_to_sign
from firmware.vault import open_vault
from hal.gm import GmCiphers
from tests.portable.doubles import MemoryBoard
from tests.portable.test_gateway import APP_ID, APP_SECRET, MESSAGE_KEY, PUBLIC_KEY, SIGN_KEY

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Json = dict[str, Any]

SIGNED_IN = b'{"output":{"signinoutb":{"sign_no":"680003","sign_time":"2022-01-21 00:00:00"}},"infcode":0,"err_msg":""}'
DONE = b'{"output":null,"infcode":0,"err_msg":"success"}'
REVERSAL = {"data": {"psn_no": "1", "omsgid": "2", "oinfno": "2207"}}


def encrypted(message: bytes) -> bytes:
    """An answer of the sm2-sm4 platform that says `message`."""
    ciphers = GmCiphers()
    outer: "Json" = {"appId": APP_ID, "code": 0, "encType": "SM4", "signType": "SM2", "data": json.loads(message)}
    signature = ciphers.sm2_sign(SIGN_KEY, USER, sign_text(outer, APP_SECRET))
    outer["signData"] = b2a_base64(signature).decode().strip()
    outer["encData"] = hexlify(ciphers.sm4_ecb(MESSAGE_KEY, message)).decode()
    del outer["data"]
    return json.dumps(outer).encode()


class Connection(unittest.TestCase):
    async def client(self, scheme: str, sign_key: bytes = SIGN_KEY) -> InsuranceClient:
        self.board = MemoryBoard()
        self.board.province["gateway"].update({"scheme": scheme, "account": APP_ID, "interface_version": "2.0.1"})
        self.board.platform.update({"secret": APP_SECRET, "sign_key": sign_key, "platform_key": PUBLIC_KEY})
        board = self.board
        vault = await open_vault(board.store, board.ciphers, board.keys, board.random, board.clock)
        return InsuranceClient(board, vault)  # type: ignore[arg-type]  # its ports are real ones, seen as what they are

    async def test_each_message_carries_its_own_cainfo(self) -> None:
        client = await self.client("sm2-cainfo")
        self.board.http.script = [SIGNED_IN, DONE]
        self.assertEqual(await client.call("2601", REVERSAL), {})
        signatures = []
        for request in self.board.http.requests:
            header = json.loads(request.body.decode())
            signature = unhexlify(header["cainfo"])
            text = string_to_sign(header).encode()
            self.assertTrue(GmCiphers().sm2_verify(PUBLIC_KEY, USER, text, signature))
            signatures.append(signature)
        self.assertEqual(len(set(signatures)), 2)

    async def test_messages_and_answers_that_are_encrypted(self) -> None:
        client = await self.client("sm2-sm4")
        self.board.http.script = [encrypted(SIGNED_IN), encrypted(DONE)]
        self.assertEqual(await client.call("2601", REVERSAL), {})
        sent = json.loads(self.board.http.requests[1].body.decode())
        inside = json.loads(GmCiphers().sm4_ecb_open(MESSAGE_KEY, unhexlify(sent["encData"])).decode())
        self.assertEqual((inside["infno"], inside["sign_no"], inside["input"]), ("2601", "680003", REVERSAL))
        sent["data"] = inside
        signature = a2b_base64(sent["signData"].encode())
        self.assertTrue(GmCiphers().sm2_verify(PUBLIC_KEY, USER, sign_text(sent, APP_SECRET), signature))
        self.assertTrue(b"2601" not in self.board.http.requests[1].body)

    async def test_nothing_leaves_without_a_key(self) -> None:
        for scheme in ("sm2-cainfo", "sm2-sm4"):
            for key in (b"", bytes(32)):
                client = await self.client(scheme, key)
                with self.assertRaises(Unreachable) as refused:
                    await client.call("2601", REVERSAL)
                self.assertEqual(refused.exception.code, "insurance.no_key")
                self.assertEqual(self.board.http.requests, [])
