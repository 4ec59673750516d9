"""Which keys of a keyboard with the US layout make which characters: Linux key codes (input-event-codes.h)."""

LEFT_CTRL, LEFT_SHIFT, LEFT_ALT, CAPS_LOCK, ENTER, RIGHT_BRACE = 29, 42, 56, 58, 28, 27
KEYPAD = {"7": 71, "8": 72, "9": 73, "4": 75, "5": 76, "6": 77, "1": 79, "2": 80, "3": 81, "0": 82}

# (code of the first key, characters of the keys from there on, the same with shift)
_ROWS = (
    (2, "1234567890-=", "!@#$%^&*()_+"),
    (15, "\t", ""),
    (16, "qwertyuiop[]", "QWERTYUIOP{}"),
    (30, "asdfghjkl;'`", 'ASDFGHJKL:"~'),
    (43, "\\zxcvbnm,./", "|ZXCVBNM<>?"),
    (57, " ", ""),
)

# character -> (key code, with shift)
KEYS: dict[str, tuple[int, bool]] = {}
for _first, _plain, _shifted in _ROWS:
    for _offset, _character in enumerate(_plain):
        KEYS[_character] = (_first + _offset, False)
    for _offset, _character in enumerate(_shifted):
        KEYS[_character] = (_first + _offset, True)
