"""The connection to the platform: envelope, sign-in, message numbers, every answer. Runs on MicroPython, too."""

import json
import unittest

from firmware.insurance import InsuranceError, Refused, UnknownOutcome, Unreachable
from hal import aio
from hal.ports import HttpAnswer
from tests.portable.doubles import cable_pulled, reply_lost
from tests.portable.insurance_line import DONE, REVERSAL, SIGNED_IN, Line, answer, trouble

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class Envelope(Line):
    async def test_the_envelope(self) -> None:
        self.script(SIGNED_IN, DONE)
        self.assertEqual(await self.client.call("2601", REVERSAL, "999901", "M" * 30), {})
        self.assertEqual(
            self.sent(1),
            {
                "infno": "2601",
                "msgid": "M" * 30,
                "mdtrtarea_admvs": "999900",
                "insuplc_admdvs": "999901",
                "recer_sys_code": "99",
                "dev_no": "",
                "dev_safe_info": "",
                "cainfo": "",
                "signtype": "SM3",
                "infver": "1.0.0",
                "opter_type": "1",
                "opter": "D999900000001",
                "opter_name": "测试医生",
                "inf_time": "2026-09-21 22:13:20",
                "fixmedins_code": "H99999900001",
                "fixmedins_name": "测试村卫生室",
                "sign_no": "680003",
                "input": REVERSAL,
            },
        )
        sign_in = self.sent(0)
        self.assertEqual((sign_in["infno"], sign_in["sign_no"], sign_in["insuplc_admdvs"]), ("9001", "", ""))
        want = {"signIn": {"opter_no": "D999900000001", "mac": "001122334455", "ip": "192.0.2.7"}}
        self.assertEqual(sign_in["input"], want)

    async def test_the_request(self) -> None:
        self.script(SIGNED_IN, DONE, DONE)
        await self.client.call("5203", {"data": {"psn_no": "1", "setl_id": "2", "mdtrt_id": "3"}})
        await self.client.call("2601", REVERSAL)
        first, second, third = self.board.http.requests
        self.assertEqual(first.url, "http://platform/fsi/api/service/9001")
        self.assertEqual(second.url, "http://platform/fsi/api/service/5203")
        self.assertEqual([r.answer_ms for r in (first, second, third)], [5000, 5000, 15000])
        self.assertEqual(third.connect_ms, 1500)
        nonces = [dict(request.headers)["x-tif-nonce"] for request in (first, second, third)]
        self.assertEqual(len(set(nonces)), 3)
        self.assertEqual(dict(second.headers)["x-tif-timestamp"], str(self.board.clock.now_s))

    async def test_a_message_that_fits_no_table_does_not_leave(self) -> None:
        self.script(SIGNED_IN, DONE)
        call = self.client.call("2601", {"data": {"psn_no": "1"}})
        self.assertEqual(await trouble(call), ("InsuranceError", "insurance.bad_message", None))
        self.assertEqual(self.numbers(), ["9001"])


class MessageNumbers(Line):
    async def test_form(self) -> None:
        self.assertEqual(await self.client.new_msgid(), "H99999900001" + "20260921221320" + "0001")

    async def test_never_twice_not_even_after_restarts(self) -> None:
        seen = []
        board = self.board
        for life in range(2, 5):
            for _ in range(205):
                seen.append(await self.client.new_msgid())  # noqa: PERF401 - MicroPython has no await in a comprehension
            board = board.restarted(life)
            board.clock.now_s = self.board.clock.now_s  # the clock of a device without a battery
            self.client = await self.client_on(board)
        self.assertEqual(len(set(seen)), 3 * 205)
        self.assertEqual({len(number) for number in seen}, {30})

    async def test_the_sequence_begins_again_after_9999(self) -> None:
        await self.client._vault.reserve("msgid", 9998)
        tails = []
        for _ in range(3):
            tails.append((await self.client.new_msgid())[-4:])  # noqa: PERF401 - MicroPython, as above
        self.assertEqual(tails, ["9999", "0000", "0001"])

    async def test_asked_at_once(self) -> None:
        tasks = [aio.spawn("number", self.client.new_msgid()) for _ in range(4)]
        seen = []
        for task in tasks:
            seen.append(await task)  # noqa: PERF401 - MicroPython, as above
        self.assertEqual(len(set(seen)), 4)


