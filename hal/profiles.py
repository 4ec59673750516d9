"""The profiles that a board config names: clinic, printer, policy, diagnoses. Read key by key into plain dicts; the
province is in `hal.province`.

Lengths are those of the fields of the national insurance interface into which a text goes.
"""

from hal.config import Section, fits
from hal.policy_limits import read_limit, read_year

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Json = dict[str, Any]

GRADES = ("01", "02", "03")  # chrgitm_lv: 甲, 乙, 丙

INSTITUTION = "H99999999999"  # region and sequence; seen in public files of several provinces
# Western medicines (class, name, form, specification, pack, enterprise) and Chinese patent medicines. These shapes hold
# for all 13,827 drug codes in the public rule libraries of NHSA.
DRUG_CODES = ("XA99AAA999A999999999999", "ZA99AAA9999999999999")
TRACE_PREFIX = "8999999"  # 码上放心: the 20 digits begin with 8, the first 7 are product and pack
GTIN = "99999999999999"
MA_REGISTRANT = "MA.999.M0.999999."  # in front of the 8 to 12 characters of an MA product code
AHM_MARK = "MF"  # in front of the 1 to 13 digits of an AHM product code
REGION = "999999"  # GB/T 2260
DATE = "9999-99-99"
INSURANCE = "999"

MOST_FEN = 10_000_000
MOST_BOXES = 100_000
_INITIALS = "abcdefghijklmnopqrstuvwxyz0123456789"
_LOCK_MINUTES = 30  # at most, and where nothing is said (docs/operators.md)
_MONTHS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def read_clinic(values: "Json") -> "Json":
    """`institution`, `doctor`, `pharmacist`, `lock_minutes` and the list `drug`. `ConfigError` names the key that is
    wrong."""
    clinic = Section(values, "clinic")
    says_when = clinic.has("lock_minutes")
    checked: "Json" = {
        "lock_minutes": clinic.number("lock_minutes", 1, _LOCK_MINUTES) if says_when else _LOCK_MINUTES,
        "institution": _institution(clinic.section("institution")),
        "doctor": _person(clinic.section("doctor")),
        "pharmacist": _person(clinic.section("pharmacist")),
    }
    sections = clinic.tables("drug")
    drugs = [_drug(section) for section in sections]
    for key in ("id", "trace_prefixes", "gtins", "device_ids"):
        _once(sections, drugs, key)
    clinic.done()
    checked["drug"] = drugs
    return checked


def read_printer(values: "Json") -> "Json":
    """What a receipt printer can do: `name`, `columns` (Latin characters in a line), `dots` (across), `code_set`
    ("gb18030" or "gbk"), `qr` ("command", or "image": drawn by the terminal), `process_id` (knows GS ( H), `cutter`,
    `answers` (its answers reach the terminal), `bytes_s` (bytes of text it prints in a second). `ConfigError` names the
    key that is wrong."""
    section = Section(values, "printer_profile")
    checked: "Json" = {
        "name": section.text("name", 40),
        "columns": section.number("columns", 24, 64),
        "dots": section.number("dots", 192, 832),
        "code_set": section.choice("code_set", ("gb18030", "gbk")),
        "qr": section.choice("qr", ("command", "image")),
        "process_id": section.flag("process_id"),
        "cutter": section.flag("cutter"),
        "answers": section.flag("answers"),
        "bytes_s": section.number("bytes_s", 200, 20_000),
    }
    section.done()
    return checked


def read_policy(values: "Json") -> "Json":
    """`policy`, the lists `benefit`, `first_share` and `limit` (what may not be prescribed, or not without a word;
    `firmware.policy` knows the kinds) and `year` (cum_type_code of what a person has used: `deductible_fen` and
    `fund_fen`, or nothing). `ConfigError` names the key that is wrong."""
    profile = Section(values, "policy")
    about = profile.section("policy")
    checked: "Json" = {
        "policy": {"name": about.text("name"), "verified": about.flag("verified"), "begins": _date(about, "begins")}
    }
    about.done()
    sections = profile.tables("benefit")
    checked["benefit"] = [_benefit(section) for section in sections]
    _once(sections, checked["benefit"], "insurance")
    sections = profile.tables("first_share")
    checked["first_share"] = [_first_share(section) for section in sections]
    _once(sections, checked["first_share"], "grade")
    sections = profile.tables("limit") if profile.has("limit") else []
    checked["limit"] = [read_limit(section) for section in sections]
    _once(sections, checked["limit"], "id")
    checked["year"] = read_year(profile.section("year")) if profile.has("year") else {}
    profile.done()
    return checked


def read_diagnoses(values: "Json") -> "list[Json]":
    """The rows of a catalogue of diagnoses. `ConfigError` names the key that is wrong."""
    catalogue = Section(values, "diagnoses")
    catalogue.text("source", 1000)
    sections = catalogue.tables("rows")
    rows = [_diagnosis(section) for section in sections]
    _once(sections, rows, "code")
    catalogue.done()
    return rows


# ---- the tables of a clinic


def _institution(section: Section) -> "Json":
    institution = {
        "code": section.code("code", (INSTITUTION,)),
        "name": section.text("name", 200),
        "region": section.code("region", (REGION,)),
        "department_code": printable(section, "department_code", 10),
        "department_name": section.text("department_name", 30),
    }
    section.done()
    return institution


