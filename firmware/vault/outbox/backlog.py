"""What is to be delivered next: the visits of this run first, then everything that waits, page by page from the oldest.

The order holds inside a visit only: a message waits for the earlier ones of its visit, also for one that is held or
does not open.
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
        self._tried: "list[str]" = []  # visits that had their try in this round
        self._cursor = ""  # the last message that was looked at
        self._blocked_at_cursor = ""  # the visit there, when its next message must wait
        self.oldest_s = 0  # when the first message that waits was made; 0 when nobody knows

    def add(self, visit: str, created_s: int) -> None:
        """A visit has something new, or a person wants it tried. It goes first, until one try has failed."""
        if visit not in self._fresh:
            self._fresh = self._fresh[-(_MOST_FRESH - 1) :] + [visit]
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
                blocked += _visits(closed) + await self._held_between(visit, visit)
            answered, _ = await self._waves(messages, blocked, seen, pulse)
            self._tried += [message.visit for message in messages if not message.is_done()]
            return answered
        finally:
            self._claims.unwatch(seen)

    # ---- everything

    async def deliver_all(self, pulse: "Pulse") -> bool:
        """Everything: what is fresh, then the rest from where the last round stopped round to there again. False when
        something had no answer, or the line failed before the end."""
        self._tried = []
        start = self._cursor
        around = not start
        complete = True
        while self._delivery.line.is_open():
            if self._fresh:
                complete = await self._each_fresh(pulse) and complete
            more, answered = await self._page(pulse)
            complete = answered and complete
            if around and (not more or (start and self._cursor >= start)):
                self._move("", "")
                return complete
            around = around or not more
        return False

    async def _page(self, pulse: "Pulse") -> "tuple[bool, bool]":
        """Deliver the page behind the cursor: whether there was one, and whether all of it was answered."""
        seen = self._claims.watch()
        try:
            page, closed = await self._pages.read(WAITING_KIND, "", self._cursor, _WAVES_IN_A_PAGE * self._most)
            ids = sorted([message.id for message in page] + closed)
            if not ids:
                self._move("", "")
                return False, True
            blocked = self._tried + [self._blocked_at_cursor] + _visits(closed)
            blocked += await self._held_between(visit_of(ids[0]), visit_of(ids[-1]))
            before = self._cursor, self._blocked_at_cursor
            self._move(ids[-1], visit_of(ids[-1]))  # first: a page that fails must not be the next one again
            answered, left = await self._waves(page, blocked, seen, pulse)
            tried = ids[: ids.index(left[0].id)] if left else ids  # with what is left the next page begins
            if not tried:
                self._move(*before)
            else:
                last = visit_of(tried[-1])
                waits = last in [message.visit for message in page if not message.is_done()] + _visits(closed)
                self._move(tried[-1], last if waits else "")
            return True, answered
        finally:
            self._claims.unwatch(seen)

    def _move(self, message_id: str, blocked: str) -> None:
        self._cursor = message_id
        self._blocked_at_cursor = blocked

    async def _held_between(self, first: str, last: str) -> "list[str]":
        """The visits from `first` to `last` with a held message: what follows it must wait."""
        found: "list[str]" = []
        page = await self._vault.ids(HELD_KIND, "", first, _HELD_PAGE)
        while page:
            for message_id in page:
                if message_id > last + _BEHIND:
                    return found
                found.append(visit_of(message_id))
            page = await self._vault.ids(HELD_KIND, "", page[-1], _HELD_PAGE)
        return found

    async def _waves(
        self, messages: "list[Message]", blocked: "list[str]", seen: "set[str]", pulse: "Pulse"
    ) -> "tuple[bool, list[Message]]":
        """Deliver messages, one of each visit at a time, but for the visits that must wait. Whether all of it was
        answered, and what had no try because the line failed."""
        answered = True
        waiting = set(blocked)
        while self._delivery.line.is_open():
            wave: "list[Message]" = []
            later: "list[Message]" = []
            visits = waiting | seen
            for message in messages:
                if message.visit in visits or len(wave) == self._most:
                    later.append(message)
                else:
                    wave.append(message)
                    visits.add(message.visit)
            if not wave:
                return answered, []
            answered = await self._delivery.wave(wave, pulse) and answered
            waiting |= {message.visit for message in wave if not message.is_done()}
            messages = later
            pulse()
        return False, [message for message in messages if message.visit not in waiting | seen]


def _visits(ids: "list[str]") -> "list[str]":
    return [visit_of(message_id) for message_id in ids]
