"""Certificates, clocks and waits on the line to the platform. Runs on MicroPython, too."""

from firmware.insurance import TurnedAway, Unreachable
from hal.errors import NoAnswer, NotConnected
from hal.ports import NO, HttpAnswer
from tests.portable.doubles import NOON
from tests.portable.insurance_line import DONE, REVERSAL, SIGNED_IN, Line, answer, trouble

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class Certificates(Line):
    async def setUp(self) -> None:  # type: ignore[override]
        await self.begin_signed_in()

    async def test_the_doctor_hears_what_is_wrong_and_what_time_it_is_here(self) -> None:
        for kind in ("certificate_expired", "certificate_not_yet", "certificate_untrusted", "certificate_other_name"):
            await self.unreachable("http." + kind, "insurance." + kind)
        await self.unreachable("http.own_certificate", "insurance.own_certificate")
        await self.unreachable("http.something_new", "insurance.not_connected")
        self.assertEqual(self.board.clock.hints, [])  # nothing was said that could be believed

    async def unreachable(self, told: str, shown: str) -> None:
        self.script(NotConnected(told, "SSLCertVerificationError"))
        try:
            await self.client.call("2601", REVERSAL)
        except Unreachable as error:
            self.assertEqual((error.code, error.params), (shown, {"time": "2026-09-21 22:13"}))
            self.assertEqual(error.cause, "2601 SSLCertVerificationError")
            return
        self.fail("it was reached")

    async def test_a_server_that_hangs_up_may_mean_our_certificate(self) -> None:
        self.script(NoAnswer("http.hung_up", "ConnectionResetError"))
        got = await trouble(self.client.call("2601", REVERSAL))
        self.assertEqual(got, ("UnknownOutcome", "insurance.hung_up", None))
        await self.begin()
        self.script(NoAnswer("http.hung_up", "ConnectionResetError"))
        got = await trouble(self.client.call("2601", REVERSAL))  # it was the sign-in
        self.assertEqual(got, ("Unreachable", "insurance.hung_up", None))

    async def test_a_front_end_that_misses_our_certificate_says_so_in_a_page(self) -> None:
        for title in ("400 No required SSL certificate was sent", "400 The SSL certificate error"):
            self.script(HttpAnswer(400, {}, b"<html><head><title>" + title.encode() + b"</title></head></html>"))
            got = await trouble(self.client.call("2601", REVERSAL))
            self.assertEqual(got, ("TurnedAway", "insurance.own_certificate", ""))


