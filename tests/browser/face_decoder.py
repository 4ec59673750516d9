"""A decoder such as a reader's maker would supply, as the terminal loads it: instead of decoding it draws a face."""

WIDTH, HEIGHT = 102, 126
BLOCK = bytes.fromhex("574C66007E00320000FF85")  # how the photo block of every card begins
SKIN, HAIR, SHIRT, WALL = b"\x8f\xb4\xe0", b"\x20\x24\x2b", b"\x7a\x4b\x2f", b"\xf2\xee\xe9"  # blue, green, red


def decode(block: bytes) -> bytes:
    """A bitmap of 24 bits a dot."""
    if len(block) != 1024 or not block.startswith(BLOCK):
        raise ValueError
    rows = b"".join(
        b"".join(_dot(x, y) for x in range(WIDTH)).ljust((WIDTH * 3 + 3) // 4 * 4, b"\0") for y in _upwards()
    )
    head = b"BM" + _number(54 + len(rows)) + bytes(4) + _number(54)
    size = _number(40) + _number(WIDTH) + _number(HEIGHT) + b"\x01\0\x18\0" + bytes(4) + _number(len(rows)) + bytes(16)
    return head + size + rows


def _upwards() -> range:
    return range(HEIGHT - 1, -1, -1)


def _number(value: int) -> bytes:
    return value.to_bytes(4, "little")


def _dot(x: int, y: int) -> bytes:
    if _in_oval(x, y, 52, (24, 32)):
        eyes = min(abs(x - 41), abs(x - 61)) <= 3 and abs(y - 54) <= 1
        mouth = abs(x - 51) <= 8 and abs(y - 72) <= 1
        return HAIR if eyes or mouth or y < 34 else SKIN
    if _in_oval(x, y, 46, (27, 34)) and y < 50:
        return HAIR
    return SHIRT if _in_oval(x, y, 126, (44, 36)) else WALL


def _in_oval(x: int, y: int, middle: int, half: tuple[int, int]) -> bool:
    return ((x - 51) / half[0]) ** 2 + ((y - middle) / half[1]) ** 2 <= 1