class SigningIn(Line):
    async def test_once_a_day(self) -> None:
        self.script(SIGNED_IN, DONE, DONE, SIGNED_IN, DONE)
        await self.client.call("2601", REVERSAL)
        await self.client.call("2601", REVERSAL)
        self.board.clock.now_s += 86400
        await self.client.call("2601", REVERSAL)
        self.assertEqual(self.numbers(), ["9001", "2601", "2601", "9001", "2601"])

    async def test_once_for_calls_at_once(self) -> None:
        self.script(SIGNED_IN, DONE, DONE)
        tasks = [aio.spawn("call", self.client.call("2601", REVERSAL)) for _ in range(2)]
        for task in tasks:
            await task
        self.assertEqual(self.numbers(), ["9001", "2601", "2601"])

    async def test_again_when_the_platform_forgot_it(self) -> None:
        refused = b'{"infcode":-1,"err_msg":"FSI-\xe8\xaf\xb7\xe5\x85\x88\xe7\xad\xbe\xe5\x88\xb0","output":null}'
        self.script(SIGNED_IN, refused, SIGNED_IN, DONE)
        await self.client.call("2601", REVERSAL, "", "M" * 30)
        self.assertEqual(self.numbers(), ["9001", "2601", "9001", "2601"])
        self.assertEqual(self.sent(1)["msgid"], self.sent(3)["msgid"])

    async def test_words_about_signing_in_that_mean_something_else(self) -> None:
        """One more sign-in for each call, never a loop, and then it is a refusal like any other."""
        refused = '{"infcode":-1,"err_msg":"签到机构与药品不符"}'.encode()
        self.script(SIGNED_IN, DONE)
        await self.client.call("2601", REVERSAL)
        for _ in range(3):
            self.script(refused, SIGNED_IN, refused)
            got = await trouble(self.client.call("2601", REVERSAL))
            self.assertEqual(got, ("Refused", "insurance.refused", "签到机构与药品不符"))
            self.assertEqual(self.numbers()[-3:], ["2601", "9001", "2601"])
        self.script(DONE)
        await self.client.call("2601", REVERSAL)  # and it is still signed in

    async def test_a_sign_in_that_fails_does_not_lose_what_is_known(self) -> None:
        refused = '{"infcode":-1,"err_msg":"请先签到"}'.encode()
        self.script(SIGNED_IN, refused, reply_lost())
        got = await trouble(self.client.call("2601", REVERSAL))
        self.assertEqual(got[:2], ("Unreachable", "insurance.not_connected"))
        self.script(SIGNED_IN, DONE)
        await self.client.call("2601", REVERSAL)

    async def test_calls_at_once_that_the_platform_forgot_sign_in_once(self) -> None:
        refused = '{"infcode":-1,"err_msg":"请先签到"}'.encode()
        again = answer({"signinoutb": {"sign_no": "680004"}})
        self.script(SIGNED_IN, DONE)
        await self.client.call("2601", REVERSAL)
        self.script(refused, refused, refused, again, DONE, DONE, DONE)
        tasks = [aio.spawn("call", self.client.call("2601", REVERSAL)) for _ in range(3)]
        for task in tasks:
            await task
        self.assertEqual(self.numbers()[2:], ["2601"] * 3 + ["9001"] + ["2601"] * 3)
        self.assertEqual({self.sent(index)["sign_no"] for index in (-1, -2, -3)}, {"680004"})

    async def test_an_unknown_outcome_of_the_sign_in_is_none_of_the_transaction(self) -> None:
        for lost in (reply_lost(), HttpAnswer(502, {}, b"<html>"), b"<html>", b"[]", b"{}"):
            self.script(lost)
            got = await trouble(self.client.call("2601", REVERSAL))
            self.assertEqual(got, ("Unreachable", "insurance.not_connected", None))
        self.assertEqual(set(self.numbers()), {"9001"})

    async def test_a_refused_sign_in_is_none_of_the_transaction_either(self) -> None:
        self.script(b'{"infcode":"-1","err_msg":"no such operator"}')
        got = await trouble(self.client.call("2601", REVERSAL))
        self.assertEqual(got, ("TurnedAway", "insurance.refused", "no such operator"))
        answers: "tuple[Any, ...]" = (
            ({"signinoutb": {}}, {"signinoutb": None}, {"signinoutb": {"sign_no": None}}, None)
            + ({"signinoutb": {"sign_no": "1" * 31}}, {"signinoutb": {"sign_no": ["1"]}})
        )  # fmt: skip
        for useless in answers:
            self.script(answer(useless))
            got = await trouble(self.client.call("2601", REVERSAL))
            self.assertEqual(got, ("TurnedAway", "insurance.sign_in_refused", ""))
        self.assertEqual(set(self.numbers()), {"9001"})


