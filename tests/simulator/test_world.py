"""The counter: verbs, faults, what the bench sees; and the devices behind real ports."""

import asyncio
import json
import os
from pathlib import Path

import pytest

from simulator.catalogue import load_people
from simulator.devices import Gm65Scanner, Gm67Scanner, KeyboardScanner
from simulator.faults import FAULTS
from simulator.scan_verbs import SCAN_PATIENCE_S
from simulator.set_up import build_world
from simulator.verbs import VERBS
from simulator.world import WorldError
from tests.simulator.counter_top import GM65_LIGHT_ON, Cable, Counter, FaultList

BOX = "81000170622758698313"


@pytest.fixture
def counter(tmp_path: Path) -> Counter:
    return Counter(folder=tmp_path)


def test_a_card_is_laid_down_and_taken_away(counter: Counter) -> None:
    counter.do("card lay zhang-san")
    assert counter.world.state()["reader"] == {"card": "zhang-san", "plugged": True}
    assert counter.world.reader.card == load_people()["zhang-san"].card
    assert "already" in counter.refused("card lay li-fang")
    counter.do("card remove")
    assert counter.world.state()["reader"]["card"] is None
    assert "No card" in counter.refused("card remove")
    assert "zhang-san" in counter.refused("card lay nobody")


@pytest.mark.parametrize(
    ("line", "sent"),
    [
        ("scan aspirin-1", BOX.encode()),
        ("scan smectite-1", b"01020000000000151728022910LT8628\x1d2188592782"),
        ("scan qr zhang-san", (load_people()["zhang-san"].qr or "").encode()),
        (r"scan text a b\x1dc\\x41", rb"a b" + b"\x1d" + rb"c\x41"),
    ],
)
def test_a_code_is_read_while_the_light_is_on(counter: Counter, line: str, sent: bytes) -> None:
    counter.light_on()
    counter.do(line)
    assert counter.heard == sent + b"\r"
    seen = counter.world.state()["scanner"]
    assert (seen["window"], seen["lit"], seen["last"]["code"]) == (None, False, sent.decode())


async def refused_after_patience(counter: Counter, line: str) -> str:
    """What `line` is refused with when nothing happens for as long as a hand waits."""
    scan = asyncio.create_task(counter.world.do(line))
    await asyncio.sleep(0)
    assert not scan.done()
    counter.clock.advance(SCAN_PATIENCE_S)
    with pytest.raises(WorldError) as caught:
        await scan
    return str(caught.value)


async def test_of_two_hands_with_a_card_the_second_is_refused(counter: Counter) -> None:
    await counter.world.do("card lay zhang-san")
    await counter.world.do("card remove")
    hands = [asyncio.create_task(counter.world.do(f"card lay {person}")) for person in ("zhang-san", "li-fang")]
    await asyncio.sleep(0)
    assert not any(hand.done() for hand in hands)
    counter.clock.advance(1)
    first, second = await asyncio.gather(*hands, return_exceptions=True)
    assert (first, counter.world.card_holder) == (None, "zhang-san")
    assert isinstance(second, WorldError)


async def test_an_unread_code_stays_until_the_light_goes_on(counter: Counter) -> None:
    counter.world.scanner.receive(GM65_LIGHT_ON[:9])
    assert "light is off" in await refused_after_patience(counter, "scan aspirin-1")
    assert counter.world.state()["scanner"]["window"] == BOX
    with pytest.raises(WorldError, match="already"):
        await counter.world.do("scan aspirin-2")
    counter.heard.clear()
    counter.world.scanner.receive(GM65_LIGHT_ON[9:])
    assert counter.heard.endswith(BOX.encode() + b"\r")
    assert counter.world.state()["scanner"]["window"] is None


async def test_the_light_may_come_on_while_the_hand_waits(counter: Counter) -> None:
    counter.world.scanner.receive(GM65_LIGHT_ON[:9])
    scan = asyncio.create_task(counter.world.do("scan aspirin-1"))
    await asyncio.sleep(0)
    counter.world.scanner.receive(GM65_LIGHT_ON[9:])
    await scan
    assert counter.heard.endswith(BOX.encode() + b"\r")


async def test_a_code_taken_away_unread_is_not_called_read(counter: Counter) -> None:
    counter.world.scanner.receive(GM65_LIGHT_ON[:9])
    scan = asyncio.create_task(counter.world.do("scan aspirin-1"))
    await asyncio.sleep(0)
    await counter.world.do("scanner take-away")
    with pytest.raises(WorldError, match="taken away"):
        await scan


