"""Who is this: the identity card, the identity number and the insurance code of a patient."""

from firmware.identity.citizen_card import CitizenCard, read_card
from firmware.identity.errors import IdentityError
from firmware.identity.identity_number import (
    FEMALE,
    MALE,
    UNKNOWN_SEX,
    age_on,
    birth_of,
    check_number,
    is_number,
    mask,
    sex_of,
)
from firmware.identity.insurance_code import is_insurance_code
from firmware.identity.person_code import IdentityNumber, InsuranceCode, read_person_code

__all__ = [
    "FEMALE",
    "MALE",
    "UNKNOWN_SEX",
    "CitizenCard",
    "IdentityError",
    "IdentityNumber",
    "InsuranceCode",
    "age_on",
    "birth_of",
    "check_number",
    "is_insurance_code",
    "is_number",
    "mask",
    "read_card",
    "read_person_code",
    "sex_of",
]
