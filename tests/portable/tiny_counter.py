"""A counter for portable tests: the whole terminal on a board in memory, and hands for its screen."""

import unittest

from firmware.errors import TerminalError
from firmware.terminal import build
from hal import aio
from tests.portable.doubles import MemoryBoard, pulse
from tests.portable.tiny_platform import TinyPlatform

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Coroutine
    from typing import Any

    Json = dict[str, Any]

PATIENT = "11010519491231002X"
DOCTOR = {"id": "1", "name": "韦医生"}
_IDLE_ROUNDS = 40


def box(number: int, prefix: str = "8100017") -> bytes:
    """The trace code of a box of aspirin, or of another drug."""
    return (prefix + f"{number:013d}").encode()


class Counter(unittest.TestCase):
    """A terminal whose work and printer run as soon as something is to be done; the tests are in other files."""

    async def setUp(self) -> None:  # type: ignore[override]
        await self.begin()

    async def tearDown(self) -> None:  # type: ignore[override]
        await self.stop()

    async def begin(self) -> None:
        self.platform = TinyPlatform()
        self.lives = 1
        await self.start(MemoryBoard(None, self.platform))

    async def start(self, board: MemoryBoard) -> None:
        self.board = board
        self.terminal = await build(board)  # type: ignore[arg-type]  # its ports are real ones, seen as what they are
        self.desk = self.terminal.desk
        self.tasks: "list[Any]" = []
        await self.desk.signed_in(DOCTOR)

    async def stop(self) -> None:
        for task in self.tasks:
            task.cancel()
        for _ in range(3):
            await aio.sleep_ms(0)

    async def power_cut(self) -> None:
        """Everything in memory is gone; the terminal starts again on the same disk."""
        await self.stop()
        self.lives += 1
        await self.start(self.board.restarted(self.lives))
        await self.quiet()

    async def quiet(self) -> None:
        """Until nothing moves any more."""
        idle = 0
        work = self.terminal.work
        if not self.tasks:  # not in setUp: on CPython it has an event loop of its own
            bodies = (work.run, work.run_printer, work.run_audits)
            self.tasks = [aio.spawn("work", body(pulse)) for body in bodies]
        while idle < _IDLE_ROUNDS:
            await aio.sleep_ms(0)
            for task in self.tasks:
                if task.done():
                    await task  # a task that died tells why
            busy = work.busy or work.opening() or any(work.working_on(v["id"]) for v in self.terminal.book.visits())
            idle = 0 if busy else idle + 1

    async def take_up(self) -> None:
        """The network is seen again: what is unfinished is tried at once."""
        self.terminal.work.wake()
        await self.quiet()

    # ---- the doctor's hands

    def visit(self) -> "Json":
        """The record of the visit on the screen."""
        record = self.desk.record()
        assert record is not None, "no visit on the screen"
        return record

    def version(self) -> int:
        return int(self.visit()["version"])

    def step(self) -> str:
        return str(self.visit()["step"])

    def told(self) -> str:
        """The code of the sentence on the screen, or ""."""
        return "" if self.desk.notice is None else str(self.desk.notice["code"])

    async def refusal(self, press: "Coroutine[Any, Any, Any]") -> str:
        """The code with which a press is refused, or ""."""
        try:
            await press
        except TerminalError as error:
            return error.code
        return ""

    async def lay_card(self, block: bytes) -> None:
        """An identity card with this text block."""
        await self.desk.card(block)
        await self.quiet()

    async def put_card_in(self, fields: "dict[int, bytes]") -> None:
        """A social security card with these fields."""
        await self.desk.social_card(fields)
        await self.quiet()

    async def arrive(self) -> None:
        await self.desk.identity_number(PATIENT)
        await self.quiet()

    async def diagnose(self, code: str = "J00.x00") -> None:
        await self.desk.choose_diagnosis(self.version(), code)
        await self.quiet()

    async def prescribe(self, *lines: "tuple[str, int]") -> None:
        await self.desk.set_lines(self.version(), list(lines))
        await self.quiet()

    async def scan(self, *codes: bytes) -> None:
        for code in codes:
            await self.desk.scanned(code)
            await self.quiet()

    async def priced(self) -> None:
        """A visit up to its price: two boxes of aspirin."""
        await self.arrive()
        await self.diagnose()
        await self.prescribe(("aspirin", 2))
        await self.scan(box(1), box(2))

    async def settle(self) -> None:
        await self.desk.settle(self.version(), self.visit()["preview"]["own_fen"])
        await self.quiet()

    async def settled(self) -> None:
        """A visit that is settled and printed."""
        await self.priced()
        await self.settle()

    async def cancel(self) -> None:
        await self.desk.cancel(self.version())
        await self.quiet()

    async def upload(self) -> bool:
        """One round of the outbox."""
        return await self.terminal.outbox.deliver(pulse)

    def on_shelf(self) -> int:
        """Boxes of aspirin that the books know of."""
        return self.terminal.shelf.on_hand("aspirin")

    async def holder(self, code: bytes) -> "Json | None":
        """Who has a box, as the vault knows it."""
        vault = self.terminal.vault
        return await vault.get("box", vault.blind("box", code.decode()))