def test_paper_cover_and_power(counter: Counter) -> None:
    counter.do("paper left 10", "cover open")
    counter.world.printer.receive(b"a\nb\nc\nd\n")
    assert counter.world.state()["printer"] == {
        "paper_mm": 10, "cover": "open", "online": False, "jam": "", "model": "58MM-GB18030", "lines": 0,
        "pieces": 0, "plugged": True, "powered": True,
    }  # fmt: skip
    counter.do("cover close")
    assert counter.world.paper.text() == "a\nb\nc\n"
    counter.do("paper load")
    assert counter.world.paper.text() == "a\nb\nc\nd\n"
    counter.do("cover open")
    counter.world.printer.receive(b"lost\n")
    counter.do("printer power off", "printer power on", "cover close")
    assert counter.world.state()["printer"]["lines"] == 4
    assert "millimetres" in counter.refused("paper left much")


@pytest.mark.parametrize("name", ["reader", "scanner", "printer"])
def test_a_pulled_cable_swallows_every_byte(counter: Counter, name: str) -> None:
    question = {"reader": "AAAAAA9669000311FFED", "scanner": "7E000701000A01EE8A", "printer": "100401"}[name]
    counter.do(f"{name} unplug")
    counter.world.devices[name].receive(bytes.fromhex(question))
    assert counter.heard == b""
    assert counter.world.state()[name]["plugged"] is False
    counter.do(f"{name} plug")
    counter.world.devices[name].receive(bytes.fromhex(question))
    assert counter.heard != b""


def test_nothing_can_be_scanned_with_an_unplugged_scanner(counter: Counter) -> None:
    counter.do("scanner unplug")
    assert "unplugged" in counter.refused("scan aspirin-1")


def test_the_network_cable(counter: Counter) -> None:
    counter.do("cable out")
    assert counter.world.state()["network"] == {"cable": "out"}
    counter.do("cable in")
    assert counter.world.state()["network"] == {"cable": "in"}


def with_kind_of_scanner(name: str, folder: Path) -> Counter:
    """A counter whose scanner can have the fault `name`."""
    kinds = (Gm65Scanner, Gm67Scanner, KeyboardScanner)
    counters = [Counter(kind, folder) for kind in kinds]
    return next(counter for counter in counters if counter.world.fault_possible(FAULTS[name]))


@pytest.mark.parametrize("name", FAULTS)
def test_every_fault_can_be_switched_on_and_off(name: str, tmp_path: Path) -> None:
    counter, fault = with_kind_of_scanner(name, tmp_path), FAULTS[name]
    words = {
        "[n]": "2", "n": "2", "ms": "300", "[baud]": "9600", "number": "90", "infno": "2207", "text": "余额 不足",
        "html|text|gbk": "html", "expired|not_yet|other_name|untrusted": "expired",
    }  # fmt: skip
    counter.do(" ".join(("fault", fault.name, *(words[argument] for argument in fault.arguments))))
    assert [entry["name"] for entry in counter.world.state()["faults"] if entry["active"]] == [fault.name]
    counter.do(f"fault clear {fault.name}")
    assert not counter.world.fault_active(fault.name)


def test_clearing_all_faults(counter: Counter) -> None:
    counter.do("fault reader.silent", "fault printer.forgets", "fault platform.slow 900", "fault clear")
    assert not [entry for entry in counter.world.state()["faults"] if entry["active"]]


def test_arguments_reach_the_platform_as_they_were_said(counter: Counter) -> None:
    counter.do(
        "fault platform.refuse 2207 余额 不足", "fault platform.clock_skew -3600", "fault network.cut_after 2207"
    )
    assert counter.platform.told == {
        "platform.refuse": ("2207", "余额 不足"),
        "platform.clock_skew": (-3600,),
        "network.cut_after": ("2207",),
    }


def test_the_stick_goes_to_town_and_comes_back(counter: Counter) -> None:
    counter.do("stick in")
    assert counter.world.state()["stick"] == {"in": True, "files": [], "office": None}
    assert "already" in counter.refused("stick in")
    assert "pull it out first" in counter.refused("office takes in")
    counter.do("stick out", "office takes in")
    nothing = {"parcels": 0, "acknowledged": 0, "refused": 0, "unopened": 0}
    assert counter.world.state()["stick"] == {"in": False, "files": [], "office": nothing}


def test_a_counter_without_a_stick() -> None:
    counter = Counter()
    assert counter.world.state()["stick"] is None
    assert "no stick" in counter.refused("stick in")
    assert "cannot have" in counter.refused("fault office.first_half")
    assert "stick.full" not in [entry["name"] for entry in counter.world.state()["faults"]]


