"""AES-256 in ECB, encryption only (FIPS 197), for the MicroPython VM, whose build has no `cryptolib`. Runs on CPython,
too."""


def _doubled(byte: int) -> int:
    return ((byte << 1) ^ (0x11B if byte & 0x80 else 0)) & 0xFF


def _made_sbox() -> bytes:
    """FIPS 197, section 5.1.1: the inverse in the field, then the affine map. 3 generates the field, F6 is its
    inverse."""
    box = bytearray(256)
    power = inverse = 1
    while True:
        power = power ^ _doubled(power)
        inverse ^= inverse << 1
        inverse ^= inverse << 2
        inverse ^= inverse << 4
        inverse &= 0xFF
        if inverse & 0x80:
            inverse ^= 0x09
        twice = inverse | inverse << 8
        box[power] = (inverse ^ twice >> 7 ^ twice >> 6 ^ twice >> 5 ^ twice >> 4 ^ 0x63) & 0xFF
        if power == 1:
            break
    box[0] = 0x63
    return bytes(box)


_SBOX = _made_sbox()


class AesBlocks:
    """`AesBlocks(key).encrypt(blocks)`, as `cryptolib.aes(key, 1).encrypt` does it. The key has 32 bytes."""

    def __init__(self, key: bytes) -> None:
        words = [key[start : start + 4] for start in range(0, 32, 4)]
        constant = 1
        while len(words) < 60:
            word = words[-1]
            if len(words) % 8 == 0:
                turned = word[1:] + word[:1]
                word = bytes([_SBOX[turned[0]] ^ constant]) + bytes([_SBOX[byte] for byte in turned[1:]])
                constant = _doubled(constant)
            elif len(words) % 8 == 4:
                word = bytes([_SBOX[byte] for byte in word])
            before = words[-8]
            words.append(bytes([before[index] ^ word[index] for index in range(4)]))
        self._rounds = [b"".join(words[start : start + 4]) for start in range(0, 60, 4)]

    def encrypt(self, blocks: "bytes | memoryview") -> bytes:
        """Each block of 16 bytes by itself."""
        return b"".join([self._block(bytes(blocks[start : start + 16])) for start in range(0, len(blocks), 16)])

    def _block(self, block: bytes) -> bytes:
        state = [block[index] ^ self._rounds[0][index] for index in range(16)]
        for number in range(1, 15):
            shifted = [_SBOX[state[(index + 4 * (index % 4)) % 16]] for index in range(16)]
            if number < 14:
                shifted = _mixed(shifted)
            state = [shifted[index] ^ self._rounds[number][index] for index in range(16)]
        return bytes(state)


def _mixed(state: "list[int]") -> "list[int]":
    """FIPS 197, section 5.1.3."""
    out: "list[int]" = []
    for start in range(0, 16, 4):
        column = state[start : start + 4]
        whole = column[0] ^ column[1] ^ column[2] ^ column[3]
        for row in range(4):
            out.append(column[row] ^ whole ^ _doubled(column[row] ^ column[(row + 1) % 4]))
    return out
