"""What the tools can be asked to do. Each says what came of it and returns whether that is well."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from firmware.vault import RECORDS, RETIRED, Keyring, VaultError, reading_keys, vault_id
from hal.errors import ConfigError
from tools.vault import backing_up, pins, prompts, restoring
from tools.vault.backup_file import MAGIC, BackupFile
from tools.vault.errors import Undecided
from tools.vault.figures import LEVELS, figures_of, line, lines_of, time_text, versions_of
from tools.vault.rows import RestingStore, Rows, rows_at
from tools.vault.state import StateFolder, existing, keeping_in, sealer
from tools.vault.survey import survey_of
from tools.vault.verifying import KnownHead, Verification, head_lines, verdict_text

_OTHER_BOARD = "A device that keeps its key in another way needs a board config of its own: --board"
_BESIDE = (
    "目录不在备份里：开机后在“目录”页逐个更新，或从旧卡复制 files 文件夹。",
    "Catalogues are not in a backup: update each on the page 目录, or copy the folder `files` of the old medium.",
)
HINTS = {
    "state.in_use": "Stop the terminal first: systemctl stop cunyitong",
    "keys.missing": "Without it nothing but the chain can be checked: verify --no-key",
    "backup.failed": "Mend it and do the same again: the terminal still has everything.",
    "backup.wrong_code": "Is it the code of this very file? Each backup says when it was made.",
    "restore.not_empty": "Give it the state folder of a new terminal. Nothing was written.",
    "retire.moved_on": "Nothing was changed.",
    "keys.no_serial": _OTHER_BOARD,
    "keys.unprogrammed": _OTHER_BOARD,
    "keys.unreadable": _OTHER_BOARD,
    "keys.no_tpm": _OTHER_BOARD,
    "keys.no_tools": _OTHER_BOARD,
}
_NOWHERE = Path()


@dataclass(frozen=True)
class Order:
    """What the command line asks for; each task reads what is its own."""

    place: Path = _NOWHERE  # what is looked at: a state folder, a vault.db, segments, or a backup
    state: Path = _NOWHERE
    target: Path = _NOWHERE
    board: Path | None = None
    head: KnownHead | None = None
    listed: bool = False
    no_key: bool = False
    recovery_code: bool = False
    kind: str = ""
    record_id: str = ""
    code: bool = False
    retire: bool = False
    files: Path | None = None
    operator: str = ""


async def verify(order: Order) -> bool:
    """Check the journal and give a verdict."""
    with _rows(order.place) as rows:
        keyring = _key_for(order, rows)
        if order.listed and keyring is None:
            raise Undecided("keys.missing", "entries are listed with the key only")
        verdict = Verification(order.head, keyring, print if order.listed else None).run(rows.scan())
        rows.steady()
    _say("", *head_lines(verdict.survey), *_broken(rows), "")
    _say(*verdict_text(verdict, keyring is not None, order.head))
    return verdict.whole and not rows.damage


async def report(order: Order) -> bool:
    """The figures of a vault, and what keeps the key of its device."""
    if _is_backup(order.place):
        return _report_backup(BackupFile(order.place))
    with _rows(order.place) as rows:
        survey = survey_of(rows.scan())
        keyring = _key_for(order, rows)
        is_retired = any(rows.scan(RETIRED))
        rows.steady()
    _say(*lines_of("" if keyring is None else vault_id(keyring), figures_of(survey, versions_of(survey.keys))))
    _say(*_broken(rows))
    if keyring is not None:
        keys = StateFolder(order.place, order.board).key_store()
        _say(line("key store", f"level {keys.level} ({keys.kind}): {LEVELS.get(keys.level, 'unknown')}"))
    if is_retired:
        _say("本机已停用。 This device is retired: its records go on on another one.")
    return not survey.fault and not rows.damage


def _report_backup(backup: BackupFile) -> bool:
    """What the device had when the backup was made, as far as the file has it without its code."""
    survey = survey_of(backup.scan())
    header = backup.header
    _say(*lines_of(header["vault"], header["figures"]), line("backup made", time_text(header["made"])))
    if figures_of(survey, []) != {**header["figures"], "key_versions": {}}:
        raise Undecided("backup.damaged", f"{backup.path} does not hold what its header says")
    return not survey.fault


async def open_records(order: Order) -> bool:
    """The ids of a kind, or one record as it is. Personal data goes to a screen, never into a file."""
    if order.record_id and not sys.stdout.isatty():
        raise Undecided("open.no_screen", "a record is shown on a screen only: it has personal data in it")
    with _rows(order.place) as rows:
        keyring = _key_for(Order(place=order.place, board=order.board, recovery_code=True), rows)
        if keyring is None:
            raise Undecided("keys.missing", f"there is no key for {order.place}")
        prefix = RECORDS + f"{order.kind}/".encode()
        if not order.record_id:
            _say(*(ascii(name[len(prefix) :].decode("utf-8", "replace"))[1:-1] for name, _ in rows.scan(prefix)))
            return True
        name = prefix + order.record_id.encode()
        sealed = await RestingStore(rows).get(name)
        if sealed is None:
            raise Undecided("open.absent", f"there is no record {order.kind} {order.record_id}")
        _say(_printable(json.dumps(json.loads(await keyring.open(name, sealed)), ensure_ascii=False, indent=2)))
    return True


async def backup(order: Order) -> bool:
    """Write a backup."""
    folder = existing(order.state, order.board)
    give = prompts.ask_code if order.code else prompts.give_code
    target, header, damage = await backing_up.back_up(backing_up.Order(folder, order.target, order.retire), give)
    _say(*lines_of(header["vault"], header["figures"]), "")
    _say(line("made", time_text(header["made"])), line("file", f"{target} ({target.stat().st_size} bytes)"))
    _say(line("files in it", ", ".join(header["files"]) or "none: give --board to have config and secret in it"))
    if order.retire:
        _say("\n本机已停用。 This device is retired: it never serves again. Restore the backup on the new one.")
    _say("\n备份完成。 The backup is whole: it was read back.")
    if damage:
        _say("但存储介质已损坏，备份里可能缺记录或有旧记录。")
        _say(f"But the medium is broken, records may be missing or old: {damage}.")
    return not damage


async def restore(order: Order) -> bool:
    """Take a backup in, and compare the two devices."""
    backup = BackupFile(order.place)
    header = backup.header
    _say(f"A backup of the vault {header['vault']}, made {time_text(header['made'])}.")
    backup = backup.unlocked(prompts.ask_code(), sealer())
    folder = _new_folder(order, backup)
    figures = await restoring.restore(folder, backup, _say)
    old, new = lines_of(header["vault"], header["figures"]), lines_of(header["vault"], figures)
    _say("", "旧机 old device", *(f"  {text}" for text in old))
    _say("", "新机 new device", *(f"  {text}" for text in new), "")
    if old != new:
        _say(*(f"  old {one}\n  new {other}" for one, other in zip(old, new, strict=False) if one != other))
        _say("不一致：不要启用新机。 THEY DIFFER: do not use the new device.")
        return False
    _say("一致。新机可以启用，旧机不得再用。 They agree. The new device may serve; the old one must not any more.")
    if order.files is not None:
        written = restoring.write_files(backup, order.files)
        _say(line("written", f"{', '.join(written) or 'nothing'} into {order.files}"))
        _say(*_belonging(order.files))
    _say("", *_BESIDE)
    return True


def _new_folder(order: Order, backup: BackupFile) -> StateFolder:
    """The state folder of the new device, which keeps keys and records as its board config says, or else as that in the
    backup: it is what the terminal will be started with."""
    board = backup.opened().files.get(backing_up.BOARD)
    if order.board is not None or board is None:
        return StateFolder(order.state, order.board)
    folder = StateFolder(order.state, usual=keeping_in(board))
    _say(f"As in the board config of the backup: {folder.kept()}")
    return folder


def _belonging(files: Path) -> list[str]:
    """Where the board config that was written into `files` looks for the others."""
    board = files / backing_up.BOARD
    if not board.is_file():
        return []
    try:
        places = backing_up.places_of(board)
    except ConfigError as error:
        return [f"{error.code}: {error.cause}"]
    return [line(f"  {name}", f"is looked for as {place}") for name, place in places.items() if place != board]


async def retire(order: Order) -> bool:
    """Stop an old device for ever."""
    folder = existing(order.state, order.board)
    backup = BackupFile(order.place).unlocked(prompts.ask_code(), sealer())
    await backing_up.retire(folder, backup)
    _say("本机已停用。 This device is retired: it never serves again. Its records go on where the backup is restored.")
    return True


async def new_pin(order: Order) -> bool:
    """Give an operator a new PIN when nobody at the screen can, or tell who the operators are."""
    _say(*await pins.new_pin(order.state, order.board, order.operator))
    return True


@contextmanager
def _rows(place: Path) -> Iterator[Rows]:
    rows: Rows = BackupFile(place) if _is_backup(place) else rows_at(place)
    try:
        yield rows
    finally:
        rows.close()


def _is_backup(place: Path) -> bool:
    if not place.is_file():
        return False
    with place.open("rb") as file:
        return file.read(len(MAGIC)) == MAGIC


def _key_for(order: Order, rows: Rows) -> Keyring | None:
    """The keys of what is looked at, or None where there are none. `VaultError` when they are another device's."""
    if isinstance(rows, BackupFile):
        if not order.recovery_code:
            return None
        unlocked = rows.unlocked(prompts.ask_code(), sealer())
        return reading_keys(sealer(), RestingStore(unlocked), unlocked.opened())
    folder = StateFolder(order.place, order.board)
    if order.no_key or not folder.has_vault():  # a key store makes a key where there is no vault beside it
        return None
    try:
        return folder.keyring_over(rows)
    except ConfigError as error:
        _say(f"There is no key here ({error.code}: {error.cause}); it goes on without.")
    except VaultError as error:
        raise Undecided("keys.foreign", f"the keys of this vault do not open here: {error.cause}") from None
    return None


def _broken(rows: Rows) -> list[str]:
    """What a broken medium means for the records that are left."""
    if not rows.damage:
        return []
    told = "存储介质损坏，可能缺记录或有旧记录。 THE MEDIUM IS BROKEN, records may be missing or old:"
    return [f"{told} {rows.damage}."]


def _printable(text: str) -> str:
    """Without what a terminal would take for a command, such as U+009B: a patient's code brings what it likes."""
    return "".join(char if char.isprintable() or char == "\n" else f"\\u{ord(char):04x}" for char in text)


def _say(*sentences: str) -> None:
    for sentence in sentences:
        print(sentence, flush=True)
