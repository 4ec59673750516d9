"""What goes wrong at scanners of several kinds."""

import pytest

from simulator.clock import VirtualClock
from simulator.devices import SCANNER_KINDS, Scanner, make_scanner
from simulator.faults import FAULTS
from tests.simulator.devices.faulty import Host

BOX = "0102000000000015\x1d21ABC"
SENT = {"gm65": BOX.encode() + b"\r", "serial-trigger": BOX.encode() + b"\r", "serial": BOX.encode() + b"\r"}
LIGHT = {"gm65": bytes.fromhex("7E000801000201ABCD"), "serial-trigger": b"\x16T\r", "serial": b""}
COMMAND_MODE = bytes.fromhex("7E0008010000D5ABCD")
SAVE = bytes.fromhex("7E000901000000DEC8")
SET_115200 = bytes.fromhex("7E000802002A1A00ABCD")
READ_000A = bytes.fromhex("7E000701000A01EE8A")
FACTORY_RESET = bytes.fromhex("7E000801 00D955ABCD".replace(" ", ""))
ACK = bytes.fromhex("02000001003331")


def possible(kind: str) -> frozenset[str]:
    """The knobs that a kind of scanner has."""
    return make_scanner(VirtualClock(), kind).can_have or frozenset()


class Gun(Host):
    """A scanner of one kind that reads when it is lit."""

    def __init__(self, kind: str) -> None:
        clock = VirtualClock()
        self.scanner: Scanner = make_scanner(clock, kind)
        super().__init__(self.scanner, clock)
        if kind == "gm65":
            self.ask(COMMAND_MODE)

    def scan(self, code: str = BOX) -> bytes:
        """What arrives when a box is held up and the light is on, without an acknowledgement in front."""
        self.ask(LIGHT[self.scanner.kind])
        self.scanner.present(code, leaves=True)
        heard = self.ask()
        self.scanner.take_away()
        return heard


def test_a_scanner_that_hears_nothing_has_no_fault_of_hearing() -> None:
    deaf = [kind for kind in SCANNER_KINDS if not {"restarts", "small_buffer"} & possible(kind)]
    assert deaf == ["serial", "keyboard"]


@pytest.mark.parametrize("kind", SENT)
def test_the_end_mark_is_missing_once_with_scanner_drop_tail(kind: str) -> None:
    gun = Gun(kind)
    gun.fault("scanner.drop_tail", 1)
    assert [gun.scan(), gun.scan()] == [SENT[kind][:-1], SENT[kind]]


@pytest.mark.parametrize("kind", SENT)
def test_the_separator_is_lost_with_scanner_drops_separator(kind: str) -> None:
    gun = Gun(kind)
    gun.fault("scanner.drops_separator")
    assert gun.scan() == SENT[kind].replace(b"\x1d", b"")


@pytest.mark.parametrize("kind", SENT)
def test_a_code_comes_twice_with_scanner_twice(kind: str) -> None:
    gun = Gun(kind)
    gun.fault("scanner.twice", 1)
    assert [gun.scan(), gun.scan()] == [SENT[kind] * 2, SENT[kind]]
    assert gun.scanner.reads == 2


@pytest.mark.parametrize("kind", SENT)
def test_with_scanner_stuck_light_it_shines_and_reads_nothing_until_power(kind: str) -> None:
    gun = Gun(kind)
    gun.fault("scanner.stuck_light")
    assert gun.scan() == b""
    gun.clock.advance(60)
    assert gun.scanner.lit
    gun.scanner.unplug()
    gun.scanner.plug()
    if kind == "gm65":
        gun.ask(COMMAND_MODE)
    assert gun.scan() == SENT[kind]


def test_a_stuck_light_ends_with_a_factory_reset() -> None:
    gun = Gun("gm65")
    gun.fault("scanner.stuck_light")
    assert gun.ask(READ_000A) != b""
    gun.ask(FACTORY_RESET, COMMAND_MODE)
    assert not gun.scanner.lit
    assert gun.scan() == SENT["gm65"]


