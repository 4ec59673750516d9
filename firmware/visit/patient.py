"""Whether the patient of a visit is a man or a woman, and how old, as far as platform and identity number tell."""

from firmware.identity import UNKNOWN_SEX, age_on, birth_of, is_number, sex_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Json = dict[str, Any]

_SEXES = {"1": "male", "2": "female"}


def sex_and_birth(record: "Json") -> "tuple[str, str]":
    """`male`, `female` or `unknown`, and the date of birth (`yyyy-MM-dd`, as the platform says it where the number does
    not tell) or ""."""
    person = record["person"] or {}
    number = (record["person"] or record["credential"])["identity_number"]
    told = is_number(number)  # a foreigner's number of 2017, a passport or an old number tells neither
    sex = _SEXES.get(person.get("sex", "")) or (sex_of(number) if told else UNKNOWN_SEX)
    return sex, birth_of(number) if told else str(person.get("birth", ""))


def age(record: "Json", today: str) -> "int | None":
    """Completed years of life on `today` (`yyyy-MM-dd`), or None."""
    try:
        return age_on(sex_and_birth(record)[1], today)
    except ValueError:  # the platform need not say, and says it in its own way
        return None
