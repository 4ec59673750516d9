"""SM2 signature and SM4 encryption around the message. To be written by the one who owns this file."""

from firmware.insurance.gateway.headers import Plain


class Sm2Sm4(Plain):
    """Signs and encrypts the whole message."""