def _person(section: Section) -> "Json":
    person = {
        "code": printable(section, "code", 20),
        "name": section.text("name", 30),
        "certificate": printable(section, "certificate", 50),
    }
    section.done()
    return person


def _drug(section: Section) -> "Json":
    drug: "Json" = {
        "id": printable(section, "id", 30),
        "name": section.text("name", 100),
        "specification": section.text("specification", 60),
        "unit": section.text("unit", 10),
        "price_fen": section.number("price_fen", 1, MOST_FEN),
        "national_code": section.code("national_code", DRUG_CODES),
        "code_status": section.choice("code_status", ("public", "synthetic")),
        "initials": _initials(section),
        "prescription_only": section.flag("prescription_only"),
        "grade": section.choice("grade", GRADES),
        "trace_prefixes": section.codes("trace_prefixes", TRACE_PREFIX),
        "gtins": section.codes("gtins", GTIN),
        "device_ids": _device_ids(section),
        "batches": _batches(section),
    }
    for gtin in drug["gtins"]:
        if not right_gtin(gtin):
            raise section.wrong("gtins", "has a wrong check digit in " + gtin)
    if not drug["trace_prefixes"] and not drug["gtins"] and not drug["device_ids"]:
        raise section.wrong("trace_prefixes", "and gtins are both empty; no box of it could be scanned")
    section.done()
    return drug


def _device_ids(section: Section) -> "list[str]":
    """Identifiers of a device model in its MA or AHM codes; [] without the key."""
    device_ids = section.texts("device_ids") if section.has("device_ids") else []
    for device_id in device_ids:
        ma = fits(device_id[: len(MA_REGISTRANT)], MA_REGISTRANT)
        code = device_id[len(MA_REGISTRANT) :] if ma else device_id[len(AHM_MARK) :]
        if ma:
            right = 8 <= len(code) <= 12 and all([fits(char.upper(), "A") or fits(char, "9") for char in code])
        else:
            right = device_id.startswith(AHM_MARK) and 1 <= len(code) <= 13 and fits(code, "9" * len(code))
        if not right:
            raise section.wrong("device_ids", "must be a list of texts like MA.156.M0.100761.21234561 or MF6901234")
    return device_ids


def _batches(drug: Section) -> "list[Json]":
    sections = drug.tables("batches")
    batches = [_batch(section) for section in sections]
    _once(sections, batches, "lot")
    return batches


def _batch(section: Section) -> "Json":
    batch: "Json" = {
        "lot": section.text("lot", 30),
        "made": _date(section, "made"),
        "expires": _date(section, "expires"),
        "quantity": section.number("quantity", 0, MOST_BOXES),
    }
    if batch["expires"] <= batch["made"]:
        raise section.wrong("expires", "must be later than made")
    section.done()
    return batch


# ---- the rows of a policy and of a catalogue


def _benefit(section: Section) -> "Json":
    benefit = {
        "insurance": section.code("insurance", (INSURANCE,)),
        "deductible_fen": section.number("deductible_fen", 0, MOST_FEN),
        "rate_permille": section.number("rate_permille", 0, 1000),
        "year_limit_fen": section.number("year_limit_fen", 0, 10 * MOST_FEN),
    }
    section.done()
    return benefit


def _first_share(section: Section) -> "Json":
    share = {"grade": section.choice("grade", GRADES), "permille": section.number("permille", 0, 1000)}
    section.done()
    return share


def _diagnosis(section: Section) -> "Json":
    diagnosis = {
        "code": printable(section, "code", 20),
        "name": section.text("name", 100),
        "initials": _initials(section),
        "common": section.flag("common"),
    }
    section.done()
    return diagnosis


# ---- kinds of values


def printable(section: Section, key: str, most: int) -> str:
    """A code for a header or a field: printable ASCII without blanks."""
    value = section.text(key, most)
    if not all(["!" <= char <= "~" for char in value]):
        raise section.wrong(key, "must have Latin letters, digits and signs only, without blanks")
    return value


def _initials(section: Section) -> str:
    value = section.text("initials", 60)
    if not all([char in _INITIALS for char in value]):
        raise section.wrong("initials", "must be small letters a to z and digits")
    return value


def _date(section: Section, key: str) -> str:
    value = section.code(key, (DATE,))
    year, month, day = int(value[:4]), int(value[5:7]), int(value[8:])
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    if not (1 <= month <= 12 and 1 <= day <= _MONTHS[month - 1]) or (month == 2 and day == 29 and not leap):
        raise section.wrong(key, "must be a date, year-month-day")
    return value


def right_gtin(gtin: str) -> bool:
    """Whether the last digit of a GTIN-14 is its check digit (GS1 General Specifications: weights 3 and 1)."""
    total = 0
    for index in range(len(gtin)):
        total += int(gtin[index]) * (3 if index % 2 == 0 else 1)
    return total % 10 == 0


def _once(sections: "list[Section]", rows: "list[Json]", key: str) -> None:
    """Refuse a value of `key` (a text, or one of a list of texts) that came before."""
    seen: "list[str]" = []
    for section, row in zip(sections, rows):
        for value in row[key] if type(row[key]) is list else [row[key]]:
            if value in seen:
                raise section.wrong(key, "has " + value + ", which came before")
            seen.append(value)
