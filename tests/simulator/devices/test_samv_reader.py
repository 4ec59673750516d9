"""The card reader against the frames that are documented for SAM-V readers."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.catalogue import load_people
from simulator.clock import VirtualClock
from simulator.devices import CardReader, IdentityCard, ReaderDelays

FIND = bytes.fromhex("AAAAAA96690003200122")
SELECT = bytes.fromhex("AAAAAA96690003200221")
READ = bytes.fromhex("AAAAAA96690003300132")
READ_WITH_FINGERPRINT = bytes.fromhex("AAAAAA96690003301023")
READ_ADDRESS = bytes.fromhex("AAAAAA96690003300330")
RESET = bytes.fromhex("AAAAAA9669000310FFEC")
STATUS = bytes.fromhex("AAAAAA9669000311FFED")
SAM_NUMBER = bytes.fromhex("AAAAAA9669000312FFEE")
SET_RF = bytes.fromhex("AAAAAA9669000461FF50CA")

FOUND = bytes.fromhex("AAAAAA9669000800009F0000000097")
SELECTED = bytes.fromhex("AAAAAA9669000C00009000000000000000009C")
OK = bytes.fromhex("AAAAAA9669000400009094")
NO_CARD = bytes.fromhex("AAAAAA9669000400008084")
SELECT_FAILED = bytes.fromhex("AAAAAA9669000400008185")
READ_FAILED = bytes.fromhex("AAAAAA9669000400004145")
NO_CONTENT = bytes.fromhex("AAAAAA9669000400009195")
SAM_NUMBER_REPLY = bytes.fromhex("AAAAAA9669001400009005000300A63A340187D6120079384E0562")

TEXT = bytes.fromhex(
    "205F094E200020002000200020002000200020002000200020002000200031003000310031003900340039003100320033003100D0670177"
    "D067025ED067BF53D0674795D0675167004EC47E3100F7532000200020002000200020002000200020002000200020002000200020002000"
    "20002000200020002000310031003000310030003500310039003400390031003200330031003000300032005800D067025E6C51895B405C"
    "D0670652405C2000200020002000200020002000320030003000360030003100300031007F951F6720002000200020002000200020002000"
    "2000200020002000200020002000200020002000200020002000200020002000"
)
PHOTO = bytes.fromhex("574C66007E00320000FF85") + bytes(1013)


def _card_of(person: str) -> IdentityCard:
    card = load_people()[person].card
    assert isinstance(card, IdentityCard)
    return card


ZHANG_SAN = _card_of("zhang-san")


class Desk:
    """A reader and what the host has received from it."""

    def __init__(self, reader: CardReader) -> None:
        self.reader = reader
        self.heard = bytearray()
        reader.attach(self.heard.extend)

    def ask(self, *frames: bytes) -> bytes:
        """Send `frames` and take what came back."""
        self.reader.receive(b"".join(frames))
        answer = bytes(self.heard)
        self.heard.clear()
        return answer


@pytest.fixture
def desk() -> Desk:
    return Desk(CardReader(VirtualClock()))


def test_the_text_block_is_the_published_one() -> None:
    assert ZHANG_SAN.text() == TEXT
    assert ZHANG_SAN.photo() == PHOTO


def test_a_card_is_found_selected_and_read(desk: Desk) -> None:
    desk.reader.lay(ZHANG_SAN)
    assert desk.ask(FIND) == FOUND
    assert desk.ask(SELECT) == SELECTED
    frame = desk.ask(READ)
    assert len(frame) == 1295
    assert frame[:14] == bytes.fromhex("AAAAAA9669050800009001000400")
    assert frame[14:270] == TEXT
    assert frame[270:1294] == PHOTO
    assert frame[-1] == 0x10


@pytest.mark.parametrize(
    ("size", "total", "head", "check"), [(0, 1297, "050A", 0x12), (512, 1809, "070A", 0x12), (1024, 2321, "090A", 0x1A)]
)
def test_fingerprints_come_behind_the_photo(desk: Desk, size: int, total: int, head: str, check: int) -> None:
    desk.reader.lay(replace(ZHANG_SAN, fingerprint=bytes(size)))
    desk.ask(FIND, SELECT)
    frame = desk.ask(READ_WITH_FINGERPRINT)
    assert (len(frame), frame[5:7].hex().upper(), frame[-1]) == (total, head, check)
    assert frame[10:16] == b"\x01\x00\x04\x00" + size.to_bytes(2, "big")


def test_what_the_module_says_of_itself(desk: Desk) -> None:
    assert desk.ask(RESET) == OK
    assert desk.ask(STATUS) == OK
    assert desk.ask(SET_RF) == OK
    assert desk.ask(SAM_NUMBER) == SAM_NUMBER_REPLY


def test_nothing_goes_without_the_step_before(desk: Desk) -> None:
    assert desk.ask(FIND) == NO_CARD
    assert desk.ask(SELECT) == SELECT_FAILED
    desk.reader.lay(ZHANG_SAN)
    assert desk.ask(READ) == READ_FAILED
    assert desk.ask(FIND) == FOUND
    assert desk.ask(READ) == READ_FAILED


def test_a_card_that_was_read_is_not_found_until_it_has_left(desk: Desk) -> None:
    desk.reader.lay(ZHANG_SAN)
    desk.ask(FIND, SELECT, READ)
    assert desk.ask(READ_ADDRESS) == NO_CONTENT
    assert desk.ask(READ) == READ_FAILED
    assert desk.ask(FIND) == NO_CARD
    assert desk.ask(RESET, FIND) == OK + NO_CARD
    desk.reader.remove()
    assert desk.ask(FIND) == NO_CARD
    desk.reader.lay(ZHANG_SAN)
    assert desk.ask(FIND) == FOUND


def test_bad_frames_get_the_documented_status(desk: Desk) -> None:
    assert desk.ask(bytes.fromhex("AAAAAA96690003200123")) == bytes.fromhex("AAAAAA9669000400001014")
    assert desk.ask(bytes.fromhex("AAAAAA96690003770074")) == bytes.fromhex("AAAAAA9669000400002125")
    assert desk.ask(bytes.fromhex("AAAAAA96690001")) == bytes.fromhex("AAAAAA9669000400001115")
    assert desk.ask(STATUS) == OK


def test_noise_and_a_long_preamble_are_passed_over(desk: Desk) -> None:
    assert desk.ask(b"\x00\xaa\x96hello\xaa\xaa" + STATUS) == OK


def test_a_frame_in_single_bytes_is_one_frame(desk: Desk) -> None:
    assert b"".join(desk.ask(bytes((byte,))) for byte in SAM_NUMBER) == SAM_NUMBER_REPLY


def test_a_frame_that_never_ends_is_given_up() -> None:
    clock = VirtualClock()
    desk = Desk(CardReader(clock))
    clock.advance(10)
    assert desk.ask(STATUS[:-1]) == b""
    clock.advance(1)
    assert desk.ask(STATUS) == OK


def test_answers_take_time_and_come_in_order() -> None:
    clock = VirtualClock()
    desk = Desk(CardReader(clock, ReaderDelays(short=0.01, find=0.03, select=0.03, read=0.4)))
    desk.reader.lay(ZHANG_SAN)
    assert desk.ask(FIND, SELECT, READ) == b""
    clock.advance(0.031)
    assert desk.ask() == FOUND
    clock.advance(0.03)
    assert desk.ask() == SELECTED
    clock.advance(0.38)
    assert desk.ask() == b""
    clock.advance(0.02)
    assert len(desk.ask()) == 1295


def test_a_card_taken_away_in_the_middle_of_reading_fails() -> None:
    clock = VirtualClock()
    desk = Desk(CardReader(clock, ReaderDelays()))
    desk.reader.lay(ZHANG_SAN)
    desk.ask(FIND, SELECT, READ)
    clock.advance(0.2)
    desk.reader.remove()
    clock.advance(1)
    assert desk.ask() == FOUND + SELECTED + READ_FAILED


def test_an_answer_does_not_survive_a_pulled_cable() -> None:
    clock = VirtualClock()
    desk = Desk(CardReader(clock, ReaderDelays()))
    desk.ask(STATUS, STATUS)
    desk.reader.unplug()
    assert desk.ask(STATUS) == b""
    desk.reader.plug()
    clock.advance(1)
    assert desk.ask() == b""
    desk.ask(STATUS)
    clock.advance(1)
    assert desk.ask() == OK


def test_a_fault_without_a_number_lasts_until_it_is_cleared(desk: Desk) -> None:
    desk.reader.faults.set("silent")
    assert [desk.ask(STATUS) for _ in range(5)] == [b""] * 5
    desk.reader.faults.clear("silent")
    assert desk.ask(STATUS) == OK


def test_a_long_name_is_cut_and_any_other_long_field_refused() -> None:
    assert replace(ZHANG_SAN, name="买" * 20).text()[:32] == "买".encode("utf-16-le") * 15 + b"1\0"
    with pytest.raises(ValueError, match="address"):
        replace(ZHANG_SAN, address="村" * 36)
    with pytest.raises(ValueError, match="fingerprint"):
        replace(ZHANG_SAN, fingerprint=b"1")


@given(st.lists(st.one_of(st.binary(max_size=40), st.sampled_from([FIND, SELECT, READ, b"\xaa\xaa\xaa\x96\x69"]))))
def test_no_bytes_break_it(pieces: list[bytes]) -> None:
    clock = VirtualClock()
    desk = Desk(CardReader(clock))
    desk.reader.lay(ZHANG_SAN)
    for piece in pieces:
        desk.ask(piece)
    clock.advance(1)
    assert desk.ask(STATUS) == OK
