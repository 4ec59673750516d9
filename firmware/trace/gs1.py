"""GS1 element strings: application identifiers (AI) and their values, one after another (GS1 General Specifications
section 3; limits from the GS1 Syntax Dictionary).

A field of fixed length ends by itself, any other at a separator (FNC1, sent as the byte 0x1D) or at the end. The reader
knows the AIs that stand on packs of medicines and devices; any other one is an error, because its length is unknown.
"""

from firmware.trace.errors import TraceError

SEPARATOR = "\x1d"
LATEST_YEAR_AHEAD = 50  # of two-digit years: 49 back, 50 ahead (GS1 General Specifications 7.12)

_TEXT = 0
_DIGITS = 1
_CHECKED = 2  # digits, the last of them a check digit modulo 10
_DATE = 3  # digits beginning with yymmdd
_PIECE = 4  # digits, of which the first 14 are a GTIN with its check digit
_ASSET = 5  # 0 and 13 digits with a check digit, then text

# AI: (kind, least, most characters, whether it ends by itself)
_FIELDS = {
    "00": (_CHECKED, 18, 18, True),  # logistic unit
    "01": (_CHECKED, 14, 14, True),  # GTIN of this pack
    "02": (_CHECKED, 14, 14, True),  # GTIN of what a carton contains
    "03": (_CHECKED, 14, 14, True),  # GTIN of a pack that was made to order
    "10": (_TEXT, 1, 20, False),  # lot
    "11": (_DATE, 6, 6, True),  # made
    "12": (_DATE, 6, 6, True),  # payment due
    "13": (_DATE, 6, 6, True),  # packed
    "15": (_DATE, 6, 6, True),  # best before
    "16": (_DATE, 6, 6, True),  # sell by
    "17": (_DATE, 6, 6, True),  # expires
    "20": (_DIGITS, 2, 2, True),  # product variant
    "21": (_TEXT, 1, 20, False),  # serial
    "22": (_TEXT, 1, 20, False),  # consumer product variant
    "235": (_TEXT, 1, 28, False),  # third-party serial
    "240": (_TEXT, 1, 30, False),  # additional product identification
    "241": (_TEXT, 1, 30, False),  # customer part number
    "242": (_DIGITS, 1, 6, False),  # made-to-order variation
    "243": (_TEXT, 1, 20, False),  # packaging component
    "250": (_TEXT, 1, 30, False),  # secondary serial
    "251": (_TEXT, 1, 30, False),  # reference to source
    "30": (_DIGITS, 1, 8, False),  # count of items
    "37": (_DIGITS, 1, 8, False),  # count of trade items in a carton
    "400": (_TEXT, 1, 30, False),  # customer's order
    "7003": (_DATE, 10, 10, False),  # expires, to the minute
    "710": (_TEXT, 1, 20, False),  # national reimbursement numbers: Germany, France, Spain, Brazil, Portugal, USA
    "711": (_TEXT, 1, 20, False),
    "712": (_TEXT, 1, 20, False),
    "713": (_TEXT, 1, 20, False),
    "714": (_TEXT, 1, 20, False),
    "715": (_TEXT, 1, 20, False),
    "8003": (_ASSET, 14, 30, False),  # returnable asset
    "8006": (_PIECE, 18, 18, False),  # a piece of a pack: GTIN, number of the piece, number of pieces
    "8026": (_PIECE, 18, 18, False),  # the same of what a carton contains
    "90": (_TEXT, 1, 30, False),  # agreed between partners
}
_GTIN = 14
_WITH_CHECK = (_CHECKED, _PIECE, _ASSET)
_INTERNAL = (_TEXT, 1, 90, False)  # AI 91 to 99

_DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def split_elements(text: str) -> "list[tuple[str, str]]":
    """The (AI, value) pairs of an element string (character set 82 and separators) in their order, each value checked.

    Separators after fields that need none, doubled, in front or at the end are tolerated: real labels and readers have
    them. TraceError `trace.ambiguous` when a field runs past its length, `trace.bad_check_digit`, or
    `trace.not_a_code`.
    """
    elements = []
    at = 0
    end = len(text)
    while at < end:
        if text[at] == SEPARATOR:
            at += 1
            continue
        ai, field = _field_at(text, at)
        at += len(ai)
        stop = at + field[1] if field[3] else text.find(SEPARATOR, at)
        if stop < 0 or stop > end:
            stop = end
        if stop == end and stop - at > field[2]:
            raise TraceError("trace.ambiguous", "AI " + ai + " runs past its length: a separator was lost")
        value = text[at:stop]
        _check_value(ai, value, field)
        elements.append((ai, value))
        at = stop
    return elements


