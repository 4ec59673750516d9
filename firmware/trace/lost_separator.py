"""A reader in keyboard mode may drop the separators of a GS1 message: then a lot or serial swallows what follows it.

Nothing in such a message is wrong, so it can only be suspected: where a field is missing that a box needs, and the last
field of free length looks as if it contained that very field. A swallowed lot behind a serial cannot be told from a
longer serial; the key of the box is then still the same at every scan with that reader.
"""

from firmware.trace.gs1 import ends_by_itself, is_date

_SERIAL = "21"
_EXPIRES = "17"
_DATES = ("17", "15", "11")
_NEXT = ("10", "11", "15", "17", "21")  # what may follow a date on a pack
_DATE_SIZE = 8  # AI and yymmdd


def swallowed_fields(elements: "list[tuple[str, str]]") -> bool:
    """Whether the last of these fields, read without a single separator, seems to contain a serial or an expiry."""
    if not elements or ends_by_itself(elements[-1][0]):
        return False
    present = [ai for ai, _ in elements]
    value = elements[-1][1]
    if _SERIAL not in present and _SERIAL in value[1:-1]:
        return True
    return _EXPIRES not in present and _contains_date(value, present)


def _contains_date(value: str, present: "list[str]") -> bool:
    for at in range(1, len(value) - _DATE_SIZE + 1):
        ai = value[at : at + 2]
        rest = at + _DATE_SIZE
        day = value[at + 2 : rest]
        is_field = ai in _DATES and ai not in present and day.isdigit() and is_date(day)
        if is_field and (rest == len(value) or value[rest : rest + 2] in _NEXT):
            return True
    return False
