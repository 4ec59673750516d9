"""SM3 (GB/T 32905-2016) and its HMAC (RFC 2104).

Half of the words do not fit the small integers of a 32-bit MicroPython, so a block costs some thousand objects there.
That is right for a message of a few KiB and no more.
"""

import struct

_BLOCK = 64
_MASK = 0xFFFFFFFF
_START = (0x7380166F, 0x4914B2B9, 0x172442D7, 0xDA8A0600, 0xA96F30BC, 0x163138AA, 0xE38DEE4D, 0xB0FB0E4E)
_EARLY = 0x79CC4519  # T of the rounds 0 to 15
_LATE = 0x7A879D8A  # and of the others
_EARLY_ROUNDS = 16


def _rotated(word: int, places: int) -> int:
    return (word << places | word >> (32 - places)) & _MASK


_CONSTANTS = [_rotated(_EARLY if turn < _EARLY_ROUNDS else _LATE, turn % 32) for turn in range(64)]


class Sm3:
    """A digest that is fed piece by piece."""

    def __init__(self, data: bytes = b"") -> None:
        self._state = list(_START)
        self._rest = b""
        self._size = 0
        self.update(data)

    def update(self, data: bytes) -> None:
        """Hash on."""
        self._size += len(data)
        waiting = self._rest + data if self._rest else data
        whole = len(waiting) // _BLOCK * _BLOCK
        for start in range(0, whole, _BLOCK):
            self._state = _compressed(self._state, waiting[start : start + _BLOCK])
        self._rest = waiting[whole:]

    def digest(self) -> bytes:
        """The 32 bytes; nothing can be hashed on afterwards."""
        size = self._size
        self.update(b"\x80" + bytes((55 - size) % _BLOCK) + struct.pack(">Q", size * 8))
        return struct.pack(">8I", *self._state)


def sm3(data: bytes) -> bytes:
    """The digest, 32 bytes."""
    return Sm3(data).digest()


def hmac_sm3(key: bytes, data: bytes) -> bytes:
    """HMAC with SM3, 32 bytes."""
    if len(key) > _BLOCK:
        key = sm3(key)
    key = key + bytes(_BLOCK - len(key))
    inner = Sm3(bytes([byte ^ 0x36 for byte in key]))
    inner.update(data)
    return sm3(bytes([byte ^ 0x5C for byte in key]) + inner.digest())


def _compressed(state: "list[int]", block: bytes) -> "list[int]":
    """The function CF of section 5.3.3."""
    words = _expanded(block)
    a, b, c, d, e, f, g, h = state
    for turn in range(64):
        a12 = _rotated(a, 12)
        ss1 = _rotated((a12 + e + _CONSTANTS[turn]) & _MASK, 7)
        if turn < _EARLY_ROUNDS:
            ff = a ^ b ^ c
            gg = e ^ f ^ g
        else:
            ff = (a & b) | (a & c) | (b & c)
            gg = (e & f) | (~e & g)
        tt1 = (ff + d + (ss1 ^ a12) + (words[turn] ^ words[turn + 4])) & _MASK
        tt2 = (gg + h + ss1 + words[turn]) & _MASK
        d, c, b, a = c, _rotated(b, 9), a, tt1
        h, g, f, e = g, _rotated(f, 19), e, tt2 ^ _rotated(tt2, 9) ^ _rotated(tt2, 17)
    after = (a, b, c, d, e, f, g, h)
    return [state[index] ^ after[index] for index in range(8)]


def _expanded(block: bytes) -> "list[int]":
    """The 68 words W of section 5.3.2."""
    words = list(struct.unpack(">16I", block))
    for turn in range(16, 68):
        mixed = words[turn - 16] ^ words[turn - 9] ^ _rotated(words[turn - 3], 15)
        mixed ^= _rotated(mixed, 15) ^ _rotated(mixed, 23)
        words.append(mixed ^ _rotated(words[turn - 13], 7) ^ words[turn - 6])
    return words
