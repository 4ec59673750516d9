"""SM2 signatures with SM3 (GM/T 0003.2-2012) on the recommended curve (GM/T 0003.5-2012).

The number k of a signature is made from the private key and the message (RFC 6979, section 3.2, with HMAC-SM3 for its
HMAC and the digest e of the message for h1), not drawn by lot: a k that comes twice, or of which some bits can be
guessed, gives the private key away, and the random numbers of an ESP32 are real only while its radio is on. Such a k
can be checked by a test, too.
"""

from hal.gm import curve
from hal.gm.sm3 import Sm3, hmac_sm3

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

SIZE = 32  # of a coordinate, a private key, r, and s, in bytes
_A = curve.P - 3
_MOST_USER = 8191  # bytes: their bits are counted with 16 bits


class NotAKey(Exception):
    """These bytes are no key. Says which key, never what is in it."""


def public_key(private: bytes) -> bytes:
    """x and y, 64 bytes, of a private key. `NotAKey`."""
    return _pack(curve.affine(curve.base_multiple(_secret(private))))


def sign(private: bytes, public: bytes, user: bytes, data: bytes) -> bytes:
    """r and s, 64 bytes, of `data` for the user id `user`; `public` is `public_key(private)`. `NotAKey`."""
    secret = _secret(private)
    digest = _digest(public, user, data)
    e = int.from_bytes(digest, "big")
    nonces = _nonces(private, digest)
    while True:
        k = next(nonces)
        r = (e + curve.affine(curve.base_multiple(k))[0]) % curve.N
        s = pow(1 + secret, curve.N - 2, curve.N) * (k - r * secret) % curve.N
        if r != 0 and r + k != curve.N and s != 0:
            return _pack((r, s))


def verify(public: bytes, user: bytes, data: bytes, signature: bytes) -> bool:
    """Whether `signature` is the one of the owner of the key. `NotAKey` when `public` is no point of the curve."""
    if len(public) != 2 * SIZE:
        raise NotAKey("public: its length")
    x, y = _unpack(public)
    if not curve.is_on_curve(x, y):
        raise NotAKey("public: not on the curve")
    if len(signature) != 2 * SIZE:
        return False
    r, s = _unpack(signature)
    t = (r + s) % curve.N
    if not (1 <= r < curve.N and 1 <= s < curve.N) or t == 0:
        return False
    point = curve.base_multiple(s)
    other = curve.multiple(t, x, y)  # not at infinity: t is not 0, and the order of a point is N
    total = curve.add(point, curve.affine(other))
    if total[2] == 0:
        return False
    e = int.from_bytes(_digest(public, user, data), "big")
    return (e + curve.affine(total)[0]) % curve.N == r


def _secret(private: bytes) -> int:
    """From 1 to N - 2 (GM/T 0003.1, section 6.1): the inverse of 1 + d must exist."""
    if len(private) != SIZE:
        raise NotAKey("private: its length")
    secret = int.from_bytes(private, "big")
    if not 1 <= secret <= curve.N - 2:
        raise NotAKey("private: its range")
    return secret


def _digest(public: bytes, user: bytes, data: bytes) -> bytes:
    """e: the digest of Z (the user, the curve and the public key; GM/T 0003.2, section 5.5) and of `data`."""
    if len(user) > _MOST_USER:
        raise ValueError("user id")
    about = Sm3((8 * len(user)).to_bytes(2, "big") + user)
    for number in (_A, curve.B, curve.GX, curve.GY):
        about.update(number.to_bytes(SIZE, "big"))
    about.update(public)
    digest = Sm3(about.digest())
    digest.update(data)
    return digest.digest()


def _nonces(private: bytes, digest: bytes) -> "Iterator[int]":
    """RFC 6979, section 3.2, steps b to h, without end."""
    seed = private + (int.from_bytes(digest, "big") % curve.N).to_bytes(SIZE, "big")
    value = b"\x01" * SIZE
    key = bytes(SIZE)
    for mark in (b"\x00", b"\x01"):
        key = hmac_sm3(key, value + mark + seed)
        value = hmac_sm3(key, value)
    while True:
        value = hmac_sm3(key, value)
        k = int.from_bytes(value, "big")
        if 1 <= k < curve.N:
            yield k
        key = hmac_sm3(key, value + b"\x00")
        value = hmac_sm3(key, value)


def _pack(pair: "tuple[int, int]") -> bytes:
    return pair[0].to_bytes(SIZE, "big") + pair[1].to_bytes(SIZE, "big")


def _unpack(pair: bytes) -> "tuple[int, int]":
    return int.from_bytes(pair[:SIZE], "big"), int.from_bytes(pair[SIZE:], "big")
