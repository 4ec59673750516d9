"""Which person a scanned code stands for: an insurance code, or an identity number printed as a code."""

from firmware.identity.errors import IdentityError
from firmware.identity.identity_number import NUMBER_LENGTH, check_number, mask
from firmware.identity.insurance_code import INSURANCE_CODE_LENGTH, is_insurance_code

_PREFIX_LENGTH = 3
_BOX_PREFIXES = ("]d2", "]Q3", "]C1", "]e0", "]J1")  # GS1 symbols stand on goods; AI 424 could look like our mark


class InsuranceCode:
    """A scanned insurance code; `code` has 28 characters and is a secret while it lives."""

    def __init__(self, code: str) -> None:
        self.code = code

    def __repr__(self) -> str:
        return "InsuranceCode(*)"


class IdentityNumber:
    """A scanned identity number; `number` is checked and has 18 characters."""

    def __init__(self, number: str) -> None:
        self.number = number

    def __repr__(self) -> str:
        return "IdentityNumber(" + mask(self.number) + ")"


def read_person_code(data: bytes) -> "InsuranceCode | IdentityNumber | None":
    """The person's code in what a scanner sent, or None when it is none (a box, a web address, a torn code).

    Takes a symbology identifier in front (`]Q1`, ISO/IEC 15424) and blanks around. An identity number must be whole and
    right: 15 digits and mistyped ones are left to the keyboard, so that no box passes for a person.
    """
    text = _bare(data.strip())
    if is_insurance_code(text):
        return InsuranceCode(text)
    if len(text) != NUMBER_LENGTH:
        return None
    try:
        return IdentityNumber(check_number(text))
    except IdentityError:
        return None


def _bare(data: bytes) -> str:
    """The content without its symbology identifier; "" for what cannot be a person's code."""
    if len(data) > INSURANCE_CODE_LENGTH + _PREFIX_LENGTH:
        return ""
    try:
        text = str(data, "utf-8")
    except UnicodeError:
        return ""
    if text[:_PREFIX_LENGTH] in _BOX_PREFIXES:
        return ""
    return text[_PREFIX_LENGTH:] if text.startswith("]") else text
