"""How fast scanned boxes are read, beside biip, an independent reader of GS1 codes, on the same strings."""

import random
import statistics
import time
from collections.abc import Callable
from typing import TypeVar

import biip

from firmware.trace import read_box_code
from tools.bench.measurement import Measurement, rounded

T = TypeVar("T")

_CODES = 400
_ROUNDS = 15
_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ0123456789"


def measure() -> list[Measurement]:
    """Codes per second of both; the rounds alternate, and the medians are compared."""
    texts = _boxes(random.Random(20))
    codes = [text.encode("ascii") for text in texts]
    ours, theirs = [], []
    for _ in range(_ROUNDS):
        ours.append(_seconds(read_box_code, codes))
        theirs.append(_seconds(biip.parse, texts))
    own_rate = _CODES / statistics.median(ours)
    other_rate = _CODES / statistics.median(theirs)
    beside = f"biip {biip.__version__}: {other_rate:.0f}/s on the same {_CODES} GS1 strings"
    return [
        Measurement("trace codes read", rounded(own_rate), "/s", beside),
        Measurement("trace codes read, ratio", rounded(own_rate / other_rate), "x", "biip = 1"),
    ]


def _seconds(read: Callable[[T], object], items: list[T]) -> float:
    began = time.perf_counter()
    for item in items:
        read(item)
    return time.perf_counter() - began


def _boxes(dice: random.Random) -> list[str]:
    """Element strings as they stand on boxes: GTIN, expiry, batch, serial number."""
    texts = []
    for number in range(_CODES):
        gtin = _with_check_digit(f"0690{number:09d}")
        lot = "".join(dice.choices(_LETTERS, k=dice.randint(4, 12)))
        serial = "".join(dice.choices(_LETTERS, k=dice.randint(8, 20)))
        texts.append(f"]d201{gtin}17281231{'10' + lot}\x1d21{serial}")
    return texts


def _with_check_digit(digits: str) -> str:
    total = sum(int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(digits))
    return digits + str(-total % 10)
