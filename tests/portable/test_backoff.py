"""Pauses between tries. Runs on CPython and MicroPython."""

import unittest

from firmware.backoff import OUTBOX_CAP_MS, full_jitter, spread
from tests.portable.doubles import SeededRandom


class FullJitter(unittest.TestCase):
    def test_pauses_are_jittered_and_bounded(self) -> None:
        random = SeededRandom(1)
        for failures, cap in ((1, 1000), (3, 4000), (7, 20000), (1000, 20000)):
            pauses = [full_jitter(random, failures) for _ in range(60)]
            self.assertTrue(min(pauses) >= 1)
            self.assertTrue(max(pauses) <= cap)
            self.assertTrue(max(pauses) - min(pauses) > cap // 2)

    def test_the_outbox_waits_longer(self) -> None:
        random = SeededRandom(2)
        pauses = [full_jitter(random, 1000, OUTBOX_CAP_MS) for _ in range(60)]
        self.assertTrue(OUTBOX_CAP_MS // 2 < max(pauses) <= OUTBOX_CAP_MS)
        self.assertTrue(max([full_jitter(random, 2, OUTBOX_CAP_MS) for _ in range(60)]) <= 2000)


class Spread(unittest.TestCase):
    def test_the_first_try_is_anywhere_in_the_window(self) -> None:
        random = SeededRandom(3)
        waits = [spread(random, 100) for _ in range(60)]
        self.assertTrue(min(waits) >= 0)
        self.assertTrue(50000 < max(waits) < 100000)
        self.assertTrue(max(waits) - min(waits) > 50000)

    def test_without_a_window_it_goes_at_once(self) -> None:
        self.assertEqual(spread(SeededRandom(4), 0), 0)
