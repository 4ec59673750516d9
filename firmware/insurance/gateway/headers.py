"""Schemes that put a signature into the HTTP headers and leave the message as it is.

Sources: Hunan, the provincial specification V1.1.27 (body not covered, window of 30 minutes); x-tif, client programs of
Guangdong and Hebei (body not covered); x-ca, one client program of Zhejiang with real answers of its test platform;
plain, the local front process of Henan.
"""

import binascii
import hashlib
import hmac

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from hal.ports import NationalCiphers

    Headers = list[tuple[str, str]]

_HUNAN_VERSION = "1.0.0"  # _api_version


class Plain:
    """No signature: a front process in the same network forwards the message."""

    def __init__(self, settings: "dict[str, Any]", platform: "dict[str, Any]", national: "NationalCiphers") -> None:
        self._type = settings["content_type"]
        self._account = settings["account"]
        self._secret = platform["secret"]
        self._national = national

    def fill(self, _header: "dict[str, Any]") -> None:
        """Nothing in the envelope."""

    def seal(self, infno: str, body: bytes, now_s: int, nonce: str) -> "tuple[Headers, bytes]":
        """The content type and what `signed` adds."""
        return [("Content-Type", self._type)] + self.signed(infno, body, now_s, nonce), body

    def open(self, body: bytes) -> bytes:
        """As it came."""
        return body

    def signed(self, _infno: str, _body: bytes, _now_s: int, _nonce: str) -> "Headers":
        """The headers that sign the message."""
        return []


class Hunan(Plain):
    """`_api_*`: HMAC-SHA1 over name, version, time and key in the natural order of the header names."""

    def signed(self, infno: str, _body: bytes, now_s: int, _nonce: str) -> "Headers":
        """The five headers; the time in milliseconds."""
        headers = [
            ("_api_access_key", self._account),
            ("_api_name", infno),
            ("_api_timestamp", str(now_s * 1000)),
            ("_api_version", _HUNAN_VERSION),
        ]
        line = "&".join([name + "=" + value for name, value in headers])
        digest = hmac.new(self._secret.encode(), line.encode(), hashlib.sha1).digest()
        return headers + [("_api_signature", binascii.b2a_base64(digest).decode().strip())]


class XTif(Plain):
    """`x-tif-*`: SHA-256 over time + secret + nonce + time."""

    def signed(self, _infno: str, _body: bytes, now_s: int, nonce: str) -> "Headers":
        """The four headers; the time in seconds."""
        stamp = str(now_s)
        digest = hashlib.sha256((stamp + self._secret + nonce + stamp).encode()).digest()
        return [
            ("x-tif-paasid", self._account),
            ("x-tif-timestamp", stamp),
            ("x-tif-nonce", nonce),
            ("x-tif-signature", binascii.hexlify(digest).decode()),
        ]


class HmacSm3(Plain):
    """`x-ca-*`: HMAC-SM3 over time, line feed and body."""

    def signed(self, _infno: str, body: bytes, now_s: int, _nonce: str) -> "Headers":
        """The two headers; the time in seconds."""
        stamp = str(now_s)
        digest = self._national.hmac_sm3(self._secret.encode(), stamp.encode() + b"\n" + body)
        signature = stamp + ":" + binascii.hexlify(digest).decode().upper()
        return [("x-ca-key", self._account), ("x-ca-signature", signature)]
