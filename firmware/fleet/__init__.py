"""The terminal as a device: what its peripherals say of themselves, and the ledger of its faults."""

from firmware.fleet.health import Health

__all__ = ["Health"]
