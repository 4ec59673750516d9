"""SM2 by the system's OpenSSL, version 3.0 (Debian 12) or newer, called through ctypes.

docs/decisions/0009-sm2-by-libcrypto.md says why. Only functions that OpenSSL has kept since 3.0 and does not deprecate
are called: d2i_AutoPrivateKey(3), d2i_PUBKEY(3), EVP_DigestSignInit(3), EVP_PKEY_CTX_set1_id(3).
"""

from __future__ import annotations

import contextlib
import ctypes
from collections import OrderedDict
from ctypes import c_char_p, c_int, c_long, c_size_t, c_void_p
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature

from hal.errors import DeviceError

if TYPE_CHECKING:
    from collections.abc import Callable

NAMES = ("libcrypto.so.3", "libcrypto.so.4")
ORDER = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123  # of the group, GM/T 0003.5
SIZE = 32  # of a coordinate, a private key, r, and s, in bytes

# RFC 5958 and RFC 5480 around the bytes of a key; RFC 5915 inside the private one. The algorithm is id-ecPublicKey, its
# parameter the curve 1.2.156.10197.1.301 (GM/T 0006).
_ALGORITHM = bytes.fromhex("301306072a8648ce3d020106082a811ccf5501822d")
_PRIVATE = bytes.fromhex("3041020100") + _ALGORITHM + bytes.fromhex("0427302502010104" + "20")
_PUBLIC = bytes.fromhex("3059") + _ALGORITHM + bytes.fromhex("03420004")

_MOST_KEYS = 8  # the terminal has one of its own and one of the platform
_MOST_DER = 80  # r and s as DER have at most 72 bytes

# name -> what it returns, what it takes
_FUNCTIONS: dict[str, tuple[type | None, tuple[type, ...]]] = {
    "d2i_AutoPrivateKey": (c_void_p, (c_void_p, c_void_p, c_long)),
    "d2i_PUBKEY": (c_void_p, (c_void_p, c_void_p, c_long)),
    "EVP_PKEY_free": (None, (c_void_p,)),
    "EVP_sm3": (c_void_p, ()),
    "EVP_MD_CTX_new": (c_void_p, ()),
    "EVP_MD_CTX_free": (None, (c_void_p,)),
    "EVP_MD_CTX_set_pkey_ctx": (None, (c_void_p, c_void_p)),
    "EVP_PKEY_CTX_new": (c_void_p, (c_void_p, c_void_p)),
    "EVP_PKEY_CTX_free": (None, (c_void_p,)),
    "EVP_PKEY_CTX_set1_id": (c_int, (c_void_p, c_char_p, c_int)),
    "EVP_DigestSignInit": (c_int, (c_void_p, c_void_p, c_void_p, c_void_p, c_void_p)),
    "EVP_DigestSign": (c_int, (c_void_p, c_void_p, c_void_p, c_char_p, c_size_t)),
    "EVP_DigestVerifyInit": (c_int, (c_void_p, c_void_p, c_void_p, c_void_p, c_void_p)),
    "EVP_DigestVerify": (c_int, (c_void_p, c_char_p, c_size_t, c_char_p, c_size_t)),
    "ERR_clear_error": (None, ()),
}


