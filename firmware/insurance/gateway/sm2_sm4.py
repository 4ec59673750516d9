"""The application variant: the message signed with SM2 and encrypted with SM4.

Known (from two and more sources) for the messages of mobile payment, of the electronic voucher and of the centre for
electronic prescriptions. NOT known for the transactions of this terminal (2xxx, 3xxx, 9xxx): a province that announces
it for them must be asked what lies in `data`; here it is the whole envelope. Nothing in the scheme ties an answer to
its question: that is left to TLS.
"""

import binascii

from firmware import clock as civil
from firmware.canonical import dumps
from firmware.insurance.errors import UnknownOutcome, Unreachable
from firmware.insurance.gateway.headers import Plain
from firmware.insurance.gateway.keys import Sm2Keys
from firmware.insurance.gateway.sign_text import sign_text
from firmware.insurance.wire import loads
from hal.errors import DeviceError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from hal.ports import NationalCiphers

    Headers = list[tuple[str, str]]

_KEY = 16  # bytes of an SM4 key
_SIGNATURE = 64


class Sm2Sm4(Plain):
    """`account` is appId, the secret appSecret, `interface_version` the version; keys of both sides are needed."""

    def __init__(self, settings: "dict[str, Any]", platform: "dict[str, Any]", national: "NationalCiphers") -> None:
        super().__init__(settings, platform, national)
        self._keys = Sm2Keys(platform, national)
        self._version = settings["interface_version"]
        self._sm4_key = b""

    def seal(self, infno: str, body: bytes, now_s: int, nonce: str) -> "tuple[Headers, bytes]":
        """The message in `encData`, its signature in `signData`. `Unreachable` `insurance.no_key`, also for a key
        that only the answer would need: an answer that cannot be read leaves open what was done."""
        key = self._message_key()
        message = {
            "appId": self._account,
            "data": loads(body),
            "encType": "SM4",
            "signType": "SM2",
            "timestamp": civil.compact(now_s),
            "version": self._version,
        }
        signature = self._keys.signed(sign_text(message, self._secret))
        del message["data"]
        message["encData"] = _capitals(self._national.sm4_ecb(key, body))
        message["signData"] = binascii.b2a_base64(signature).decode().strip()
        return super().seal(infno, dumps(message), now_s, nonce)

    def open(self, body: bytes) -> bytes:
        """What `encData` says, when the platform has signed it."""
        try:
            return self._opened(body)
        except (RuntimeError, UnicodeError, Unreachable) as error:  # nested too deep, half a character, a key is gone
            raise _bad(type(error).__name__)

    def _opened(self, body: bytes) -> bytes:
        message = loads(body)
        if type(message) is not dict:
            raise _bad("no message")
        data = self._decrypted(message.get("encData"))
        message["data"] = loads(data)
        text = sign_text(message, self._secret)
        if not self._keys.is_platforms(text, _signature(message.get("signData"))):
            raise _bad("signature")
        return data

    def _decrypted(self, sealed: "Any") -> bytes:
        if type(sealed) is not str:
            raise _bad("encData")
        try:
            return self._national.sm4_ecb_open(self._message_key(), binascii.unhexlify(sealed.encode()))
        except (ValueError, DeviceError):
            raise _bad("encData")

    def _message_key(self) -> bytes:
        """Made once: the secret, encrypted under the beginning of the account; the first 16 capitals of that in
        hexadecimal, as bytes."""
        if not self._sm4_key:
            if len(self._account) < _KEY or not self._secret:
                raise Unreachable("insurance.no_key", "an account of less than 16 characters, or no secret")
            self._keys.is_platforms(b"", bytes(_SIGNATURE))  # raises when it never could tell
            under = self._account[:_KEY].encode()
            self._sm4_key = _capitals(self._national.sm4_ecb(under, self._secret.encode()))[:_KEY].encode()
        return self._sm4_key


def _capitals(data: bytes) -> str:
    return binascii.hexlify(data).decode().upper()


def _signature(sent: "Any") -> bytes:
    """The bytes of a text in base 64; none when it is none."""
    if type(sent) is not str:
        return b""
    try:
        return binascii.a2b_base64(sent.encode())
    except ValueError:
        return b""


def _bad(what: str) -> UnknownOutcome:
    return UnknownOutcome("insurance.bad_answer", what)
