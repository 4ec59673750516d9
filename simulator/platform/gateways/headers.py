"""Gateways that sign in the HTTP headers: Hunan, x-tif, x-ca; and the front process that asks for nothing."""

import base64
import hashlib
import hmac
import re
from collections.abc import Mapping

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.hmac import HMAC

from .contract import MISSING, NOBODY, TIMED_OUT, UNLIKE, TurnedAway, same

HUNAN_WINDOW_S = 30 * 60  # of the provincial specification
WINDOW_S = 300  # of x-tif and x-ca: no source has one
_NONCES = 20_000
_SECONDS = re.compile(r"[0-9]{10}")
_MILLISECONDS = re.compile(r"[0-9]{13}")
_NONCE = re.compile(r"[\x21-\x7e]{1,64}")


class Plain:
    """A front process in the clinic's own network, as in Henan: the message alone."""

    def admit(self, _headers: Mapping[str, str], _body: bytes, _now: float) -> None:
        """Everybody may speak."""

    def open(self, message: bytes, _now: float) -> bytes:
        """It is in clear."""
        return message

    def seal(self, answer: bytes, _now: float) -> bytes:
        """So is the answer."""
        return answer


class Hunan(Plain):
    """`_api_signature` = Base64 of HMAC-SHA1 over the four other headers, `name=value` joined by `&` in the natural
    order of their names. The body is not covered."""

    def __init__(self, account: str, secret: str) -> None:
        self._account = account
        self._secret = secret

    def admit(self, headers: Mapping[str, str], _body: bytes, now: float) -> None:
        """Check the five headers."""
        names = ("_api_access_key", "_api_name", "_api_timestamp", "_api_version")
        values = {name: headers.get(name, "") for name in names}
        given = headers.get("_api_signature", "")
        if not all(values.values()) or not given:
            raise TurnedAway(MISSING)
        if not same(values["_api_access_key"], self._account):
            raise TurnedAway(NOBODY)
        stamp = values["_api_timestamp"]
        if not _MILLISECONDS.fullmatch(stamp) or abs(now - int(stamp) / 1000) > HUNAN_WINDOW_S:
            raise TurnedAway(TIMED_OUT)
        if not same(given, hunan_signature(self._secret, values)):
            raise TurnedAway(UNLIKE)


def hunan_signature(secret: str, values: Mapping[str, str]) -> str:
    """The value of `_api_signature` for the other four headers."""
    line = "&".join(f"{name}={values[name]}" for name in sorted(values))
    digest = hmac.new(secret.encode(), line.encode("utf-8", "replace"), hashlib.sha1).digest()
    return base64.b64encode(digest).decode()


class XTif(Plain):
    """x-tif-paasid (account), x-tif-timestamp (seconds), x-tif-nonce, x-tif-signature = lower-case hex of SHA-256 over
    timestamp + secret + nonce + timestamp. The body is not covered. That a nonce is refused when it comes again is
    this gateway's own strictness."""

    def __init__(self, account: str, secret: str) -> None:
        self._account = account
        self._secret = secret
        self._nonces: dict[str, int] = {}

    def admit(self, headers: Mapping[str, str], _body: bytes, now: float) -> None:
        """Check the four headers."""
        account, stamp, nonce, given = values = [
            headers.get("x-tif-" + name, "") for name in ("paasid", "timestamp", "nonce", "signature")
        ]
        if not all(values):
            raise TurnedAway(MISSING)
        if not same(account, self._account):
            raise TurnedAway(NOBODY)
        if not _SECONDS.fullmatch(stamp) or abs(now - int(stamp)) > WINDOW_S:
            raise TurnedAway(TIMED_OUT)
        if not _NONCE.fullmatch(nonce) or not same(given, x_tif_signature(stamp, self._secret, nonce)):
            raise TurnedAway(UNLIKE)
        if not self._is_new(nonce, int(stamp), now):
            raise TurnedAway("请求重复!")

    def _is_new(self, nonce: str, timestamp: int, now: float) -> bool:
        made = self._nonces.pop(nonce, None)
        if made is not None and abs(now - made) <= WINDOW_S:
            self._nonces[nonce] = made
            return False
        if len(self._nonces) >= _NONCES:  # the oldest is forgotten: a busy hour is no reason to refuse anybody
            del self._nonces[next(iter(self._nonces))]
        self._nonces[nonce] = timestamp
        return True


def x_tif_signature(timestamp: str, secret: str, nonce: str) -> str:
    """The value of x-tif-signature."""
    return hashlib.sha256((timestamp + secret + nonce + timestamp).encode("utf-8", "replace")).hexdigest()


class XCa(Plain):
    """x-ca-key (the institution's issued key), x-ca-signature = `<seconds>:<UPPER-CASE hex of HMAC-SM3>` over
    `<seconds>`, a line feed and the body as it came."""

    def __init__(self, account: str, secret: str) -> None:
        self._account = account
        self._secret = secret

    def admit(self, headers: Mapping[str, str], body: bytes, now: float) -> None:
        """Check both headers and the body."""
        account, signature = headers.get("x-ca-key", ""), headers.get("x-ca-signature", "")
        if not account or not signature:
            raise TurnedAway(MISSING)
        if not same(account, self._account):
            raise TurnedAway(NOBODY)
        stamp = signature.partition(":")[0]
        if not _SECONDS.fullmatch(stamp) or abs(now - int(stamp)) > WINDOW_S:
            raise TurnedAway(TIMED_OUT)
        if not same(signature, x_ca_signature(stamp, self._secret, body)):
            raise TurnedAway(UNLIKE)


def x_ca_signature(stamp: str, secret: str, body: bytes) -> str:
    """The value of x-ca-signature."""
    code = HMAC(secret.encode(), hashes.SM3())
    code.update(stamp.encode() + b"\n" + body)
    return stamp + ":" + code.finalize().hex().upper()
