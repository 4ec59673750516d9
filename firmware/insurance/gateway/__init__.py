"""Gateway schemes: what a province's gateway wants around the national message.

A scheme is an object with `fill` (members of the envelope that carry a signature), `seal` (headers and body as they
leave) and `open` (the body of an answer as the platform meant it). A province names its scheme in its profile; a new
scheme is a new class in `SCHEMES`.
"""

from firmware.insurance.gateway.headers import HmacSm3, Hunan, Plain, XTif
from firmware.insurance.gateway.sm2_cainfo import Sm2Cainfo
from firmware.insurance.gateway.sm2_sm4 import Sm2Sm4

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Protocol

    from hal.ports import NationalCiphers
else:
    Protocol = object


class Gateway(Protocol):
    """One scheme with the account and keys of this institution. A key that is missing or is none is `Unreachable`
    `insurance.no_key` from `fill` or `seal`: nothing leaves without its signature."""

    def fill(self, header: "dict[str, Any]") -> None:
        """Put into the envelope what signs it; its members but for `input` are all there."""

    def seal(self, infno: str, body: bytes, now_s: int, nonce: str) -> "tuple[list[tuple[str, str]], bytes]":
        """Headers and body of the HTTP request for the whole message `body`."""

    def open(self, body: bytes) -> bytes:
        """The message in the body of an answer. `UnknownOutcome` `insurance.bad_answer` when it cannot be the
        platform's."""


SCHEMES = {
    "plain": Plain,
    "hunan": Hunan,
    "x-tif": XTif,
    "x-ca": HmacSm3,
    "sm2-cainfo": Sm2Cainfo,
    "sm2-sm4": Sm2Sm4,
}


def open_gateway(settings: "dict[str, Any]", platform: "dict[str, Any]", national: "NationalCiphers") -> Gateway:
    """The gateway of a province: `settings` is the table `gateway` of its profile, `platform` has the secrets
    (`hal.ports.Board.platform`)."""
    gateway: Gateway = SCHEMES[settings["scheme"]](settings, platform, national)
    return gateway
