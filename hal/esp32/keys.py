"""The device key of an ESP32-S3: made by a key in its eFuses that no program can read.

Espressif, ESP-IDF Programming Guide, "Hash-Based Message Authentication Code (HMAC)", upstream mode: a block of eFuses
with the purpose HMAC_UP, and protected from reading, is used by the HMAC peripheral only (`esp_hmac_calculate` in C).
Stock MicroPython has no binding of it. The image must bring a native module whose function takes a message and returns
32 bytes; that function is what is handed over here. Nothing here burns a fuse.
"""

from hal.errors import ConfigError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

_SIZE = 32


class EfuseKeyStore:
    """`hal.ports.KeyStore`, level 4. Nothing is kept anywhere: the chip makes the same key each time."""

    level = 4
    kind = "efuse"

    def __init__(self, efuse_hmac: "Callable[[bytes], bytes]") -> None:
        """`efuse_hmac` is HMAC-SHA256 under the chip's key. It raises `OSError` where the chip has none."""
        self._efuse_hmac = efuse_hmac

    def device_key(self) -> bytes:
        """32 bytes. `ConfigError` when the chip has no key that its HMAC may use."""
        try:
            key = self._efuse_hmac(b"cunyitong/device-key/1")
            other = self._efuse_hmac(b"cunyitong/device-key/check")
        except OSError as error:
            cause = (
                "the HMAC of the chip fails (" + str(error) + "): has its eFuse key been burnt, with purpose HMAC_UP?"
            )
            raise ConfigError("keys.no_efuse", cause)
        # A driver that fails without saying so answers the same to everything, or leaves its buffer empty.
        if len(key) != _SIZE or key == other or key == bytes(_SIZE):
            raise ConfigError(
                "keys.no_efuse", "the HMAC of the chip does not answer with hashes; the image must be mended"
            )
        return key
