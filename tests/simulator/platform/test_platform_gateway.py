"""The gateway: signature, window, replay, and that its refusals have no envelope."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.platform import MAX_BODY
from simulator.platform.gateways import TurnedAway
from simulator.platform.gateways.headers import XTif, x_tif_signature
from tests.simulator.platform.counter import NOON, PATHS, SECRET, Counter

SIGN_IN = "/fsi/api/" + PATHS["9001"]


def test_the_signature_of_a_known_request() -> None:
    value = x_tif_signature("1700000000", "TOKENTEST0001", "abc123")
    assert value == "935d93053848ca11a4e2db8c5a4d26fbe13e77983283fad4dd7e6e5b5d82420f"


@pytest.mark.parametrize(("late", "passes"), [(-301, False), (-300, True), (0, True), (300, True), (301, False)])
def test_the_window_is_five_minutes_on_both_sides(late: int, passes: bool) -> None:
    counter = Counter()
    status, answer = counter.post(SIGN_IN, b"{}", counter.headers(at=NOON + late))
    assert (status == 200) is passes
    if not passes:
        assert json.loads(answer) == {"code": 401, "message": "签名时间戳超时!"}


def test_a_nonce_is_taken_once_within_the_window() -> None:
    counter = Counter()
    headers = counter.headers("once")
    assert counter.post(SIGN_IN, b"{}", headers)[0] == 200
    status, answer = counter.post(SIGN_IN, b"{}", headers)
    assert (status, json.loads(answer)) == (401, {"code": 401, "message": "请求重复!"})
    counter.clock.now += 301
    assert counter.post(SIGN_IN, b"{}", counter.headers("once"))[0] == 200


def test_a_refused_request_does_not_use_up_its_nonce() -> None:
    counter = Counter()
    assert counter.post(SIGN_IN, b"{}", counter.headers("mine", secret="wrong"))[0] == 401
    assert counter.post(SIGN_IN, b"{}", counter.headers("mine"))[0] == 200


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"x-tif-signature": ""}, "缺少服务网关的请求头!"),
        ({"x-tif-paasid": "SOMEBODY"}, "非法用户!"),
        ({"x-tif-timestamp": "17000000001"}, "签名时间戳超时!"),
        ({"x-tif-signature": "0" * 64}, "签名不一致!"),
        ({"x-tif-signature": "签名"}, "签名不一致!"),
    ],
)
def test_what_the_gateway_refuses_has_no_envelope(changed: dict[str, str], message: str) -> None:
    counter = Counter()
    status, answer = counter.post(SIGN_IN, b"{}", counter.headers() | changed)
    assert (status, json.loads(answer)) == (401, {"code": 401, "message": message})
    assert counter.platform.messages[-1]["infcode"] == 401


@given(st.dictionaries(st.sampled_from(["paasid", "timestamp", "nonce", "signature"]), st.text(max_size=80)))
def test_no_headers_break_the_gateway(values: dict[str, str]) -> None:
    gateway = XTif("TESTPAAS0001", SECRET)
    with pytest.raises(TurnedAway):
        gateway.admit({"x-tif-" + name: value for name, value in values.items()}, b"", NOON)


def test_a_body_that_is_too_large_is_not_read() -> None:
    assert Counter().post(SIGN_IN, b" " * (MAX_BODY + 1))[0] == 413
