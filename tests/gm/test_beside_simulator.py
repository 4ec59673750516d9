"""The simulated platform has an SM2 of its own, written from the standard alone: each side takes the other's."""

import pytest

from firmware.insurance.gateway.keys import USER, as_der
from hal.gm import GmCiphers
from hal.linux.national import SystemNationalCiphers
from hal.ports import NationalCiphers
from simulator.platform import sm2

TEXT = "测试甲".encode()


@pytest.mark.parametrize("ciphers", [SystemNationalCiphers(), GmCiphers()], ids=["libcrypto", "portable"])
def test_either_side_takes_the_others_signature(ciphers: NationalCiphers) -> None:
    private = sm2.new_private()
    public = sm2.public_of(private)
    signature = ciphers.sm2_sign(private, USER, TEXT)
    assert sm2.verify(public, TEXT, signature)
    assert sm2.verify(public, TEXT, as_der(signature))
    assert not sm2.verify(public, TEXT + b"!", signature)
    assert ciphers.sm2_verify(public, USER, TEXT, sm2.sign(private, TEXT))
    assert not ciphers.sm2_verify(public, USER, TEXT + b"!", sm2.sign(private, TEXT))
