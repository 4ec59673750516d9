"""SM2 signatures with SM3, small and slow: what a simulated gateway needs to check and to sign.

Source: GM/T 0003.2-2012 (the signature), GM/T 0003.5-2012 (the curve sm2p256v1 and an example).
Nothing here is constant in time: the keys are invented.
"""

import secrets

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

USER = b"1234567812345678"  # the user id that everybody uses
_P = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00000000FFFFFFFFFFFFFFFF
_A = _P - 3
_B = 0x28E9FA9E9D9F5E344D5A9E4BCF6509A7F39789F515AB8F92DDBCBD414D940E93
_N = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123
_G = (
    0x32C4AE2C1F1981195F9904466A39C9948FE30BBFF2660BE1715A4589334C74C7,
    0xBC3736A2F4F6779C59BDCEE36B692153D0A9877CC62A474002DF32E52139F0A0,
)
_Point = tuple[int, int] | None  # None is the point at infinity


def new_private() -> bytes:
    """A fresh private key, 32 bytes."""
    return (secrets.randbelow(_N - 2) + 1).to_bytes(32, "big")


def public_of(private: bytes) -> bytes:
    """The public key x || y, 64 bytes."""
    point = _times(int.from_bytes(private, "big"), _G)
    if point is None:
        raise ValueError("not a private key")
    return point[0].to_bytes(32, "big") + point[1].to_bytes(32, "big")


def sign(private: bytes, data: bytes, user: bytes = USER, nonce: int = 0) -> bytes:
    """The signature r || s, 64 bytes. `nonce` is for the example of the standard alone."""
    secret = int.from_bytes(private, "big")
    digest = _digest(public_of(private), user, data)
    while True:
        number = nonce or secrets.randbelow(_N - 1) + 1
        point = _times(number, _G)
        r = (digest + (point[0] if point else 0)) % _N
        s = pow(1 + secret, -1, _N) * (number - r * secret) % _N
        if r and s and r + number != _N:
            return r.to_bytes(32, "big") + s.to_bytes(32, "big")


def verify(public: bytes, data: bytes, signature: bytes, user: bytes = USER) -> bool:
    """Whether `signature`, r || s or DER, is the key owner's."""
    try:
        r, s = _numbers(signature)
    except ValueError:
        return False
    point = int.from_bytes(public[-64:-32], "big"), int.from_bytes(public[-32:], "big")
    total = (r + s) % _N
    if not (0 < r < _N and 0 < s < _N and total and _on_curve(point)):
        return False
    found = _sum(_times(s, _G), _times(total, point))
    return found is not None and (_digest(public[-64:], user, data) + found[0]) % _N == r


def _numbers(signature: bytes) -> tuple[int, int]:
    if len(signature) == 64:
        return int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
    return decode_dss_signature(signature)


def _digest(public: bytes, user: bytes, data: bytes) -> int:
    """e: SM3 over Z (user id, curve and key) and the message."""
    curve = b"".join(number.to_bytes(32, "big") for number in (_A, _B, *_G))
    z = sm3((len(user) * 8).to_bytes(2, "big") + user + curve + public[-64:])
    return int.from_bytes(sm3(z + data), "big")


def sm3(data: bytes) -> bytes:
    """The digest SM3, 32 bytes."""
    digest = hashes.Hash(hashes.SM3())
    digest.update(data)
    return digest.finalize()


def _on_curve(point: tuple[int, int]) -> bool:
    x, y = point
    return x < _P and y < _P and (y * y - (x * x * x + _A * x + _B)) % _P == 0


def _sum(one: _Point, other: _Point) -> _Point:
    if one is None or other is None:
        return one or other
    if one[0] == other[0]:
        if (one[1] + other[1]) % _P == 0:
            return None
        slope = (3 * one[0] * one[0] + _A) * pow(2 * one[1], -1, _P)
    else:
        slope = (other[1] - one[1]) * pow(other[0] - one[0], -1, _P)
    x = (slope * slope - one[0] - other[0]) % _P
    return x, (slope * (one[0] - x) - one[1]) % _P


def _times(number: int, point: _Point) -> _Point:
    total: _Point = None
    while number:
        if number & 1:
            total = _sum(total, point)
        point = _sum(point, point)
        number >>= 1
    return total
