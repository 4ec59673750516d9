"""The other kinds of scanners: packets, a light that the host switches, a plain serial gun, a keyboard."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.clock import VirtualClock
from simulator.devices import SCANNER_KINDS, Gm67Scanner, KeyboardScanner, PlainScanner, SerialTriggerScanner
from simulator.devices import make_scanner as make
from simulator.devices.gm67 import check_of
from simulator.devices.gm67_scanner import RESEND_S, RESENDS
from tests.simulator.devices.faulty import Host

BOX = "81000170622758698313"
START = bytes.fromhex("04E40400FF14")
STOP = bytes.fromhex("04E50400FF13")
ACK_TO_DEVICE = bytes.fromhex("04D00400FF28")
HOST_MODE = bytes.fromhex("07C6040800 8A08 FE95".replace(" ", ""))
ACK = bytes.fromhex("04D00000FF2C")


def with_check(packet: str) -> bytes:
    data = bytes.fromhex(packet)
    return data + check_of(data)


PACKETS_ON = with_check("07C6040800EE01")
GM65_COMMAND_MODE = bytes.fromhex("7E0008010000D5ABCD")
GM65_TRIGGER = bytes.fromhex("7E000801000201ABCD")
RESEND = with_check("05D1040001")


def host_with(kind: str) -> Host:
    clock = VirtualClock()
    return Host(make(clock, kind), clock)


def scanner_of(host: Host) -> Gm67Scanner:
    assert isinstance(host.device, Gm67Scanner)
    return host.device


@pytest.fixture
def packets() -> Host:
    """A GM67 in host mode, in packets, its light on."""
    host = host_with("gm67")
    assert host.ask(b"\0", HOST_MODE, PACKETS_ON, START) == ACK * 3
    assert scanner_of(host).lit
    return host


def code_packet(text: bytes, kind: int = 0x03, status: int = 0) -> bytes:
    return with_check((bytes((5 + len(text), 0xF3, 0, status, kind)) + text).hex())


def test_gm67_a_code_comes_as_a_packet_and_the_light_goes_out(packets: Host) -> None:
    scanner_of(packets).present(BOX, "code128")
    assert packets.ask() == code_packet(BOX.encode())
    assert not scanner_of(packets).lit
    packets.ask(ACK_TO_DEVICE)
    assert packets.after(60) == b""


def test_gm67_an_unacknowledged_code_is_sent_again_a_few_times(packets: Host) -> None:
    scanner_of(packets).present(BOX, "code128")
    packets.ask()
    assert packets.after(RESEND_S) == code_packet(BOX.encode(), status=1)
    assert packets.after(60) == code_packet(BOX.encode(), status=1) * (RESENDS - 1)


def test_gm67_a_code_is_sent_again_on_request(packets: Host) -> None:
    scanner_of(packets).present("1", "qr")
    packets.ask()
    assert packets.ask(RESEND) == code_packet(b"1", 0xF1, status=1)


def test_gm67_a_long_code_has_a_long_packet(packets: Host) -> None:
    scanner_of(packets).present("7" * 300, "qr")
    heard = packets.ask()
    assert heard[:8].hex().upper() == "FFF40134F40000F1"
    assert (len(heard), heard[8:-2]) == (0x134 + 2, b"7" * 300)
    assert check_of(heard[:-2]) == heard[-2:]


def test_gm67_stop_puts_the_light_out_and_disable_keeps_it_out(packets: Host) -> None:
    assert packets.ask(STOP) == ACK
    assert not scanner_of(packets).lit
    packets.ask(with_check("04EA0400"), START)
    assert not scanner_of(packets).lit
    packets.ask(with_check("04E90400"), START)
    assert scanner_of(packets).lit


def test_gm67_out_of_its_box_its_key_reads_plain_text() -> None:
    host = host_with("gm67")
    assert host.ask(START) == ACK
    scanner = scanner_of(host)
    assert not scanner.lit
    scanner.present(BOX)
    assert host.ask() == BOX.encode()


def test_gm67_noise_and_torn_packets_are_passed_over(packets: Host) -> None:
    assert packets.ask(b"\x05\x04\xe4\x04hello" + STOP[:3] + STOP[:-1] + b"\0" + STOP) == ACK


def test_serial_trigger_the_light_obeys_syn_t_and_syn_u() -> None:
    host = host_with("serial-trigger")
    scanner = host.device
    assert isinstance(scanner, SerialTriggerScanner)
    scanner.present(BOX)
    assert host.ask() == b""
    assert host.ask(b"\x16", b"T\r") == BOX.encode() + b"\r"
    scanner.take_away()
    host.ask(b"noise\x16T\r")
    assert scanner.lit
    host.ask(b"\x16U\r")
    assert not scanner.lit
    host.ask(b"\x16T\r")
    host.clock.advance(5.1)
    assert not scanner.lit


def test_serial_trigger_a_menu_command_is_echoed_and_acknowledged() -> None:
    host = host_with("serial-trigger")
    assert host.ask(bytes.fromhex("164D0D303430314430352E")) == b"0401D05\x06."
    host.fault("scanner.refuses", 1)
    assert host.ask(b"\x16M\r0401D05!") == b"0401D05\x15!"


def test_serial_and_serial_trigger_may_put_the_aim_identifier_in_front() -> None:
    clock = VirtualClock()
    plain, triggered = PlainScanner(clock, aim=True), SerialTriggerScanner(clock, aim=True)
    for scanner in (plain, triggered):
        host = Host(scanner, clock)
        host.ask(b"\x16T\r")
        scanner.present(BOX, "code128")
        assert host.ask() == b"]C0" + BOX.encode() + b"\r"


def test_serial_the_key_reads_and_the_host_is_not_heard() -> None:
    host = host_with("serial")
    scanner = host.device
    assert isinstance(scanner, PlainScanner)
    assert host.ask(b"\x16T\r", START, bytes.fromhex("7E000701000A01EE8A")) == b""
    scanner.present("]小水\x1d1")
    assert host.ask() == "]小水\x1d1\r".encode()


# ---- the keyboard


def events(data: bytes) -> list[tuple[int, int]]:
    """(key code, value) of the key events; the others must be scan codes and ends of reports."""
    records = [struct.unpack("<qqHHi", data[at : at + 24]) for at in range(0, len(data), 24)]
    assert {kind for _, _, kind, _, _ in records} <= {0, 1, 4}
    return [(code, value) for _, _, kind, code, value in records if kind == 1]


def taps(*keys: int) -> list[tuple[int, int]]:
    return [(key, value) for key in keys for value in (1, 0)]


@pytest.fixture
def keyboard() -> Host:
    return host_with("keyboard")


def typed(keyboard: Host, code: str) -> list[tuple[int, int]]:
    assert isinstance(keyboard.device, KeyboardScanner)
    keyboard.device.present(code, leaves=True)
    return events(keyboard.ask())


def test_keyboard_digits_letters_and_enter(keyboard: Host) -> None:
    assert typed(keyboard, "10a") == taps(2, 11, 30, 28)


def test_keyboard_shift_is_held_for_capitals_and_symbols(keyboard: Host) -> None:
    assert typed(keyboard, "A:") == [(42, 1), *taps(30), (42, 0), (42, 1), *taps(39), (42, 0), *taps(28)]


def test_keyboard_the_separator_is_ctrl_bracket_or_alt_029_or_lost(keyboard: Host) -> None:
    assert typed(keyboard, "\x1d") == [(29, 1), *taps(27), (29, 0), *taps(28)]
    keyboard.fault("scanner.alt_gs", 1)
    assert typed(keyboard, "\x1d") == [(56, 1), *taps(82, 80, 73), (56, 0), *taps(28)]
    keyboard.fault("scanner.drops_separator", 1)
    assert typed(keyboard, "1\x1d2") == taps(2, 3, 28)


def test_keyboard_chinese_is_left_out_unless_it_types_alt_codes(keyboard: Host) -> None:
    assert typed(keyboard, "记1") == taps(2, 28)
    keyboard.fault("scanner.alt_codes", 1)  # Alt+35760, as captured from a real one
    assert typed(keyboard, "记") == [(56, 1), *taps(81, 76, 71, 77, 82), (56, 0), *taps(28)]


def test_keyboard_alt_codes_of_the_published_capture(keyboard: Host) -> None:
    keyboard.fault("scanner.alt_codes")
    keypad = {71: "7", 72: "8", 73: "9", 75: "4", 76: "5", 77: "6", 79: "1", 80: "2", 81: "3", 82: "0"}
    digits = "".join(keypad[key] for key, value in typed(keyboard, "SIP-4-1") if value == 1 and key in keypad)
    assert digits == "083073080045052045049"


def test_keyboard_with_caps_lock_shift_is_the_other_way_round(keyboard: Host) -> None:
    keyboard.fault("scanner.caps_lock", 1)
    assert typed(keyboard, "aB1") == [*taps(58), (42, 1), *taps(30), (42, 0), *taps(48, 2), *taps(58, 28)]


def test_keyboard_keys_that_repeat(keyboard: Host) -> None:
    keyboard.fault("scanner.autorepeat", 1)
    assert typed(keyboard, "1") == [(2, 1), (2, 2), (2, 2), (2, 0), *taps(28)]


def test_keyboard_without_enter(keyboard: Host) -> None:
    keyboard.fault("scanner.drop_tail", 1)
    assert typed(keyboard, "1") == taps(2)


def test_keyboard_the_time_of_an_event_is_that_of_its_clock(keyboard: Host) -> None:
    keyboard.clock.advance(12.25)
    assert isinstance(keyboard.device, KeyboardScanner)
    keyboard.device.present("1")
    assert struct.unpack("<qq", keyboard.ask()[:16]) == (12, 250_000)


@pytest.mark.parametrize("kind", SCANNER_KINDS)
@given(pieces=st.lists(st.one_of(st.binary(max_size=40), st.sampled_from([START, STOP, HOST_MODE, b"\x16T\r"]))))
def test_no_bytes_break_any_kind(kind: str, pieces: list[bytes]) -> None:
    clock = VirtualClock()
    scanner = make(clock, kind)
    for piece in pieces:
        scanner.receive(piece)
        scanner.present(BOX)
    scanner.take_away()
    clock.advance(30)
    for command in (HOST_MODE, with_check("04E90400"), START, b"\x16T\r", GM65_COMMAND_MODE, GM65_TRIGGER):
        scanner.receive(command)
    before = scanner.reads
    scanner.present("1", leaves=True)
    assert scanner.window is None
    assert scanner.reads == before + 1
