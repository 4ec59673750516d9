"""Gateway schemes: the headers that a province's gateway wants around the national message.

A scheme is a function of (account, secret, seconds since 1970, nonce, body). More schemes are added to `SCHEMES`.
"""

import binascii
import hashlib

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    Scheme = Callable[[str, str, int, str, bytes], list[tuple[str, str]]]


def x_tif(account: str, secret: str, now_s: int, nonce: str, body: bytes) -> "list[tuple[str, str]]":
    """x-tif headers (Guangdong, Hebei and others): SHA-256 over time + secret + nonce + time; the body is not
    covered."""
    stamp = str(now_s)
    digest = hashlib.sha256((stamp + secret + nonce + stamp).encode()).digest()
    return [
        ("Content-Type", "application/json; charset=utf-8"),
        ("x-tif-paasid", account),
        ("x-tif-timestamp", stamp),
        ("x-tif-nonce", nonce),
        ("x-tif-signature", binascii.hexlify(digest).decode()),
    ]


SCHEMES: "dict[str, Scheme]" = {"x-tif": x_tif}
