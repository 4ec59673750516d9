"""`kill -9` of the real process, again and again: the visit is found where it stood, and all is done exactly once.

Each round goes on with the visit where it stands, or opens the next one, until the plug is pulled at a moment that the
seed has chosen (`tests.torture.plug`).
"""

import asyncio
import sys
import tempfile
import time
from collections import Counter as Tally
from dataclasses import dataclass, field
from http.client import HTTPException
from pathlib import Path
from random import Random
from typing import Any

from firmware.vault import ARCHIVE_KIND, open_vault
from hal.linux.cipher import ciphers
from hal.linux.clock import SystemClock
from hal.linux.keys import FileKeyStore
from hal.linux.store import SqliteStore
from hal.linux.system_random import SystemRandom
from simulator.http_events import Refused, State, StreamEnded
from simulator.launch import Counter
from simulator.platform.keeping import read
from simulator.platform.ledger import EFFECTIVE, REFUND, Ledger
from simulator.seen import accepted, unsent
from tests.torture.chores import Chores
from tests.torture.doctor import DRUGS, NAME, PIN, RECEIPT, REFUND_SLIP, Day, Doctor, is_whole, number_of, papers
from tests.torture.plug import KINDS, PRESSES, Moment, Plug
from tests.torture.promises import Promises

ROUNDS = 200
SEED = 4
UPLOADS_S = 180.0  # a back-off may last a minute
OF_VISITS = ("1101", "2201", "2203", "3101", "2204", "2206", "3102", "2207", "2208", "3505", "3506")
MESSAGES = (*OF_VISITS, "3201", "3202", "9101", "9002", "1301", "9102")  # and of the day end, and of a catalogue
COPY = "【重打】"
CHORES = ("day end", "catalogue")
_NEVER = Moment("at rest", "", 0, "")
_DEAD = (OSError, HTTPException, StreamEnded, ValueError, Refused)  # a hand's box is taken away when the plug goes


@dataclass
class Figures:
    """What happened, and what should not have."""

    rounds: int = 0
    visits: int = 0
    refunds: int = 0
    kills: Tally[str] = field(default_factory=Tally)
    resumed: Tally[str] = field(default_factory=Tally)
    chores: Tally[str] = field(default_factory=Tally)
    released: int = 0  # messages, by hand
    longest_restart_s: float = 0.0
    entries: int = 0  # of the journal
    missed: list[str] = field(default_factory=list)

    def lines(self) -> list[str]:
        """For people."""
        visits = f"{self.visits} visits done, {self.refunds} of them taken back"
        rounds = f"{self.rounds} rounds, {visits}, {_told(self.chores)}, {len(self.missed)} promises broken"
        return [
            f"kill -9: {rounds}, {self.entries} journal entries verified",
            f"refused after a refund and released by hand: {self.released} messages",
            f"longest restart {self.longest_restart_s:.2f} s",
            f"killed: {_told(self.kills)}",
            f"resumed: {_told(self.resumed)}",
        ]


