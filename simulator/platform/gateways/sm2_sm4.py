"""The application variant: the message encrypted with SM4 and signed with SM2, answers in the same way.

The message is `{appId, encData, encType: "SM4", signType: "SM2", signData, timestamp, version}`. Here `data` is the
whole national message: sources show this variant around payment and prescription services, whose `data` are their own
fields. A window of thirty minutes, as Hunan has it, is an assumption.
"""

import base64
import re
from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from typing import Any

from cryptography.hazmat.primitives import padding
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from simulator.platform import json_text, sm2

from .contract import NOBODY, TIMED_OUT, UNLIKE, Keys, TurnedAway, same
from .headers import Plain

WINDOW_S = 30 * 60
_BEIJING = timezone(timedelta(hours=8))
_KEY = 16
_BLOCK_BITS = 128
_NOT_SIGNED = ("signData", "encData", "extra")
_WANTED = ("appId", "encData", "encType", "signType", "signData", "timestamp", "version")
_STAMP = re.compile(r"[0-9]{14}")
_STAMP_FORM = "%Y%m%d%H%M%S"
_HEX = re.compile(r"(?:[0-9A-F]{2})+")


class Sm2Sm4(Plain):
    """Opens what is encrypted and signed, and answers so."""

    def __init__(self, account: str, secret: str, keys: Keys) -> None:
        self._account = account
        self._secret = secret
        self._keys = keys
        self._key = message_key(account, secret)

    def open(self, message: bytes, now: float) -> bytes:
        """The national message."""
        try:
            outer = json_text.loads(message)
        except json_text.NotJson:
            raise TurnedAway("请求报文格式不正确!") from None
        if not all(isinstance(outer.get(name), str) and outer[name] for name in _WANTED):
            raise TurnedAway("缺少必要的报文参数!")
        if not same(outer["appId"], self._account):
            raise TurnedAway(NOBODY)
        if not _in_time(outer["timestamp"], now):
            raise TurnedAway(TIMED_OUT)
        inner = self._decrypted(outer["encData"])
        try:
            outer["data"] = json_text.loads(inner)
        except json_text.NotJson:
            raise TurnedAway("报文解密失败!") from None
        text = signed_text(outer, self._secret).encode()
        signature = _signature(outer["signData"])
        if len(signature) != 64 or not sm2.verify(self._keys.institution, text, signature):
            raise TurnedAway(UNLIKE)
        return inner

    def seal(self, answer: bytes, now: float) -> bytes:
        """Encrypted with the same key, signed with the platform's own."""
        stamp = datetime.fromtimestamp(now, _BEIJING).strftime(_STAMP_FORM)
        outer: dict[str, Any] = {"appId": self._account, "encType": "SM4", "signType": "SM2"}
        outer |= {"timestamp": stamp, "version": "2.0.1", "data": json_text.loads(answer)}
        signature = sm2.sign(self._keys.platform, signed_text(outer, self._secret).encode())
        del outer["data"]
        outer |= {"encData": encrypted(self._key, answer), "signData": base64.b64encode(signature).decode()}
        return json_text.dumps(outer).encode()

    def _decrypted(self, text: str) -> bytes:
        unpadder = padding.PKCS7(_BLOCK_BITS).unpadder()
        try:
            if not _HEX.fullmatch(text):
                raise ValueError
            return unpadder.update(_sm4(self._key).decryptor().update(bytes.fromhex(text))) + unpadder.finalize()
        except ValueError:
            raise TurnedAway("报文解密失败!") from None


def _signature(text: str) -> bytes:
    """What `text` is the Base64 of, or nothing. Its last letter has bits to spare, and only zeros are right there."""
    try:
        signature = base64.b64decode(text, validate=True)
    except ValueError:
        return b""
    return signature if base64.b64encode(signature).decode() == text else b""


def message_key(account: str, secret: str) -> bytes:
    """The SM4 key of all messages: the beginning of the upper-case hex text of the secret, encrypted with the
    beginning of the account's name."""
    return encrypted(account.encode()[:_KEY], secret.encode()).encode()[:_KEY]


def encrypted(key: bytes, data: bytes) -> str:
    """SM4, ECB, PKCS #7, in upper-case hex."""
    padder = padding.PKCS7(_BLOCK_BITS).padder()
    return _sm4(key).encryptor().update(padder.update(data) + padder.finalize()).hex().upper()


def _sm4(key: bytes) -> Cipher[modes.ECB]:
    return Cipher(algorithms.SM4(key), modes.ECB())  # noqa: S305  # this is what the variant prescribes


def signed_text(outer: Mapping[str, Any], secret: str) -> str:
    """What is signed: the members that are not empty in the order of ASCII, then the secret as `key`."""
    names = sorted(name for name, value in outer.items() if name not in _NOT_SIGNED and not _empty(value))
    return "&".join([*(f"{name}={_written(outer[name])}" for name in names), f"key={secret}"])


def _written(value: Any) -> str:
    return json_text.dumps(_sorted(value)) if isinstance(value, dict | list) else str(_sorted(value))


def _sorted(value: Any) -> Any:
    """Members in order, none of them empty, every scalar a text."""
    if isinstance(value, dict):
        return {name: _sorted(value[name]) for name in sorted(value) if not _empty(value[name])}
    if isinstance(value, list):
        return [_sorted(item) for item in value if not _empty(item)]
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _empty(value: Any) -> bool:
    """Client programs, that of the public web hall among them, leave an empty list out, too, and no empty object."""
    return value is None or value in ("", [])


def _in_time(stamp: str, now: float) -> bool:
    try:
        made = datetime.strptime(stamp, _STAMP_FORM).replace(tzinfo=_BEIJING) if _STAMP.fullmatch(stamp) else None
    except ValueError:
        return False
    return made is not None and abs(made.timestamp() - now) <= WINDOW_S
