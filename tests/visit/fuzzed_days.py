"""Days at a counter whose platform has lost its mind for a while: everything it answers may be spoilt. The terminal
lives on, says each time what to do next, keeps nothing without bounds, and when the platform is sane again both ledgers
are equal, bill by bill."""

from __future__ import annotations

import json
import random
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from firmware.canonical import dumps
from tests.visit.answer_fuzz import Spoiler
from tests.visit.doctor import Doctor
from tests.visit.late_platform import EMPLOYEE, LatePlatform
from tests.visit.provinces import NUMBERS, RENAMES, Province
from tests.visit.village import ProvinceCounter, Village

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from hal.ports import HttpAnswer
    from tests.portable.doubles import MemoryBoard

    Json = dict[str, Any]

LARGEST_RECORD = 64 << 10
INSURANCE_CODE = b"4243754826492874240001130000"
_LOCALE = Path(__file__).parents[2] / "firmware" / "console" / "static" / "locale" / "zh-CN.json"
_BLANK = re.compile(r"\{(\w+)\}")
_CODE = re.compile(r"[a-z_]+\.[a-z_]+")
_PRESSES = 14
SENTENCES: dict[str, str] = json.loads(_LOCALE.read_text(encoding="utf-8"))


class FuzzedPlatform(LatePlatform):
    """A platform that does its work and then answers through a `Spoiler`, while it has one."""

    def __init__(self) -> None:
        super().__init__()
        self.spoiler: Spoiler | None = None

    async def post(
        self, url: str, headers: list[tuple[str, str]], body: bytes, connect_ms: int, answer_ms: int
    ) -> HttpAnswer:
        answer = await super().post(url, headers, body, connect_ms, answer_ms)
        infno = json.loads(body)["infno"]
        return answer if self.spoiler is None else self.spoiler.spoil(infno, answer)


