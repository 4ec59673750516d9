"""Receipts as layout: what stands on the paper, in lines that any printer can print."""

from firmware.documents.receipt import receipt

__all__ = ["receipt"]