class KillLoop:
    """A counter whose plug is pulled `rounds` times."""

    def __init__(self, folder: Path, seed: int, rounds: int) -> None:
        self._counter = Counter(folder / "run", patience_ms=1500, seed=seed, spread_s=1)
        self._day = Day(seed)
        self._random = Random(seed)
        self._rounds = rounds
        self._promises = Promises()
        self._chores = Chores()
        self._sold: Tally[str] = Tally()
        self._done: list[State] = []
        self._kinds: list[str] = []
        self._accepted = 0  # uploads, by the platform
        self._released: list[State] = []
        self.figures = Figures()

    def play(self) -> Figures:
        """All rounds, then one visit to its end without a cut, then the accounts."""
        with self._counter as counter:
            counter.client.sign_in(NAME, PIN)
            start = self._on_hand()
            for _ in range(self._rounds):
                self._round(self._moment())
                self._restart()
            self._round(_NEVER)
            counter.client.sign_in(NAME, PIN)
            self._upload()
            left = self._on_hand()
            self._check("the shelf", left, {drug: start[drug] - self._sold[drug] for drug in start})
        self._missed(*self._chores.flaws)
        self.figures.chores = self._chores.done
        self._check_platform(*read(counter.keep))
        self.figures.entries = asyncio.run(self._check_vault())
        return self.figures

    def _round(self, moment: Moment) -> None:
        plug = Plug(self._counter, moment)
        plug.started()
        doctor = None
        try:
            doctor = Doctor(self._counter, plug, self._day, self._promises, self._chores)
            self._compare(doctor.begin())
            self._missed(*self._chores.broken_by(doctor))
            doctor.watch()
            while not (moment is _NEVER and doctor.done):
                doctor.go_on()
            for what in CHORES if moment is _NEVER else ():
                doctor.chore(what)
        except _DEAD:
            if not plug.pulled:
                raise
        if doctor is not None:
            doctor.end()
            for visit in doctor.done:
                self._finished(visit)

    def _upload(self) -> None:
        """Wait until nothing is unsent. A sale that had no answer before the plug was pulled, and is sent again after
        its refund, is refused, and a person has to look, for the first request may still arrive (docs/outbox.md)."""
        counter = self._counter
        while unsent(counter.wait_terminal(_is_told, "the uploads", UPLOADS_S)):
            for held in counter.client.look("api/outbox/held?after=")["messages"]:
                counter.press("api/outbox/release", {"id": held["id"], "reason": "已退费，平台没有"})
                self._released.append(held)
        self.figures.released = len(self._released)

    def _restart(self) -> None:
        counter = self._counter
        counter.kill_terminal()
        for line in ("cable in", "fault clear", "paper load"):  # 200 rounds print more than a roll
            counter.bench(line)
        began = time.monotonic()
        counter.start_terminal()
        self.figures.longest_restart_s = max(self.figures.longest_restart_s, time.monotonic() - began)

    def _moment(self) -> Moment:
        """The next one; every kind comes once before any comes again."""
        if not self._kinds:
            self._kinds = self._random.sample(KINDS, len(KINDS))
        choose = self._random
        moment = Moment(self._kinds.pop(), choose.choice(PRESSES), choose.randint(1, 8), choose.choice(MESSAGES))
        self.figures.rounds += 1
        self.figures.kills[moment.kind] += 1
        if self.figures.rounds % 20 == 0:
            sys.stderr.write(f"  round {self.figures.rounds} of {self._rounds}, {len(self._done)} visits done\n")
        return moment

    # ---- what must hold

    def _compare(self, state: State) -> None:
        """The first screen after a restart against all that was promised before it."""
        visit = state["visit"]
        where = "day end" if state["day_end"]["running"] else "no visit"
        self.figures.resumed[where if visit is None else visit["step"]] += 1
        self._missed(*self._promises.broken_by(state))

    def _finished(self, visit: State) -> None:
        """A visit came to its end; one that was killed while it was being closed comes twice."""
        number = number_of(visit)
        if number in [number_of(other) for other in self._done]:
            return
        self._done.append(visit)
        self.figures.visits += 1
        taken_back = visit["step"] == "cancelled"
        self.figures.refunds += taken_back
        if not taken_back:
            self._sold.update({line["drug"]: line["quantity"] for line in visit["lines"]})
        for title in (RECEIPT, REFUND_SLIP) if taken_back else (RECEIPT,):
            self._check_paper(title, number)
        settled = [row["setl_id"] for row in self._counter.settlements()].count(visit["settlement"]["number"])
        self._check(f"settlements of {number}", settled, 0 if taken_back else 1)

    def _check_paper(self, title: str, number: str) -> None:
        whose = [paper for paper in papers(self._counter.paper_text(), title) if number in paper]
        unmarked = sum(COPY not in paper for paper in whose)
        self._check(f"{title} {number} is twice on paper without a mark", unmarked > 1, False)
        self._check(f"{title} {number} is on paper", any(is_whole(paper, title) for paper in whose), True)

    def _check_platform(self, ledger: Ledger, messages: list[dict[str, Any]]) -> None:
        """One settlement and one sale for each row of every visit, one refund and no sale where it was taken back."""
        kept = [visit for visit in self._done if visit["step"] == "done"]
        bills = [bill.setl_id for bill in ledger.settlements.values() if bill.state == EFFECTIVE]
        self._check("settlements", sorted(bills), sorted(visit["settlement"]["number"] for visit in kept))
        refunds = [bill.refund_of for bill in ledger.settlements.values() if bill.state == REFUND]
        taken_back = [visit["settlement"]["number"] for visit in self._done if visit not in kept]
        self._check("refunds", sorted(refunds), sorted(taken_back))
        rows = [f"{number_of(visit)}-{n}-1" for visit in kept for n in range(1, len(visit["lines"]) + 1)]
        released = {held["row"] for held in self._released}
        self._check("released rows of visits that stand", released & {*rows}, set())
        there = {sale.fixmedins_bchno for sale in ledger.sales.values()}
        self._check("released rows that the platform has", released & there, set())
        sold = [sale.fixmedins_bchno for sale in ledger.sales.values() if sale.out]
        self._check("sales", sorted(sold), sorted(rows))
        boxes = sum(line["quantity"] for visit in kept for line in visit["lines"])
        self._check("boxes sold", sum(len(sale.out) for sale in ledger.sales.values()), boxes)
        sales, returns = accepted(messages, "3505"), accepted(messages, "3506")
        self._check("accepted sales", sales, len(ledger.sales))
        self._check("accepted returns", returns, len(ledger.sales) - len(rows))
        self._accepted = sales + returns

    async def _check_vault(self) -> int:
        """The vault that was left behind: its journal verifies, and it has every visit."""
        state = self._counter.state_dir
        store = SqliteStore(state / "vault.db")
        keys = FileKeyStore(state / "device.key", may_make=False)
        vault = await open_vault(store, ciphers("aes-256-gcm"), keys, SystemRandom(), SystemClock())
        entries = await vault.verify_journal()
        self._check("closed visits", len(await vault.list("visit.closed")), len(self._done))
        for kind in ("visit", "outbox", "outbox.held"):
            self._check(f"what is left of {kind}", await vault.list(kind), [])
        finished = Tally(record["state"] for _, record in await vault.list(ARCHIVE_KIND))
        # The return of a released sale had nothing to take back: the platform was asked, and is as it should be.
        self._check("acknowledged messages", finished.pop("acknowledged", 0), self._accepted + len(self._released))
        self._check("released messages other than sales", {held["infno"] for held in self._released} - {"3505"}, set())
        self._check("released messages", finished.pop("released", 0), len(self._released))
        withdrawn = sum(2 * len(visit["lines"]) for visit in self._done if visit["step"] == "cancelled")
        self._check("other ends of messages", {*finished} - {"withdrawn"}, set())
        self._check("too many withdrawn", finished["withdrawn"] > withdrawn, False)
        await store.close()
        return entries

    def _on_hand(self) -> dict[str, int]:
        found = self._counter.client.look("api/drugs?q=")
        return {row["id"]: row["on_hand"] for row in found if row["id"] in DRUGS}

    def _check(self, what: str, found: object, wanted: object) -> None:
        if found != wanted:
            self._missed(f"{what}: {found}, not {wanted}")

    def _missed(self, *what: str) -> None:
        self.figures.missed += [f"round {self.figures.rounds}: {text}" for text in what]


def _is_told(state: State) -> bool:
    return not unsent(state) or bool(state["outbox"]["quarantined"])


def run() -> list[str]:
    """200 rounds; `AssertionError` when a promise was broken."""
    with tempfile.TemporaryDirectory(prefix="kill-") as folder:
        figures = KillLoop(Path(folder), SEED, ROUNDS).play()
    assert figures.rounds == ROUNDS and not figures.missed, "\n".join([*figures.lines(), *figures.missed])
    return figures.lines()


def _told(tally: Tally[str]) -> str:
    return ", ".join(f"{what} x{count}" for what, count in sorted(tally.items()))
