"""`hal.ports.NationalCiphers` in plain Python."""

from hal.errors import DeviceError
from hal.gm import sm2
from hal.gm.sm3 import hmac_sm3, sm3
from hal.gm.sm4 import sm4_ecb, sm4_ecb_open


class GmCiphers:
    """SM2, SM3 and SM4. The public key of the last private key is kept: to make it costs as much as to sign."""

    def __init__(self) -> None:
        self._private = b""
        self._public = b""

    def sm3(self, data: bytes) -> bytes:
        """The digest, 32 bytes."""
        return sm3(data)

    def hmac_sm3(self, key: bytes, data: bytes) -> bytes:
        """HMAC with SM3, 32 bytes."""
        return hmac_sm3(key, data)

    def sm4_ecb(self, key: bytes, data: bytes) -> bytes:
        """Encrypt, padded."""
        return sm4_ecb(key, data)

    def sm4_ecb_open(self, key: bytes, sealed: bytes) -> bytes:
        """Decrypt. `DeviceError` `national.bad_padding`."""
        try:
            return sm4_ecb_open(key, sealed)
        except ValueError:
            raise DeviceError("national.bad_padding", "SM4")

    def sm2_sign(self, private: bytes, user: bytes, data: bytes) -> bytes:
        """r and s, 64 bytes. `DeviceError` `national.bad_key`."""
        try:
            if private != self._private:
                self._public = sm2.public_key(private)
                self._private = private
            return sm2.sign(private, self._public, user, data)
        except sm2.NotAKey as error:
            raise DeviceError("national.bad_key", "SM2 " + str(error))

    def sm2_verify(self, public: bytes, user: bytes, data: bytes, signature: bytes) -> bool:
        """Whether it is right. `DeviceError` `national.bad_key`."""
        try:
            return sm2.verify(public, user, data, signature)
        except sm2.NotAKey as error:
            raise DeviceError("national.bad_key", "SM2 " + str(error))