def test_a_silent_scanner_reads_and_says_nothing() -> None:
    gun = Gun("gm65")
    gun.fault("scanner.silent")
    assert gun.scan() == b""
    assert gun.scanner.reads == 1


def test_the_check_of_an_answer_is_wrong_with_scanner_bad_crc() -> None:
    gun = Gun("gm65")
    gun.fault("scanner.bad_crc", 1)
    wrong = gun.ask(READ_000A)
    assert wrong != gun.ask(READ_000A)
    assert wrong[:-1] == gun.ask(READ_000A)[:-1]


def test_set_up_is_refused_and_the_trigger_is_not_with_scanner_refuses() -> None:
    gun = Gun("gm65")
    gun.fault("scanner.refuses", 1)
    assert gun.scan() == SENT["gm65"]
    assert gun.ask(SET_115200)[2] != 0
    assert gun.scanner.baud == 9600
    assert gun.ask(SET_115200) == ACK


def test_what_was_saved_is_gone_after_power_with_scanner_forgets_settings() -> None:
    gun = Gun("gm65")
    gun.ask(SET_115200, SAVE)
    gun.scanner.restart()
    assert gun.scanner.baud == 115200
    gun.fault("scanner.forgets_settings")
    gun.scanner.restart()
    assert gun.scanner.baud == 9600


def test_the_code_overtakes_the_acknowledgement_with_scanner_ack_late() -> None:
    gun = Gun("gm65")
    gun.fault("scanner.ack_late", 200)
    gun.scanner.present(BOX)
    assert gun.ask(LIGHT["gm65"]) == SENT["gm65"]
    assert gun.after(0.21) == ACK


HOST_MODE = bytes.fromhex("07C60408008A08FE95")
PACKETS_ON = bytes.fromhex("07C6040800EE01FE38")
START = bytes.fromhex("04E40400FF14")
HEARD = bytes.fromhex("04D00400FF28")


@pytest.fixture
def gm67() -> Gun:
    gun = Gun("gm67")
    gun.ask(HOST_MODE, PACKETS_ON, START)
    return gun


def test_gm67_sends_a_code_again_that_was_acknowledged_with_scanner_resends(gm67: Gun) -> None:
    gm67.fault("scanner.resends", 1)
    gm67.scanner.present("1", leaves=True)
    first = gm67.ask()
    assert gm67.ask(HEARD) == b""
    again = gm67.after(1)
    assert (again[:3], again[4:-2]) == (first[:3], first[4:-2])
    assert again[3] == 1
    gm67.ask(HEARD)
    assert gm67.after(60) == b""


def test_gm67_refuses_set_up_with_a_nack(gm67: Gun) -> None:
    gm67.fault("scanner.refuses", 1)
    assert gm67.ask(HOST_MODE)[1] == 0xD1
    assert gm67.ask(HOST_MODE)[1] == 0xD0


def test_gm67_a_code_with_a_wrong_check(gm67: Gun) -> None:
    gm67.fault("scanner.bad_crc", 1)
    gm67.scanner.present("1", leaves=True)
    wrong = gm67.ask()
    assert -sum(wrong[:-2]) & 0xFFFF != int.from_bytes(wrong[-2:], "big")


def test_gm67_is_as_from_the_factory_after_power_with_scanner_forgets_settings(gm67: Gun) -> None:
    gm67.fault("scanner.forgets_settings")
    gm67.scanner.restart()
    gm67.scanner.present("1", leaves=True)
    assert gm67.ask() == b"1"


def test_each_fault_of_a_scanner_can_happen_to_some_kind() -> None:
    kinds = [make_scanner(VirtualClock(), kind) for kind in ("gm65", "gm67", "serial-trigger", "serial", "keyboard")]
    can = [kind.can_have for kind in kinds]
    assert {kind.knob for kind in FAULTS.values() if kind.owner == "scanner"} == frozenset().union(
        *(each for each in can if each)
    )
