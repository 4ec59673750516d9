"""China standard time without `time`. Runs on CPython and MicroPython."""

import unittest

from firmware.clock import ZONE, civil, compact, date, stamp, utc

KNOWN = (
    (0, "1970-01-01 08:00:00"),
    (951753599, "2000-02-28 23:59:59"),
    (951753600, "2000-02-29 00:00:00"),
    (951839999, "2000-02-29 23:59:59"),
    (951840000, "2000-03-01 00:00:00"),
    (1638180592, "2021-11-29 18:09:52"),
    (1709136000, "2024-02-29 00:00:00"),
    (1790000000, "2026-09-21 22:13:20"),
    (4107513599, "2100-02-28 23:59:59"),
    (4107513600, "2100-03-01 00:00:00"),  # 2100 is no leap year
)
NO_TIMES = (
    "",
    "2021-11-29",
    "2021-11-2918:09:520",
    "2021/11/29 18:09:52",
    "2021-11-29T18:09:52",
    "2021-13-01 00:00:00",
    "2021-00-01 00:00:00",
    "2021-01-00 00:00:00",
    "2021-02-29 00:00:00",
    "2021-04-31 00:00:00",
    "2021-11-29 24:00:00",
    "2021-11-29 18:60:00",
    "2021-11-29 18:09:60",
    " 021-11-29 18:09:52",
    "+021-11-29 18:09:52",
    "2021-11-29 18:09:5 ",
    "2021-11-29 -1:09:52",
    "2021-11-29 18:09:xx",
    "\uff12021-11-29 18:09:52",
)


class Clock(unittest.TestCase):
    def test_known_times(self) -> None:
        for seconds, text in KNOWN:
            self.assertEqual(stamp(seconds), text)
            self.assertEqual(utc(text), seconds)
            self.assertEqual(date(seconds), text[:10])
            plain = text.replace("-", "").replace(":", "").replace(" ", "")
            self.assertEqual(compact(seconds), plain)

    def test_civil(self) -> None:
        self.assertEqual(civil(1638180592), (2021, 11, 29, 18, 9, 52))
        self.assertEqual(ZONE, "Asia/Shanghai")

    def test_every_day_of_a_leap_year_and_the_next(self) -> None:
        for day in range(731):
            seconds = 1703952000 + day * 86400
            self.assertEqual(utc(stamp(seconds)), seconds)

    def test_what_is_no_time(self) -> None:
        for text in NO_TIMES:
            try:
                utc(text)
            except ValueError:
                continue
            self.fail(text)
