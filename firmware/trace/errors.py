"""The error of this room."""

from firmware.errors import TerminalError


class TraceError(TerminalError):
    """What was scanned is not the trace code of one box.

    Codes: `trace.not_a_code` (something else, or nonsense), `trace.product_code` (the commodity bar code, 69...),
    `trace.too_short` (digits, fewer than 20), `trace.bad_check_digit`, `trace.no_serial` (a GS1 message that names no
    single box), `trace.ambiguous` (a GS1 message whose separators were lost on the way). No cause repeats what was
    scanned: it may have been a person's code.

    `family` is what the code was meant to be, as in `TraceCode`, `PRODUCT_CODE`, or "" when nothing shows it.
    """

    def __init__(self, code: str, cause: str = "", family: str = "") -> None:
        super().__init__(code, cause)
        self.family = family
