"""Raster pictures: `GS v 0` (Epson ESC/POS)."""

from simulator.devices.printed import PrintedImage


def raster_image(parameters: bytes, data: bytes, align: str) -> PrintedImage | None:
    """The picture; `parameters` are 0 m xL xH yL yH, x in bytes, y in dots. None for another function than 0."""
    function, mode, x_low, x_high = parameters[:4]
    row_size = x_low + 256 * x_high
    if function != ord("0") or not row_size:
        return None
    rows = tuple(_points(data[start : start + row_size]) for start in range(0, len(data), row_size))
    return PrintedImage(rows, 1 + (mode & 1), 1 + (mode >> 1 & 1), align)


def _points(row: bytes) -> bytes:
    return bytes(byte >> bit & 1 for byte in row for bit in range(7, -1, -1))
