"""The trace code of one box, and what can be said of it without a network."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

DIGITS_20 = "20-digit"
GS1 = "gs1"
MA = "ma"
AHM = "ahm"


class TraceCode:
    """A box's trace code.

    `family` is `DIGITS_20` (码上放心, Code 128), `GS1` (GS1 DataMatrix and the like), or `MA` or `AHM`, the two other
    issuers of codes of medical devices in China.

    `key` is the same for the same box however it was scanned, and different for any other: the 20 digits,
    `01<gtin>21<serial>`, or a device's identifier and serial. Duplicates are found by it.

    `code` is what goes to the platform as `drug_trac_codg`: the 20 digits, or the GS1 element string in the order of
    the symbol without symbology identifier, separators and brackets. Which form of a GS1 code the platform wants, and
    whether its field has room for 30 or 100 characters, public sources leave open.

    `prefix7` (20 digits only) is the resource code of manufacturer, drug and pack, `device_id` (`MA` and `AHM` only)
    the identifier of the device model and pack. `gtin` has 14 digits, `expires` is `YYYY-MM-DD`; they, `lot` and
    `serial` are None where the code does not say.
    """

    def __init__(
        self,
        family: str,
        code: str,
        key: str,
        prefix7: "str | None" = None,
        gtin: "str | None" = None,
        lot: "str | None" = None,
        expires: "str | None" = None,
        serial: "str | None" = None,
        device_id: "str | None" = None,
    ) -> None:
        self.family = family
        self.code = code
        self.key = key
        self.prefix7 = prefix7
        self.gtin = gtin
        self.lot = lot
        self.expires = expires
        self.serial = serial
        self.device_id = device_id

    def __repr__(self) -> str:
        return "TraceCode(" + self.family + ", ..." + self.code[-4:] + ")"  # who got the box is health data


def matches(
    code: TraceCode, trace_prefixes: "Sequence[str]", gtins: "Sequence[str]", device_ids: "Sequence[str]" = ()
) -> bool:
    """Whether the box is of the drug with these 7-digit prefixes, GTINs (14 digits, or the 13 of the bar code) and
    device identifiers (`MA.156.M0...`, `MF...`)."""
    if code.gtin is not None:
        return code.gtin in gtins or (code.gtin[0] == "0" and code.gtin[1:] in gtins)
    if code.device_id is not None:
        return code.device_id in device_ids
    return code.prefix7 in trace_prefixes
