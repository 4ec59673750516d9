"""The provincial gateway in front of the platform, scheme x-tif.

Headers x-tif-paasid (account), x-tif-timestamp (seconds), x-tif-nonce, x-tif-signature = lower-case hex of SHA-256 over
timestamp + secret + nonce + timestamp. The body is not covered. Clients of several provinces do so; the window of five
minutes and the refusal of a nonce that came before are this gateway's own strictness.
"""

import hashlib
import hmac
import re
from collections.abc import Mapping

WINDOW_S = 300
_NONCES = 20_000
_TIMESTAMP = re.compile(r"[0-9]{10}")
_NONCE = re.compile(r"[\x21-\x7e]{1,64}")


def signature(timestamp: str, secret: str, nonce: str) -> str:
    """The value of x-tif-signature."""
    return hashlib.sha256((timestamp + secret + nonce + timestamp).encode("utf-8", "replace")).hexdigest()


class Gateway:
    """Lets requests through or says why not; what it refuses has not reached the platform."""

    def __init__(self, account: str, secret: str) -> None:
        self._account = account
        self._secret = secret
        self._nonces: dict[str, int] = {}

    def refusal(self, headers: Mapping[str, str], now: float) -> str:
        """Why a request with these headers (names in lower case) is refused at epoch second `now`, or ""."""
        values = [headers.get("x-tif-" + name, "") for name in ("paasid", "timestamp", "nonce", "signature")]
        account, timestamp, nonce, given = values
        if not all(values):
            return "缺少服务网关的请求头!"
        if not _same(account, self._account):
            return "非法用户!"
        if not _TIMESTAMP.fullmatch(timestamp) or abs(now - int(timestamp)) > WINDOW_S:
            return "签名时间戳超时!"
        if not _NONCE.fullmatch(nonce) or not _same(given, signature(timestamp, self._secret, nonce)):
            return "签名不一致!"
        return "" if self._is_new(nonce, int(timestamp), now) else "请求重复!"

    def _is_new(self, nonce: str, timestamp: int, now: float) -> bool:
        if len(self._nonces) >= _NONCES:
            self._nonces = {old: made for old, made in self._nonces.items() if abs(now - made) <= WINDOW_S}
        made = self._nonces.get(nonce)
        if (made is not None and abs(now - made) <= WINDOW_S) or len(self._nonces) >= _NONCES:
            return False
        self._nonces[nonce] = timestamp
        return True


def _same(given: str, wanted: str) -> bool:
    return hmac.compare_digest(given.encode("utf-8", "replace"), wanted.encode("utf-8", "replace"))
