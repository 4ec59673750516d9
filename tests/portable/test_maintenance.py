"""A notice instead of an answer: somebody works on the platform. Runs on MicroPython, too."""

from firmware.insurance import UnknownOutcome, Unreachable
from hal.ports import HttpAnswer
from tests.portable.insurance_line import REVERSAL, Line, trouble

SENTENCE = "系统升级维护中，预计今日24:00恢复，请稍后再试。"
PAGE = "<html><head><title>维护</title></head><body>\n <h1>" + SENTENCE + "</h1></body></html>"
# The same in GBK, which MicroPython cannot write: 系统升级维护中，预计今日24:00恢复，请稍后再试。
GBK_SENTENCE = (
    b"\xcf\xb5\xcd\xb3\xc9\xfd\xbc\xb6\xce\xac\xbb\xa4\xd6\xd0\xa3\xac\xd4\xa4\xbc\xc6\xbd\xf1\xc8\xd524:00"
    b"\xbb\xd6\xb8\xb4\xa3\xac\xc7\xeb\xc9\xd4\xba\xf3\xd4\xd9\xca\xd4\xa1\xa3"
)
GBK_PAGE = b"<html><head><title>\xce\xac\xbb\xa4</title></head><body>\n <h1>" + GBK_SENTENCE + b"</h1></body></html>"


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

    async def told(self, status: int, headers: "dict[str, str]", body: bytes) -> str:
        """What the doctor reads of the platform's own words."""
        self.script(HttpAnswer(status, headers, body))
        return str((await trouble(self.client.call("2601", REVERSAL)))[2])

    async def test_a_notice_in_gbk_is_read_whatever_the_page_says_it_is(self) -> None:
        await self.begin_signed_in()
        for kind in (
            "text/html; charset=gbk",
            "text/html; charset=GB2312",
            "text/html; charset=utf-8",
            "text/html",
            "",
        ):
            for status in (200, 503):
                for body in (GBK_PAGE, GBK_SENTENCE, b"\r\n " + GBK_SENTENCE + b"<br>" * 2000):
                    self.assertEqual(await self.told(status, {"content-type": kind}, body), SENTENCE)

    async def test_a_long_one_is_cut_behind_a_character(self) -> None:
        await self.begin_signed_in()
        for start in (b"", b"!"):
            told = await self.told(200, {}, b"<p>" + start + GBK_SENTENCE + b"\xba\xc3" * 1000)
            self.assertEqual(told, start.decode() + SENTENCE + "好" * ((300 - len(start + GBK_SENTENCE)) // 2))

    async def test_what_is_no_notice(self) -> None:
        await self.begin_signed_in()
        for status, body, wanted in (
            (200, b"<html>502</html>", "insurance.bad_answer"),
            (503, b"<html>502</html>", "insurance.no_answer"),
            (200, '{"维护":1}'.encode(), "insurance.bad_answer"),
            (200, SENTENCE.encode()[:-1], "insurance.bad_answer"),
            (200, ("维" * 5000).encode(), "insurance.bad_answer"),
            (200, b"", "insurance.bad_answer"),
            (200, GBK_SENTENCE.replace(b"\xd6\xd0", b"\xff\xd0"), "insurance.bad_answer"),
            (200, b"<h1>\xcf\xb5\xcd\xb3</h1>", "insurance.bad_answer"),  # 系统, and nothing of maintenance
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
