"""SM4 (GB/T 32907-2016) block by block (ECB), padded as PKCS #7 says (RFC 5652, section 6.3).

The look-ups in the table S take a time that depends on the key where memory has a cache. The ESP32-S3 reads its tables
through one, so who can measure single blocks there may learn something of the key.
"""

import struct
from binascii import unhexlify

BLOCK = 16
_ROUNDS = 32
_FK = (0xA3B1BAC6, 0x56AA3350, 0x677D9197, 0xB27022DC)
_S = unhexlify(
    "d690e9fecce13db716b614c228fb2c052b679a762abe04c3aa44132649860699"
    "9c4250f491ef987a33540b43edcfac62e4b31ca9c908e89580df94fa758f3fa6"
    "4707a7fcf37317ba83593c19e6854fa8686b81b27164da8bf8eb0f4b70569d35"
    "1e240e5e6358d1a225227c3b01217887d40046579fd327524c3602e7a0c4c89e"
    "eabf8ad240c738b5a3f7f2cef96115a1e0ae5da49b341a55ad933230f58cb1e3"
    "1df6e22e8266ca60c02923ab0d534e6fd5db3745defd8e2f03ff6a726d6c5b51"
    "8d1baf92bbddbc7f11d95c411f105ad80ac13188a5cd7bbd2d74d012b8e5b4b0"
    "8969974a0c96777e65b9f109c56ec68418f07dec3adc4d2079ee5f3ed7cb3948"
)


def sm4_ecb(key: bytes, data: bytes) -> bytes:
    """Encrypt with a key of 16 bytes."""
    short = BLOCK - len(data) % BLOCK
    return _blocks(_round_keys(key), data + bytes([short]) * short)


def sm4_ecb_open(key: bytes, sealed: bytes) -> bytes:
    """Decrypt. `ValueError` when it cannot be what `sm4_ecb` made with this key."""
    if not sealed or len(sealed) % BLOCK:
        raise ValueError("not whole blocks")
    keys = _round_keys(key)
    keys.reverse()
    padded = _blocks(keys, sealed)
    short = padded[-1]
    if not 1 <= short <= BLOCK or padded[-short:] != bytes([short]) * short:
        raise ValueError("padding")
    return padded[:-short]


def _blocks(keys: "list[int]", data: bytes) -> bytes:
    return b"".join([_block(keys, data[start : start + BLOCK]) for start in range(0, len(data), BLOCK)])


def _block(keys: "list[int]", block: bytes) -> bytes:
    """Section 7.1; decryption is the same with the keys turned round."""
    x0, x1, x2, x3 = struct.unpack(">4I", block)
    for key in keys:
        mixed = _substituted(x1 ^ x2 ^ x3 ^ key)
        mixed ^= _rotated(mixed, 2) ^ _rotated(mixed, 10) ^ _rotated(mixed, 18) ^ _rotated(mixed, 24)
        x0, x1, x2, x3 = x1, x2, x3, x0 ^ mixed
    return struct.pack(">4I", x3, x2, x1, x0)


def _round_keys(key: bytes) -> "list[int]":
    """Section 7.3."""
    words = struct.unpack(">4I", key)
    k0, k1, k2, k3 = [words[index] ^ _FK[index] for index in range(4)]
    keys = []
    for turn in range(_ROUNDS):
        mixed = _substituted(k1 ^ k2 ^ k3 ^ _constant(turn))
        mixed ^= _rotated(mixed, 13) ^ _rotated(mixed, 23)
        k0, k1, k2, k3 = k1, k2, k3, k0 ^ mixed
        keys.append(k3)
    return keys


def _constant(turn: int) -> int:
    """CK: its bytes are 7 times their number."""
    number = 28 * turn
    return (number & 255) << 24 | (number + 7 & 255) << 16 | (number + 14 & 255) << 8 | (number + 21 & 255)


def _substituted(word: int) -> int:
    return _S[word >> 24] << 24 | _S[word >> 16 & 255] << 16 | _S[word >> 8 & 255] << 8 | _S[word & 255]


def _rotated(word: int, places: int) -> int:
    return (word << places | word >> (32 - places)) & 0xFFFFFFFF