def split_bracketed(text: str) -> "list[tuple[str, str]]":
    """The pairs of the printed form `(01)06901234567892(21)1234`, which some labels also carry in their symbol.

    Brackets may also stand inside a value; one that encloses digits which are an AI is taken for the next field.
    """
    elements = []
    at = 0
    while at < len(text):
        close = text.find(")", at)
        ai = text[at + 1 : close]
        field = _field_of(ai)
        if text[at] != "(" or field is None:
            raise TraceError("trace.not_a_code", "unknown AI at character " + str(at + 1))
        at = _next_bracket(text, close + 1)
        value = text[close + 1 : at]
        _check_value(ai, value, field)
        elements.append((ai, value))
    return elements


def ends_by_itself(ai: str) -> bool:
    """Whether the field of a known AI needs no separator after it."""
    field = _field_of(ai)
    return field is not None and field[3]


def right_check_digit(digits: str) -> bool:
    """Whether the last digit is right: modulo 10 with weights 3 and 1 from the right (GTIN, SSCC)."""
    total = 0
    weight = 1 if len(digits) % 2 else 3
    for byte in digits.encode():
        total += weight * (byte - 48)
        weight = 4 - weight
    return total % 10 == 0


def is_date(value: str) -> bool:
    """Whether `value` begins with yymmdd; dd may be 00. A 29 February is judged by the two digits alone."""
    month = int(value[2:4])
    day = int(value[4:6])
    return 1 <= month <= 12 and day <= _last_day(int(value[:2]), month)


def iso_date(value: str, this_year: int) -> str:
    """`YYYY-MM-DD` of a checked yymmdd, the year from 49 before to 50 after `this_year`; day 00 is the month's last."""
    year = this_year - this_year % 100 + int(value[:2])
    if year - this_year > LATEST_YEAR_AHEAD:
        year -= 100
    elif year - this_year <= LATEST_YEAR_AHEAD - 100:
        year += 100
    month = int(value[2:4])
    day = int(value[4:6]) or _last_day(year, month)
    return f"{year:04d}-{month:02d}-{day:02d}"


def _check_value(ai: str, value: str, field: "tuple[int, int, int, bool]") -> None:
    kind, least, most, _ = field
    if not least <= len(value) <= most:
        raise TraceError("trace.not_a_code", "AI " + ai + " with " + str(len(value)) + " characters")
    if kind == _TEXT:
        return
    gtin = value[:_GTIN] if kind in (_PIECE, _ASSET) else value
    if not (gtin if kind == _ASSET else value).isdigit() or (kind == _ASSET and value[0] != "0"):
        raise TraceError("trace.not_a_code", "AI " + ai + " takes other digits")
    if kind in _WITH_CHECK and not right_check_digit(gtin):
        raise TraceError("trace.bad_check_digit", "AI " + ai)
    if kind == _DATE and not is_date(value):
        raise TraceError("trace.not_a_code", "AI " + ai + " is no date")


def _last_day(year: int, month: int) -> int:
    # Of the years in reach only 2100 breaks the rule of four; a box that says so is 50 years and more away.
    return 29 if month == 2 and year % 4 == 0 else _DAYS[month - 1]


def _field_of(ai: str) -> "tuple[int, int, int, bool] | None":
    field = _FIELDS.get(ai)
    if field is None and len(ai) == 2 and ai[0] == "9" and ai.isdigit():
        return _INTERNAL
    return field


def _field_at(text: str, at: int) -> "tuple[str, tuple[int, int, int, bool]]":
    for size in (2, 3, 4):
        ai = text[at : at + size]
        field = _field_of(ai)
        if field is not None:
            return ai, field
    raise TraceError("trace.not_a_code", "unknown AI at character " + str(at + 1))


def _next_bracket(text: str, start: int) -> int:
    """Where the next bracketed AI begins at or after `start`; the end of `text` when there is none."""
    at = text.find("(", start)
    while at >= 0:
        close = text.find(")", at)
        if close > 0 and _field_of(text[at + 1 : close]) is not None:
            return at
        at = text.find("(", at + 1)
    return len(text)
