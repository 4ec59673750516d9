"""Who the patient is to the platform (1101), and how a credential goes into a message.

A credential is what the patient showed: `kind` `insurance_code` (`number` = the token of 6101), `identity_card`,
`identity_number` or `social_card` (`number` = the card's number, `card_id` = its identification code); `document` says
whose identity number it carries (`citizen`, `hmt_permit`, `foreigner_2017`, `foreigner_2023`); `region` is where the
person is insured, when an insurance code told it.
Source: national interface, transaction 1101 and its code lists.
"""

from firmware.insurance.answers import ID, Row, node, node_rows
from firmware.insurance.errors import InsuranceError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Json = dict[str, Any]

IDENTITY_CARD = "identity_card"
IDENTITY_NUMBER = "identity_number"
INSURANCE_CODE = "insurance_code"
SOCIAL_CARD = "social_card"

# mdtrt_cert_type. That the cards of others than citizens go by 02 as well is assumed: the list has no type for them.
_CERT_TYPES = {INSURANCE_CODE: "01", IDENTITY_CARD: "02", IDENTITY_NUMBER: "02", SOCIAL_CARD: "03"}
# psn_cert_type. 01 is sure; the others stand in one province's dictionary. 04 to 06 there are travel permits and
# passports of Hong Kong, Macao and Taiwan people, whose numbers are others than the one of the residence permit.
_DOCUMENTS = {"citizen": "01", "hmt_permit": "17", "foreigner_2017": "07", "foreigner_2023": "07"}
_CUT_NAMES = (15, 46)  # identity cards cut longer names here (Chinese, English); the field of 1101 may be empty
_LONGEST_NAME = 50
_LONGEST_DOCUMENT = 20  # and a kind of three characters: what 2201 and 2207 want back, although 1101 has room for more
_DOCUMENT_KIND = 3
_MOST_INSURANCES = 50
_NORMAL = "1"  # psn_insu_stas
_MEDICAL = ("310", "390")  # insutype
_CITY = 4  # digits of a region: a fund of another city settles remotely; assumed
_CODE = 6


def person_question(credential: "Json") -> "Json":
    """The input of 1101."""
    name = credential.get("name", "")
    data = {
        "mdtrt_cert_type": _CERT_TYPES[credential["kind"]],
        "mdtrt_cert_no": credential["number"],
        "card_sn": credential.get("card_id", ""),
        "begntime": "",
        "psn_cert_type": _DOCUMENTS[credential.get("document", "citizen")],
        "certno": credential.get("identity_number", ""),
        "psn_name": "" if len(name) in _CUT_NAMES or len(name) > _LONGEST_NAME else name,
    }
    return {"data": data}


def person_of(output: "Json", credential: "Json") -> "Json":
    """The person of a 1101 answer: `number` (psn_no), `name`, `identity_number`, `identity_kind`, `sex`, `birth`,
    `age`, `insurance`, `group`, `insured`, `region`, `balance_fen`. Of several insurances one in force is taken, and of
    these the residents' or employees' own. `InsuranceError` `insurance.bad_answer`, also for somebody else than was
    asked for, and when something is missing without which nobody can be registered."""
    base = node("1101", output, "baseinfo")
    insurances = node_rows("1101", output, "insuinfo", _MOST_INSURANCES)
    if not insurances:
        raise base.bad("insuinfo")
    asked = credential.get("identity_number", "").upper()
    person = _person(base, insurances, asked)
    if asked and person["identity_number"].upper() not in ("", asked, asked[:6] + asked[8:17]):  # of 15 digits
        raise InsuranceError("insurance.bad_answer", "1101 answered with another person")
    return person


def credential_fields(person: "Json", credential: "Json") -> "Json":
    """What 2201, 2206 and 2207 ask of the credential."""
    return {
        "mdtrt_cert_type": _CERT_TYPES[credential["kind"]],
        "mdtrt_cert_no": credential["number"],
        "card_sn": credential.get("card_id", ""),
        "psn_cert_type": person["identity_kind"],
        "certno": person["identity_number"],
    }


def is_from_elsewhere(person_region: str, institution_region: str) -> bool:
    """Whether a fund of another city pays (异地). Without a region the platform takes a person for one of this city."""
    return person_region != "" and person_region[:_CITY] != institution_region[:_CITY]


def _chosen(insurances: "list[Row]") -> Row:
    """The insurance that pays a visit. Employees often have one for births or civil servants as well (510, 320), which
    stands in any place and pays none."""
    best, least = insurances[0], 4
    for row in insurances:
        in_force = row.word("psn_insu_stas", _CODE) == _NORMAL
        place = (0 if in_force else 2) + (0 if row.word("insutype", _CODE) in _MEDICAL else 1)
        if place < least:
            best, least = row, place
    return best


def _person(base: Row, insurances: "list[Row]", shown: str) -> "Json":
    """`shown`: the identity number that the patient showed, or ""."""
    chosen = _chosen(insurances)
    document = base.word("certno", _LONGEST_DOCUMENT) or shown
    if not document:
        raise base.bad("certno")
    return {
        "number": base.needed("psn_no", ID),
        "name": base.needed("psn_name", _LONGEST_NAME),
        "identity_number": document,
        "identity_kind": base.word("psn_cert_type", _DOCUMENT_KIND) or "01",
        "sex": base.word("gend", _CODE),
        "birth": base.day("brdy"),
        "age": _age(base),
        "insurance": chosen.needed("insutype", _CODE),
        "group": chosen.needed("psn_type", _CODE),
        "insured": "yes" if chosen.word("psn_insu_stas", _CODE) == _NORMAL else "no",
        "region": chosen.needed("insuplc_admdvs", _CODE),
        "balance_fen": chosen.amount("balc"),
    }


def _age(base: Row) -> str:
    """Whole years: it comes with one decimal."""
    if not base.has("age"):
        return ""
    age = base.number("age", 1) // 10
    if age < 0:
        raise base.bad("age")
    return str(age)
