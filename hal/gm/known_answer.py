"""The published signature of SM2, asked for before the first real one (GM/T 0003.5-2012, annex A.2)."""

from binascii import unhexlify

from hal.errors import DeviceError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

USER = b"1234567812345678"
MESSAGE = b"message digest"
PRIVATE = unhexlify("3945208f7b2144b13f36e38ac6d39f95889393692860b51a42fb81ef4df7c5b8")
PUBLIC = unhexlify(
    "09f9df311e5421a150dd7d161e4bc5c672179fad1833fc076bb08ff356f35020"
    "ccea490ce26775a52dc6ea718cc1aa600aed05fbf35e084a6632f6072da9ad13"
)
SIGNATURE = unhexlify(
    "f5a03b0648d2c4630eeac513e1bb81a15944da3827d5b74143ac7eaceee720b3"
    "b1b6aa29df212fd8763182bc0d421ca1bb9038fd1f7f42d4840b69c485bbc1aa"
)


def self_test(
    sign: "Callable[[bytes, bytes, bytes], bytes]", verify: "Callable[[bytes, bytes, bytes, bytes], bool]"
) -> None:
    """`sign` and `verify` are those of `hal.ports.NationalCiphers`. `DeviceError` `national.self_test` when they do not
    take the published signature for right and one of another message for wrong, or their own does not verify."""
    try:
        is_known = verify(PUBLIC, USER, MESSAGE, SIGNATURE) and not verify(PUBLIC, USER, MESSAGE + b".", SIGNATURE)
        is_own = verify(PUBLIC, USER, MESSAGE, sign(PRIVATE, USER, MESSAGE))
    except DeviceError as error:
        raise DeviceError("national.self_test", error.cause)
    if not is_known:
        raise DeviceError("national.self_test", "SM2 does not verify the vector of GM/T 0003.5")
    if not is_own:
        raise DeviceError("national.self_test", "SM2 does not verify its own signature")
