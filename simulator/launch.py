"""Starts the simulator and the terminal as two programs and plays at the counter: used by `run`, `demo` and the tests.

The two know each other by bytes only: the ports in the run folder and the addresses in a board file, which is derived
from board_configs/sim.toml for each counter, so that several can run side by side.
"""

import json
import queue
from collections.abc import Callable
from pathlib import Path
from typing import Any, Self

from simulator.derived_board import (
    DEFAULT_PORTS,
    PROVINCE,
    REPOSITORY,
    SPREAD_S,
    derived_board,
    derived_province,
    kinds_of,
)
from simulator.http_events import EventStream, Refused, State, StreamEnded, ask
from simulator.processes import Program, ProgramDied, held_port
from simulator.terminal_client import TerminalClient

# Nets for what does not come at all: a busy machine may need many times the seconds of an idle one.
LIMIT_S = 120.0  # how long the counter waits for anything
START_S = 180.0  # how long a program may take to say that it is ready


class Counter:
    """A counter with everything on it. Usable as a context manager; methods are for one thread."""

    def __init__(
        self,
        run_dir: Path,
        state_dir: Path | None = None,
        keep: Path | None = None,
        ports: dict[str, int] | None = None,
        headless: bool = True,
        line_rate: bool = False,
        patience_ms: int | None = None,
        board: str = "sim.toml",
        scanner: str = "",
        printer: str = "",
        seed: int = 0,
        vpcd: int | None = None,
        spread_s: int = SPREAD_S,
        vault: dict[str, str | int] | None = None,
        gateway: str = "",
        tls: str = "",
    ) -> None:
        """A counter that is not started yet.

        run_dir     ports and logs
        state_dir   the terminal's records, in `run_dir` by default
        keep        the platform's records, in `run_dir` by default
        ports       of bench, terminal and platform, where they are free; any free ones by default
        headless    no page for people
        line_rate   slow the serial lines down to their real speed
        patience_ms how long the terminal waits for the platform, as in the board file by default
        board       the file of board_configs/ that the terminal's own board file is made from
        scanner     its kind, a driver's name, as in the board file by default
        printer     its kind, a profile's name, as in the board file by default
        seed        what the random choices of faults begin with
        vpcd        the port of a virtual PC/SC reader, where there is one
        spread_s    within how many seconds after a start or an outage the first message leaves
        vault       what the table [vault] says besides, such as {"unsent": 20}
        gateway     the scheme of the platform's gateway, as in the province of the board file by default
        tls         "" for none, "server" for a platform over TLS, "both" for one that wants to see a certificate, too
        """
        self.run_dir = run_dir.resolve()
        self.state_dir = (state_dir or self.run_dir / "terminal").resolve()
        self.keep = (keep or self.run_dir / "platform").resolve()
        wanted = ports or {}
        self._ports = {name: held_port(self, wanted.get(name, 0)) for name in DEFAULT_PORTS}
        self._headless = headless
        self._line_rate = line_rate
        self._patience_ms = patience_ms
        self._board = board
        own_scanner, own_printer = kinds_of(board)
        self._scanner = scanner or own_scanner
        self._printer = printer or own_printer
        self._seed = seed
        self._vpcd = vpcd
        self._spread_s = spread_s
        self._vault = vault
        self._gateway = gateway
        self._tls = tls
        self._simulator: Program | None = None
        self._terminal: Program | None = None
        self._bench_events: EventStream | None = None
        self._client: TerminalClient | None = None
        self._ends: queue.SimpleQueue[Program] = queue.SimpleQueue()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    # ---- starting and stopping

    @property
    def bench_url(self) -> str:
        """Where the bench is served."""
        return f"http://127.0.0.1:{self._ports['bench']}/"

    @property
    def terminal_url(self) -> str:
        """Where the terminal serves its screen."""
        return f"http://127.0.0.1:{self._ports['terminal']}/"

    @property
    def terminal_log(self) -> Path:
        """What the terminal's program wrote."""
        return self.run_dir / "terminal.log"

    @property
    def client(self) -> TerminalClient:
        """The doctor's hands on the terminal's screen."""
        if self._client is None:
            raise ProgramDied("the terminal is not running")
        return self._client

    def start(self) -> None:
        """Start both programs and wait until both are ready."""
        try:
            self.start_simulator()
            self.start_terminal()
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Stop both programs; the simulator last, so that the terminal ends with its devices still there."""
        self.stop_terminal()
        self.stop_simulator()

    def start_simulator(self) -> None:
        """Start the simulator, on the same addresses each time."""
        for folder in (self.run_dir, self.keep, self.state_dir):
            folder.mkdir(parents=True, exist_ok=True)
        arguments = ["--run-dir", str(self.run_dir), "--keep", str(self.keep), "--terminal-url", self.terminal_url]
        arguments += ["--bench-port", str(self._ports["bench"]), "--platform-port", str(self._ports["platform"])]
        arguments += ["--headless"] if self._headless else []
        arguments += [] if self._line_rate else ["--no-line-rate"]
        arguments += ["--seed", str(self._seed)]
        arguments += ["--scanner", self._scanner, "--printer", self._printer]
        arguments += ["--gateway", self._gateway] if self._gateway else []
        arguments += ["--tls"] if self._tls else []
        arguments += ["--client-certificates"] if self._tls == "both" else []
        arguments += [] if self._vpcd is None else ["--vpcd", str(self._vpcd)]
        self._simulator = Program(
            "simulator", ["-m", "simulator", *arguments], self.run_dir, REPOSITORY, self._ends.put
        )
        self._simulator.start(START_S)
        self._bench_events = EventStream(self.bench_url + "api/events")

    def stop_simulator(self) -> None:
        """End the simulator as a person would."""
        if self._bench_events is not None:
            self._bench_events.close()
            self._bench_events = None
        if self._simulator is not None:
            self._simulator.stop()
            self._simulator = None

    def start_terminal(self) -> None:
        """Start the terminal on its state folder and wait until it serves."""
        board = self.write_board()
        arguments = ["-m", "firmware", "--board", str(board), "--state", str(self.state_dir)]
        self._terminal = Program("terminal", arguments, self.run_dir, REPOSITORY, self._ends.put)
        self._terminal.start(START_S)
        self._client = TerminalClient(self.terminal_url)
        self.tell_bench_of_terminal(True)

    def write_board(self) -> Path:
        """Write the terminal's board file and its province into the run folder. The simulator has been started once:
        some of what stands there, it makes."""
        kinds = (self._scanner, self._printer, self._vpcd is not None)
        text = derived_board(
            self.run_dir,
            self._ports,
            self._patience_ms,
            self._board,
            *kinds,
            vault=self._vault,
            gateway=self._gateway,
            tls=self._tls,
        )
        board = self.run_dir / "board.toml"
        board.write_text(text, encoding="utf-8")
        province = derived_province(self._spread_s, self._board, self._gateway)
        (self.run_dir / PROVINCE).write_text(province, encoding="utf-8")
        return board

    def kill_terminal(self) -> None:
        """Pull the terminal's plug: it gets no chance to tidy up."""
        self._end_terminal(Program.kill)

    def stop_terminal(self) -> None:
        """Ask the terminal to end."""
        self._end_terminal(Program.stop)

    def _end_terminal(self, end: Callable[[Program], None]) -> None:
        if self._client is not None:
            self._client.close()
            self._client = None
        if self._terminal is not None:
            end(self._terminal)
            self._terminal = None
            self.tell_bench_of_terminal(False)

    def next_end(self) -> str:
        """Wait until one of the programs ends, by itself or not; its name, "simulator" or "terminal"."""
        return self._ends.get().name

    def tell_bench_of_terminal(self, running: bool) -> None:
        """Let the bench's page show whether the terminal runs, and where its log is."""
        if self._simulator is not None and self._simulator.running():
            self._tell_bench("api/terminal", {"running": running, "log": str(self.terminal_log)})

    # ---- doing

    def bench(self, line: str) -> None:
        """Do something at the counter, in the bench's words ("card lay zhang-san"). `Refused` when it cannot be."""
        self._tell_bench("api/do", {"line": line})

    def scan(self, what: str) -> None:
        """Hold a code ("aspirin-1", "qr zhang-san") in front of the scanner when the one before has been read, and
        until it is read; `Refused` when it cannot be."""
        self.wait_bench(_nothing_held, "the code in front of the scanner to be read")
        try:
            self.bench(f"scan {what}")
        except Refused as refused:
            if refused.key != "unread-dark":
                raise
            self.wait_bench(_nothing_held, "the scanner's light")  # the terminal gets round to it later

    def _tell_bench(self, path: str, body: State) -> None:
        ask(self.bench_url + path, body).close()
        if self._bench_events is not None:  # the event is on its way; nobody shall judge by the state before
            with ask(self.bench_url + "api/state") as answer:
                self._bench_events.tell(json.load(answer))

    def press(self, path: str, body: State) -> State:
        """POST to the terminal's console API ("api/visit/settle")."""
        return self.client.press(path, body)

    # ---- looking and waiting

    @property
    def terminal(self) -> State:
        """The newest state of the terminal's screen."""
        return self.client.state

    @property
    def world(self) -> State:
        """The newest state of the bench."""
        return self._watch_simulator(lambda events: events.latest())

    def wait_terminal(self, predicate: Callable[[State], bool], what: str, limit_s: float = LIMIT_S) -> State:
        """The first state of the screen for which `predicate` holds. `NotInTime`, or `ProgramDied` at once."""
        client = self.client
        try:
            return client.wait(predicate, what, limit_s)
        except StreamEnded as ended:
            raise self._explained(self._terminal, ended) from ended

    def wait_bench(self, predicate: Callable[[State], bool], what: str, limit_s: float = LIMIT_S) -> State:
        """The first state of the bench for which `predicate` holds. `NotInTime`, or `ProgramDied` at once."""
        return self._watch_simulator(lambda events: events.wait(predicate, what, limit_s))

    def _watch_simulator(self, look: Callable[[EventStream], State]) -> State:
        if self._bench_events is None:
            raise ProgramDied("the simulator is not running")
        try:
            return look(self._bench_events)
        except StreamEnded as ended:
            raise self._explained(self._simulator, ended) from ended

    def _explained(self, program: Program | None, ended: StreamEnded) -> Exception:
        return ended if program is None else program.death() or ended

    def paper_text(self) -> str:
        """All that the printer has put on paper, as text."""
        with ask(self.bench_url + "api/paper.txt") as answer:
            return answer.read().decode()

    def platform_messages(self) -> list[State]:
        """All messages that the platform has received, in order."""
        return self._list("api/platform/messages")

    def settlements(self) -> list[State]:
        """The settlements in the platform's ledger that have not been taken back."""
        return self._list("api/platform/settlements")

    def _list(self, path: str) -> list[Any]:
        with ask(self.bench_url + path) as answer:
            items: list[Any] = json.load(answer)
        return items


def _nothing_held(world: State) -> bool:
    return not world["scanner"]["window"]