class Libcrypto:
    """Signs and verifies. Not for several threads at once."""

    def __init__(self, names: tuple[str, ...] = NAMES) -> None:
        """`DeviceError` `national.self_test` when the system has no library of these names, or one without SM2."""
        library = _loaded(names)
        try:
            for name, (returns, takes) in _FUNCTIONS.items():
                function = getattr(library, name)
                function.restype, function.argtypes = returns, takes
        except AttributeError:
            raise DeviceError("national.self_test", "libcrypto of this system has no SM2 or SM3") from None
        self._call = library
        self._keys: OrderedDict[tuple[str, bytes], _Key] = OrderedDict()

    def sign(self, private: bytes, user: bytes, data: bytes) -> bytes:
        """r and s, 64 bytes. `DeviceError` `national.bad_key`."""
        key = self._key("d2i_AutoPrivateKey", private, _private_der)
        with _Context(self._call, key, user) as context:
            size = c_size_t(_MOST_DER)
            der = ctypes.create_string_buffer(_MOST_DER)
            digest = self._call.EVP_sm3()
            if (
                self._call.EVP_DigestSignInit(context, None, digest, None, key.pointer) != 1
                or self._call.EVP_DigestSign(context, der, ctypes.byref(size), data, len(data)) != 1
            ):
                raise self._failed("cannot sign")
        r, s = decode_dss_signature(der.raw[: size.value])
        return r.to_bytes(SIZE, "big") + s.to_bytes(SIZE, "big")

    def verify(self, public: bytes, user: bytes, data: bytes, signature: bytes) -> bool:
        """Whether it is right. `DeviceError` `national.bad_key`."""
        key = self._key("d2i_PUBKEY", public, _public_der)
        if len(signature) != 2 * SIZE:
            return False
        der = encode_dss_signature(int.from_bytes(signature[:SIZE], "big"), int.from_bytes(signature[SIZE:], "big"))
        with _Context(self._call, key, user) as context:
            if self._call.EVP_DigestVerifyInit(context, None, self._call.EVP_sm3(), None, key.pointer) != 1:
                raise self._failed("cannot verify")
            is_right = bool(self._call.EVP_DigestVerify(context, der, len(der), data, len(data)) == 1)
        if not is_right:
            self._call.ERR_clear_error()  # what it was is of no use, and the list is shared with others
        return is_right

    def _key(self, read: str, raw: bytes, der_of: Callable[[bytes], bytes]) -> _Key:
        """The key, read once: OpenSSL makes and checks the point anew each time."""
        name = (read, raw)
        key = self._keys.get(name)
        if key is None:
            der = der_of(raw)
            pointer = getattr(self._call, read)(None, ctypes.byref(c_char_p(der)), len(der))
            if not pointer:
                self._call.ERR_clear_error()
                raise DeviceError("national.bad_key", "SM2: no point of the curve")
            key = self._keys[name] = _Key(self._call, pointer)
            if len(self._keys) > _MOST_KEYS:
                self._keys.popitem(last=False)
        self._keys.move_to_end(name)
        return key

    def _failed(self, what: str) -> DeviceError:
        self._call.ERR_clear_error()
        return DeviceError("national.bad_key", f"SM2: libcrypto {what}")


class _Key:
    """An EVP_PKEY, freed when nobody has it any more."""

    def __init__(self, call: ctypes.CDLL, pointer: int) -> None:
        self.pointer = pointer
        self._free = call.EVP_PKEY_free

    def __del__(self) -> None:
        self._free(self.pointer)


class _Context:
    """An EVP_MD_CTX for one call, with the user id set."""

    def __init__(self, call: ctypes.CDLL, key: _Key, user: bytes) -> None:
        self._call = call
        self._of_key = call.EVP_PKEY_CTX_new(key.pointer, None)
        self._of_digest = call.EVP_MD_CTX_new()
        self._is_ready = bool(
            self._of_key and self._of_digest and call.EVP_PKEY_CTX_set1_id(self._of_key, user, len(user)) == 1
        )

    def __enter__(self) -> int:
        if not self._is_ready:
            self.__exit__()
            self._call.ERR_clear_error()
            raise DeviceError("national.bad_key", "SM2: libcrypto does not take the key or the user id")
        self._call.EVP_MD_CTX_set_pkey_ctx(self._of_digest, self._of_key)
        return int(self._of_digest)

    def __exit__(self, *_: object) -> None:
        self._call.EVP_MD_CTX_free(self._of_digest)
        self._call.EVP_PKEY_CTX_free(self._of_key)


def _loaded(names: tuple[str, ...]) -> ctypes.CDLL:
    for name in names:
        with contextlib.suppress(OSError):
            return ctypes.CDLL(name)
    raise DeviceError("national.self_test", f"this system has none of {', '.join(names)}")


def _private_der(raw: bytes) -> bytes:
    """From 1 to the order minus 2 (GM/T 0003.1, section 6.1); OpenSSL lets some others pass."""
    if len(raw) != SIZE or not 1 <= int.from_bytes(raw, "big") <= ORDER - 2:
        raise DeviceError("national.bad_key", "SM2 private: its length or range")
    return _PRIVATE + raw


def _public_der(raw: bytes) -> bytes:
    if len(raw) != 2 * SIZE:
        raise DeviceError("national.bad_key", "SM2 public: its length")
    return _PUBLIC + raw
