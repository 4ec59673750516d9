"""SM2 signature in the member `cainfo` of the envelope (Hubei).

Known from one client program only, which was never tried against anything but its own stand-in for the platform: verify
with the province before relying on it. Its comments say that the signature is r and s; the library it calls makes DER.
So the province's profile says which (`gateway.signature`).
"""

import binascii

from firmware.insurance.gateway.headers import Plain
from firmware.insurance.gateway.keys import Sm2Keys, as_der

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from hal.ports import NationalCiphers

_UNSIGNED = ("cainfo", "input")


class Sm2Cainfo(Plain):
    """Signs the members of the envelope but for what is asked (`input`). Answers are not signed, as far as is known."""

    def __init__(self, settings: "dict[str, Any]", platform: "dict[str, Any]", national: "NationalCiphers") -> None:
        super().__init__(settings, platform, national)
        self._keys = Sm2Keys(platform, national)
        self._is_der = settings["signature"] == "der"

    def fill(self, header: "dict[str, Any]") -> None:
        """`cainfo`: the signature in hexadecimal capitals. `Unreachable` `insurance.no_key`."""
        signature = self._keys.signed(string_to_sign(header).encode())
        signature = as_der(signature) if self._is_der else signature
        header["cainfo"] = binascii.hexlify(signature).decode().upper()


def string_to_sign(header: "dict[str, Any]") -> str:
    """The members but `cainfo` and `input` in the order of their names, as `name=value`, joined by `&`; null is
    empty."""
    named = [(name, header[name]) for name in sorted(header) if name not in _UNSIGNED]
    return "&".join([name + "=" + ("" if value is None else str(value)) for name, value in named])
