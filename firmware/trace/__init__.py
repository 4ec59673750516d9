"""What is this box: trace codes of medicine packs."""

from firmware.trace.box_code import read_box_code, read_elements
from firmware.trace.errors import TraceError
from firmware.trace.trace_code import DIGITS_20, GS1, TraceCode, matches

__all__ = ["DIGITS_20", "GS1", "TraceCode", "TraceError", "matches", "read_box_code", "read_elements"]
