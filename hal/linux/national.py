"""SM3 and SM4 by `cryptography`, SM2 by the system's libcrypto (`hal.ports.NationalCiphers`)."""

from cryptography.hazmat.primitives import hashes, hmac, padding
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from hal.errors import DeviceError
from hal.gm import self_test
from hal.linux.libcrypto import Libcrypto

_BLOCK = 16


class SystemNationalCiphers:
    """`hal.ports.NationalCiphers`."""

    def __init__(self) -> None:
        self._sm2: Libcrypto | None = None

    def sm3(self, data: bytes) -> bytes:
        """The digest."""
        digest = hashes.Hash(hashes.SM3())
        digest.update(data)
        return digest.finalize()

    def hmac_sm3(self, key: bytes, data: bytes) -> bytes:
        """HMAC with SM3."""
        code = hmac.HMAC(key, hashes.SM3())
        code.update(data)
        return code.finalize()

    def sm4_ecb(self, key: bytes, data: bytes) -> bytes:
        """Encrypt, padded."""
        padder = padding.PKCS7(_BLOCK * 8).padder()
        encryptor = Cipher(algorithms.SM4(key), modes.ECB()).encryptor()  # noqa: S305  # the interface wants it
        return encryptor.update(padder.update(data) + padder.finalize()) + encryptor.finalize()

    def sm4_ecb_open(self, key: bytes, sealed: bytes) -> bytes:
        """Decrypt. `DeviceError` `national.bad_padding`."""
        decryptor = Cipher(algorithms.SM4(key), modes.ECB()).decryptor()  # noqa: S305  # the interface wants it
        unpadder = padding.PKCS7(_BLOCK * 8).unpadder()
        try:
            padded = decryptor.update(sealed) + decryptor.finalize()
            return unpadder.update(padded) + unpadder.finalize()
        except ValueError:
            raise DeviceError("national.bad_padding", "SM4") from None

    def sm2_sign(self, private: bytes, user: bytes, data: bytes) -> bytes:
        """r and s, 64 bytes. `DeviceError` `national.bad_key`, or `national.self_test`."""
        return self._tested().sign(private, user, data)

    def sm2_verify(self, public: bytes, user: bytes, data: bytes, signature: bytes) -> bool:
        """Whether it is right. `DeviceError` `national.bad_key`, or `national.self_test`."""
        return self._tested().verify(public, user, data, signature)

    def _tested(self) -> Libcrypto:
        """The library, loaded and asked for the published answers before its first use: a system that signs nothing
        with SM2 needs none."""
        if self._sm2 is None:
            library = Libcrypto()
            self_test(library.sign, library.verify)
            self._sm2 = library
        return self._sm2
