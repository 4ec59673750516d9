"""Schemes that put a signature into the HTTP headers and leave the message as it is.

Sources, and how certain they are:
- Hunan: the provincial specification V1.1.27 and a client program agree.
- x-tif: client programs of Guangdong and of Hebei agree, and further files.
- x-ca: one client program of Zhejiang, with real answers of its test platform.
- plain: the local front process of Henan, one page.
The signatures in the tests are our own, made from the descriptions: no source publishes one.
"""

import binascii
import hashlib
import hmac

from firmware.insurance.errors import Unreachable

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

    def secret(self) -> bytes:
        """What the account signs with. `Unreachable` `insurance.no_key`."""
        if not self._secret:
            raise Unreachable("insurance.no_key", "no secret")
        return str(self._secret).encode()


class Hunan(Plain):
    """`_api_*`: HMAC-SHA1 over name, version, time and key in the natural order of the header names. The body is not
    covered; the platform takes a time that is up to 30 minutes off."""

    def signed(self, infno: str, _body: bytes, now_s: int, _nonce: str) -> "Headers":
        """The five headers; the time in milliseconds."""
        headers = [
            ("_api_access_key", self._account),
            ("_api_name", infno),
            ("_api_timestamp", str(now_s * 1000)),
            ("_api_version", _HUNAN_VERSION),
        ]
        return headers + [("_api_signature", hunan_signature(self.secret(), headers))]


class XTif(Plain):
    """`x-tif-*`: SHA-256 over time + secret + nonce + time. The body is not covered."""

    def signed(self, _infno: str, _body: bytes, now_s: int, nonce: str) -> "Headers":
        """The four headers; the time in seconds."""
        stamp = str(now_s)
        digest = hashlib.sha256(stamp.encode() + self.secret() + (nonce + stamp).encode()).digest()
        return [
            ("x-tif-paasid", self._account),
            ("x-tif-timestamp", stamp),
            ("x-tif-nonce", nonce),
            ("x-tif-signature", binascii.hexlify(digest).decode()),
        ]


class HmacSm3(Plain):
    """`x-ca-*`: HMAC-SM3 over time, line feed and body, the body as UTF-8."""

    def signed(self, _infno: str, body: bytes, now_s: int, _nonce: str) -> "Headers":
        """The two headers; the time in seconds."""
        stamp = str(now_s)
        digest = self._national.hmac_sm3(self.secret(), stamp.encode() + b"\n" + body)
        signature = stamp + ":" + binascii.hexlify(digest).decode().upper()
        return [("x-ca-key", self._account), ("x-ca-signature", signature)]


def hunan_signature(secret: bytes, headers: "Headers") -> str:
    """HMAC-SHA1 in base 64 over the headers, which are in the natural order of their names. MicroPython has SHA-1 on
    the ESP32; smaller builds have not."""
    line = "&".join([name + "=" + value for name, value in headers])
    return binascii.b2a_base64(hmac.new(secret, line.encode(), hashlib.sha1).digest()).decode().strip()
