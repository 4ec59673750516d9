"""The SM2 signature in the envelope's member cainfo (Hubei).

One program has it, and it is known from its own tests alone: what is signed is clear, whether the result is r || s or
DER is not. Both are taken. The institution's public key is on record here.
"""

import re
from collections.abc import Mapping
from typing import Any

from simulator.platform import json_text, sm2

from .contract import MISSING, UNLIKE, Keys, TurnedAway
from .headers import Plain

_HEX = re.compile(r"(?:[0-9A-F]{2}){64,72}")


class Sm2Cainfo(Plain):
    """The headers say nothing; the envelope signs itself. Who speaks is known by the key, so that a wrong account
    cannot be told from a wrong signature."""

    def __init__(self, keys: Keys) -> None:
        self._public = keys.institution

    def open(self, message: bytes, _now: float) -> bytes:
        """Check the signature in the message. What is no JSON object, the platform itself refuses."""
        try:
            document = json_text.loads(message)
        except json_text.NotJson:
            return message
        signature = document.get("cainfo")
        if not signature:
            raise TurnedAway(MISSING)
        if not isinstance(signature, str) or not _HEX.fullmatch(signature):
            raise TurnedAway(UNLIKE)
        if not sm2.verify(self._public, signed_text(document).encode(), bytes.fromhex(signature)):
            raise TurnedAway(UNLIKE)
        return message


def signed_text(document: Mapping[str, Any]) -> str:
    """Every member of the envelope but cainfo and input, `name=value` joined by `&` in the order of ASCII; null is
    empty."""
    members = {name: value for name, value in document.items() if name not in ("cainfo", "input")}
    return "&".join(f"{name}={'' if members[name] is None else members[name]}" for name in sorted(members))
