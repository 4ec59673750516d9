"""The commercial cryptography of China, as gateways want it: SM2 (GM/T 0003), SM3 (GB/T 32905), SM4 (GB/T 32907)."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Protocol
else:
    Protocol = object


class NationalCiphers(Protocol):
    """SM2, SM3 and SM4. Keys are bytes: SM2 private 32, SM2 public 64 (x and y), SM4 16."""

    def sm3(self, data: bytes) -> bytes:
        """The digest, 32 bytes."""

    def hmac_sm3(self, key: bytes, data: bytes) -> bytes:
        """HMAC with SM3, 32 bytes."""

    def sm4_ecb(self, key: bytes, data: bytes) -> bytes:
        """`data`, padded as PKCS #7 says, encrypted block by block."""

    def sm4_ecb_open(self, key: bytes, sealed: bytes) -> bytes:
        """What `sm4_ecb` made of it. `DeviceError` `national.bad_padding` when that cannot be."""

    def sm2_sign(self, private: bytes, user: bytes, data: bytes) -> bytes:
        """SM2 signature with SM3 of `data` for the user id `user`: r and s, 64 bytes. `DeviceError`
        `national.bad_key`."""

    def sm2_verify(self, public: bytes, user: bytes, data: bytes, signature: bytes) -> bool:
        """Whether `signature` (64 bytes) is the one of the key's owner. `DeviceError` `national.bad_key`."""
