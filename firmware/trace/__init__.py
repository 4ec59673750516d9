"""What is this box: trace codes of medicine packs and devices."""

from firmware.trace.box_code import GS1_SYMBOLS, PRODUCT_CODE, read_box_code, read_elements, split_symbol
from firmware.trace.errors import TraceError
from firmware.trace.trace_code import AHM, DIGITS_20, GS1, MA, TraceCode, matches

__all__ = [
    "AHM",
    "DIGITS_20",
    "GS1",
    "GS1_SYMBOLS",
    "MA",
    "PRODUCT_CODE",
    "TraceCode",
    "TraceError",
    "matches",
    "read_box_code",
    "read_elements",
    "split_symbol",
]
