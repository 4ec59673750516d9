"""Receipts and forms as layout, and the renderers that put them on a receipt printer, into a drawing, or on an office
printer."""

from firmware.documents.day_end_slip import day_end_slip_of
from firmware.documents.layout import Document
from firmware.documents.manual_settlement import manual_settlement_form
from firmware.documents.page import STYLE_SOURCE, page_of
from firmware.documents.picture import picture_of
from firmware.documents.receipt import receipt_of
from firmware.documents.refund import refund_slip_of
from firmware.documents.slip import slip_of

__all__ = [
    "STYLE_SOURCE",
    "Document",
    "day_end_slip_of",
    "manual_settlement_form",
    "page_of",
    "picture_of",
    "receipt_of",
    "refund_slip_of",
    "slip_of",
]
