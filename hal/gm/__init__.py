"""SM2, SM3 and SM4 in plain Python: for the ESP32, whose firmware has none of them, and as a second opinion in tests.

`GmCiphers` fulfils `hal.ports.NationalCiphers`; `self_test` asks any implementation for the published answers. On Linux
the terminal uses OpenSSL (docs/decisions/0009-sm2-by-libcrypto.md).
"""

from hal.gm.ciphers import GmCiphers
from hal.gm.known_answer import self_test

__all__ = ["GmCiphers", "self_test"]
