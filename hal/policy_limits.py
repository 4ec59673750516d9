"""The rows of a policy pack that say what may not be prescribed, and what the platform calls the sums of a year."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from hal.config import Section

    Json = dict[str, Any]


_PLACES = ("outpatient", "emergency", "inpatient")


def read_limit(section: "Section") -> "Json":
    """A row `limit`: conditions for drugs, which are named by the beginnings of their national codes and of their
    names. `ConfigError` names the key that is wrong."""
    limit: "Json" = {
        "id": section.text("id", 40),
        "severity": section.number("severity", 1, 3),
        "sentence": section.text("sentence", 100),
        "source": section.text("source"),
        "verified": section.flag("verified"),
    }
    limit.update(_drugs(section, "codes", "names"))
    conditions: "Json" = {}
    for keys, read in _CONDITIONS:
        if any([section.has(key) for key in keys]):
            conditions.update(read(section))
    if not conditions:
        raise section.wrong("id", "names a rule without any condition")
    limit.update(conditions)
    section.done()
    return limit


def _drugs(section: "Section", codes: str, names: str) -> "Json":
    drugs = {codes: section.texts(codes), names: section.texts(names)}
    if not drugs[codes] and not drugs[names]:
        raise section.wrong(codes, "and " + names + " are both empty; the rule is about no drug")
    return drugs


def _places(section: "Section") -> "Json":
    places = section.texts("places")
    if not places or not all([place in _PLACES for place in places]):
        raise section.wrong("places", "must be a list of some of " + ", ".join(_PLACES))
    return {"places": places}


def _ages(section: "Section") -> "Json":
    ages = {"least_years": section.number("least_years", 0, 150), "most_years": section.number("most_years", 0, 150)}
    if ages["most_years"] < ages["least_years"]:
        raise section.wrong("most_years", "must not be less than least_years")
    return ages


def _days(section: "Section") -> "Json":
    return {"box_days": section.number("box_days", 1, 100), "most_days": section.number("most_days", 1, 1000)}


# The keys of a condition, and how it is read. Those that belong together must both be there.
_CONDITIONS: "tuple[tuple[tuple[str, ...], Callable[[Section], Json]], ...]" = (
    (("least_level",), lambda section: {"least_level": section.number("least_level", 1, 3)}),
    (("places",), _places),
    (("sex",), lambda section: {"sex": section.choice("sex", ("male", "female"))}),
    (("least_years", "most_years"), _ages),
    (("most_boxes",), lambda section: {"most_boxes": section.number("most_boxes", 1, 99)}),
    (("box_days", "most_days"), _days),
    (("once",), lambda section: {"once": section.choice("once", ("visit", "day"))}),
    (("with_codes", "with_names"), lambda section: _drugs(section, "with_codes", "with_names")),
)


def read_year(section: "Section") -> "Json":
    """What the platform calls the sums of a year (cum_type_code): `deductible_fen` and `fund_fen`. `ConfigError`."""
    year = {name: section.text(name, 10) for name in ("deductible_fen", "fund_fen")}
    section.done()
    return year
