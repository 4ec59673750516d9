"""Which person a scanned code stands for: an insurance code, or an identity number printed as a code."""

from firmware.identity.errors import IdentityError
from firmware.identity.identity_number import NUMBER_LENGTH, check_number, is_number, mask
from firmware.identity.insurance_code import INSURANCE_CODE_LENGTH, is_insurance_code


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
    """The person's code in the content of a symbol (without symbology identifier), or None when it is none: a box, a
    web address, a torn code.

    An identity number must be whole and right, with a date of birth: numbers of 15 characters, which have no check
    character, and mistyped ones are left to the keyboard, so that no box passes for a person.
    """
    if len(data) not in (NUMBER_LENGTH, INSURANCE_CODE_LENGTH):
        return None
    try:
        text = str(data, "utf-8")
        if len(text) == NUMBER_LENGTH:
            number = check_number(text)
            return IdentityNumber(number) if number == text.upper() and is_number(number) else None
    except (UnicodeError, IdentityError):
        return None
    return InsuranceCode(text) if is_insurance_code(text) else None
