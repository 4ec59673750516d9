"""The citizen identity number (GB 11643): six digits of region, eight of birth, three of sequence, one check character.

The region is never judged: regions are renamed and withdrawn, people keep their number, and a number whose first digit
is 9 (foreigners' permanent residence card, from December 2023) has no region in front at all. That its digits 7 to 14
are the date of birth, too, is likely and not official: it is told from them where they are a date, and never asked for.
The foreigners' card of 2017 has a number of its own form, three letters of the country and twelve digits, valid until
its date; what they mean is not official either, so nothing is told from them.
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

# Whose number it is: the four documents that a chip reader knows.
CITIZEN = "citizen"
HMT_PERMIT = "hmt_permit"  # residence permit of Hong Kong, Macao and Taiwan residents: regions 81, 82, 83
FOREIGNER_2017 = "foreigner_2017"  # foreigners' permanent residence card, 3 letters and 12 digits
FOREIGNER_2023 = "foreigner_2023"  # the same from December 2023 on: 18 digits, the first of them 9

NUMBER_LENGTH = 18
_OLD_LENGTH = 15  # numbers of the first generation: a year of two digits and no check character
_COUNTRY = 3  # letters in front of a foreigner's number of 2017, which has 15 characters as well
_FOREIGN = "9"
_HMT_REGIONS = ("81", "82", "83")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_TYPED_MAX = 64  # more than any way of spacing a number out; keeps a hostile text from being normalised at length
_CHECKS = "10X98765432"  # by the weighted sum modulo 11
_CENTURIES = ("18", "19", "20")  # the oldest number in the published samples was born in 1880


def check_number(text: str) -> str:
    """The number as it is stored and sent: 18 characters, the last a digit or `X`, or the 15 of a foreigner's card of
    2017.

    Takes what people type: full-width digits, blanks, small letters, a number of 15 digits (all its bearers were born
    in 19yy, and the check character is computed). IdentityError `identity.bad_number` when the length, a character, the
    date of birth or the check character is wrong.
    """
    if len(text) > _TYPED_MAX:
        raise IdentityError("identity.bad_number", "length " + str(len(text)))
    number = half_width(text).replace(" ", "").upper()
    if is_foreign_2017(number):
        return number
    if len(number) == _OLD_LENGTH and is_digits(number):
        number = number[:6] + "19" + number[6:]
        number += _check_character(number)
    if len(number) != NUMBER_LENGTH:
        raise IdentityError("identity.bad_number", "length " + str(len(number)))
    if not is_digits(number[:17]):
        raise IdentityError("identity.bad_number", "not digits")
    if _check_character(number) != number[17]:
        raise IdentityError("identity.bad_number", "check character")
    if number[0] != _FOREIGN and not _has_birth(number):
        raise IdentityError("identity.bad_number", "date of birth")
    return number


def is_number(text: str) -> bool:
    """Whether `text` is an identity number of 18 characters, rightly checked, that tells birth and sex."""
    try:
        return len(text) == NUMBER_LENGTH and check_number(text) == text and _has_birth(text)
    except IdentityError:
        return False


def is_foreign_2017(text: str) -> bool:
    """Whether `text` has the form of a number on a foreigner's card of 2017: 3 capital letters and 12 digits."""
    for char in text[:_COUNTRY]:
        if not "A" <= char <= "Z":
            return False
    return len(text) == _OLD_LENGTH and is_digits(text[_COUNTRY:])


def document_of(number: str) -> str:
    """Which document a checked number belongs to: `CITIZEN`, `HMT_PERMIT`, `FOREIGNER_2017` or `FOREIGNER_2023`.

    By its form alone: of a text that is no checked number it says `CITIZEN` or nonsense, and never fails.
    """
    if is_foreign_2017(number):
        return FOREIGNER_2017
    if number[:1] == _FOREIGN:
        return FOREIGNER_2023
    return HMT_PERMIT if number[:2] in _HMT_REGIONS else CITIZEN


def birth_of(number: str) -> str:
    """The date of birth in a checked number of 18 characters, `YYYY-MM-DD`."""
    return dashed(number[6:14])


def sex_of(number: str) -> str:
    """`MALE` or `FEMALE`: the sequence of a checked number of 18 characters is odd for men and even for women."""
    return MALE if int(number[16]) % 2 else FEMALE


def age_on(birth: "Today", today: "Today") -> int:
    """Completed years of life on `today`; 0 before birth, for a wall clock that runs behind. ValueError when either is
    no day.

    Who was born on 29 February is a year older on 1 March of a common year.
    """
    born = compact(birth)
    now = compact(today)
    years = int(now[:4]) - int(born[:4])
    if now[4:] < born[4:]:
        years -= 1
    return max(0, years)


def mask(number: str) -> str:
    """The number for a screen or a receipt: `110105********002X`, `USA110*******01`. What has ten characters or fewer
    is hidden whole."""
    if len(number) <= 10:
        return "*" * len(number)
    shown = 2 if len(number) == _OLD_LENGTH else 4  # the date of birth ends two or three characters before the end
    return number[:6] + "*" * (len(number) - 6 - shown) + number[-shown:]


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


def _has_birth(number: str) -> bool:
    return number[6:8] in _CENTURIES and is_date(number[6:14])


def _check_character(number: str) -> str:
    total = 0
    for weight, digit in zip(_WEIGHTS, number):  # without an 18th weight the check itself is left out
        total += weight * int(digit)
    return _CHECKS[total % 11]
