"""For how long a gateway wants to hear nothing. Runs on CPython and MicroPython."""

import unittest

from firmware.insurance.retry_after import retry_after_s
from hal.ports import HttpAnswer

SUNDAY = 784111777  # Sun, 06 Nov 1994 08:49:37 GMT, the example of RFC 9110, section 5.6.7


class RetryAfter(unittest.TestCase):
    def read(self, value: str, status: int = 503, now_s: int = SUNDAY) -> int:
        return retry_after_s(HttpAnswer(status, {"retry-after": value}, b""), now_s)

    def test_seconds(self) -> None:
        self.assertEqual([self.read(value) for value in ("120", " 0 ", "3601", "9" * 40)], [120, 0, 3600, 3600])

    def test_a_date(self) -> None:
        date = "Sun, 06 Nov 1994 08:49:37 GMT"
        self.assertEqual([self.read(date, 503, SUNDAY - s) for s in (90, 0, -5, 9999)], [90, 0, 0, 3600])

    def test_a_date_beside_a_wrong_clock(self) -> None:
        headers = {"retry-after": "Sun, 06 Nov 1994 08:50:37 GMT", "date": "Sun, 06 Nov 1994 08:49:37 GMT"}
        for now_s in (0, SUNDAY, SUNDAY + 10**9):
            self.assertEqual(retry_after_s(HttpAnswer(503, headers, b""), now_s), 60)
        self.assertEqual(retry_after_s(HttpAnswer(503, dict(headers, date="NaN"), b""), SUNDAY), 60)

    def test_hostile_ones(self) -> None:
        for value in ("NaN", "inf", "-inf", "1e9", "+5", "5 5", "Sun, 06 Nov -994 08:49:37 GMT"):
            self.assertEqual(self.read(value), 0)
        for value in ("Fri, 31 Dec 9999 23:59:59 GMT", "9" * 5000):
            self.assertEqual(self.read(value), 3600)

    def test_what_cannot_be_read_asks_for_nothing(self) -> None:
        for value in ("", "-5", "1.5", "soon", "Sun, 06 Nov 1994 08:49:37 CET", "Sun, 06 Nou 1994 08:49:37 GMT"):
            self.assertEqual(self.read(value), 0)
        self.assertEqual(self.read("Sun, 32 Nov 1994 08:49:37 GMT"), 0)
        self.assertEqual(self.read("Sunday, 06-Nov-94 08:49:37 GMT"), 0)  # of 1994 and before
        self.assertEqual(self.read("\uff11\uff12"), 0)

    def test_only_answers_that_ask_for_it(self) -> None:
        for status, wait_s in ((200, 0), (401, 0), (429, 60), (500, 0), (503, 60)):
            self.assertEqual(self.read("60", status), wait_s)
        self.assertEqual(retry_after_s(HttpAnswer(503, {}, b""), SUNDAY), 0)
