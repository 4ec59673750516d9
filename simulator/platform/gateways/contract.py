"""What every gateway is asked, and how it refuses."""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

MISSING = "缺少服务网关的请求头!"
NOBODY = "非法用户!"
TIMED_OUT = "签名时间戳超时!"
UNLIKE = "签名不一致!"


class TurnedAway(Exception):
    """The gateway refuses; nothing has reached the platform. `status` is HTTP's and stands in the answer, too."""

    def __init__(self, message: str, status: int = 401) -> None:
        super().__init__(message)
        self.message = message
        self.status = status


@dataclass(frozen=True, slots=True)
class Keys:
    """SM2 keys: the platform's own, 32 bytes, and the institution's public one, 64."""

    platform: bytes
    institution: bytes


class Gateway(Protocol):
    """One scheme with one account. `now` is the platform's epoch second."""

    def admit(self, headers: Mapping[str, str], body: bytes, now: float) -> None:
        """Check headers (names in lower case) and the whole body. `TurnedAway`."""

    def open(self, message: bytes, now: float) -> bytes:
        """The message in clear. `TurnedAway` when its own signature or encryption is wrong."""

    def seal(self, answer: bytes, now: float) -> bytes:
        """The answer as it leaves."""


def same(given: str, wanted: str) -> bool:
    """Whether two texts are equal, in a time that does not tell where they differ."""
    return hmac.compare_digest(given.encode("utf-8", "replace"), wanted.encode("utf-8", "replace"))
