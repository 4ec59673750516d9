"""What goes wrong with cards and with the module of the card reader, and what a technician sets."""

import pytest

from simulator.catalogue import load_people
from simulator.clock import VirtualClock
from simulator.devices import CardReader, ReaderDelays
from tests.simulator.devices.faulty import Host, faulty, host_of

STATUS = bytes.fromhex("AAAAAA9669000311FFED")
FIND = bytes.fromhex("AAAAAA96690003200122")
SELECT = bytes.fromhex("AAAAAA96690003200221")
READ = bytes.fromhex("AAAAAA96690003300132")
READ_ADDRESS = bytes.fromhex("AAAAAA96690003300330")
SAM_NUMBER = bytes.fromhex("AAAAAA9669000312FFEE")
SET_9600 = bytes.fromhex("AAAAAA96690003600467")
OK = bytes.fromhex("AAAAAA9669000400009094")


def reader_of(host: Host) -> CardReader:
    assert isinstance(host.device, CardReader)
    return host.device


def lay(host: Host, person: str = "zhang-san") -> None:
    card = load_people()[person].card
    assert card
    reader_of(host).lay(card)


def states(host: Host, *frames: bytes) -> list[int]:
    """The third status byte of the answer to each frame; -1 for none."""
    answers = [host.ask(frame) for frame in frames]
    return [answer[9] if answer else -1 for answer in answers]


def test_the_check_byte_is_wrong_once_with_reader_bad_checksum() -> None:
    host = faulty("reader.bad_checksum", 1)
    wrong = host.ask(STATUS)
    assert wrong[:-1] == OK[:-1]
    assert wrong[-1] != OK[-1]
    assert host.ask(STATUS) == OK


def test_more_aa_than_three_with_reader_long_preamble() -> None:
    assert faulty("reader.long_preamble").ask(STATUS) == b"\xaa\xaa\xaa" + OK


def test_a_card_that_cannot_be_selected_is_still_found() -> None:
    host = faulty("reader.select_fails", 2)
    lay(host)
    assert states(host, FIND, SELECT, FIND, SELECT, FIND, SELECT, READ) == [0x9F, 0x81, 0x9F, 0x81, 0x9F, 0x90, 0x90]


@pytest.mark.parametrize(
    ("name", "status"), [("reader.read_fails", 0x41), ("reader.wrong_card_type", 0x40), ("reader.not_genuine", 0x31)]
)
def test_a_card_that_cannot_be_read_has_to_be_laid_down_again(name: str, status: int) -> None:
    host = faulty(name, 1)
    lay(host)
    assert states(host, FIND, SELECT, READ, FIND) == [0x9F, 0x90, status, 0x80]
    lay(host)
    assert states(host, FIND, SELECT, READ) == [0x9F, 0x90, 0x90]


def test_the_words_of_the_card_come_along_when_it_is_not_genuine() -> None:
    host = faulty("reader.not_genuine", 1)
    lay(host)
    host.ask(FIND, SELECT)
    assert host.ask(READ)[7:9] != b"\0\0"


def test_a_card_is_found_again_while_it_lies_with_reader_stays_found() -> None:
    host = faulty("reader.stays_found")
    lay(host)
    assert states(host, FIND, SELECT, READ, FIND, SELECT, READ) == [0x9F, 0x90, 0x90] * 2
    host.device.faults.clear("stays_found")
    assert states(host, FIND) == [0x80]


def test_a_chip_that_hangs_is_silent_until_it_is_gone_and_the_module_is_not() -> None:
    host = faulty("reader.hangs_until_removed", 1)
    lay(host)
    assert states(host, FIND, SELECT, READ, FIND, SELECT, READ_ADDRESS) == [0x9F, 0x90, -1, -1, -1, -1]
    assert host.ask(STATUS) == OK
    reader_of(host).remove()
    assert states(host, FIND) == [0x80]
    lay(host)
    assert states(host, FIND, SELECT, READ) == [0x9F, 0x90, 0x90]


def test_a_module_that_is_not_authorised_refuses_cards_and_tells_its_number() -> None:
    host = faulty("reader.unauthorised")
    lay(host)
    assert states(host, STATUS, FIND, SELECT, READ, SAM_NUMBER) == [0x66, 0x66, 0x66, 0x66, 0x90]


def test_a_module_that_fails_its_self_test_refuses_everything() -> None:
    host = faulty("reader.self_test_fails")
    lay(host)
    assert states(host, STATUS, FIND, SET_9600, SAM_NUMBER) == [0x60] * 4
    assert host.device.baud == 115200


@pytest.mark.parametrize(
    ("parameter", "check", "baud"),
    [(0, 0x63, 115200), (1, 0x62, 57600), (2, 0x61, 38400), (3, 0x60, 19200), (4, 0x67, 9600)],
)
def test_the_speed_changes_behind_the_answer(parameter: int, check: int, baud: int) -> None:
    host = host_of("reader")
    reader_of(host).set_speed(19200)
    happened = list[object]()
    host.device.attach(happened.append)
    host.device.on_baud = happened.append
    host.device.receive(bytes.fromhex("AAAAAA966900036000")[:-1] + bytes((parameter, check)))
    assert happened[0] == OK
    assert happened[1:] == ([baud] if baud != 19200 else [])
    assert host.device.baud == baud


def test_a_speed_that_it_has_not_is_refused() -> None:
    host = host_of("reader")
    assert states(host, bytes.fromhex("AAAAAA96690003600566")) == [0x21]
    with pytest.raises(ValueError, match="9600"):
        reader_of(host).set_speed(4800)


def test_the_appended_address_is_read_after_selecting_or_reading() -> None:
    host = host_of("reader")
    lay(host, "li-fang")
    assert states(host, FIND, READ_ADDRESS) == [0x9F, 0x41]
    host.ask(SELECT)
    before = host.ask(READ_ADDRESS)
    host.ask(READ)
    frame = host.ask(READ_ADDRESS)
    assert frame == before
    assert (frame[5:10].hex().upper(), len(frame)) == ("004A000090", 81)
    assert frame[10:80].decode("utf-16-le").rstrip() == "某省某市某县某镇某村九组9号"
    reader_of(host).remove()
    assert states(host, READ_ADDRESS) == [0x41]


def test_requests_that_wait_for_their_turn_fill_the_buffer() -> None:
    reader = CardReader(VirtualClock(), ReaderDelays())
    reader.receive(STATUS + STATUS + STATUS[:4])
    assert reader.waiting == len(STATUS) + 4
