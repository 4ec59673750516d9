"""What was scanned decides what it is: a patient's code, a box, a commodity code, a technician's code, or nothing that
belongs on this counter.

A symbology identifier (ISO/IEC 15424), where the scanner sends one, decides first: GS1 symbols and the EAN and UPC
codes of commodities never stand for a person, whatever their digits look like.
"""

from firmware.identity import InsuranceCode, read_person_code
from firmware.trace import AHM, DIGITS_20, GS1, GS1_SYMBOLS, MA, PRODUCT_CODE, TraceError, read_box_code, split_symbol

TYPE_CHECKING = False
if TYPE_CHECKING:
    from firmware.identity import IdentityNumber
    from firmware.trace import TraceCode

INSURANCE_CODE = "insurance_code"
IDENTITY_NUMBER = "identity_number"
TECHNICIAN = "technician"
UNKNOWN = "unknown"

_TECHNICIAN_MARK = b"CYT:"
_NO_PERSON = GS1_SYMBOLS + ("]E0", "]E1", "]E2", "]E3", "]E4")
_WORDS = {
    INSURANCE_CODE: "a patient's insurance code (医保码)",
    IDENTITY_NUMBER: "a patient's identity number (身份证号)",
    DIGITS_20: "a trace code of 20 digits (码上放心)",
    GS1: "a GS1 code",
    MA: "an MA device code (IDcode)",
    AHM: "an AHM device code (阿里健康)",
    PRODUCT_CODE: "a commodity bar code (商品条码), which names no single box",
    TECHNICIAN: "a technician's code",
    UNKNOWN: "nothing that this counter knows",
}
_TROUBLES = {
    "trace.product_code": "scan the trace code instead",
    "trace.too_short": "too few digits",
    "trace.bad_check_digit": "a check digit is wrong",
    "trace.no_serial": "it names no single box",
    "trace.ambiguous": "a separator (FNC1) is missing: set the scanner to send it",
    "trace.not_a_code": "its content is broken",
}


class Scanned:
    """What was scanned. `kind` is `INSURANCE_CODE`, `IDENTITY_NUMBER`, `DIGITS_20`, `GS1`, `MA`, `AHM`, `PRODUCT_CODE`,
    `TECHNICIAN` or `UNKNOWN`.

    `person` is there for the first two, `box` for the next four when they name one single box. `code` says why there is
    neither (`trace.*`), and is "" otherwise. `symbol` is the symbology identifier, or "".
    """

    def __init__(
        self,
        kind: str,
        symbol: str,
        person: "InsuranceCode | IdentityNumber | None" = None,
        box: "TraceCode | None" = None,
        code: str = "",
    ) -> None:
        self.kind = kind
        self.symbol = symbol
        self.person = person
        self.box = box
        self.code = code

    def __repr__(self) -> str:
        return "Scanned(" + self.kind + (", " + self.code if self.code else "") + ")"

    def words(self) -> str:
        """What it is in a sentence of English for a technician, without a word of its content."""
        trouble = "" if self.kind == UNKNOWN else _TROUBLES.get(self.code, "")
        return _WORDS[self.kind] + (": " + trouble if trouble else "")


def what_is(data: bytes) -> Scanned:
    """What a scanner brought (`hal.ports.CodeScanned.data`). Never raises: what is nothing is `UNKNOWN`."""
    symbol = ""
    try:
        symbol, content = split_symbol(data)
        if symbol not in _NO_PERSON:
            person = read_person_code(content)
            if person is not None:
                return Scanned(INSURANCE_CODE if isinstance(person, InsuranceCode) else IDENTITY_NUMBER, symbol, person)
            if content.startswith(_TECHNICIAN_MARK):
                return Scanned(TECHNICIAN, symbol)
        box = read_box_code(data)
    except TraceError as error:
        return Scanned(error.family or UNKNOWN, symbol, None, None, error.code)
    return Scanned(box.family, symbol, None, box)