class Time(Line):
    """What the platform says of time, and what comes of it."""

    DATE = "Mon, 21 Sep 2026 15:13:20 GMT"  # an hour after `NOON`
    MINDS = '{"code":401,"message":"签名时间戳超时!"}'.encode()

    async def setUp(self) -> None:  # type: ignore[override]
        await self.begin_signed_in()
        self.changes = 0
        self.client.on_clock = self.changed

    def changed(self) -> None:
        self.changes += 1

    async def told(self, respond_time: "Any") -> None:
        self.script(answer(None, respond_time=respond_time))
        await self.client.call("2601", REVERSAL)

    async def test_an_accepted_answer_hints(self) -> None:
        await self.told("20260921231320123")
        self.assertEqual(self.board.clock.hints, [NOON + 3600])
        for useless in ("", None, "20260921", "2026092123132012x", "20261399999999123", 20260921231320123.5):
            await self.told(useless)
        self.assertEqual(self.board.clock.hints, [NOON + 3600])

    async def test_a_refusal_does_not(self) -> None:
        self.script(b'{"infcode":-1,"err_msg":"x","respond_time":"20260921231320123"}')
        await trouble(self.client.call("2601", REVERSAL))
        self.assertEqual(self.board.clock.hints, [])

    async def test_a_trusted_clock_that_differs_is_shown_as_long_as_it_does(self) -> None:
        for stamp, off_s, changes in (
            ("20260921221320000", 0, 0),
            ("20260921221520000", 0, 0),  # two minutes
            ("20260921222521000", 721, 1),
            ("20260921222525000", 725, 1),  # the same minute
            ("20260921220120000", -720, 2),
            ("20260921221320000", 0, 3),
        ):
            await self.told(stamp)
            self.assertEqual((self.client.clock_off_s, self.changes), (off_s, changes))
        self.assertEqual(self.board.clock.now_s, NOON)

    async def test_a_clock_that_goes_by_the_platforms_does_not_differ(self) -> None:
        self.board.clock.trust = NO
        await self.told("20260921231320000")
        self.assertEqual((self.client.clock_off_s, self.board.clock.now_s), (0, NOON + 3600))

    def stamps(self) -> "list[str]":
        return [dict(request.headers)["x-tif-timestamp"] for request in self.board.http.requests]

    async def test_what_was_turned_away_for_its_time_is_signed_and_sent_once_more(self) -> None:
        self.board.clock.trust = NO
        for status in (401, 200):  # the specification shows the body only
            self.board.clock.now_s = NOON
            self.board.http.requests.clear()
            self.script(HttpAnswer(status, {"date": self.DATE}, self.MINDS), DONE)
            self.assertEqual(await self.client.call("2601", REVERSAL, "", "M" * 30), {})
            self.assertEqual(self.stamps(), [str(NOON), str(NOON + 3600)])
            first, second = self.sent(0), self.sent(1)
            self.assertEqual((first["msgid"], second["msgid"]), ("M" * 30, "M" * 30))
            self.assertEqual((first["inf_time"], second["inf_time"]), ("2026-09-21 22:13:20", "2026-09-21 23:13:20"))

    async def test_but_not_twice(self) -> None:
        self.board.clock.trust = NO
        later = {"date": "Mon, 21 Sep 2026 18:13:20 GMT"}
        self.script(HttpAnswer(401, {"date": self.DATE}, self.MINDS), HttpAnswer(401, later, self.MINDS), DONE)
        got = await trouble(self.client.call("2601", REVERSAL))
        self.assertEqual(got, ("TurnedAway", "insurance.clock_refused", "签名时间戳超时!"))
        self.assertEqual(len(self.board.http.script), 1)

    async def test_not_with_a_trusted_clock_which_is_shown_to_be_wrong(self) -> None:
        self.script(HttpAnswer(401, {"date": self.DATE}, self.MINDS), DONE)
        try:
            await self.client.call("2601", REVERSAL)
        except TurnedAway as error:
            self.assertEqual((error.code, error.params["time"]), ("insurance.clock_refused", "2026-09-21 22:13"))
        self.assertEqual((len(self.board.http.script), self.client.clock_off_s), (1, 3600))

    async def test_not_without_a_date_or_for_another_reason(self) -> None:
        self.board.clock.trust = NO
        for headers, body in (
            ({}, self.MINDS),
            ({"date": "yesterday"}, self.MINDS),
            ({"date": "Mon, 21 Sep 2026 14:13:40 GMT"}, self.MINDS),  # it is not that the clocks differ
            ({"date": self.DATE}, '{"code":401,"message":"签名不一致!"}'.encode()),
            ({"date": self.DATE}, b"<html>"),
        ):
            self.board.clock.now_s = NOON
            self.script(HttpAnswer(401, headers, body), DONE)
            self.assertEqual((await trouble(self.client.call("2601", REVERSAL)))[0], "TurnedAway")
            self.assertEqual(len(self.board.http.script), 1)

    async def test_an_unknown_outcome_is_never_sent_again(self) -> None:
        self.board.clock.trust = NO
        self.script(HttpAnswer(500, {"date": self.DATE}, self.MINDS), DONE)
        self.assertEqual((await trouble(self.client.call("2601", REVERSAL)))[0], "UnknownOutcome")
        self.assertEqual(len(self.board.http.script), 1)

    async def test_the_sign_in_with_an_unset_clock(self) -> None:
        await self.begin()
        self.board.clock.trust = NO
        self.board.clock.now_s = 1000
        self.script(HttpAnswer(401, {"date": self.DATE}, self.MINDS), SIGNED_IN, DONE)
        self.assertEqual(await self.client.call("2601", REVERSAL), {})
        self.assertEqual(self.numbers(), ["9001", "9001", "2601"])

    async def test_a_gateway_that_refuses_with_status_200(self) -> None:
        for body, kind in (
            ('{"code":401,"message":"非法用户!"}', "TurnedAway"),
            ('{"code":"403","message":"x"}', "TurnedAway"),
            ('{"code":408,"message":"x"}', "UnknownOutcome"),
            ('{"code":500,"message":"x"}', "UnknownOutcome"),
            ('{"code":0,"message":"x"}', "UnknownOutcome"),
            ('{"code":401,"infcode":0,"output":{}}', ""),
        ):
            self.script(HttpAnswer(200, {}, body.encode()))
            self.assertEqual((await trouble(self.client.call("2601", REVERSAL)))[0], kind)


class Waits(Line):
    async def test_how_long_each_answer_may_take(self) -> None:
        for infno in ("9001", "1101", "1162", "1201", "2001", "3512", "3513", "5205", "5206", "5301", "5302", "6101"):
            self.assertEqual(self.client._wait_ms(infno), 5000)
        for infno in ("2201", "2206", "2207", "2208", "2601", "3505", "1301", "1312", "1316", "1319", "9101", "9102"):
            self.assertEqual(self.client._wait_ms(infno), 15000)
        self.board.platform["look_up_ms"] = 1500
        for infno in ("3101", "3102"):
            self.assertEqual(self.client._wait_ms(infno), 4500)
        self.board.platform["look_up_ms"] = 9000
        self.assertEqual(self.client._wait_ms("3101"), 15000)
