"""Who is this: the identity card, the social security card, the identity number and the insurance code of a patient.

A card's photo and fingerprint are passed on by the reader as the opaque blocks they are (`hal.ports.CardRead`) and
nothing here needs them: no visit, log or message keeps them. The photo is in a compression whose decoders are
proprietary; a board that has one (`hal.ports.Board.photo_decoder`) lets the screen show the picture
(`firmware.visit.Photo`). Nobody uses the fingerprint.
"""

from firmware.identity.card_layouts import read_card, read_newest_address
from firmware.identity.errors import IdentityError
from firmware.identity.identity_card import IdentityCard
from firmware.identity.identity_number import (
    CITIZEN,
    FEMALE,
    FOREIGNER_2017,
    FOREIGNER_2023,
    HMT_PERMIT,
    MALE,
    UNKNOWN_SEX,
    age_on,
    birth_of,
    check_number,
    document_of,
    is_number,
    mask,
    sex_of,
)
from firmware.identity.insurance_code import is_insurance_code
from firmware.identity.person_code import IdentityNumber, InsuranceCode, read_person_code
from firmware.identity.social_card import SocialCard, read_social_card

__all__ = [
    "CITIZEN",
    "FEMALE",
    "FOREIGNER_2017",
    "FOREIGNER_2023",
    "HMT_PERMIT",
    "MALE",
    "UNKNOWN_SEX",
    "IdentityCard",
    "IdentityError",
    "IdentityNumber",
    "InsuranceCode",
    "SocialCard",
    "age_on",
    "birth_of",
    "check_number",
    "document_of",
    "is_insurance_code",
    "is_number",
    "mask",
    "read_card",
    "read_newest_address",
    "read_person_code",
    "read_social_card",
    "sex_of",
]
