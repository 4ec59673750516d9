"""The disks that a power cut may leave of a segment store, each opened and compared with what was acknowledged."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

from hal.errors import StoreError
from hal.linux.folder import FolderFiles
from hal.segments.files import Files
from tests.portable.segment_files import MemoryFiles
from tests.segments.recorded_disk import Image, Killed, Medium, RecordedDisk
from tests.segments.workload import Player, State, contents, opened

TURNS = 40  # actions between two power cuts


@dataclass
class Figures:
    """How many disks were opened, how many had lost what was acknowledged (or half a batch), how many could not be
    read or written."""

    images: int = 0
    lost: int = 0
    unreadable: int = 0
    cuts: int = 0  # after which the next workload went on
    errors: int = 0  # of the medium, and ends of the process, before the cut

    def __str__(self) -> str:
        what = f"{self.images} images, {self.lost} lost records, {self.unreadable} unreadable, {self.cuts} gone on with"
        return f"{what}, after {self.errors} errors and kills" if self.errors else what


def run(images: int, seed: int, make_disk: Callable[[Image, int], RecordedDisk] = RecordedDisk) -> Figures:
    """At least `images` disks, in both models of a folder. Each workload begins on a disk that the one before left."""
    rng = random.Random(seed)
    figures = Figures()
    image: Image = {}
    state: State = {}
    while figures.images < images:
        disk = make_disk(image, rng.getrandbits(32))
        with patch.multiple("hal.linux.folder", os=disk, sync_folder=disk.sync_folder):
            player = Player(FolderFiles(Path("/store")), rng, state, disk.may_be, Killed)
            player.play(TURNS)
        figures.lost += player.wrong
        figures.errors += player.errors
        left = [pair for ordered in (False, True) for pair in _cut(image, disk, rng, figures, ordered=ordered)]
        image, state = rng.choice(left) if left else ({}, {})
        figures.cuts += 1
    return figures


def _cut(
    image: Image, disk: RecordedDisk, rng: random.Random, figures: Figures, *, ordered: bool
) -> list[tuple[Image, State]]:
    """Cut the power after each operation. Returns the disks that may be gone on with."""
    medium = Medium(image, ordered=ordered)
    good: list[tuple[Image, State]] = []
    for operation in disk.operations:
        medium.apply(operation)
        seen: list[Image] = []
        for left in medium.images(rng):
            if left not in seen:
                seen.append(left)
                state = judge(MemoryFiles.of(left), operation.allowed, figures)
                if state is not None:
                    good.append((left, state))
    return good


def judge(files: Files, allowed: list[State], figures: Figures) -> State | None:
    """Open what a power cut left, and use it. What it holds, or None when that is wrong."""
    figures.images += 1
    try:
        engine = opened(files)
        found = contents(engine)
        if found not in allowed:
            figures.lost += 1
            return None
        engine.commit([(b"after", b"the cut")], [])
        while engine.care():
            pass
        if contents(opened(files)) != found | {b"after": b"the cut"}:
            figures.lost += 1
            return None
    except StoreError:
        figures.unreadable += 1
        return None
    return found
