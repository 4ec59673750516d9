"""Codes of medical devices from the two Chinese issuers beside GS1: MA (IDcode of ZIIOT) and AHM (阿里健康).

MA: `MA.156.M0.` and the registrant's 6 digits, `.`, the product code (pack, item and check character: 8 characters in
the coding manual's description, up to 12 on labels that public programs print), then fields that each begin with a dot
and a letter: S serial, L lot, M or P made, E expired from, V valid until, D lot of sterilisation, C check character.
That the country is always 156, and the check rule, no public source settles: neither is judged.

AHM: known from one unfinished public parser and a summary of its fields only, from no label. `MF` and up to 13 digits,
then fields of two letters, ended by `*` where their length is free: SN serial, BN or BA lot, MD made, BD best before,
ED expires (yymmdd each), PL pack level.
"""

from firmware.trace.errors import TraceError
from firmware.trace.gs1 import is_date, iso_date
from firmware.trace.trace_code import AHM, MA, TraceCode

_MA_MARK = "MA."
_MEDICAL = "M0"  # the industry of medical devices
_LEAST_PRODUCT = 8
_MOST_PRODUCT = 12
_AHM_MARK = "MF"
_MOST_AHM_DIGITS = 13
_FIXED = {"MD": 6, "BD": 6, "ED": 6, "PL": 1}
_FREE = ("SN", "BN", "BA")
_DAY = 6


def device_family(text: str) -> str:
    """`MA` or `AHM` for what begins like such a code, or ""."""
    if text.startswith(_MA_MARK):
        return MA
    return AHM if text.startswith(_AHM_MARK) and text[len(_AHM_MARK) :][:1].isdigit() else ""


def read_device_code(text: str, this_year: int) -> TraceCode:
    """The trace code in text that `device_family` knows. TraceError `trace.not_a_code`, or `trace.no_serial` for one
    that names no single device."""
    family = device_family(text)
    if family == MA:
        identifier, fields = _ma_parts(text)
        serial, lot, days = fields.get("S"), fields.get("L"), (fields.get("V"), fields.get("E"))
    else:
        identifier, fields = _ahm_parts(text)
        serial, lot = fields.get("SN"), fields.get("BN") or fields.get("BA")
        days = (fields.get("ED") or fields.get("BD"), None)
    if serial is None:
        raise TraceError("trace.no_serial", family + " without a serial", family)
    key = identifier + "/" + serial
    return TraceCode(
        family, text, key, lot=lot, expires=_earliest(days, this_year, family), serial=serial, device_id=identifier
    )


def _ma_parts(text: str) -> "tuple[str, dict[str, str]]":
    parts = text.split(".")
    if len(parts) < 5 or not _is_ma(parts[1], parts[2], parts[3], parts[4]):
        raise TraceError("trace.not_a_code", "MA of another make-up", MA)
    fields: "dict[str, str]" = {}
    for part in parts[5:]:
        if len(part) < 2 or part[0] in fields or not "A" <= part[0] <= "Z":
            raise TraceError("trace.not_a_code", "MA with an empty, a doubled or a nameless field", MA)
        fields[part[0]] = part[1:]
    return ".".join(parts[:5]), fields


def _is_ma(country: str, industry: str, registrant: str, product: str) -> bool:
    return (
        len(country) == 3
        and country.isdigit()
        and industry == _MEDICAL
        and len(registrant) == 6
        and registrant.isdigit()
        and _LEAST_PRODUCT <= len(product) <= _MOST_PRODUCT
        and all([char.isdigit() or char.isalpha() for char in product])
    )


def _ahm_parts(text: str) -> "tuple[str, dict[str, str]]":
    at = len(_AHM_MARK)
    while at < len(text) and text[at].isdigit():
        at += 1
    if not 0 < at - len(_AHM_MARK) <= _MOST_AHM_DIGITS:
        raise TraceError("trace.not_a_code", "AHM of another make-up", AHM)
    identifier = text[:at]
    fields: "dict[str, str]" = {}
    while at < len(text):
        if text[at] == "*":
            at += 1
            continue
        name = text[at : at + 2]
        at += 2
        stop = at + _FIXED[name] if name in _FIXED else text.find("*", at)
        if stop < 0:
            stop = len(text)
        if (name not in _FIXED and name not in _FREE) or name in fields or not at < stop <= len(text):
            raise TraceError("trace.not_a_code", "AHM with an unknown, an empty or a doubled field", AHM)
        fields[name] = text[at:stop]
        at = stop
    return identifier, fields


def _earliest(days: "tuple[str | None, str | None]", this_year: int, family: str) -> "str | None":
    """The earliest of these yymmdd as `YYYY-MM-DD`, or None without any."""
    dates = []
    for day in days:
        if day is not None:
            if len(day) != _DAY or not day.isdigit() or not is_date(day):
                raise TraceError("trace.not_a_code", family + " with a date that is none", family)
            dates.append(iso_date(day, this_year))
    return min(dates) if dates else None
