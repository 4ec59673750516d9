"""The language of scenario files, and the shipped scenarios at a real counter: two programs, bytes between them."""

import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from http.client import HTTPConnection
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.derived_board import derived_board
from simulator.http_events import NotInTime, Refused, ask
from simulator.launch import START_S, Counter
from simulator.platform.keeping import FILE
from simulator.player import Player
from simulator.processes import Program, ProgramDied
from simulator.scenario import ScenarioError, Statement, parse, read_scenario
from tests.counter.conftest import PATIENCE_MS

SCENARIOS = sorted((Path(__file__).parents[2] / "simulator" / "scenarios").glob("*.txt"))
Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def write(name: str, *lines: str) -> Path:
        file = tmp_path / name
        file.write_text("\n".join(lines), encoding="utf-8")
        return file

    return write


@pytest.fixture
def counter(tmp_path: Path) -> Iterator[Counter]:
    with Counter(tmp_path / "sim", patience_ms=PATIENCE_MS) as counter:
        yield counter


def play(counter: Counter, *lines: str) -> None:
    statements = [parse(line, f"test:{number}") for number, line in enumerate(lines, 1)]
    Player(counter, lambda _: None).play([statement for statement in statements if statement is not None])


# ---- reading


def test_statements_keep_their_place(write: Write) -> None:
    file = write("a.txt", "# a comment", "", "card lay zhang-san   # his own", "expect own 7.02 within 60s")

    assert read_scenario(file) == [
        Statement("a.txt:3", "card lay zhang-san", "do", {"line": "card lay zhang-san"}),
        Statement("a.txt:4", "expect own 7.02 within 60s", "expect share", {"share": "own", "yuan": "7.02"}, 60.0),
    ]


def test_included_statements_come_in_between(write: Write) -> None:
    write("b.txt", "cable out")
    file = write("a.txt", "card remove", "include b.txt  # the cable", "cable in")

    assert [(statement.where, statement.text) for statement in read_scenario(file)] == [
        ("a.txt:1", "card remove"),
        ("b.txt:1", "cable out"),
        ("a.txt:3", "cable in"),
    ]


@pytest.mark.parametrize(
    "line",
    [
        "juggle",
        "card",
        "press everything",
        "sign in 韦医生 12345",
        "choose drugs aspirin",
        "choose drugs aspirin x2 smectite x1",
        "expect own 7",
        "expect uploads none",
        "expect",
        "expect step settling within soon",
        "terminal explode",
    ],
)
def test_a_line_that_cannot_be_understood_is_refused_with_its_place(write: Write, line: str) -> None:
    file = write("a.txt", "cable out", line)

    with pytest.raises(ScenarioError, match=r"^a\.txt:2: "):
        read_scenario(file)


def test_a_missing_file_is_reported_where_it_was_asked_for(write: Write) -> None:
    file = write("a.txt", "", "include nothing.txt")

    with pytest.raises(ScenarioError, match=r"^a\.txt:2: cannot read nothing\.txt"):
        read_scenario(file)


def test_files_that_include_each_other_are_refused(write: Write) -> None:
    write("b.txt", "include a.txt")

    with pytest.raises(ScenarioError, match="in a circle"):
        read_scenario(write("a.txt", "include b.txt"))


def test_an_empty_scenario_is_refused(write: Write) -> None:
    with pytest.raises(ScenarioError, match="nothing to do"):
        read_scenario(write("a.txt", "# only words"))


def test_a_hash_inside_a_word_is_no_comment() -> None:
    statement = parse("scan text 1#2 # three", "x:1")

    assert statement is not None
    assert statement.values["line"] == "scan text 1#2"


@given(st.text(max_size=80))
def test_any_line_is_understood_empty_or_refused(line: str) -> None:
    try:
        statement = parse(line, "x:1")
    except ScenarioError as error:
        where = str(error)
    else:
        where = "x:1: " if statement is None else statement.where + ": "
    assert where.startswith("x:1: ")


# ---- playing


@pytest.mark.parametrize("file", SCENARIOS, ids=lambda file: file.stem)
def test_the_shipped_scenarios_hold(counter: Counter, file: Path) -> None:
    Player(counter, lambda _: None).play(read_scenario(file))


def test_an_expectation_that_does_not_hold_says_where_and_what_was_seen(counter: Counter) -> None:
    with pytest.raises(ScenarioError) as error:
        play(
            counter,
            "sign in 韦医生 283746",
            "card lay zhang-san",
            "expect step diagnose",
            "expect patient 李芳 within 1s",
        )

    assert str(error.value).startswith(
        "test:4: waited 1 s for expect patient 李芳 within 1s; seen: step diagnose, 张三,"
    )


def test_what_the_counter_refuses_ends_the_scenario(counter: Counter) -> None:
    with pytest.raises(ScenarioError, match=r"^test:1: “card remove” was refused: 422 No card lies on the reader"):
        play(counter, "card remove")


