"""Receipts as layout: what stands on the paper, in lines that any printer can print."""

from firmware.documents.receipt import receipt_of

__all__ = ["receipt_of"]
