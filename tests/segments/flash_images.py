"""A flash chip that loses its power after each of its operations, or in the middle of one, with LittleFS and the
segment store on it."""

import random
from dataclasses import dataclass

from littlefs import LittleFSError

from hal.segments.engine import SEGMENT_BYTES, SegmentEngine
from tests.segments.crash_images import Figures, judge
from tests.segments.littlefs_files import BLOCK, Flash, LittleFsFiles, mounted
from tests.segments.workload import Player, State

BLOCKS = 48
TURNS = 12  # actions between two power cuts


@dataclass
class FlashOperation:
    """A block erased (`data` None) or bytes programmed, and what may be read after a power cut in or behind it."""

    place: int
    data: bytes | None
    allowed: list[State]


class RecordingFlash(Flash):
    """Records every erase and program."""

    def __init__(self, image: bytes) -> None:
        super().__init__(len(image) // BLOCK, image)
        self.operations: list[FlashOperation] = []
        self.allowed: list[State] = [{}]

    def prog(self, cfg: object, block: int, off: int, data: bytes) -> int:
        self.operations.append(FlashOperation(block * BLOCK + off, bytes(data), self.allowed))
        return super().prog(cfg, block, off, data)

    def erase(self, cfg: object, block: int) -> int:
        self.operations.append(FlashOperation(block * BLOCK, None, self.allowed))
        return super().erase(cfg, block)

    def may_be(self, allowed: list[State]) -> None:
        """From now on a power cut may leave one of these."""
        self.allowed = allowed
        self.operations.append(FlashOperation(0, b"", allowed))


def run(images: int, seed: int, late: int = 0) -> Figures:
    """At least `images` power cuts. Each workload begins on the flash that the one before left. The flash does what it
    is told `late` operations after it has said so."""
    rng = random.Random(seed)
    figures = Figures()
    blank = Flash(BLOCKS)
    mounted(blank, new=True)
    image, state = bytes(blank.buffer), State()
    while figures.images < images:
        flash = RecordingFlash(image)
        player = Player(LittleFsFiles(mounted(flash, new=False)), rng, state, flash.may_be)
        player.play(TURNS)
        figures.lost += player.wrong
        left = _cut(image, flash.operations, late, rng, figures)
        image, state = rng.choice(left) if left else (bytes(blank.buffer), State())
        figures.cuts += 1
    return figures


def _cut(
    image: bytes, operations: list[FlashOperation], late: int, rng: random.Random, figures: Figures
) -> list[tuple[bytes, State]]:
    good: list[tuple[bytes, State]] = []
    now = bytearray(image)
    for operation, said in zip(operations, operations[late:], strict=False):
        torn = bytearray(now)
        data = b"\xff" * BLOCK if operation.data is None else operation.data
        done = rng.randrange(len(data)) if data else 0
        torn[operation.place : operation.place + done] = data[:done]
        now[operation.place : operation.place + len(data)] = data
        for left in (torn, now) if data else (now,):
            state = _judge(bytes(left), said.allowed, figures)
            if state is not None:
                good.append((bytes(left), state))
    return good


def _judge(image: bytes, allowed: list[State], figures: Figures) -> State | None:
    try:
        system = mounted(Flash(BLOCKS, image), new=False)
    except LittleFSError:
        figures.images += 1
        figures.unreadable += 1
        return None
    return judge(LittleFsFiles(system), allowed, figures)


@dataclass
class Wear:
    """What one commit costs the flash on average."""

    erases: float
    programmed: float


def wear(batch_bytes: int, commits: int = 400) -> Wear:
    """Commit batches of one value of `batch_bytes` to a store of 4 MB with segments of the size that ships."""
    flash = Flash(1024)
    engine = SegmentEngine(LittleFsFiles(mounted(flash, new=True)), SEGMENT_BYTES, 2 * SEGMENT_BYTES)
    rng = random.Random(1)
    engine.commit([(b"first", b"x")], [])
    erases, programmed = flash.erases, flash.programmed
    for number in range(commits):
        engine.commit([(b"outbox/%08d" % number, rng.randbytes(batch_bytes))], [])
    return Wear((flash.erases - erases) / commits, (flash.programmed - programmed) / commits)
