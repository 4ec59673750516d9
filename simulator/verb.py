"""A thing that hands can do at the counter."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from simulator.world import World


class WorldError(Exception):
    """It cannot be done; the sentence says why, for the person who asked for it.

    `key` is what the bench page has its own sentence under (`error.` in its locale files), "" when its buttons cannot
    come to this.
    """

    def __init__(self, sentence: str, key: str = "") -> None:
        super().__init__(sentence)
        self.key = key


@dataclass(frozen=True)
class Verb:
    """Something to do. `takes` names what has to follow the verb, "" when nothing may; in brackets: may be left out."""

    name: str
    takes: str
    about: str
    act: Callable[["World", str], Awaitable[None]]
