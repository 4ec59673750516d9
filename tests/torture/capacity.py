"""As much as the outbox must hold: 50,000 messages on a real store, taken up, carried out on a stick, answered, sent.

`python -m tests.torture.capacity FOLDER` fills a store in a process of its own, so that its memory is not counted.
"""

import asyncio
import json
import logging
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from firmware.insurance import SALE
from firmware.vault import ABSENT, DELIVERED, Batch, Carry, Outbox, Vault, open_vault
from hal.linux.cipher import AesGcmCipher
from hal.linux.clock import SystemClock
from hal.linux.keys import FileKeyStore
from hal.linux.parcels import OfficeParcels, Party, SecretParty
from hal.linux.stick import FolderStick
from hal.linux.store import SqliteStore
from hal.linux.system_random import SystemRandom

MESSAGES = 50_000
MOST_MEMORY_MIB = 32
LONGEST_LOAD_S = 1.0
LONGEST_STALL_S = 2.0  # nothing else moves meanwhile: neither the screen nor the watchdog
_IN_A_VISIT = 2
_AT_ONCE = 100  # visits
_UPLOADS = {"spread_s": 0, "batch": 50, "lanes": 4}
_PAYLOAD = 1200  # bytes; one line of a sale with two trace codes
_OFFICE = SecretParty(b"\x40" * 32, b"\x60" * 32)


class QuickPlatform:
    """A courier to a platform that has nothing yet and takes everything at once."""

    def __init__(self) -> None:
        self.numbers = 0

    async def new_msgid(self) -> str:
        """A number."""
        self.numbers += 1
        return str(self.numbers)

    async def send(self, message: dict[str, Any]) -> tuple[str, str, int]:
        """It has it."""
        return DELIVERED, "", 0

    async def ask(self, message: dict[str, Any]) -> tuple[str, str, int]:
        """It does not have it."""
        return ABSENT, "", 0


class Terminal:
    """What a terminal has of all this, on the store in `folder`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.store = SqliteStore(folder / "vault.db")

    async def open(self) -> float:
        """Open it and take up what waits: the seconds it took."""
        keys = FileKeyStore(self._folder / "device.key")
        clock, random = SystemClock(), SystemRandom()
        began = time.perf_counter()
        self.vault: Vault = await open_vault(self.store, [AesGcmCipher()], keys, random, clock)
        self.outbox = Outbox(self.vault, QuickPlatform(), clock, random, _UPLOADS, MESSAGES)
        await self.outbox.load()
        took_s = time.perf_counter() - began
        self.seal = OfficeParcels(keys.device_key(), _OFFICE.public)
        (self._folder / "stick").mkdir(exist_ok=True)
        self.stick = FolderStick(self._folder / "stick", mounted=False)
        self.carry = Carry(self.vault, self.outbox, self.seal, self.stick, clock)
        return took_s


def run() -> list[str]:
    """Fill, take up, carry out, take in, deliver; a line for each."""
    logging.disable(logging.CRITICAL)
    with tempfile.TemporaryDirectory(prefix="capacity-") as name:
        subprocess.run([sys.executable, "-m", "tests.torture.capacity", name], check=True)
        return asyncio.run(_all(Path(name)))


async def _all(folder: Path) -> list[str]:
    before = _memory_mib()
    terminal = Terminal(folder)
    load_s = await terminal.open()
    summary = terminal.outbox.summary()
    assert (summary["waiting"], summary["level"], terminal.outbox.full()) == (MESSAGES, 100, True)
    lines = [f"{MESSAGES} messages wait in {_size_mib(folder):.0f} MiB; taken up in {load_s * 1000:.0f} ms"]
    out_s, out_stall_s, written = await _timed(terminal.carry.export("1"))
    assert written["messages"] == MESSAGES
    lines.append(
        f"to the stick: {written['parcels']} parcels, {_size_mib(folder / 'stick'):.0f} MiB, {out_s:.0f} s,"
        f" longest stall {out_stall_s * 1000:.0f} ms"
    )
    _answer_half(terminal, folder / "stick")
    in_s, in_stall_s, learnt = await _timed(terminal.carry.take_in("1"))
    assert learnt["acknowledged"] == MESSAGES // 2
    lines.append(f"{MESSAGES // 2} answers: {in_s:.0f} s, longest stall {in_stall_s * 1000:.0f} ms")
    line_s, line_stall_s, complete = await _timed(terminal.outbox.deliver(lambda: None))
    assert complete
    assert terminal.outbox.summary()["waiting"] == 0
    rate = MESSAGES / 2 / line_s
    lines.append(f"the other half by line: {line_s:.0f} s ({rate:.0f}/s), longest stall {line_stall_s * 1000:.0f} ms")
    more = _memory_mib() - before
    lines.append(f"memory at most {more:.0f} MiB more than before the store was opened")
    await terminal.store.close()
    assert load_s <= LONGEST_LOAD_S, lines
    assert more <= MOST_MEMORY_MIB, lines
    assert max(out_stall_s, in_stall_s, line_stall_s) <= LONGEST_STALL_S, lines
    return lines


async def _timed(work: Any) -> tuple[float, float, Any]:
    """The seconds that it took, the longest time for which nothing else could run, and the result."""
    task = asyncio.ensure_future(work)
    began = turn = time.perf_counter()
    stall = 0.0
    while not task.done():
        await asyncio.sleep(0.005)
        now = time.perf_counter()
        stall, turn = max(stall, now - turn), now
    return time.perf_counter() - began, stall, task.result()


def _answer_half(terminal: Terminal, stick: Path) -> None:
    """The office has entered every second parcel."""
    sender = Party(bytes.fromhex(terminal.seal.device), b"")
    for path in sorted(stick.glob("*.cyp"))[::2]:
        sealed = path.read_bytes()
        sender = Party(sender.sign, sealed[37:69])  # docs/parcels.md: the sender's box key
        parcel = json.loads(_OFFICE.open(sender, sealed))
        results = [{"key": message["key"], "outcome": "acknowledged"} for message in parcel["messages"]]
        answer = json.dumps({"parcel": parcel["parcel"], "results": results}).encode()
        number = parcel["parcel"].to_bytes(32, "big")
        path.with_suffix(".cya").write_bytes(_OFFICE.seal(sender, answer, number, number[-12:]))


def _memory_mib() -> float:
    """The most that this process has held."""
    [line] = [line for line in Path("/proc/self/status").read_text("ascii").splitlines() if line.startswith("VmHWM")]
    return int(line.split()[1]) / 1024


def _size_mib(folder: Path) -> float:
    return sum(path.stat().st_size for path in folder.iterdir() if path.is_file()) / 2**20


async def _fill(folder: Path) -> None:
    terminal = Terminal(folder)
    await terminal.open()
    visits = [f"{number:06d}" for number in range(1, MESSAGES // _IN_A_VISIT + 1)]
    for start in range(0, len(visits), _AT_ONCE):
        batch = Batch("fill")
        for visit in visits[start : start + _AT_ONCE]:
            for line in range(1, _IN_A_VISIT + 1):
                row = f"20260921a1b2{visit}-{line}-1"
                payload = {"region": "999901", "input": {"selinfo": {"row": row, "rest": "x" * _PAYLOAD}}}
                terminal.outbox.enqueue(batch, visit, row, SALE, payload, 2520)
        await terminal.vault.commit(batch)
    await terminal.store.close()


if __name__ == "__main__":
    logging.disable(logging.CRITICAL)
    asyncio.run(_fill(Path(sys.argv[1])))
