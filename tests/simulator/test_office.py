"""The insurance office: its keys, the bytes of docs/parcels.md, what it takes in and what it leaves alone."""

import json
import re
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from simulator.office import Foreign, Keys, OfficeWindow, Secrets, office_secrets, open_parcel, seal
from simulator.small_stick import NoSmallStick, SmallStick
from simulator.stick import Stick

PAGE = (Path(__file__).parents[2] / "docs" / "parcels.md").read_text("utf-8")
TERMINAL = Secrets.of(bytes(range(32)), bytes(range(32, 64)))
SALE = {"selinfo": {"fixmedins_bchno": "r1"}}


class Books:
    """A platform that books everything but what it is told to refuse."""

    def __init__(self) -> None:
        self.booked: list[tuple[str, str, dict[str, Any]]] = []
        self.refuses = ""

    def book(self, infno: str, region: str, content: dict[str, Any]) -> str:
        if not self.refuses:
            self.booked.append((infno, region, content))
        return self.refuses


class Town:
    """An office, a stick on the way to it, and what the terminal writes and reads."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.secrets = office_secrets(folder)
        self.books = Books()
        self.stick = Stick(folder / "stick")
        self.open()

    def open(self) -> None:
        self.office = OfficeWindow(self.secrets, self.stick, self.books.book, self.folder)

    def export(self, number: int, keys: list[str], terminal: Secrets = TERMINAL, **changes: Any) -> None:
        rows = [{"key": key, "infno": "3505", "payload": {"region": "999900", "input": SALE}} for key in keys]
        content = {"device": terminal.public.sign.hex(), "parcel": number, "messages": rows, **changes}
        sealed = seal(terminal, self.secrets.public, json.dumps(content).encode(), bytes(range(32)), bytes(12))
        (self.stick.folder / f"cyt-{number:08}.cyp").write_bytes(sealed)

    def answer(self, number: int) -> list[list[str]]:
        sealed = (self.stick.folder / f"cyt-{number:08}.cya").read_bytes()
        content = json.loads(open_parcel(TERMINAL, self.secrets.public, sealed))
        assert content["parcel"] == number
        return [[row["key"], row["outcome"], row["sentence"]] for row in content["results"]]


@pytest.fixture
def town(tmp_path: Path) -> Town:
    return Town(tmp_path)


def counting(first: int, count: int = 32) -> bytes:
    return bytes(range(first, first + count))


def example(words: str) -> bytes:
    """The bytes in the page's code block behind `words`."""
    found = re.search(re.escape(words) + r".*?```\n([0-9a-f]+)\n```", PAGE, re.DOTALL)
    assert found
    return bytes.fromhex(found[1])


def test_the_examples_of_the_document() -> None:
    seeds = re.findall(r"^\| (?:seed of the signing key|secret box key) \| `([0-9a-f]{64})` \|$", PAGE, re.MULTILINE)
    terminal = Secrets.of(*(bytes.fromhex(seed) for seed in seeds))
    office = Secrets.of(counting(0x40), counting(0x60))
    parcel, answer = example("Parcel: "), example("Answer: ")
    assert seal(terminal, office.public, b'{"messages":[],"parcel":1}', counting(0x80), counting(0xA0, 12)) == parcel
    assert seal(office, terminal.public, b'{"parcel":1,"results":[]}', counting(0xB0), counting(0xD0, 12)) == answer
    assert open_parcel(office, terminal.public, parcel) == b'{"messages":[],"parcel":1}'
    assert open_parcel(terminal, office.public, answer) == b'{"parcel":1,"results":[]}'


def test_every_changed_bit_and_every_cut_is_noticed() -> None:
    office = Secrets.of(counting(0x40), counting(0x60))
    parcel = seal(TERMINAL, office.public, b"{}", counting(0x80), counting(0xA0, 12))
    flipped = [bytes((*parcel[:at], parcel[at] ^ 1, *parcel[at + 1 :])) for at in range(len(parcel))]
    for damaged in (*flipped, *(parcel[:end] for end in range(len(parcel))), parcel + b"\0"):
        with pytest.raises(Foreign):
            open_parcel(office, TERMINAL.public, damaged)


def test_a_parcel_for_another_office_is_foreign() -> None:
    office, other = Secrets.of(counting(1), counting(2)), Secrets.of(counting(3), counting(4))
    parcel = seal(TERMINAL, office.public, b"{}", counting(5), counting(6, 12))
    with pytest.raises(Foreign):
        open_parcel(other, TERMINAL.public, parcel)
    with pytest.raises(Foreign):
        open_parcel(office, Keys(TERMINAL.public.sign, other.public.box), parcel)


def test_the_keys_are_made_once_and_the_secret_ones_are_closed(tmp_path: Path) -> None:
    office = office_secrets(tmp_path)
    assert office_secrets(tmp_path).public == office.public
    assert stat.S_IMODE((tmp_path / "office-secret.toml").stat().st_mode) == 0o600
    sign, box = (key.hex() for key in office.public)
    assert (tmp_path / "office.toml").read_text("ascii") == f'sign = "{sign}"\nbox = "{box}"\n'


