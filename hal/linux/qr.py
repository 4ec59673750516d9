"""QR codes for printers that have none of their own."""

import qrcode


def qr_rows(text: str) -> list[bytes]:
    """The rows of the QR code of `text` at level M, from top to bottom, without a border: a byte for each module, 0
    white and 1 black."""
    code = qrcode.QRCode(error_correction=qrcode.ERROR_CORRECT_M, border=0)
    code.add_data(text)
    code.make(fit=True)
    return [bytes(map(bool, row)) for row in code.get_matrix()]
