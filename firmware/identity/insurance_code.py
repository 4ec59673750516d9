"""The insurance code: the QR code of the insurance e-voucher (医保电子凭证, 医保码) on a patient's phone.

28 characters: `424` (or `opc` from a mini-program of the open platform), 17 and 2 random digits, 2 digits of the
province, `0000`. Two independent public sources agree on this make-up; no official text of it is public. Nothing in the
code names a person: only the platform can resolve it, and only for a short time.
"""

from firmware.identity.identity_number import is_digits

INSURANCE_CODE_LENGTH = 28
_MARKS = ("424", "opc")
_EXTENSION = "0000"


def is_insurance_code(text: str) -> bool:
    """Whether `text` has the form of an insurance code.

    The province is only asked for not to begin with 0, as no region code of GB/T 2260 does. That bound is our own: a
    closed list would turn away real people (the platform has regions of its own), and the platform refuses wrong codes.
    """
    return (
        len(text) == INSURANCE_CODE_LENGTH
        and text[:3] in _MARKS
        and is_digits(text[3:])
        and text[22] != "0"
        and text[24:] == _EXTENSION
    )
