"""How fast it is told what was scanned, beside biip, an independent reader of GS1 codes, on the same strings."""

import random
import statistics
import time
from collections.abc import Callable
from typing import TypeVar

import biip

from firmware.visit import what_is
from tools.bench.measurement import Measurement, rounded

T = TypeVar("T")

_CODES = 400
_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ0123456789"


def measure(rounds: int = 15) -> list[Measurement]:
    """Codes per second of both; the rounds alternate, and the medians are compared. Half of the codes are GS1 messages,
    a quarter the 20 digits of 码上放心, the rest commodity codes, device codes and codes of persons."""
    texts = _mixed(random.Random(20))
    codes = [text.encode("ascii") for text in texts]
    ours, theirs = [], []
    for _ in range(rounds):
        ours.append(_seconds(what_is, codes))
        theirs.append(_seconds(_as_biip_reads, texts))
    own_rate = _CODES / statistics.median(ours)
    other_rate = _CODES / statistics.median(theirs)
    beside = f"biip {biip.__version__}: {other_rate:.0f}/s on the same {_CODES} strings"
    return [
        Measurement("trace codes read", rounded(own_rate), "/s", beside),
        Measurement("trace codes read, ratio", rounded(own_rate / other_rate), "x", "biip = 1; aim: 5"),
    ]


def _seconds(read: Callable[[T], object], items: list[T]) -> float:
    began = time.perf_counter()
    for item in items:
        read(item)
    return time.perf_counter() - began


def _as_biip_reads(text: str) -> object:
    """What biip makes of a string; it raises for one that is nothing of GS1."""
    try:
        return biip.parse(text)
    except biip.BiipException as error:
        return error


def _mixed(dice: random.Random) -> list[str]:
    """What a counter scans, in a random order."""
    texts = []
    for number in range(_CODES):
        gtin = _with_check_digit(f"0690{number:09d}")
        serial = "".join(dice.choices(_LETTERS, k=dice.randint(8, 20)))
        if number % 2:
            lot = "".join(dice.choices(_LETTERS, k=dice.randint(4, 12)))
            texts.append(f"]d201{gtin}17281231{'10' + lot}\x1d21{serial}")
        elif number % 4:
            texts.append(f"]C08{dice.randrange(10**19):019d}")
        else:
            codes = (f"]E0{gtin[1:]}", f"MA.156.M0.100761.{number:08d}.S{serial}", "]Q14243754826492874240001130000")
            texts.append(codes[number // 4 % len(codes)])
    dice.shuffle(texts)
    return texts


def _with_check_digit(digits: str) -> str:
    total = sum(int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(digits))
    return digits + str(-total % 10)