class WatchedCounter(ProvinceCounter):
    """A counter that keeps everything the doctor is told. `told` are (code, params)."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[tuple[str, Json]] = []

    async def start(self, board: MemoryBoard) -> None:
        await super().start(board)
        tell = self.desk.tell

        def told(kind: str, code: str, params: Json | None = None) -> None:
            if kind != "info":
                self.said.append((code, params or {}))
            tell(kind, code, params)

        self.desk.tell = told  # type: ignore[method-assign]


class FuzzedDay(Village):
    """One day, made by a `seed`. What must hold is asserted as it goes."""

    def __init__(self, seed: int) -> None:
        super().__init__()
        self.chance = random.Random(seed)  # to be the same again
        self.spoiler = Spoiler(seed, self.chance.randint(2, 8))
        self.fuzzed = FuzzedPlatform()
        self.watched = WatchedCounter()
        self.counter = self.watched
        self.platform = self.fuzzed
        self.doctor = Doctor(self.counter)
        self.office.platform = self.platform
        self.strays: list[str] = []
        self.loop.set_exception_handler(lambda _, context: self.strays.append(str(context)))

    def run(self, visits: int = 2) -> None:
        """The whole day, and the rest after it."""
        self.open(self._province())
        for _ in range(visits):
            self.fuzzed.spoiler = self.spoiler
            self._visit()
            self.fuzzed.spoiler = None
            self.check()
            if self.chance.randrange(3) == 0:
                self.do(self.watched.power_cut())  # or it raises
        self.do(self.watched.power_cut())
        self.check()
        self.teardown()
        assert self.strays == []

    def check(self) -> None:
        """What holds at any time."""
        assert not self.platform.flaws, "; ".join(self.platform.flaws[:3])
        self.nobody_pays_twice()
        self.the_counters_are_right()
        sizes = [len(value) for value in self.watched.board.store.rows.values()]
        assert max(sizes) <= LARGEST_RECORD, "a record without bounds"
        for record in self.watched.terminal.book.visits():
            assert len(dumps(record)) <= LARGEST_RECORD
        for code, params in self.said():
            sentence = SENTENCES.get("error." + code)
            assert sentence is not None, f"nobody tells the doctor what {code} means"
            assert set(_BLANK.findall(sentence)) <= set(params), f"{code} leaves a blank in its sentence"
            assert len(dumps(params)) <= 4096
            assert code != "terminal.unexpected"
        for refusal in self._refusals():
            assert not _CODE.fullmatch(refusal) or "error." + refusal in SENTENCES, refusal

    def _refusals(self) -> list[str]:
        """Why messages are held and audits were not made, as a page shows it: codes, and the platform's sentences."""
        terminal = self.watched.terminal
        visits = terminal.book.visits()
        audits = [audit["code"] for record in visits for audit in record["audited"].values() if audit["code"]]
        return audits + [held["refusal"] for held in self.do(terminal.outbox.held())]

    def disbelieved(self, closed: list[Json]) -> set[str]:
        """The settlements whose amounts came garbled, or those of their refunds; the doctor was told so, or sees it
        with the visit."""
        settled = [(record, record["settlement"]) for record in closed if record["settlement"] is not None]
        wrong = {
            settlement["settlement"]
            for record, settlement in settled
            if not settlement["agree"] or settlement["total_fen"] != _price(record)
        }
        assert not wrong or "insurance.wrong_sums" in [code for code, _ in self.said()]
        refunded = [record for record, _ in settled if record["refund"] is not None]
        wrong |= {each["settlement"]["settlement"] for each in refunded if not each["refund"]["agree"]}
        self.add("garbled", len(wrong))
        return wrong

    def said(self) -> list[tuple[str, Json]]:
        """Everything that the doctor was told, and with which presses were refused."""
        return self.watched.said + self.doctor.refused

    def _visit(self) -> None:
        """Somebody comes, and the doctor presses on; sometimes he cancels, sets aside, or the terminal restarts."""
        for _ in range(3):
            if self.watched.desk.record() is None:
                self.press(self._arrives())
        for _ in range(_PRESSES):
            self._next()
        if self.chance.randrange(2):
            self.do(self.uploaded())
        if self.chance.randrange(2):
            self.do(self.cancelled())
            for _ in range(_PRESSES // 2):
                self._next()
        for _ in range(2):
            self.do(self.uploaded())
            self.do(self.decided())
        if self.chance.randrange(2):
            self.press(self.watched.desk.finish())
        if self.watched.desk.record() is not None:
            self.press(self.watched.desk.set_aside())

    def _next(self) -> None:
        """The next thing to do. What was answered amiss and kept the visit where it is was told to the doctor."""
        record = self.watched.desk.record()
        before = None if record is None else (record["id"], record["step"])
        told, spoilt = len(self.said()), sum(self.spoiler.spoilt.values())
        self.do(self.doctor.go_on())
        record = self.watched.desk.record()
        after = None if record is None else (record["id"], record["step"])
        if before == after and before is not None and before[1] in ("price", "confirm", "settling", "cancelling"):
            amiss = sum(self.spoiler.spoilt.values()) > spoilt
            assert not amiss or len(self.said()) > told or self._asked(), "nobody was told"

    def _asked(self) -> bool:
        """Whether the visit stands where it is because the doctor is asked something, or the price is new."""
        record = self.watched.desk.record()
        return record is not None and record["step"] == "confirm"

    def _arrives(self) -> Coroutine[Any, Any, Any]:
        desk = self.watched.desk
        kind = self.chance.randrange(3)
        if kind == 0:
            return desk.scanned(INSURANCE_CODE)
        return desk.identity_number("11010519491231002X" if kind == 1 else EMPLOYEE)

    def _province(self) -> Province:
        chance = self.chance
        flags = {name: bool(chance.randrange(2)) for name in ("many_rows", "codes_in_settlement", "audit", "year")}
        refunds = bool(chance.randrange(2))
        return Province(chance.choice(NUMBERS), chance.choice(RENAMES), tells_refunds=refunds, **flags)

    def press(self, press: Coroutine[Any, Any, Any]) -> None:
        """A press of the doctor."""
        self.do(self.doctor.press(press))


def _price(record: Json) -> int:
    return sum(line["quantity"] * line["price_fen"] for line in record["lines"])


class Figures:
    """What many days came to. `garbled`: bills with amounts that cannot be right, of which the doctor was told so."""

    def __init__(self) -> None:
        self.days = 0
        self.visits = 0
        self.spoilt: dict[str, int] = {}
        self.codes: set[str] = set()
        self.garbled = 0

    def play(self, seed: int) -> None:
        """One day; what is violated raises, and says of which seed."""
        day = FuzzedDay(seed)
        try:
            day.run()
        except AssertionError as violated:
            raise AssertionError(f"seed {seed}: {violated}") from violated
        self.days += 1
        self.visits += day.counted["visits"]
        self.garbled += day.counted.get("garbled", 0)
        self.codes |= {code for code, _ in day.said()}
        for infno, number in day.spoiler.spoilt.items():
            self.spoilt[infno] = self.spoilt.get(infno, 0) + number


def played(days: int) -> Figures:
    """The days of the seeds from 0. `AssertionError` names the seed of the first that violates something."""
    figures = Figures()
    for seed in range(days):
        figures.play(seed)
    return figures