class Answers(Line):
    async def setUp(self) -> None:  # type: ignore[override]
        await self.begin_signed_in()

    async def one(self, reply: "Any") -> "tuple[str, str, Any]":
        self.script(reply)
        return await trouble(self.client.call("2601", REVERSAL))

    async def test_success_comes_as_text_or_number(self) -> None:
        for infcode in ('"0"', "0"):
            self.script(b'{"infcode":' + infcode.encode() + b',"output":{"a":1.5}}')
            self.assertEqual(await self.client.call("2601", REVERSAL), {"a": "1.5"})
        for output in (b'"infcode":0', b'"infcode":0,"output":[]', b'"infcode":0,"output":"x"'):
            self.script(b"{" + output + b"}")
            self.assertEqual(await self.client.call("2601", REVERSAL), {})

    async def test_refusals(self) -> None:
        for infcode in ("null", '""', "{}", "true", "[]"):
            got = await self.one('{"infcode":'.encode() + infcode.encode() + b',"output":{"a":1}}')
            self.assertEqual(got[:2], ("UnknownOutcome", "insurance.bad_answer"))
        for infcode in ("0", '"0"', "0.0", '"0000"', '" 0"'):
            self.assertEqual(await self.one('{"infcode":'.encode() + infcode.encode() + b"}"), ("", "", None))
        for infcode in ('"FAIL"', "0.5.1", '"-"', '"0x0"'):
            got = await self.one('{"infcode":'.encode() + infcode.encode() + b',"output":{"a":1}}')
            self.assertEqual(got[:2], ("UnknownOutcome", "insurance.bad_answer"))
        for infcode in ('"-1"', "-1", "1", "-1.0"):
            got = await self.one('{"infcode":'.encode() + infcode.encode() + ',"err_msg":"已退费"}'.encode())
            self.assertEqual(got, ("Refused", "insurance.refused", "已退费"))
        self.assertEqual(await self.one(b'{"infcode":-1}'), ("Refused", "insurance.refused", ""))
        self.assertEqual(
            (await self.one(b'{"type":"error","infcode":-1,"err_msg":null}'))[1:], ("insurance.refused", "")
        )

    async def test_what_is_no_answer(self) -> None:
        for body in (b"", b"<html>", b"{}", b"[]", b"null", b'"x"', b"1.5", b'{"output":{}}', b"[" * 20000, b"\xff"):
            self.assertEqual(await self.one(body), ("UnknownOutcome", "insurance.bad_answer", None))

    async def test_the_line(self) -> None:
        self.assertEqual(await self.one(cable_pulled()), ("Unreachable", "insurance.not_connected", None))
        self.assertEqual(await self.one(reply_lost()), ("UnknownOutcome", "insurance.no_answer", None))

    async def test_the_gateway(self) -> None:
        for status in (400, 401, 403, 404, 429):
            for body, sentence in (
                ('{"code":401,"message":"签名错误"}'.encode(), "签名错误"),
                (b"<html>", ""),
                (b"[1]", ""),
                (b"", ""),
                (b'{"message":null}', ""),
            ):
                got = await self.one(HttpAnswer(status, {}, body))
                self.assertEqual(got, ("TurnedAway", "insurance.gateway_refused", sentence))
        by_platform = HttpAnswer(400, {}, '{"infcode":-1,"err_msg":"已结算"}'.encode())
        self.assertEqual(await self.one(by_platform), ("Refused", "insurance.refused", "已结算"))
        for status in (500, 502, 504):
            got = await self.one(HttpAnswer(status, {}, DONE))
            self.assertEqual(got, ("UnknownOutcome", "insurance.no_answer", None))

    async def test_the_network_is_told_when_it_changes(self) -> None:
        heard: "list[str]" = []
        self.client.on_online = heard.append
        self.assertEqual(self.client.online, "online")
        for reply in (DONE, cable_pulled(), reply_lost(), HttpAnswer(401, {}, b""), DONE):
            await self.one(reply)
        self.assertEqual(heard, ["offline", "online"])


