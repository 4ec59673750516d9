"""Files to and from the platform (9101, 9102). Runs on MicroPython, too."""

import json
import unittest

from firmware.insurance import InsuranceClient, InsuranceError
from firmware.insurance.form import form
from firmware.insurance.transfer import CATALOGUES, download, upload
from firmware.vault import open_vault
from hal.errors import StoreError
from hal.ports import NO, HttpAnswer
from tests.portable.doubles import NOON, MemoryBoard, SeededRandom, cable_pulled, reply_lost

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Coroutine
    from typing import Any

SIGNED_IN = b'{"output":{"signinoutb":{"sign_no":"680003"}},"infcode":0}'
TAKEN = b'{"infcode":0,"output":{"file_qury_no":"M00/00/00/x","filename":"a.zip"},"respond_time":"20260921221320000"}'
REFUSED = '{"infcode":-1,"err_msg":"文件不存在"}'.encode()
FILE = {"content-type": "application/octet-stream"}
ZIP = b"PK\x03\x04" + bytes(range(256)) * 4


async def trouble(call: "Coroutine[Any, Any, Any]") -> "tuple[str, str, Any]":
    """(class, code, platform's sentence) of the error of `call`."""
    try:
        await call
    except InsuranceError as error:
        return type(error).__name__, error.code, error.params.get("platform")
    return "", "", None


def parts(content_type: str, body: bytes) -> "list[tuple[list[bytes], bytes]]":
    """Headers and content of each part of a form, read by the book (RFC 2046, section 5.1.1)."""
    kind, _, boundary = content_type.partition("; boundary=")
    assert kind == "multipart/form-data", kind
    line = b"--" + boundary.encode()
    assert body.startswith(line + b"\r\n") and body.endswith(b"\r\n" + line + b"--\r\n")
    inner = body[len(line) + 2 : -len(line) - 6]
    found = []
    for part in inner.split(b"\r\n" + line + b"\r\n"):
        place = part.find(b"\r\n\r\n")
        found.append((part[:place].split(b"\r\n"), part[place + 4 :]))
    return found


class Transfer(unittest.TestCase):
    async def setUp(self) -> None:  # type: ignore[override]
        self.board = MemoryBoard()
        board = self.board
        vault = await open_vault(board.store, board.ciphers, board.keys, board.random, board.clock)
        self.client = InsuranceClient(board, vault)  # type: ignore[arg-type]  # as in test_insurance_client.py
        self.got = bytearray()

    def script(self, *answers: "Any") -> None:
        self.board.http.script = [SIGNED_IN] + list(answers)

    async def fetch(self, **more: "Any") -> None:
        await download(self.client, "M00/00/00/x", "drugs.zip", self.got.extend, **more)


class Uploads(Transfer):
    async def test_the_form(self) -> None:
        self.script(TAKEN)
        self.assertEqual(await upload(self.client, "stmt.zip", ZIP), "M00/00/00/x")
        request = self.board.http.requests[1]
        headers = dict(request.headers)
        self.assertEqual(len(request.headers), len(headers))
        message, file = parts(headers["Content-Type"], request.body)
        self.assertEqual(message[0][0], b'Content-Disposition: form-data; name="jsonStr"')
        self.assertEqual(file[0][0], b'Content-Disposition: form-data; name="file"; filename="stmt.zip"')
        self.assertEqual(file[0][1], b"Content-Type: application/octet-stream")
        self.assertEqual(file[1], ZIP)
        envelope = json.loads(message[1].decode())
        self.assertEqual((envelope["infno"], envelope["sign_no"], len(envelope["msgid"])), ("9101", "680003", 30))
        node = {"in": "[]", "filename": "stmt.zip", "fixmedins_code": "H99999900001"}
        self.assertEqual(envelope["input"], {"fsUploadIn": node})
        self.assertEqual(headers["x-tif-timestamp"], str(NOON))
        self.assertEqual(request.url, "http://platform/fsi/api/fileupload/upload")

    async def test_a_large_file_has_more_time(self) -> None:
        self.script(TAKEN, TAKEN)
        await upload(self.client, "a", b"x")
        await upload(self.client, "a", bytes(160000))
        self.assertEqual([request.answer_ms for request in self.board.http.requests[1:]], [15000, 25000])

    async def test_what_goes_wrong(self) -> None:
        for reply, want in (
            (REFUSED, ("Refused", "insurance.refused", "文件不存在")),
            (b'{"infcode":0,"output":{}}', ("UnknownOutcome", "insurance.bad_answer", None)),
            (b"<html>", ("UnknownOutcome", "insurance.bad_answer", None)),
            (HttpAnswer(413, {}, b"<html>"), ("TurnedAway", "insurance.gateway_refused", "")),
            (HttpAnswer(502, {}, b"<html>"), ("UnknownOutcome", "insurance.no_answer", None)),
            (reply_lost(), ("UnknownOutcome", "insurance.no_answer", None)),
            (cable_pulled(), ("Unreachable", "insurance.not_connected", None)),
        ):
            self.client._signed_on = ""
            self.script(reply)
            self.assertEqual(await trouble(upload(self.client, "a.zip", ZIP)), want)

    async def test_the_boundary_occurs_in_neither_part(self) -> None:
        taken = SeededRandom(7)
        first = form(b"{}", "a", b"", taken)[0].partition("=")[2]
        second = form(b"{}", "a", b"", taken)[0].partition("=")[2]
        kind, body = form(b"{}", "a", b"x" + first.encode(), SeededRandom(7))
        self.assertEqual(kind, "multipart/form-data; boundary=" + second)
        self.assertEqual(parts(kind, body)[1][1], b"x" + first.encode())
        kind, body = form(first.encode(), "a", b"", SeededRandom(7))
        self.assertEqual(parts(kind, body)[0][1], first.encode())

    async def test_a_name_cannot_bring_in_a_header(self) -> None:
        for name in ("", 'a"', "a\r\nb", "a/b", "药", "a b"):
            with self.assertRaises(ValueError):
                form(b"{}", name, b"", SeededRandom(1))

    async def test_turned_away_for_its_time_it_is_sent_once_more(self) -> None:
        self.board.clock.trust = NO
        minds = HttpAnswer(
            401, {"date": "Mon, 21 Sep 2026 15:13:20 GMT"}, '{"code":401,"message":"签名时间戳超时!"}'.encode()
        )
        self.script(minds, TAKEN)
        self.assertEqual(await upload(self.client, "a.zip", ZIP), "M00/00/00/x")
        for request in self.board.http.requests[1:]:
            self.assertEqual(parts(dict(request.headers)["Content-Type"], request.body)[1][1], ZIP)


