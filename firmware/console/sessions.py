"""Who is signed in at which screen. Sessions live in memory: after a restart everybody signs in again."""

import binascii

from firmware.vault import same

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hal.ports import Random

_TOKEN_BYTES = 24
_MOST = 8


class Sessions:
    """Random tokens for a few screens; the oldest goes when there are too many."""

    def __init__(self, random: "Random") -> None:
        self._random = random
        self._sessions: "list[tuple[str, dict[str, str]]]" = []

    def open(self, operator: "dict[str, str]") -> str:
        """A new session; returns its token."""
        token = binascii.hexlify(self._random.take(_TOKEN_BYTES)).decode()
        self._sessions = self._sessions[-(_MOST - 1) :] + [(token, operator)]
        return token

    def operator(self, token: str) -> "dict[str, str] | None":
        """Who has this token, or None. Every token is compared whole, so that time tells nothing."""
        found: "dict[str, str] | None" = None
        for known, operator in self._sessions:
            if same(known.encode(), token.encode()):
                found = operator
        return found

    def close(self, token: str) -> None:
        """End a session."""
        self._sessions = [session for session in self._sessions if not same(session[0].encode(), token.encode())]

    def last(self) -> "dict[str, str] | None":
        """Who signed in last of those who are still signed in."""
        return self._sessions[-1][1] if self._sessions else None
