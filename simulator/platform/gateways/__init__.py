"""The gateways in front of the platform, one for each scheme that is known: who may speak, and how it is wrapped.

Written from the interface specification's notes on gateways and signatures alone. What no source says is this
simulator's own and stands with each scheme: sentences of refusals outside Hunan, time windows, repeated requests.
"""

from collections.abc import Callable

from .contract import Gateway, Keys, TurnedAway
from .headers import Hunan, Plain, XCa, XTif
from .sm2_cainfo import Sm2Cainfo
from .sm2_sm4 import Sm2Sm4

__all__ = ["ACCOUNT", "APP_ID", "CALL_SERVICE", "ONE_PATH", "SCHEMES", "Gateway", "Keys", "TurnedAway", "open_gateway"]

ACCOUNT = "TESTPAAS0001"
APP_ID = "TESTAPPID0000000TESTAPPID0000000"  # of sm2-sm4, whose first key is made of sixteen characters of it
ONE_PATH = ("hunan",)  # where there is one address for all transactions
CALL_SERVICE = "rsfComIfsService/callService"  # this one, below /fsi/api/

SCHEMES: dict[str, Callable[[str, str, Keys | None], Gateway]] = {
    "plain": lambda _account, _secret, _keys: Plain(),
    "hunan": lambda account, secret, _keys: Hunan(account, secret),
    "x-tif": lambda account, secret, _keys: XTif(account, secret),
    "x-ca": lambda account, secret, _keys: XCa(account, secret),
    "sm2-cainfo": lambda _account, _secret, keys: Sm2Cainfo(_wanted(keys)),
    "sm2-sm4": lambda account, secret, keys: Sm2Sm4(account, secret, _wanted(keys)),
}


def open_gateway(scheme: str, account: str, secret: str, keys: Keys | None = None) -> Gateway:
    """The gateway of that scheme; an empty `account` is the usual one. `ValueError` when it needs `keys`."""
    return SCHEMES[scheme](account or (APP_ID if scheme == "sm2-sm4" else ACCOUNT), secret, keys)


def _wanted(keys: Keys | None) -> Keys:
    if keys is None:
        raise ValueError("this gateway needs SM2 keys")
    return keys
