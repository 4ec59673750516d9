"""Hands for tests in which the power goes at every commit of a settlement and its cancellation, where all rows of a
visit leave in one message. The tests are in other files, few in each: what MicroPython's cautious collector keeps adds
up within a file."""

from hal import aio
from hal.errors import StoreError
from tests.portable.doubles import MemoryBoard, MemoryStore
from tests.portable.goods_counter import Goods, GoodsPlatform

NEVER = 1 << 30


class DyingStore(MemoryStore):
    """A disk whose power goes at commit number `last`, which is `written` or not. Nobody hears of it before `gone`,
    when the life that it belonged to is over."""

    def __init__(self, rows: "dict[bytes, bytes] | None" = None) -> None:
        super().__init__(rows)
        self.last = NEVER
        self.written = False
        self.dead = False
        self.gone = aio.Event()

    async def commit(self, puts: "list[tuple[bytes, bytes]]", deletes: "list[bytes]") -> None:
        dies = self.commits + 1 >= self.last
        if not self.dead and (self.written or not dies):
            await super().commit(puts, deletes)
        if dies:
            self.dead = True
            await self.gone.wait()
            raise StoreError("store.failed", "no power")


class Cuts(Goods):
    disk: "dict[bytes, bytes] | None" = None  # of a visit that is priced
    registered: "GoodsPlatform | None" = None
    store: DyingStore

    async def tearDown(self) -> None:  # type: ignore[override]
        await self.stop()
        self.board.store.rows.clear()  # MicroPython may take any four bytes of them for a reference
        self.disk = None

    async def prepared(self) -> None:
        """The visit waits for the patient's consent."""
        if self.disk is None or self.registered is None:
            await self.priced()
            self.disk, self.registered = dict(self.board.store.rows), self.platform
        await self.stop()
        self.board.store.rows.clear()  # as in tearDown
        self.sales["many_rows"] = True
        self.platform = self.registered.copy()
        self.store = DyingStore(dict(self.disk))
        await self.start(MemoryBoard(self.store, self.platform))

    async def whole(self, uploads: bool) -> None:
        """From the agreed price to the last upload of the cancellation."""
        await self.settle()
        if uploads:
            await self.upload()
        await self.cancel()
        await self.upload()

    async def cut_at(self, number: int, written: bool, uploads: bool) -> bool:
        """The power goes at a commit, which is on the disk or not; False when the visit was over before."""
        await self.prepared()
        self.store.last = self.store.commits + number
        self.store.written = written
        hands = aio.spawn("hands", self.whole(uploads))
        while not self.store.dead and not hands.done():
            await aio.sleep_ms(0)
        if not self.store.dead:
            await hands  # what went wrong, if anything did
        hands.cancel()
        await self.stop()
        self.store.gone.set()
        return self.store.dead

    async def to_the_end(self, uploads: bool) -> None:
        """What doctor and terminal do when the power is back."""
        await self.take_up()
        if self.step() == "confirm":
            await self.settle()
        if uploads:
            await self.upload()
        if self.step() in ("receipt", "done"):
            await self.cancel()
        await self.upload()

    async def every_commit(self, uploads: bool, changes: bool = False) -> int:
        """How many there are. `changes`: when the power is back, the province wants each row in a message."""
        number = 1
        while True:
            for written in (False,) if changes else (False, True):
                if not await self.cut_at(number, written, uploads):
                    return number - 1
                await self.changed_to(not changes)
                await self.to_the_end(uploads)
                where = "commit " + str(number) + (" written" if written else " lost")
                await self.expect_undone(where)
                self.assertEqual([row["cancelled"] for row in self.platform.settlements.values()], [True], where)
            number += 1
