"""QR codes that the printer makes itself: `GS ( k`, symbol class 49 (Epson ESC/POS, functions 165 to 182)."""

import qrcode
from qrcode.exceptions import DataOverflowError

from simulator.devices.printed import QR, PrintedImage

_CLASS = 49
_MODEL, _MODULE, _CORRECTION, _STORE, _PRINT, _REPORT = 65, 67, 69, 80, 81, 82
_FUNCTIONS = (_MODEL, _MODULE, _CORRECTION, _STORE, _PRINT, _REPORT)
LARGEST_MODULE = 16
_LEVELS = {
    48: qrcode.ERROR_CORRECT_L,
    49: qrcode.ERROR_CORRECT_M,
    50: qrcode.ERROR_CORRECT_Q,
    51: qrcode.ERROR_CORRECT_H,
}


class QrSymbol:
    """The symbol store of a printer: module size, error correction and the data to be printed."""

    def __init__(self) -> None:
        self._module = 3
        self._level = qrcode.ERROR_CORRECT_L
        self._data = b""

    def takes(self, data: bytes) -> bool:
        """Is `data` (all behind the length) a function of the QR class, whole?"""
        return len(data) >= 3 and data[0] == _CLASS and data[1] in _FUNCTIONS

    def obey(self, data: bytes) -> bool:
        """Carry out the function; True when it asks for the symbol. Values out of range change nothing."""
        function, value = data[1], data[2]
        if function == _MODULE and 1 <= value <= LARGEST_MODULE:
            self._module = value
        elif function == _CORRECTION and value in _LEVELS:
            self._level = _LEVELS[value]
        elif function == _STORE:
            self._data = data[3:]
        return function == _PRINT

    def image(self, align: str) -> PrintedImage | None:
        """The symbol for the stored data, or None when there is no data or too much of it."""
        if not self._data:
            return None
        code = qrcode.QRCode(error_correction=self._level, border=0)
        code.add_data(self._data)
        try:
            code.make(fit=True)
        except (DataOverflowError, ValueError):
            return None
        rows = tuple(bytes(map(bool, row)) for row in code.get_matrix())
        return PrintedImage(rows, self._module, self._module, align, self._data.decode("utf-8", "replace"), QR)
