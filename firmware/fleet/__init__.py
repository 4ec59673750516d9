"""The terminal as a device: what its peripherals say of themselves, and the ledger of its faults."""

from firmware.fleet.health import CARD_READER, PRINTER, SCANNER, SOCIAL_CARD_READER, STORE, Health

__all__ = ["CARD_READER", "PRINTER", "SCANNER", "SOCIAL_CARD_READER", "STORE", "Health"]
