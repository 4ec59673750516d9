"""The citizen identity number (GB 11643): six digits of region, eight of birth, three of sequence, one check character.

The region is never judged: regions are renamed and withdrawn, people keep their number, and a number whose first digit
is 9 (foreigners' permanent residence card, from December 2023) has no region in front at all.
"""

from firmware import clock
from firmware.identity.errors import IdentityError
from firmware.text import half_width

TYPE_CHECKING = False
if TYPE_CHECKING:
    Today = tuple[int, int, int] | str

MALE = "male"
FEMALE = "female"
UNKNOWN_SEX = "unknown"

NUMBER_LENGTH = 18
_OLD_LENGTH = 15  # numbers of the first generation: a year of two digits and no check character
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_TYPED_MAX = 64  # more than any way of spacing a number out; keeps a hostile text from being normalised at length
_CHECKS = "10X98765432"  # by the weighted sum modulo 11
_CENTURIES = ("18", "19", "20")  # the oldest number in the published samples was born in 1880


def check_number(text: str) -> str:
    """The number as it is stored and sent: 18 characters, the last a digit or `X`.

    Takes what people type: full-width digits, blanks, a lower-case x, a number of 15 digits (all its bearers were born
    in 19yy, and the check character is computed). IdentityError `identity.bad_number` when the length, a character, the
    date of birth or the check character is wrong.
    """
    if len(text) > _TYPED_MAX:
        raise IdentityError("identity.bad_number", "length " + str(len(text)))
    number = half_width(text).replace(" ", "").upper()
    if len(number) == _OLD_LENGTH and is_digits(number):
        number = number[:6] + "19" + number[6:]
        number += _check_character(number)
    if len(number) != NUMBER_LENGTH:
        raise IdentityError("identity.bad_number", "length " + str(len(number)))
    if not is_digits(number[:17]):
        raise IdentityError("identity.bad_number", "not digits")
    if _check_character(number) != number[17]:
        raise IdentityError("identity.bad_number", "check character")
    if number[6:8] not in _CENTURIES or not is_date(number[6:14]):
        raise IdentityError("identity.bad_number", "date of birth")
    return number


def is_number(text: str) -> bool:
    """Whether `text` is an identity number as `check_number` returns it: 18 characters, rightly checked."""
    try:
        return check_number(text) == text
    except IdentityError:
        return False


def birth_of(number: str) -> str:
    """The date of birth in a checked number, `YYYY-MM-DD`."""
    return dashed(number[6:14])


def sex_of(number: str) -> str:
    """`MALE` or `FEMALE`: the sequence of a checked number is odd for men and even for women."""
    return MALE if int(number[16]) % 2 else FEMALE


def age_on(number: str, today: "Today") -> int:
    """Completed years of life on `today`, from a checked number; 0 before birth, for a wall clock that runs behind.

    Who was born on 29 February is a year older on 1 March of a common year.
    """
    now = compact(today)
    years = int(now[:4]) - int(number[6:10])
    if now[4:] < number[10:14]:
        years -= 1
    return max(0, years)


def mask(number: str) -> str:
    """The number for a screen or a receipt: `110105********002X`. What has ten characters or fewer is hidden whole."""
    if len(number) <= 10:
        return "*" * len(number)
    return number[:6] + "*" * (len(number) - 10) + number[-4:]


def compact(today: "Today") -> str:
    """`YYYYMMDD` of a day given as (year, month, day), `YYYYMMDD` or `YYYY-MM-DD`. ValueError when it is no day."""
    day = today.replace("-", "") if isinstance(today, str) else f"{today[0]:04d}{today[1]:02d}{today[2]:02d}"
    if not is_date(day):
        raise ValueError("not a day")
    return day


def dashed(day: str) -> str:
    """`YYYY-MM-DD` of `YYYYMMDD`."""
    return day[:4] + "-" + day[4:6] + "-" + day[6:]


def is_date(text: str) -> bool:
    """Whether `text` is `YYYYMMDD` and a day of the calendar."""
    if len(text) != 8 or not is_digits(text):
        return False
    midnight = dashed(text) + " 00:00:00"
    try:
        return clock.stamp(clock.utc(midnight)) == midnight  # 30 February comes back as 1 or 2 March
    except ValueError:
        return False


def is_digits(text: str) -> bool:
    """Whether `text` is one or more of 0 to 9; `str.isdigit` takes superscripts and other scripts, too."""
    for char in text:
        if not "0" <= char <= "9":
            return False
    return text != ""


def _check_character(number: str) -> str:
    total = 0
    for weight, digit in zip(_WEIGHTS, number):  # without an 18th weight the check itself is left out
        total += weight * int(digit)
    return _CHECKS[total % 11]
