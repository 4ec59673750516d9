"""What is to be delivered next: the visits of this run first, then everything that waits, page by page from the oldest.

The order holds inside a visit only: a message waits for the earlier ones of its visit, also for one that is held or
does not open.

So that nothing waits for ever, a round that finds the line open tries at least the first message behind the cursor that
need not wait, and the next round begins behind what was tried: what never has an answer cannot keep the same others
from their turn each time.
"""

from firmware.vault.outbox.message import HELD_KIND, WAITING_KIND, visit_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from firmware.vault.outbox.claims import Claims
    from firmware.vault.outbox.delivery import Delivery
    from firmware.vault.outbox.message import Message
    from firmware.vault.outbox.pages import Pages
    from firmware.vault.records import Vault

    Pulse = Callable[[], None]

_MOST_FRESH = 200  # visits; older ones go with the backlog
_HELD_PAGE = 50
_WAVES_IN_A_PAGE = 2  # most visits leave two messages, and a wave has one of each
_BEHIND = "/"  # sorts behind every id of a visit


class Backlog:
    """Goes through the messages in waves of `most`. What had no answer is passed by, so that it never holds up what
    lies behind it; the next round goes on from there."""

    def __init__(self, vault: "Vault", pages: "Pages", claims: "Claims", delivery: "Delivery", most: int) -> None:
        self._vault = vault
        self._pages = pages
        self._claims = claims
        self._delivery = delivery
        self._most = most
        self._fresh: "list[str]" = []
        self._tried: "list[str]" = []  # messages that had their try in this round and still wait
        self._cursor = ""  # the last message that was looked at
        self._waits_at_cursor = False  # whether the next message of its visit must wait
        self._in_page = False  # what is under way is none of the fresh visits
        self.oldest_s = 0  # when the first message that waits was made; 0 when nobody knows

    def add(self, visit: str, created_s: int) -> None:
        """A visit has something new, or a person wants it tried. It goes first, until one try has failed."""
        if visit not in self._fresh:
            self._fresh = self._fresh[-(_MOST_FRESH - 1) :] + [visit]
        self._delivery.line.gives_way = self._in_page
        if not self.oldest_s:
            self.oldest_s = created_s

    def has_fresh(self) -> bool:
        """Whether something new was never tried."""
        return bool(self._fresh)

    async def look(self) -> None:
        """Look when the oldest message was made."""
        first, closed = await self._pages.read(WAITING_KIND, "", "", 1)
        while closed:
            first, closed = await self._pages.read(WAITING_KIND, "", closed[0], 1)
        self.oldest_s = int(first[0].record["created"]) if first else 0

    # ---- the visits of this run

    async def deliver_fresh(self, pulse: "Pulse") -> bool:
        """One try for each visit that is fresh. False when something had no answer."""
        self._tried = []
        return await self._each_fresh(pulse)

    async def _each_fresh(self, pulse: "Pulse") -> bool:
        complete = True
        self._delivery.line.gives_way = False
        while self._fresh and self._delivery.line.is_open():
            visits = self._fresh[: self._most]
            self._fresh = self._fresh[self._most :]
            complete = await self._through(visits, pulse) and complete
        return complete and not self._fresh

    async def _through(self, visits: "list[str]", pulse: "Pulse") -> bool:
        seen = self._claims.watch()
        try:
            messages: "list[Message]" = []
            blocked: "list[str]" = []
            for visit in visits:
                waiting, closed = await self._pages.read(WAITING_KIND, visit + ".")
                messages += waiting
                blocked += closed + await self._held_between(visit, visit)
            answered, _ = await self._waves(messages, blocked, seen, pulse)
            self._tried += [message.id for message in messages if not message.is_done()]
            return answered
        finally:
            self._claims.unwatch(seen)

    # ---- everything

    async def deliver_all(self, pulse: "Pulse") -> bool:
        """Everything: what is fresh, then the rest from where the last round stopped round to there again. False when
        something had no answer, or the line failed before the end."""
        self._tried = []
        end = visit_of(self._cursor) + _BEHIND if self._cursor else ""  # what waits at the cursor may have followers
        around = not end
        complete = True
        while self._delivery.line.is_open():
            if self._fresh:
                complete = await self._each_fresh(pulse) and complete
            more, answered = await self._page(pulse)
            complete = answered and complete
            if around and (not more or (end and self._cursor > end)):
                self._move("", False)
                return complete
            around = around or not more
        return False

    async def _page(self, pulse: "Pulse") -> "tuple[bool, bool]":
        """Deliver the page behind the cursor: whether there was one, and whether all of it was answered."""
        seen = self._claims.watch()
        self._in_page = True
        try:
            page, closed = await self._pages.read(WAITING_KIND, "", self._cursor, _WAVES_IN_A_PAGE * self._most)
            ids = sorted([message.id for message in page] + closed)
            if not ids:
                self._move("", False)
                return False, True
            before = self._cursor, self._waits_at_cursor
            blocked = self._tried + closed + await self._held_between(visit_of(ids[0]), visit_of(ids[-1]))
            if self._waits_at_cursor:
                blocked.append(self._cursor)
            self._move(ids[-1], True)  # first: a page that fails must not be the next one again
            answered, left = await self._waves(page, blocked, seen, pulse)
            tried = ids[: ids.index(left[0])] if left else ids  # with what is left the next page begins
            if tried:
                waiting = [message.id for message in page if not message.is_done()] + closed
                self._move(tried[-1], _waits_for(tried[-1], blocked + [one for one in waiting if one <= tried[-1]]))
            else:
                self._move(*before)
            return True, answered
        finally:
            self._in_page = False
            self._claims.unwatch(seen)

    def _move(self, message_id: str, waits: bool) -> None:
        self._cursor = message_id
        self._waits_at_cursor = waits

    async def _held_between(self, first: str, last: str) -> "list[str]":
        """The held messages of the visits from `first` to `last`: what follows them must wait."""
        found: "list[str]" = []
        page = await self._vault.ids(HELD_KIND, "", first, _HELD_PAGE)
        while page:
            for message_id in page:
                if message_id > last + _BEHIND:
                    return found
                found.append(message_id)
            page = await self._vault.ids(HELD_KIND, "", page[-1], _HELD_PAGE)
        return found

    async def _waves(
        self, messages: "list[Message]", blocked: "list[str]", seen: "set[str]", pulse: "Pulse"
    ) -> "tuple[bool, list[str]]":
        """Deliver messages, one of each visit at a time, but for those that must wait. Whether all of it was answered,
        and the ids of what had no try, because the line failed or somebody else goes first."""
        line = self._delivery.line
        answered = True
        firsts = _firsts(blocked)
        while True:
            messages = [message for message in messages if _is_free(message, firsts) and message.visit not in seen]
            if not messages:
                return answered, []
            if line.gives_way or not line.is_open():
                return answered and line.is_open(), [message.id for message in messages]
            wave = self._next_wave(messages)
            answered = await self._delivery.wave(wave, pulse) and answered
            for message in wave:
                if message.tried and not message.is_done():
                    firsts[message.visit] = message.id
            messages = [message for message in messages if not message.tried]
            pulse()

    def _next_wave(self, messages: "list[Message]") -> "list[Message]":
        """The first message, and others like it: questions that nobody answers must not keep it from being sent."""
        wave: "list[Message]" = []
        visits: "set[str]" = set()
        for message in messages:
            alike = message.must_ask() == messages[0].must_ask()
            if alike and message.visit not in visits and len(wave) < self._most:
                wave.append(message)
            visits.add(message.visit)
        return wave


def _firsts(ids: "list[str]") -> "dict[str, str]":
    """The first of these messages of each visit."""
    firsts: "dict[str, str]" = {}
    for message_id in ids:
        visit = visit_of(message_id)
        firsts[visit] = min(message_id, firsts.get(visit, message_id))
    return firsts


def _is_free(message: "Message", firsts: "dict[str, str]") -> bool:
    """Whether it comes before the first message of its visit that waits."""
    first = firsts.get(message.visit)
    return first is None or message.id < first


def _waits_for(message_id: str, waiting: "list[str]") -> bool:
    """Whether one of those that wait is of the same visit, and not a later one."""
    visit = visit_of(message_id)
    return any([visit_of(other) == visit and other <= message_id for other in waiting])