def test_what_the_terminal_refuses_ends_the_scenario(counter: Counter) -> None:
    with pytest.raises(ScenarioError, match=r"^test:2: “type number 123” was refused: 4\d\d "):
        play(counter, "sign in 韦医生 283746", "type number 123")


def test_a_box_is_held_up_until_the_terminal_gets_round_to_the_light(
    counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    play(counter, "sign in 韦医生 283746")
    bench, refusals = counter.bench, list[str]()

    def lit_too_late(line: str) -> None:
        try:
            bench(line)
        except Refused as refused:
            refusals.append(refused.key)
            counter.press("api/visit/scan", {"on": True})
            raise

    monkeypatch.setattr(counter, "bench", lit_too_late)
    counter.scan("aspirin-1")

    assert refusals == ["unread-dark"]
    assert (counter.world["scanner"]["window"], counter.world["scanner"]["last"]["reads"]) == (None, 1)


def test_a_connection_that_breaks_while_it_asks_is_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[socket.socket] = []

    def cut(connection: HTTPConnection, *_: object, **__: object) -> None:
        connection.connect()
        opened.append(connection.sock)
        raise ConnectionResetError

    monkeypatch.setattr(HTTPConnection, "request", cut)
    with socket.create_server(("127.0.0.1", 0)) as server, pytest.raises(ConnectionError, match="no answer"):
        ask(f"http://127.0.0.1:{server.getsockname()[1]}/")
    assert [line.fileno() for line in opened] == [-1]


def test_the_platform_is_counted_by_what_it_accepted(counter: Counter) -> None:
    with pytest.raises(ScenarioError, match=r"seen: platform got .*2201 refused x1"):
        play(
            counter,
            "sign in 韦医生 283746",
            "fault platform.refuse 2201 系统维护",
            "card lay zhang-san",
            "expect notice insurance.refused",
            "expect platform 2201 x1 within 1s",
        )


# ---- the two programs


def test_waiting_ends_at_once_when_the_terminal_dies(counter: Counter) -> None:
    terminal = counter._terminal
    assert terminal is not None
    terminal._signal(signal.SIGKILL)

    with pytest.raises(ProgramDied, match=r"the terminal ended with code -9; the end of .*terminal\.log"):
        counter.wait_terminal(lambda state: False, "nothing")


def test_waiting_has_a_limit_and_tells_the_last_state(counter: Counter) -> None:
    with pytest.raises(NotInTime, match=r"waited 0\.2 s for a miracle") as late:
        counter.wait_bench(lambda state: False, "a miracle", 0.2)

    assert late.value.last is not None
    assert late.value.last["network"] == {"cable": "in"}


def test_the_counter_is_the_same_after_the_terminal_was_killed(counter: Counter) -> None:
    play(counter, "sign in 韦医生 283746", "terminal kill")
    assert counter.world["terminal"]["running"] is False

    play(counter, "terminal start", "sign in 韦医生 283746")
    assert counter.world["terminal"]["running"] is True
    assert counter.terminal["operator"]["name"] == "韦医生"


def test_a_program_that_cannot_start_says_why(tmp_path: Path) -> None:
    ended: list[Program] = []
    program = Program("terminal", ["-c", "raise SystemExit('no such board')"], tmp_path, tmp_path, ended.append)

    with pytest.raises(ProgramDied, match=r"the terminal ended with code 1(.|\n)*no such board"):
        program.start(START_S)
    assert ended == [program]


def test_a_program_that_never_gets_ready_is_ended(tmp_path: Path) -> None:
    program = Program("terminal", ["-c", "import signal; signal.pause()"], tmp_path, tmp_path, lambda _: None)

    with pytest.raises(ProgramDied, match="not ready within"):
        program.start(0.5)
    assert not program.running()


def test_the_board_file_names_the_run_folder_and_the_ports(tmp_path: Path) -> None:
    # 8602 for the bench: a new port may be the old one of another.
    board = derived_board(tmp_path, {"bench": 8602, "terminal": 8600, "platform": 8601})

    assert f'port = "{tmp_path}/card-reader"' in board
    assert 'url = "http://127.0.0.1:8601/fsi/api"' in board
    assert "port = 8600" in board
    assert 'frame_ancestors = ["http://127.0.0.1:8602"]' in board


def test_the_gateway_secret_is_only_for_its_owner(counter: Counter) -> None:
    file = counter.run_dir / "gateway-secret"

    assert file.stat().st_mode & 0o777 == 0o600
    assert len(file.read_text()) == 32


def test_the_demo_shows_the_visit_and_ends_well(tmp_path: Path) -> None:
    demo = subprocess.run(
        [sys.executable, "-m", "simulator.demo", "--state", str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )

    assert demo.returncode == 0, demo.stderr
    assert "1 settlements in the platform's ledger, 0 uploads not accepted." in demo.stdout
    assert (tmp_path / "platform" / FILE).exists()
    assert list((tmp_path / "terminal").iterdir())
