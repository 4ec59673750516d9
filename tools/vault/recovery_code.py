"""The recovery code of a backup: 135 random bits that can be read over the telephone.

27 symbols of Crockford's Base32 (https://www.crockford.com/base32.html: no I, L, O or U; I and L are read as 1, O as 0)
and a check symbol, in groups of four. Crockford's own check symbol is modulo 37 and needs five signs like `*` and `$`
that nobody reads aloud alike; this one is a polynomial code over GF(32) with the same 32 symbols. It notices each
single wrong symbol and each two that have changed places.
"""

import secrets

SYMBOLS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 28
GROUP = 4
_READ_AS = str.maketrans("ILO", "110", " -\t\r\n")
_POLYNOMIAL = 0b100101  # x^5 + x^2 + 1, primitive: the powers of x differ for 31 places


class WrongCode(ValueError):
    """What was entered cannot be a recovery code; the text says what is wrong with it."""


def new_code() -> str:
    """A code that was never used before, without gaps."""
    body = "".join(secrets.choice(SYMBOLS) for _ in range(LENGTH - 1))
    return body + SYMBOLS[_times_x(_folded(body))]


def in_groups(code: str) -> str:
    """As it is shown: `7K2M-…`."""
    return "-".join(code[start : start + GROUP] for start in range(0, LENGTH, GROUP))


def read_code(entered: str) -> str:
    """The code that somebody entered, in whatever case and grouping. `WrongCode`."""
    code = entered.upper().translate(_READ_AS)
    strange = sorted(set(code) - set(SYMBOLS))
    if strange:
        raise WrongCode("a recovery code has only digits and letters, and no U")
    if len(code) != LENGTH:
        raise WrongCode(f"a recovery code has {LENGTH} symbols, this has {len(code)}")
    if _folded(code):
        raise WrongCode("a symbol is wrong, or two have changed places")
    return code


def _folded(code: str) -> int:
    """The value of the polynomial; 0 for a code with its check symbol."""
    value = 0
    for symbol in code:
        value = _times_x(value) ^ SYMBOLS.index(symbol)
    return value


def _times_x(value: int) -> int:
    doubled = value << 1
    return doubled ^ _POLYNOMIAL if doubled & 0b100000 else doubled
