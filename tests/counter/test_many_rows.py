"""A province that takes all rows of a visit in one message and wants the trace codes in the settlement: two real
processes, and what the platform has in the end."""

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from simulator.derived_board import PROVINCE
from simulator.launch import Counter
from simulator.player import Player
from tests.counter.conftest import MORNING, PATIENCE_MS, Play, personal_data_in, statements

SETTLED = """
card lay zhang-san
choose diagnosis J00.x00
choose drugs aspirin x2, ibuprofen x1
scan aspirin-1
scan aspirin-2
scan ibuprofen-1
expect step confirm
press settle
expect step done
expect settlements 1
"""


class InTheProvince(Counter):
    """A counter whose province wants `many_rows` from the next start on, and the codes in the settlement."""

    many_rows = True

    def write_board(self) -> Path:
        board = super().write_board()
        province = self.run_dir / PROVINCE
        text = province.read_text(encoding="utf-8")
        text = text.replace("many_rows = false", f"many_rows = {str(self.many_rows).lower()}")
        text = text.replace("codes_in_settlement = false", "codes_in_settlement = true")
        province.write_text(text, encoding="utf-8")
        assert tomllib.loads(text)["sales"] == {"many_rows": self.many_rows, "codes_in_settlement": True}
        return board


@pytest.fixture
def counter(tmp_path: Path) -> Iterator[InTheProvince]:
    """A fresh counter there. When the test is over, nothing personal may be found in what the terminal wrote."""
    counter = InTheProvince(tmp_path, patience_ms=PATIENCE_MS)
    with counter:
        yield counter
    assert personal_data_in(counter) == []


@pytest.fixture
def play(counter: InTheProvince) -> Play:
    """Plays scenario text, after the morning's sign-in."""
    play_text = Player(counter, lambda _: None).play
    play_text(statements(MORNING))
    return lambda text: play_text(statements(text))


def sent(counter: Counter, infno: str) -> list[dict[str, Any]]:
    """The inputs of the messages of one transaction, in order."""
    messages = counter.platform_messages()
    return [message["request"]["input"] for message in messages if message["infno"] == infno]


def changed_to(counter: InTheProvince, play: Play, many_rows: bool) -> None:
    """The power goes, and the province wants it otherwise when it is back."""
    counter.kill_terminal()
    counter.many_rows = many_rows
    counter.start_terminal()
    play("sign in 韦医生 283746")


def test_sold_and_brought_back_in_one_message_each(counter: InTheProvince, play: Play) -> None:
    play(SETTLED + "expect uploads 0\npress cancel\nexpect step cancelled\nexpect uploads 0\nexpect settlements 0")
    (settled,) = sent(counter, "2207")
    (sold,) = sent(counter, "3505A")
    (back,) = sent(counter, "3506A")
    rows = sold["selinfoDetail"]
    assert [len(row["drugtracinfo"]) for row in rows] == [2, 1]
    codes = [code["drug_trac_codg"] for row in rows for code in row["drugtracinfo"]]
    assert [code["drug_trac_codg"] for code in settled["drug_trac_info"]] == codes
    assert [code["feedetl_sn"] for code in settled["drug_trac_info"]] == ["1", "1", "2"]
    assert [row["fixmedins_bchno"] for row in back["selinfoDetail"]] == [row["fixmedins_bchno"] for row in rows]
    assert sent(counter, "3505") == sent(counter, "3506") == []


@pytest.mark.parametrize("many_rows", [True, False])
def test_the_return_goes_as_the_sale_went(counter: InTheProvince, play: Play, many_rows: bool) -> None:
    changed_to(counter, play, many_rows)
    play(SETTLED + "expect uploads 0")
    changed_to(counter, play, not many_rows)
    play("press cancel\nexpect step cancelled\nexpect uploads 0\nexpect settlements 0")
    numbers = ("3505A", "3506A", "3505", "3506")
    assert [len(sent(counter, infno)) for infno in numbers] == ([1, 1, 0, 0] if many_rows else [0, 0, 2, 2])


def test_killed_while_the_rows_are_on_their_way(counter: InTheProvince, play: Play) -> None:
    play("fault network.cut_after 3505A\n" + SETTLED)
    counter.wait_bench(lambda _: bool(sent(counter, "3505A")), "the sale")
    counter.kill_terminal()
    play("cable in")
    counter.start_terminal()
    play("sign in 韦医生 283746\nexpect uploads 0")
    assert len(sent(counter, "3505A")) == 1  # it was asked for, row by row
    play("press cancel\nexpect step cancelled\nexpect uploads 0\nexpect settlements 0")
    assert len(sent(counter, "3506A")) == 1
