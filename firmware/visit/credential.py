"""What a patient showed, a card, a number or a code: the `credential` of a visit.

`kind` and `number` go to the platform as `firmware.insurance.Outpatient` says; `name` and `identity_number` are "" for
an insurance code until it is decoded, which adds the `region` of the insurance; `document` says whose identity number
it is; `card_id` and `code` are there for a social security card and for an insurance code.
"""

from firmware.identity import CITIZEN, InsuranceCode, document_of
from firmware.insurance import IDENTITY_CARD, IDENTITY_NUMBER, INSURANCE_CODE, SOCIAL_CARD
from firmware.visit.book import FINISHED

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from firmware.identity import IdentityCard, IdentityNumber, SocialCard

    Json = dict[str, Any]

CARDS = (IDENTITY_CARD, SOCIAL_CARD)  # what lies on a reader until somebody takes it away


def by_card(card: "IdentityCard") -> "Json":
    """An identity card of any layout."""
    return _credential(IDENTITY_CARD, card.number, card.name, card.number, card.kind)


def by_social_card(card: "SocialCard") -> "Json":
    """A social security card; the platform wants its identification code beside its number."""
    number = card.identity_number
    credential = _credential(SOCIAL_CARD, card.card_number, card.name, number, document_of(number))
    credential["card_id"] = card.card_id
    return credential


def by_number(number: str) -> "Json":
    """A checked identity number."""
    return _credential(IDENTITY_NUMBER, number, "", number, document_of(number))


def by_code(person: "InsuranceCode | IdentityNumber") -> "Json":
    """A scanned code. Whom an insurance code stands for is known when the platform has decoded it."""
    if not isinstance(person, InsuranceCode):
        return by_number(person.number)
    credential = _credential(INSURANCE_CODE, "", "", "", CITIZEN)
    credential["code"] = person.code
    return credential


def is_of(record: "Json", credential: "Json") -> bool:
    """Whether a visit certainly is of the person who shows this credential: the same identity number, on the card or
    known to the platform, or else the very same social security card or insurance code."""
    shown = record["credential"]
    number = credential["identity_number"]
    if number:
        person = record["person"]
        return bool(number == shown["identity_number"] or (person is not None and number == person["identity_number"]))
    if credential["kind"] == INSURANCE_CODE:
        return bool(shown.get("code") == credential["code"])
    # The number of a social security card is unique in its region only, its identification code everywhere.
    return bool(shown["kind"] == credential["kind"] and shown.get("card_id") == credential.get("card_id"))


def visit_of(visits: "list[Json]", credential: "Json") -> "Json | None":
    """The visit of the same person that is not finished, however he showed who he is, or None."""
    for record in visits:
        if record["step"] not in FINISHED and is_of(record, credential):
            return record
    return None


def _credential(kind: str, number: str, name: str, identity_number: str, document: str) -> "Json":
    return {
        "kind": kind,
        "number": number,
        "name": name,
        "identity_number": identity_number,
        "document": document,
    }