def test_a_fault_with_a_number_ends_by_itself(counter: Counter) -> None:
    counter.do("fault reader.bad_checksum 1")
    counter.world.reader.receive(bytes.fromhex("AAAAAA9669000311FFED"))
    assert not counter.world.fault_active("reader.bad_checksum")


@pytest.mark.parametrize(
    "line",
    [
        "", "dance", "card", "card lay", "card remove now", "scan", "paper left", "paper left -1", "fault",
        "fault nothing",
        "fault reader.silent 0", "fault reader.silent often", "fault printer.paper_out_after", "fault platform.slow",
        "fault platform.refuse 2207", "fault printer.forgets 3", "fault network.cut_before 22 07", "scan qr sun-qi",
        "scanner take-away", "fault clear everything", "fault scanner.resends", "fault reader.wrong_baud 7",
        "reader baud fast", "scanner baud 12", "scan burst", "scan burst aspirin-1 nothing", "social insert zhang-san",
        "social remove", "printer clear-jam", "stick out",
    ],
)  # fmt: skip
def test_what_cannot_be_done_is_refused_with_a_sentence(counter: Counter, line: str) -> None:
    before = counter.world.state()
    assert counter.refused(line).endswith(".")
    assert counter.world.state() == before


def test_the_state_is_json_and_lists_what_there_is(counter: Counter) -> None:
    state = json.loads(json.dumps(counter.world.state()))
    assert state["people"][0] == {
        "id": "zhang-san", "name": "张三", "layout": "citizen", "has_card": True, "has_qr": True,
        "has_social": True,
    }  # fmt: skip
    layouts = {person["id"]: person["layout"] for person in state["people"]}
    assert (layouts["li-si"], layouts["smith"], layouts["smith-2023"]) == ("J", "I", "Y")
    assert state["boxes"][0] == {
        "id": "aspirin-1", "label": "阿司匹林肠溶片 100mg×30片", "symbology": "code128", "code": BOX, "note": "",
    }  # fmt: skip
    possible = [kind.name for kind in FAULTS.values() if counter.world.fault_possible(kind)]
    assert [entry["name"] for entry in state["faults"]] == possible


def test_listeners_hear_of_every_change(counter: Counter) -> None:
    heard = list[str]()
    counter.world.on_change(lambda: heard.append(str(counter.world.state()["printer"]["lines"])))
    counter.world.printer.receive(b"a\nb\n")
    assert heard == ["1", "2"]
    counter.do("cable out")
    assert len(heard) == 3


def test_every_verb_says_what_it_does() -> None:
    assert all(verb.about and name == verb.name for name, verb in VERBS.items())


def files_in(folder: Path) -> list[Path]:
    return list(folder.iterdir())


async def test_the_devices_answer_on_real_ports(tmp_path: Path) -> None:
    world = build_world(tmp_path, line_rate=True, network=Cable(), platform=FaultList())
    await world.start()
    answers = {
        "card-reader": ("AAAAAA9669000311FFED", "AAAAAA9669000400009094"),
        "scanner": ("7E000701000A01EE8A", "020000013EE4AC"),
        "printer": ("100401", "12"),
    }
    for name, (question, answer) in answers.items():
        fd = os.open(tmp_path / name, os.O_RDWR | os.O_NOCTTY)
        os.write(fd, bytes.fromhex(question))
        expected = bytes.fromhex(answer)
        # A blocking read in a thread: the loop has to go on answering.
        got = b""
        async with asyncio.timeout(60):
            while len(got) < len(expected):
                got += await asyncio.to_thread(os.read, fd, 64)
        assert got == expected
        os.close(fd)
    await world.stop()
    assert files_in(tmp_path) == []


async def test_a_new_speed_of_the_scanner_holds_on_its_port(tmp_path: Path) -> None:
    world = build_world(tmp_path, line_rate=True, network=Cable(), platform=FaultList())
    await world.start()
    world.scanner.receive(bytes.fromhex("7E000802002A1A00ABCD"))
    assert world.scanner.baud == 115200
    await world.stop()


def test_somebody_far_away_publishes_and_reviews(counter: Counter) -> None:
    counter.do("platform publish 1307", "platform publish 1301 12", "platform review")
    assert counter.platform.told == {"1307": (1,), "1301": (12,), "review": ()}
    assert "no catalogue" in counter.refused("platform publish 1308")
    assert "1 to 1000" in counter.refused("platform publish 1307 many")
