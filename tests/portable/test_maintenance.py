"""A notice instead of an answer: somebody works on the platform. Runs on MicroPython, too."""

from firmware.insurance import UnknownOutcome, Unreachable
from hal.ports import HttpAnswer
from tests.portable.insurance_line import REVERSAL, Line, trouble

SENTENCE = "系统升级维护中，预计今日24:00恢复，请稍后再试。"
PAGE = "<html><head><title>维护</title></head><body>\n <h1>" + SENTENCE + "</h1></body></html>"


class Maintenance(Line):
    async def test_the_doctor_reads_what_the_platform_says(self) -> None:
        await self.begin_signed_in()
        for status in (200, 502, 503):
            for notice in (PAGE, SENTENCE, "<p>" + SENTENCE + "</p>" + "<br>" * 2000, "\r\n " + SENTENCE):
                self.script(HttpAnswer(status, {}, notice.encode()))
                try:
                    await self.client.call("2601", REVERSAL)
                except UnknownOutcome as error:
                    self.assertEqual(error.code, "insurance.maintenance")
                    self.assertEqual(error.params, {"platform": SENTENCE, "infno": "2601"})
                    continue
                self.fail("an answer?")

    async def test_what_is_no_notice(self) -> None:
        await self.begin_signed_in()
        for status, body, wanted in (
            (200, b"<html>502</html>", "insurance.bad_answer"),
            (503, b"<html>502</html>", "insurance.no_answer"),
            (200, '{"维护":1}'.encode(), "insurance.bad_answer"),
            (200, SENTENCE.encode()[:-1], "insurance.bad_answer"),
            (200, ("维" * 5000).encode(), "insurance.bad_answer"),
            (200, b"", "insurance.bad_answer"),
        ):
            self.script(HttpAnswer(status, {}, body))
            self.assertEqual(await trouble(self.client.call("2601", REVERSAL)), ("UnknownOutcome", wanted, None))
        self.script(HttpAnswer(404, {}, PAGE.encode()))  # nobody has looked at it, whatever the page says
        self.assertEqual((await trouble(self.client.call("2601", REVERSAL)))[0], "TurnedAway")

    async def test_before_the_sign_in_nothing_was_sent(self) -> None:
        await self.begin()
        self.script(HttpAnswer(200, {}, PAGE.encode()))
        try:
            await self.client.call("2601", REVERSAL)
        except Unreachable as error:
            self.assertEqual((error.code, error.params["platform"]), ("insurance.maintenance", SENTENCE))
            return
        self.fail("an answer?")
