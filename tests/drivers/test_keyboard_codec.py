"""From the kernel's key events to codes."""

from __future__ import annotations

import string

import pytest

from hal.drivers.keyboard_codec import EVENT_SIZE, KeyDecoder
from hal.drivers.text_codec import Code
from tests.drivers import typed_keys as keys

PRINTABLE = "".join(chr(code) for code in range(0x20, 0x7F))
# Published capture of a scanner in Alt mode that has read SIP-4-1 (unix.stackexchange.com 392654); an empty report
# comes after each.
CAPTURE = ("0400 62605B", "0400 625F5B", "0400 626062", "0400 625C5D", "0400 625D5A", "0400 625C5D", "0400 625C61")


def codes(data: bytes) -> list[bytes]:
    """The codes in `data`, read whole and read byte by byte, which must agree."""
    whole = [item.data for item in KeyDecoder().feed(data) if isinstance(item, Code)]
    decoder = KeyDecoder()
    torn = [item for at in range(len(data)) for item in decoder.feed(data[at : at + 1])]
    assert [item.data for item in torn if isinstance(item, Code)] == whole
    return whole


def read(*events: list[keys.Key]) -> list[bytes]:
    """The codes of some presses and an Enter."""
    return codes(keys.records([key for some in events for key in some] + keys.press(keys.ENTER)))


def test_every_printable_character() -> None:
    assert codes(keys.line(PRINTABLE)) == [PRINTABLE.encode()]


@pytest.mark.parametrize("shift", [42, 54])
def test_both_shift_keys(shift: int) -> None:
    assert read(keys.press(30, shift), keys.press(5, shift)) == [b"A$"]


def test_shift_held_over_several_keys() -> None:
    held = [(1, 42, 1), keys.SYN, *keys.text("ab1"), (1, 42, 0), keys.SYN, *keys.text("c")]
    assert read(held) == [b"AB!c"]


def test_caps_lock_that_the_scanner_presses_itself() -> None:
    caps = keys.press(keys.CAPS_LOCK)
    assert read(caps, keys.text("aB1$"), caps, keys.text("aB")) == [b"Ab1$aB"]
    assert codes(keys.records([*caps, *keys.text("aB"), *keys.press(28), *caps, *keys.text("c"), *keys.press(28)])) == [
        b"Ab",
        b"c",
    ]


def test_caps_lock_that_was_left_on_is_forgotten_when_nothing_is_typed() -> None:
    decoder = KeyDecoder()
    decoder.feed(keys.records(keys.press(keys.CAPS_LOCK)) + keys.line("x"))
    assert decoder.unfinished()
    assert decoder.end() is None
    assert decoder.tailed
    assert [item.data for item in decoder.feed(keys.line("aB")) if isinstance(item, Code)] == [b"aB"]


def test_the_keypad_types_digits() -> None:
    presses = [keys.press(code) for code in (82, 79, 80, 81, 75, 76, 77, 71, 72, 73, 83, 74, 78, 55, 98)]
    assert read(*presses) == [b"0123456789.-+*/"]


@pytest.mark.parametrize("end", [28, 96, 15])
def test_enter_keypad_enter_and_tab_end_a_code(end: int) -> None:
    assert codes(keys.records([*keys.text("a1"), *keys.press(end), *keys.text("b"), *keys.press(end)])) == [b"a1", b"b"]


def test_keys_that_the_kernel_repeats_count_once() -> None:
    assert read([(1, 2, 1), keys.SYN, (1, 2, 2), keys.SYN, (1, 2, 2), keys.SYN, (1, 2, 0), keys.SYN]) == [b"1"]


def test_other_events_mean_nothing() -> None:
    scan_code = (4, 4, 0x7001E)
    light = (17, 1, 1)
    assert read([scan_code, (1, 2, 1), keys.SYN, light, (1, 2, 0), keys.SYN]) == [b"1"]


def test_the_alt_form_digit_by_digit() -> None:
    numbers = ("083", "073", "080", "045", "052", "045", "049")
    assert read(*[keys.alt(number) for number in numbers]) == [b"SIP-4-1"]


def test_the_published_capture() -> None:
    """080 of the capture has one digit twice in one report, which the kernel tells once: 080 and 088 are the same then,
    so the code is refused, not guessed. All other characters of it are read."""
    reports = [bytes.fromhex(report).ljust(8, b"\0") for report in CAPTURE]
    told = [report for pressed in reports for report in (pressed, bytes(8))]
    assert read(keys.of_reports(told)) == []
    del told[4:6]
    assert read(keys.of_reports(told)) == [b"SI-4-1"]


