"""Who is signed in at which screen. Sessions live in memory: after a restart everybody signs in again."""

import binascii

from firmware.vault import may, same
from hal import aio

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hal.ports import Random

    Operator = dict[str, str]

_TOKEN_BYTES = 24
_MOST = 8


class _Session:
    def __init__(self, token: str, operator: "Operator") -> None:
        self.token = token
        self.operator = operator
        self.used_ms = aio.now_ms()


class Sessions:
    """Random tokens for a few screens; the oldest goes when there are too many, and one that is not used for
    `idle_minutes` goes by itself."""

    def __init__(self, random: "Random", idle_minutes: int) -> None:
        self._random = random
        self._idle_ms = idle_minutes * 60 * 1000
        self._sessions: "list[_Session]" = []

    def open(self, operator: "Operator") -> str:
        """A new session; returns its token."""
        token = binascii.hexlify(self._random.take(_TOKEN_BYTES)).decode()
        self._sessions = self._sessions[-(_MOST - 1) :] + [_Session(token, operator)]
        return token

    def operator(self, token: str) -> "Operator | None":
        """Who has this token, or None."""
        session = self._session(token)
        return None if session is None else session.operator

    def used(self, token: str) -> None:
        """Somebody pressed something. A screen that only shows what goes on does not keep a session."""
        session = self._session(token)
        if session is not None:
            session.used_ms = aio.now_ms()

    def close(self, token: str) -> None:
        """End a session."""
        closed = self._session(token)
        self._sessions = [session for session in self._sessions if session is not closed]

    def close_all_of(self, operator_id: str, spared: "Operator | None" = None) -> None:
        """End the sessions of an operator, whose PIN is no longer what it was, but for the one that has given `spared`
        (`operator`)."""
        self._sessions = [
            session for session in self._sessions if session.operator["id"] != operator_id or session.operator is spared
        ]

    def close_idle(self) -> bool:
        """End the sessions at which nobody pressed anything for a long time. Whether there was one."""
        before = len(self._sessions)
        now_ms = aio.now_ms()
        self._sessions = [session for session in self._sessions if now_ms - session.used_ms < self._idle_ms]
        return len(self._sessions) < before

    def last(self, right: str) -> "Operator | None":
        """Who signed in last of those who are still signed in and have this right."""
        found: "Operator | None" = None
        for session in self._sessions:
            if may(session.operator["role"], right):
                found = session.operator
        return found

    def _session(self, token: str) -> "_Session | None":
        """Every token is compared whole, so that time tells nothing."""
        found: "_Session | None" = None
        for session in self._sessions:
            if same(session.token.encode(), token.encode()):
                found = session
        return found
