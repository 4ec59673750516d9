"""Several messages under way at once, and what became of each."""

from firmware.vault.outbox.message import UNKNOWN
from hal import aio

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from firmware.vault.outbox.message import Message, Outcome

    Carry = Callable[[Message], Awaitable[Outcome]]

_PATIENCE = 4  # messages in a row without an answer: it is not the message, it is the line


class Line:
    """What the last answers say of the line."""

    def __init__(self) -> None:
        self.silent = 0  # messages in a row that had no answer
        self.closed_s = 0  # for how long the platform wants to hear nothing
        self.gives_way = False  # nothing more is begun: somebody else goes first

    def is_open(self) -> bool:
        """Whether it is worth trying the next message."""
        return self.silent < _PATIENCE and not self.closed_s


class Lanes:
    """Carries messages over `most` requests at a time. Used once."""

    def __init__(self, line: Line, carry: "Carry", no_answer: "tuple[str, ...]", pulse: "Callable[[], None]") -> None:
        """`no_answer`: the outcomes that mean that nobody was there."""
        self._line = line
        self._carry = carry
        self._no_answer = no_answer
        self._pulse = pulse
        self._todo: "list[Message]" = []
        self._running = 0
        self._ended = aio.Event()
        self._outcomes: "dict[str, tuple[str, str]]" = {}

    async def run(self, messages: "list[Message]", most: int, not_begun: str) -> "dict[str, tuple[str, str]]":
        """The outcome and the platform's sentence for each message, by its id; `not_begun` for those that stayed
        because the line failed or gives way. What a lane was at when it died is unknown; the other lanes go on, and the
        program's handler of stray errors hears of it."""
        self._todo = list(messages)
        tasks = []
        for _ in range(min(most, len(messages))):
            self._running += 1
            tasks.append(aio.spawn("lane", self._lane()))
        try:
            while self._running:
                await self._ended.wait()
        finally:
            for task in tasks:
                task.cancel()
        for message in messages:
            if message.id not in self._outcomes:
                self._outcomes[message.id] = (not_begun if message in self._todo else UNKNOWN, "")
        return self._outcomes

    async def _lane(self) -> None:
        try:
            while self._todo and self._line.is_open() and not self._line.gives_way:
                message = self._todo.pop(0)
                outcome, sentence, wait_s = await self._carry(message)
                self._outcomes[message.id] = (outcome, sentence)
                self._line.silent = self._line.silent + 1 if outcome in self._no_answer else 0
                self._line.closed_s = max(self._line.closed_s, wait_s)
                self._pulse()
        finally:
            self._running -= 1
            if not self._running:
                self._ended.set()
