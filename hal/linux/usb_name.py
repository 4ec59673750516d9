"""The name of a device on USB in a board config: vendor and product, and its serial number where several are alike."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class UsbName:
    """The device with these ids, and with this `serial` number or, for "", any."""

    vendor: int
    product: int
    serial: str

    @classmethod
    def parse(cls, rest: str) -> UsbName:
        """From `05f9:2203` or `05f9:2203:serial`, hexadecimal. `ValueError` for anything else."""
        vendor, product, *serial = rest.split(":", 2)
        return cls(int(vendor, 16), int(product, 16), serial[0] if serial else "")
