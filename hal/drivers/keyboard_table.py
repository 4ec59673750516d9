"""The keys of a US keyboard by the codes of the Linux kernel (include/uapi/linux/input-event-codes.h)."""

ENTER = 28
KEYPAD_ENTER = 96
TAB = 15
SHIFTS = (42, 54)
CONTROLS = (29, 97)
ALTS = (56, 100)
CAPS_LOCK = 58
OTHER_LOCKS = (69, 70)  # Num Lock, Scroll Lock: the keypad types digits in any case

# First code, and the characters of that key and those after it: alone, and with shift.
_ROWS = (
    (2, "1234567890-=", "!@#$%^&*()_+"),
    (16, "qwertyuiop[]", "QWERTYUIOP{}"),
    (30, "asdfghjkl;'`", 'ASDFGHJKL:"~'),
    (43, "\\zxcvbnm,./", "|ZXCVBNM<>?"),
    (57, " ", " "),
    (55, "*", "*"),
    (71, "789-456+1230.", "789-456+1230."),
    (98, "/", "/"),
    (117, "=", "="),
)
_FIRST_OF_KEYPAD = 71
_KEYPAD = "789-456+1230."


def character(code: int, shifted: bool) -> str:
    """What the key types, or "" when it is none that types."""
    for first, alone, with_shift in _ROWS:
        if first <= code < first + len(alone):
            return (with_shift if shifted else alone)[code - first]
    return ""


def keypad_digit(code: int) -> str:
    """The digit of a key of the keypad, or "" when it is none."""
    at = code - _FIRST_OF_KEYPAD
    return _KEYPAD[at] if 0 <= at < len(_KEYPAD) and _KEYPAD[at].isdigit() else ""
