"""SM2 in the envelope's `cainfo` (Hubei). To be written by the one who owns this file."""

from firmware.insurance.gateway.headers import Plain


class Sm2Cainfo(Plain):
    """Signs the members of the envelope."""
