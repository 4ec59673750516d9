"""The scan module against the examples of the GM65 manual, and what a hand does in front of it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.clock import VirtualClock
from simulator.devices import Gm65Scanner, LastScan

BOX = "81000170622758698313"
READ_000A = bytes.fromhex("7E000701000A01EE8A")
WRITE_000A = bytes.fromhex("7E000801000A3E4CCF")
ASK_BAUD = bytes.fromhex("7E000701002A02D80F")
SET_115200 = bytes.fromhex("7E000802002A1A00ABCD")
SAVE = bytes.fromhex("7E000901000000DEC8")
TRIGGER = bytes.fromhex("7E000801000201ABCD")
STOP = bytes.fromhex("7E000801000200ABCD")
ACK = bytes.fromhex("02000001003331")


def write(address: int, *values: int) -> bytes:
    return b"\x7e\x00\x08" + bytes((len(values),)) + address.to_bytes(2, "big") + bytes(values) + b"\xab\xcd"


COMMAND_MODE = write(0x0000, 0xD5)
CONTINUOUS_MODE = write(0x0000, 0xD6)


class Desk:
    """A scanner, its clock, and what the host has received from it."""

    def __init__(self, decode_s: float = 0.0, version: int = 0x57) -> None:
        self.clock = VirtualClock()
        self.scanner = Gm65Scanner(self.clock, decode_s, version=version)
        self.heard = bytearray()
        self.scanner.attach(self.heard.extend)

    def ask(self, *frames: bytes) -> bytes:
        """Send `frames` and take what came back."""
        self.scanner.receive(b"".join(frames))
        answer = bytes(self.heard)
        self.heard.clear()
        return answer


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
def armed(desk: Desk) -> Desk:
    """In command mode, light on."""
    assert desk.ask(COMMAND_MODE, TRIGGER) == ACK + ACK
    return desk


def test_the_examples_of_the_manual(desk: Desk) -> None:
    assert desk.ask(READ_000A) == bytes.fromhex("020000013EE4AC")
    assert desk.ask(WRITE_000A) == ACK
    assert desk.ask(SAVE) == ACK
    answer = desk.ask(ASK_BAUD)
    assert (answer[:6], len(answer)) == (bytes.fromhex("020000023901"), 8)


def test_a_wrong_check_and_nonsense_get_no_answer(desk: Desk) -> None:
    assert desk.ask(READ_000A[:-1] + b"\x00") == b""
    assert desk.ask(b"\x7e\x00\x05\x01\x00\x0a\x01\xab\xcd") == b""
    assert desk.ask(b"\x7e\x00\x07\x01\x01\x0a\x01\xab\xcd") == b""
    assert desk.ask(b"hello\r\n" + READ_000A)[:2] == b"\x02\x00"


def test_a_command_behind_a_torn_one_is_heard(desk: Desk) -> None:
    assert desk.ask(READ_000A[:5] + READ_000A + READ_000A) == bytes.fromhex("020000013EE4AC") * 2


def test_a_command_that_takes_too_long_is_passed_over(desk: Desk) -> None:
    desk.ask(READ_000A[:6])
    desk.clock.advance(0.5)
    assert desk.ask(READ_000A[6:]) == b""
    assert desk.ask(READ_000A) != b""


def test_a_command_in_drips_has_to_be_whole_in_time(desk: Desk) -> None:
    heard = b""
    for byte in bytes.fromhex("7E000701000A01EE8A"):
        heard += desk.ask(bytes((byte,)))
        desk.clock.advance(0.06)
    assert heard == b""
    desk.clock.advance(1)
    assert desk.ask(bytes.fromhex("7E000701000A01EE8A")) == bytes.fromhex("020000013EE4AC")


def test_the_acknowledgement_comes_before_the_code(desk: Desk) -> None:
    desk.ask(COMMAND_MODE)
    desk.scanner.present(BOX)
    assert desk.ask() == b""
    assert desk.ask(TRIGGER) == ACK + BOX.encode() + b"\r"
    assert not desk.scanner.lit
    assert desk.scanner.last == LastScan(BOX, BOX.encode() + b"\r")


def test_a_lit_scanner_reads_at_once_and_goes_dark(armed: Desk) -> None:
    assert armed.scanner.lit
    armed.scanner.present(BOX)
    assert armed.ask() == BOX.encode() + b"\r"
    assert not armed.scanner.lit


def test_a_code_held_still_is_read_once_for_each_trigger(armed: Desk) -> None:
    armed.scanner.present(BOX)
    armed.ask()
    armed.clock.advance(10)
    assert armed.ask() == b""
    assert armed.ask(TRIGGER) == ACK + BOX.encode() + b"\r"


def test_what_has_been_taken_away_is_not_read(desk: Desk) -> None:
    desk.ask(COMMAND_MODE)
    desk.scanner.present(BOX)
    desk.scanner.take_away()
    assert desk.ask(TRIGGER) == ACK


def test_a_code_that_leaves_when_it_is_read(armed: Desk) -> None:
    armed.scanner.present(BOX, leaves=True)
    assert armed.scanner.window is None
    assert armed.ask(TRIGGER) == BOX.encode() + b"\r" + ACK


def test_stop_puts_the_light_out(armed: Desk) -> None:
    assert armed.ask(STOP) == ACK
    assert not armed.scanner.lit


def test_the_light_goes_out_after_the_time_in_0006(armed: Desk) -> None:
    armed.clock.advance(4.9)
    assert armed.scanner.lit
    armed.clock.advance(0.2)
    assert not armed.scanner.lit


def test_a_time_of_zero_is_for_ever(desk: Desk) -> None:
    desk.ask(COMMAND_MODE, write(0x0006, 0), TRIGGER)
    desk.clock.advance(100_000)
    assert desk.scanner.lit


def test_the_factory_mode_is_manual_the_key_reads_and_the_trigger_command_does_not(desk: Desk) -> None:
    assert desk.ask(TRIGGER) == ACK
    assert not desk.scanner.lit
    desk.scanner.present(BOX)
    assert desk.ask() == BOX.encode() + b"\r"


def test_in_continuous_mode_every_new_code_is_read_once(desk: Desk) -> None:
    desk.ask(CONTINUOUS_MODE)
    assert desk.scanner.lit
    desk.scanner.present("1")
    assert desk.ask() == b"1\r"
    desk.clock.advance(60)
    desk.scanner.present("2")
    desk.clock.advance(60)
    assert desk.ask() == b"2\r"
    desk.ask(COMMAND_MODE)
    assert not desk.scanner.lit


def test_in_continuous_mode_the_next_code_waits_for_the_interval_of_0005(desk: Desk) -> None:
    desk.ask(CONTINUOUS_MODE, write(0x0005, 3))
    desk.scanner.present("1")
    desk.scanner.present("2")
    assert desk.ask() == b"1\r"
    desk.clock.advance(0.29)
    assert desk.ask() == b""
    desk.clock.advance(0.02)
    assert desk.ask() == b"2\r"


@pytest.mark.parametrize(("register", "reads"), [(0x00, 11), (0x85, 3), (0x80, 1)])
def test_in_continuous_mode_0013_says_when_the_same_code_is_read_again(desk: Desk, register: int, reads: int) -> None:
    desk.ask(CONTINUOUS_MODE, write(0x0013, register))
    desk.scanner.present("1")
    desk.clock.advance(10)
    assert desk.ask() == b"1\r" * reads


def test_asleep_it_reads_nothing_and_a_00_wakes_it(armed: Desk) -> None:
    armed.ask(write(0x00D9, 0xA5))
    armed.scanner.present(BOX)
    assert armed.ask() == b""
    assert armed.ask(write(0x00D9, 0x00)) == ACK + BOX.encode() + b"\r"


@pytest.mark.parametrize(("symbology", "identifier"), [("code128", b"]C0"), ("gs1-datamatrix", b"]d2"), ("", b"")])
def test_the_aim_identifier_of_00d0(armed: Desk, symbology: str, identifier: bytes) -> None:
    armed.ask(write(0x00D0, 0x80))
    armed.scanner.present(BOX, symbology)
    assert armed.ask() == identifier + BOX.encode() + b"\r"


def test_the_version_that_spoils_binary_codes_needs_the_raw_mode_of_00bc() -> None:
    desk = Desk(version=0x69)
    assert desk.ask(bytes.fromhex("7E00070100E201ABCD"))[4] == 0x69
    desk.ask(COMMAND_MODE, TRIGGER)
    desk.scanner.present("药1", "qr")
    assert desk.ask() == b"??1\r"
    desk.scanner.take_away()
    desk.ask(write(0x00BC, 0x08), TRIGGER)
    desk.scanner.present("药1", "qr")
    assert desk.ask() == "药1".encode("gb18030") + b"\r"


def test_a_technician_sets_the_speed_for_good(desk: Desk) -> None:
    desk.scanner.set_speed(57600)
    desk.scanner.restart()
    assert desk.scanner.baud == 57600
    with pytest.raises(ValueError, match="9600"):
        desk.scanner.set_speed(1234)


@pytest.mark.parametrize(
    ("register", "tail"), [(0x01, b"\r"), (0x21, b"\r\n"), (0x41, b"\t"), (0x61, b""), (0x00, b""), (0x20, b"")]
)
def test_the_tail_is_chosen_in_0060(armed: Desk, register: int, tail: bytes) -> None:
    armed.ask(write(0x0060, register))
    armed.scanner.present("abc")
    assert armed.ask() == b"abc" + tail


def test_the_code_id_stands_before_the_code(armed: Desk) -> None:
    armed.ask(write(0x0060, 0x05))
    armed.scanner.present("4240000000000000001019900000", "qr")
    assert armed.ask() == b"Q4240000000000000001019900000\r"


@pytest.mark.parametrize(("register", "encoding"), [(0x00, "gbk"), (0x04, "utf-8"), (0x08, "big5")])
def test_chinese_is_sent_in_the_encoding_of_000d(armed: Desk, register: int, encoding: str) -> None:
    armed.ask(write(0x000D, register))
    armed.scanner.present("小水")
    assert armed.ask() == "小水".encode(encoding) + b"\r"


def test_as_a_usb_keyboard_it_types_nothing_on_the_serial_line(armed: Desk) -> None:
    armed.ask(write(0x000D, 0x01))
    armed.scanner.present(BOX)
    assert armed.ask() == b""
    assert armed.scanner.reads == 1


def test_the_separator_of_gs1_is_sent_as_it_is(armed: Desk) -> None:
    armed.scanner.present("01020000000000151728022910LT8628\x1d2188592782", "gs1-datamatrix")
    assert b"LT8628\x1d21" in armed.ask()


def test_the_speed_changes_at_once_and_is_kept_only_when_saved(desk: Desk) -> None:
    speeds = list[int]()
    desk.scanner.on_baud = speeds.append
    assert desk.ask(SET_115200) == ACK
    assert (desk.scanner.baud, speeds) == (115200, [115200])
    desk.scanner.unplug()
    desk.scanner.plug()
    assert (desk.scanner.baud, speeds) == (9600, [115200, 9600])
    desk.ask(SET_115200, SAVE)
    desk.scanner.unplug()
    desk.scanner.plug()
    assert desk.scanner.baud == 115200


def test_a_factory_reset_undoes_everything_saved(desk: Desk) -> None:
    desk.ask(SET_115200, COMMAND_MODE, SAVE)
    assert desk.ask(write(0x00D9, 0x55)) == ACK
    assert (desk.scanner.baud, desk.scanner.mode) == (9600, 0)
    desk.scanner.unplug()
    desk.scanner.plug()
    assert desk.scanner.mode == 0


def test_the_model_cannot_be_overwritten(desk: Desk) -> None:
    desk.ask(write(0x00E0, 0x77))
    assert desk.ask(bytes.fromhex("7E00070100E001ABCD"))[4:5] == b"\x05"


def test_unplugged_it_is_dark_and_deaf(armed: Desk) -> None:
    armed.scanner.unplug()
    assert not armed.scanner.lit
    assert armed.ask(READ_000A) == b""
    armed.scanner.present(BOX)
    armed.scanner.plug()
    assert armed.ask() == b""


def test_decoding_takes_time_and_a_quick_hand_is_too_quick() -> None:
    desk = Desk(decode_s=0.1)
    desk.ask(COMMAND_MODE, TRIGGER)
    desk.scanner.present(BOX)
    desk.clock.advance(0.05)
    desk.scanner.take_away()
    desk.clock.advance(1)
    assert desk.ask() == b""
    desk.scanner.present(BOX)
    desk.clock.advance(0.1)
    assert desk.ask() == BOX.encode() + b"\r"


@given(st.lists(st.one_of(st.binary(max_size=40), st.sampled_from([COMMAND_MODE, TRIGGER, STOP, b"\x7e\x00\x08"]))))
def test_no_bytes_break_it(pieces: list[bytes]) -> None:
    desk = Desk()
    for piece in pieces:
        desk.ask(piece)
        desk.scanner.present(BOX)
    desk.clock.advance(1)
    desk.ask()
    assert desk.ask(SAVE) == ACK