def test_what_is_taken_in_is_booked_once_and_answered_each_time(town: Town) -> None:
    town.export(1, ["a-1", "a-2"])
    town.office.take_in()
    assert town.answer(1) == [["a-1", "acknowledged", ""], ["a-2", "acknowledged", ""]]
    town.export(2, ["a-2", "a-3"])
    town.open()  # the next day
    town.office.take_in()
    assert len(town.books.booked) == 3
    assert town.answer(2) == [["a-2", "acknowledged", ""], ["a-3", "acknowledged", ""]]
    assert town.office.last == {"parcels": 2, "acknowledged": 4, "refused": 0, "unopened": 0}


def test_what_is_refused_is_tried_again_from_the_next_stick(town: Town) -> None:
    town.books.refuses = "追溯码已被使用" * 50
    town.export(1, ["a-1"])
    town.office.take_in()
    assert town.answer(1) == [["a-1", "refused", town.books.refuses[:200]]]
    town.books.refuses = ""
    town.office.take_in()
    assert town.answer(1) == [["a-1", "acknowledged", ""]]


@pytest.mark.parametrize(
    "changes",
    [
        {"parcel": 2},
        {"device": "00" * 32},
        {"messages": {}},
        {"messages": [{"key": "a-1"}]},
        {"messages": [{"key": 1, "infno": "3505", "payload": {"region": "", "input": {}}}]},
        {"messages": [{"key": "a", "infno": "3505", "payload": {"region": "", "input": []}}]},
    ],
)
def test_a_parcel_with_something_else_in_it_is_not_answered(town: Town, changes: dict[str, Any]) -> None:
    town.export(1, ["a-1"], **changes)
    town.office.take_in()
    assert (town.stick.names(), town.books.booked) == (["cyt-00000001.cyp"], [])
    assert town.office.last == {"parcels": 0, "acknowledged": 0, "refused": 0, "unopened": 1}


def test_another_terminal_and_other_files_are_left_alone(town: Town) -> None:
    town.export(1, ["a-1"])
    town.office.take_in()
    town.export(2, ["b-1"], Secrets.of(counting(9), counting(10)))
    for name in ("cyt-1.cyp", "cyt-00000003.cyp.part", "照片.jpg"):
        (town.stick.folder / name).write_bytes(b"x")
    town.open()
    town.office.take_in()
    assert town.office.last == {"parcels": 1, "acknowledged": 1, "refused": 0, "unopened": 1}
    assert not (town.stick.folder / "cyt-00000002.cya").exists()


def foreign_answer(town: Town) -> bool:
    with pytest.raises(Foreign):
        town.answer(1)
    return True


@pytest.mark.parametrize(
    ("fault", "seen"),
    [
        ("stick.torn", foreign_answer),
        ("office.other_keys", foreign_answer),
        ("office.first_half", lambda town: [row[0] for row in town.answer(1)] == ["a-1", "a-2"]),
        ("stick.worn", lambda town: town.stick.names() == ["cyt-00000001.cyp"]),
    ],
)
def test_a_fault_once_and_then_it_is_well(town: Town, fault: str, seen: Callable[[Town], bool]) -> None:
    town.export(1, ["a-1", "a-2", "a-3"])
    town.office.fault(fault, 1)
    town.office.take_in()
    assert seen(town)
    town.office.take_in()
    assert [row[1] for row in town.answer(1)] == ["acknowledged"] * 3
    assert len(town.books.booked) == 3


def test_in_and_out_as_it_was_left(tmp_path: Path) -> None:
    place = tmp_path / "stick"
    stick = Stick(place)
    assert not place.exists()
    stick.put_in()
    (place / "cyt-00000001.cyp").write_bytes(b"x")
    assert Stick(place).inside
    stick.pull_out()
    assert not place.exists()
    assert (stick.inside, stick.names()) == (False, ["cyt-00000001.cyp"])


@pytest.fixture
def mountable() -> None:
    try:
        SmallStick().close()
    except NoSmallStick as error:
        pytest.skip(f"a full stick was NOT tested: {error}")


@pytest.mark.usefixtures("mountable")
@pytest.mark.parametrize("fault", ["stick.full", "stick.read_only"])
def test_a_stick_on_which_nothing_can_be_written(town: Town, fault: str) -> None:
    town.export(1, ["a-1"])
    town.stick.put_in()
    town.office.fault(fault)
    with pytest.raises(OSError, match=r"No space left|Read-only"):
        (town.folder / "stick" / "other").write_bytes(bytes(5000))
    with pytest.raises(OSError, match=r"No space left|Read-only"):
        town.office.take_in()
    assert town.office.active_faults() == [fault]
    town.office.clear(fault)
    town.office.take_in()
    assert town.answer(1) == [["a-1", "acknowledged", ""]]
    assert len(town.books.booked) == 1
    town.stick.close()
