"""The inside of the portable SM2: its numbers beside RFC 6979 spelt out anew, and cases that never come by chance."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes, hmac
from hypothesis import example, given
from hypothesis import strategies as st

from hal.gm import GmCiphers, curve, sm2
from hal.gm.known_answer import MESSAGE, PRIVATE, PUBLIC, SIGNATURE, USER
from hal.linux.national import SystemNationalCiphers

D = int.from_bytes(PRIVATE, "big")
K = 0x59276E27D506861A16680F3AD9C02DCCEF3CC1FA3CDBE4CE6D54B80DEAC1BC21  # of the example, GM/T 0003.5, annex A.2
PORTABLE = GmCiphers()
LINUX = SystemNationalCiphers()


def number(data: bytes) -> int:
    return int.from_bytes(data, "big")


def numbers_of(signature: bytes) -> tuple[int, int]:
    return number(signature[:32]), number(signature[32:])


def mac(key: bytes, data: bytes) -> bytes:
    code = hmac.HMAC(key, hashes.SM3())
    code.update(data)
    return code.finalize()


def rfc_6979(x: int, h1: bytes) -> int:
    """Section 3.2, letter by letter, for hash and order of 256 bits."""
    x_octets = x.to_bytes(32, "big")
    h_octets = (number(h1) % curve.N).to_bytes(32, "big")
    v, k = b"\x01" * 32, b"\x00" * 32
    k = mac(k, v + b"\x00" + x_octets + h_octets)
    v = mac(k, v)
    k = mac(k, v + b"\x01" + x_octets + h_octets)
    v = mac(k, v)
    while True:
        v = mac(k, v)
        if 0 < number(v) < curve.N:
            return number(v)
        k = mac(k, v + b"\x00")
        v = mac(k, v)


def digest_of(message: bytes) -> bytes:
    """e of the example's user and key: Z is printed in the standard."""
    z = bytes.fromhex("b2e14c5c79c6df5b85f4fe7ed8db7a262b9da7e07ccb0ea9f4747b8ccda8a4f3")
    return LINUX.sm3(z + message)


@given(st.binary(max_size=100))
def test_the_number_of_a_signature_is_that_of_rfc_6979(message: bytes) -> None:
    r, s = numbers_of(PORTABLE.sm2_sign(PRIVATE, USER, message))
    assert (s * (1 + D) + r * D) % curve.N == rfc_6979(D, digest_of(message))


def test_with_the_number_of_the_example_the_signature_is_that_of_the_example(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sm2, "_nonces", lambda *_: iter([K]))
    assert PORTABLE.sm2_sign(PRIVATE, USER, MESSAGE) == SIGNATURE


def x_of(k: int) -> int:
    return curve.affine(curve.base_multiple(k))[0]


FOLLOWING = 7
# digests for which the number K makes r = 0, r + k = n, s = 0
USELESS = {
    "r": -x_of(K) % curve.N,
    "r+k": (-K - x_of(K)) % curve.N,
    "s": (K * pow(D, -1, curve.N) - x_of(K)) % curve.N,
}


@pytest.mark.parametrize("case", USELESS)
def test_a_number_that_would_give_the_key_away_is_passed_over(monkeypatch: pytest.MonkeyPatch, case: str) -> None:
    def nonces(*_: object) -> Iterator[int]:
        yield K
        yield FOLLOWING

    monkeypatch.setattr(sm2, "_nonces", nonces)
    monkeypatch.setattr(sm2, "_digest", lambda *_: USELESS[case].to_bytes(32, "big"))
    r, s = numbers_of(PORTABLE.sm2_sign(PRIVATE, USER, MESSAGE))
    assert (s * (1 + D) + r * D) % curve.N == FOLLOWING
    assert PORTABLE.sm2_verify(PUBLIC, USER, MESSAGE, r.to_bytes(32, "big") + s.to_bytes(32, "big"))


def test_a_candidate_beyond_the_order_is_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = [bytes(32)] * 4 + [
        b"\xff" * 32,
        bytes(32),
        bytes(32),
        bytes(32),
        bytes(32),
        bytes(32),
        b"\0" * 31 + b"\5",
    ]
    monkeypatch.setattr(sm2, "hmac_sm3", lambda *_: answers.pop(0))
    assert next(sm2._nonces(PRIVATE, bytes(32))) == 5
    assert answers == []


def test_both_halves_of_a_check_are_the_same_point(monkeypatch: pytest.MonkeyPatch) -> None:
    # s G = t P needs a doubling where points are added otherwise: s = t d
    t = 99
    s = t * D % curve.N
    r = (t - s) % curve.N
    e = (r - x_of(2 * s % curve.N)) % curve.N
    monkeypatch.setattr(sm2, "_digest", lambda *_: e.to_bytes(32, "big"))
    assert PORTABLE.sm2_verify(PUBLIC, USER, MESSAGE, r.to_bytes(32, "big") + s.to_bytes(32, "big"))


EDGES = [1, 2, 3, 15, 16, 2**64 - 2, 2**64 - 1, 2**64, 2**128, 2**192 + 1, curve.N - 2, curve.N - 1]
EDGES += [curve.GX * (2**64 - 1) % curve.N]  # no bit is left of it


@pytest.mark.parametrize("times", EDGES)
def test_the_comb_makes_the_same_points_as_doubling_and_adding(times: int) -> None:
    expected = curve.affine(curve.multiple(times, curve.GX, curve.GY))
    assert curve.affine(curve.base_multiple(times)) == expected
    assert curve.is_on_curve(*expected)


@given(st.integers(1, curve.N - 1))
def test_so_it_does_for_any_number(times: int) -> None:
    expected = curve.affine(curve.multiple(times, curve.GX, curve.GY))
    assert curve.affine(curve.base_multiple(times)) == expected


def steps_of(times: int) -> list[str]:
    """The doublings and additions of `base_multiple`, also those of an addition that turns out to be a doubling."""
    steps: list[str] = []

    def noted(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any) -> Any:
            steps.append(name)
            return function(*arguments)

        return call

    curve.base_multiple(1)  # makes the points of the comb
    with pytest.MonkeyPatch.context() as patch:
        for name in ("double", "add"):
            patch.setattr(curve, name, noted(name, getattr(curve, name)))
        curve.base_multiple(times)
    return steps


@given(st.integers(1, curve.N - 1))
@example(2**64 - 1)
@example(23058430092136939519)
@example(curve.GX * (2**64 - 1) % curve.N)
def test_every_number_takes_the_same_steps(times: int) -> None:
    assert steps_of(times) == ["double", "add"] * 64


def test_the_order_times_the_base_is_at_infinity() -> None:
    assert curve.base_multiple(0)[2] == 0
    assert curve.multiple(curve.N, curve.GX, curve.GY)[2] == 0
    assert curve.add(curve.INFINITY, (curve.GX, curve.GY)) == (curve.GX, curve.GY, 1)
    assert curve.double(curve.INFINITY)[2] == 0