class Downloads(Transfer):
    async def test_the_file(self) -> None:
        self.script(HttpAnswer(200, FILE, ZIP), HttpAnswer(200, FILE, ZIP))
        await self.fetch(fixmedins=CATALOGUES)
        self.assertEqual(bytes(self.got), ZIP)
        await self.fetch()
        sent = [json.loads(request.body.decode())["input"] for request in self.board.http.requests[1:]]
        node = {"file_qury_no": "M00/00/00/x", "filename": "drugs.zip", "fixmedins_code": "plc"}
        self.assertEqual(sent[0], {"fsDownloadIn": node})
        self.assertEqual(sent[1]["fsDownloadIn"]["fixmedins_code"], "H99999900001")
        self.assertEqual(self.board.http.requests[1].url, "http://platform/fsi/api/fileupload/download")

    async def test_a_file_under_another_type(self) -> None:
        for kind in ("application/zip", "text/plain", ""):
            self.client._signed_on = ""
            self.script(HttpAnswer(200, {"content-type": kind}, ZIP))
            await self.fetch()
            self.assertEqual(bytes(self.got), ZIP)
            self.got = bytearray()

    async def test_what_is_no_file(self) -> None:
        unread = ("UnknownOutcome", "insurance.bad_answer", None)
        for reply, want in (
            (REFUSED, ("Refused", "insurance.refused", "文件不存在")),
            (HttpAnswer(200, FILE, REFUSED), ("Refused", "insurance.refused", "文件不存在")),
            (HttpAnswer(200, FILE, b'{"infcode":0,"output":{}}'), unread),
            (b'{"infcode":0,"output":{}}', unread),
            (HttpAnswer(200, FILE, b""), unread),
            (HttpAnswer(200, FILE, b"{"), unread),
            (HttpAnswer(200, FILE, b"{" + b" " * 70000), unread),
            (b"", unread),
            (b"<html>", unread),
            (b"P", unread),
            (HttpAnswer(404, {}, b"<html>"), ("TurnedAway", "insurance.gateway_refused", "")),
            (HttpAnswer(502, {}, ZIP), ("UnknownOutcome", "insurance.no_answer", None)),
            (reply_lost(), ("UnknownOutcome", "insurance.no_answer", None)),
            (cable_pulled(), ("Unreachable", "insurance.not_connected", None)),
        ):
            self.client._signed_on = ""
            self.script(reply)
            self.assertEqual(await trouble(self.fetch()), want)
            self.assertEqual(bytes(self.got), b"")

    async def test_forgotten_sign_ins_are_renewed(self) -> None:
        forgotten = HttpAnswer(200, FILE, '{"infcode":-1,"err_msg":"请先签到"}'.encode())
        self.script(forgotten, SIGNED_IN, HttpAnswer(200, FILE, ZIP))
        await self.fetch()
        self.assertEqual(bytes(self.got), ZIP)
        self.board.http.script = [forgotten, SIGNED_IN, forgotten]  # it is about something else
        self.assertEqual(await trouble(self.fetch()), ("Refused", "insurance.refused", "请先签到"))
        self.assertEqual(self.board.http.script, [])

    async def test_so_are_those_of_uploads(self) -> None:
        forgotten = '{"infcode":-1,"err_msg":"请先签到"}'.encode()
        self.script(forgotten, SIGNED_IN, TAKEN)
        self.assertEqual(await upload(self.client, "a.zip", ZIP), "M00/00/00/x")
        self.board.http.script = [forgotten, SIGNED_IN, forgotten]
        self.assertEqual(await trouble(upload(self.client, "a.zip", ZIP)), ("Refused", "insurance.refused", "请先签到"))

    async def test_a_full_disk(self) -> None:
        def full(_piece: bytes) -> None:
            raise StoreError("files.full")

        self.script(HttpAnswer(200, FILE, ZIP))
        with self.assertRaises(StoreError):
            await download(self.client, "M00/00/00/x", "drugs.zip", full)
