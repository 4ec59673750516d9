"""Pauses between tries. Runs on CPython and MicroPython."""

import unittest

from firmware.backoff import full_jitter
from tests.portable.doubles import SeededRandom


class FullJitter(unittest.TestCase):
    def test_pauses_are_jittered_and_bounded(self) -> None:
        random = SeededRandom(1)
        for failures, cap in ((1, 1000), (3, 4000), (7, 20000), (1000, 20000)):
            pauses = [full_jitter(random, failures) for _ in range(60)]
            self.assertTrue(min(pauses) >= 1)
            self.assertTrue(max(pauses) <= cap)
            self.assertTrue(max(pauses) - min(pauses) > cap // 2)
