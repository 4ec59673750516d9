"""Every code against the interpreter's own codec, and whatever is no code."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from hal.drivers.gb18030_decode import decode

SHARDS = st.sampled_from(
    [b"\x81\x30", b"\x81\x30\x81\x30", b"\xd5\xc5", b"\xff", b"\x80", b"\xfe\x39\xfe\x39", b"\xa1"]
)


def test_every_code_of_two_bytes() -> None:
    for first in range(0x81, 0xFF):
        codes = [bytes([first, second]) for second in range(0x40, 0xFF) if second != 0x7F]
        assert [decode(code) for code in codes] == [code.decode("gb18030") for code in codes]


def test_codes_of_four_bytes_all_over_the_planes() -> None:
    points = [point for point in range(0x80, 0x110000, 37) if not 0xD800 <= point < 0xE000]
    codes = [chr(point).encode("gb18030") for point in points]
    assert [decode(code) for code in codes] == list(map(chr, points))


@given(st.text(max_size=40))
def test_the_way_back(text: str) -> None:
    assert decode(text.encode("gb18030")) == text


@given(st.lists(st.one_of(SHARDS, st.binary(max_size=6)), max_size=12).map(b"".join))
def test_what_is_no_code_becomes_a_mark_and_nothing_else(data: bytes) -> None:
    try:
        expected = data.decode("gb18030")
    except UnicodeDecodeError:
        assert "\ufffd" in decode(data)
    else:
        assert decode(data) == expected