class OtherProvinces(Line):
    """A profile speaks of transactions by their national numbers, and of one that has another number by either."""

    async def setUp(self) -> None:  # type: ignore[override]
        await self.begin_signed_in()
        self.gateway = self.board.province["gateway"]
        self.board.province["paths"] = {}

    async def left(self, number: str) -> "tuple[str, str, str]":
        """Number, receiver and path of a reversal that goes by `number` here."""
        self.gateway["numbers"] = {"2601": number} if number else {}
        self.script(DONE)
        await self.client.call("2601", REVERSAL)
        sent = self.sent(-1)
        return sent["infno"], sent["recer_sys_code"], self.board.http.requests[-1].url.split("/fsi/api/")[1]

    async def test_a_number_that_no_table_has_keeps_the_path(self) -> None:
        self.assertEqual(await self.left(""), ("2601", "99", "reverseService/revsMethod"))
        self.assertEqual(await self.left("2699"), ("2699", "99", "reverseService/revsMethod"))

    async def test_receivers_and_paths(self) -> None:
        for name in ("2601", "2699"):
            self.gateway["receivers"] = {name: "MBS_LOCAL"}
            self.board.province["paths"] = {name: "a/b"}
            self.assertEqual(await self.left("2699"), ("2699", "MBS_LOCAL", "a/b"))


class InsuranceCodes(Line):
    CODE = "4241234567890123456789990000"

    async def setUp(self) -> None:  # type: ignore[override]
        await self.begin_signed_in()

    async def decoded(self, body: bytes) -> "dict[str, str]":
        self.script(body)
        return await self.client.decode_insurance_code(self.CODE)

    async def test_the_answer_has_no_envelope(self) -> None:
        data = {
            "userName": "测试甲",
            "idNo": "11010519491231002X",
            "insuOrg": "999901",
            "ecToken": "T" * 38,
            "email": None,
        }
        want = {"token": "T" * 38, "name": "测试甲", "number": "11010519491231002X", "region": "999901"}
        self.assertEqual(await self.decoded(json.dumps({"code": 0, "data": data}).encode()), want)
        self.assertEqual(await self.decoded(json.dumps({"code": "0", "data": data}).encode()), want)
        twice = json.dumps({"code": 0, "data": json.dumps(data)}).encode()
        self.assertEqual(await self.decoded(twice), want)
        sent = self.sent(2)["input"]["InData"]
        self.assertEqual(
            (sent["businessInfo"], sent["businessType"], sent["orgId"]), (self.CODE, "01301", "H99999900001")
        )

    async def test_refusals(self) -> None:
        for message in (
            {"code": -1, "message": "码已过期", "data": None},
            {"code": 0, "data": {}, "message": "码已过期"},
        ):
            self.script(json.dumps(message).encode())
            got = await trouble(self.client.decode_insurance_code(self.CODE))
            self.assertEqual(got, ("Refused", "insurance.refused", "码已过期"))
        self.script(b'{"infcode":-1,"err_msg":"x"}')
        self.assertEqual(
            await trouble(self.client.decode_insurance_code(self.CODE)), ("Refused", "insurance.refused", "x")
        )

    async def test_what_cannot_be_a_person(self) -> None:
        for change in ({"ecToken": {"a": 1}}, {"ecToken": "T" * 51}, {"userName": ["x"]}, {"insuOrg": "x" * 7}):
            self.script(json.dumps({"code": 0, "data": dict({"ecToken": "T"}, **change)}).encode())
            got = await trouble(self.client.decode_insurance_code(self.CODE))
            self.assertEqual(got, ("InsuranceError", "insurance.bad_answer", None))

    async def test_what_is_no_answer(self) -> None:
        for body in (b"", b"[]", b'"x"', b'{"code":0,"data":"{"}', b'{"code":0,"data":"\\ud800"}'):
            self.script(body)
            got = await trouble(self.client.decode_insurance_code(self.CODE))
            self.assertEqual(got, ("UnknownOutcome", "insurance.bad_answer", None))


class Errors(unittest.TestCase):
    def test_kinds(self) -> None:
        for kind in (Unreachable, UnknownOutcome, Refused):
            self.assertTrue(issubclass(kind, InsuranceError))
        self.assertFalse(issubclass(Refused, UnknownOutcome))