def test_the_published_capture_where_every_usage_is_told() -> None:
    presses: list[keys.Key] = []
    for report in CAPTURE:
        digits = ["1234567890"[usage - 0x59] for usage in bytes.fromhex(report)[2:]]
        presses += [(1, 56, 1), *[(1, keys.KEYPAD[digit], 1) for digit in digits]]
        presses += [(1, 56, 0), *[(1, keys.KEYPAD[digit], 0) for digit in digits], keys.SYN]
    assert read(presses) == [b"SIP-4-1"]


@pytest.mark.parametrize(
    ("number", "want"), [("35760", "记"), ("65", "A"), ("0065", "A"), ("233", "é"), ("128138", "💊")]
)
def test_decimal_unicode(number: str, want: str) -> None:
    assert read(keys.text("x"), keys.alt(number), keys.text("y")) == [f"x{want}y".encode()]


@pytest.mark.parametrize("number", ["055296", "1114112", "99999999", "0", "127"])
def test_numbers_that_are_no_character(number: str) -> None:
    assert read(keys.text("x"), keys.alt(number)) in ([], [b"x"])
    assert read(keys.text("x"), keys.alt(number))[:1] == ([b"x"] if number == "0" else [])


@pytest.mark.parametrize(("number", "taken"), [("35760", True), ("083", True), ("029", True), ("112", False)])
def test_numbers_pressed_all_at_once(number: str, taken: bool) -> None:
    assert read(keys.alt(number, at_once=True)) == ([chr(int(number)).encode()] if taken else [])


@pytest.mark.parametrize("number", ["080", "088", "0113", "0131", "22269", "100"])
def test_numbers_that_lost_a_digit_spoil_the_code(number: str) -> None:
    assert read(keys.text("x"), keys.alt(number, at_once=True), keys.text("y")) == []


def test_group_separators() -> None:
    assert read(keys.text("21A\x1d10B"), keys.alt("029"), keys.text("17")) == [b"21A\x1d10B\x1d17"]
    assert read(keys.press(27, 97)) == [b"\x1d"]


def test_other_control_characters() -> None:
    ctrl_m = keys.press(50, keys.CTRL)
    assert codes(keys.records([*keys.text("a"), *ctrl_m])) == [b"a"]
    assert codes(keys.records([*keys.text("a"), *keys.alt("013")])) == [b"a"]
    stx, etx = keys.press(48, keys.CTRL), keys.press(46, keys.CTRL)
    assert read(stx, keys.text("a"), etx) == [b"a"]
    eot, separator = keys.press(32, keys.CTRL), keys.press(7, keys.CTRL, keys.SHIFT)
    assert read(keys.text("["), separator, eot) == [b"[\x1e\x04"]


@pytest.mark.parametrize(
    "bad",
    [
        keys.press(59),
        keys.press(86),
        keys.press(30, keys.ALT),
        keys.press(2, keys.CTRL),
        keys.press(keys.TAB, keys.ALT),
    ],
)
def test_what_cannot_be_told_spoils_the_code_and_no_more(bad: list[keys.Key]) -> None:
    assert codes(keys.records([*keys.text("a"), *bad, *keys.text("b"), *keys.press(28)]) + keys.line("next")) == [
        b"next"
    ]


def test_enter_with_alt_held_ends_a_spoiled_code() -> None:
    number = [(1, 56, 1), *keys.press(keys.KEYPAD["6"]), *keys.press(keys.KEYPAD["5"])]
    events = [*keys.text("a"), *number, *keys.press(28), (1, 56, 0)]
    assert codes(keys.records(events) + keys.line("b")) == [b"b"]


def test_lost_events_spoil_the_code_and_no_more() -> None:
    lost = [*keys.text("81"), (1, 42, 1), keys.SYN, keys.SYN_DROPPED, (1, 2, 1), (1, 28, 1), keys.SYN, *keys.text("2")]
    assert codes(keys.records([*lost, *keys.press(28)]) + keys.line("a1")) == [b"a1"]


def test_silence_ends_a_code_and_forgets_half_an_event() -> None:
    decoder = KeyDecoder()
    assert decoder.feed(keys.records(keys.text("ab"))) == []
    assert decoder.unfinished()
    code = decoder.end()
    assert code
    assert code.data == b"ab"
    half = keys.records([*keys.text("ab"), (1, 2, 1)])
    decoder.feed(half[: -EVENT_SIZE // 2])
    assert decoder.end() is None
    assert not decoder.unfinished()
    (item,) = decoder.feed(keys.line("cd"))
    assert isinstance(item, Code)
    assert item.data == b"cd"
    assert decoder.tailed


def test_silence_in_an_alt_number_spoils_the_code() -> None:
    decoder = KeyDecoder()
    decoder.feed(keys.records([*keys.text("ab"), *keys.alt("083")[:-2]]))
    assert decoder.end() is None


def test_every_letter_has_its_place() -> None:
    assert codes(keys.line(string.ascii_letters)) == [string.ascii_letters.encode()]
