"""SM2, SM3 and SM4 on the ESP32: stock MicroPython has none of them, so all of it is Python (`hal.gm`).

A signature takes some 1,300 multiplications of 256-bit numbers. Nobody has measured it on a chip yet.
"""

from hal.gm import GmCiphers, self_test


class ProvedCiphers(GmCiphers):
    """`hal.ports.NationalCiphers`. SM2 proves itself on the published vector before it is used; `DeviceError`
    `national.self_test` when it fails (an image that was built or flashed wrongly)."""

    def __init__(self) -> None:
        super().__init__()
        self._is_tested = False

    def sm2_sign(self, private: bytes, user: bytes, data: bytes) -> bytes:
        """As `GmCiphers.sm2_sign`."""
        self._test()
        return super().sm2_sign(private, user, data)

    def sm2_verify(self, public: bytes, user: bytes, data: bytes, signature: bytes) -> bool:
        """As `GmCiphers.sm2_verify`."""
        self._test()
        return super().sm2_verify(public, user, data, signature)

    def _test(self) -> None:
        if not self._is_tested:
            self_test(super().sm2_sign, super().sm2_verify)
            self._is_tested = True
