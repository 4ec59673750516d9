"""The figures of a vault in one stable form, so that two devices can be compared by eye: the same vault on another
device gives the same lines."""

from datetime import UTC, datetime
from typing import Any

from firmware.vault import HELD_KIND, WAITING_KIND
from tools.vault.survey import WORD, Survey

Json = dict[str, Any]

SUITES = {1: "AES-256-GCM", 2: "SM4-GCM", 3: "AES-256-CTR with HMAC-SHA256"}
LEVELS = {
    0: "a file beside the vault: whoever steals the medium has the key, too",
    1: "made from the serial number of the board, which is no secret and can be found by trying",
    2: "in the one-time fuses of the board: the medium alone does not open; who has the board can read them",
    3: "in the secure element: the medium alone does not open; on this board any program gets the key",
    4: "in the fuses of the chip, which no program reads: on this chip any program opens it",
}


def figures_of(survey: Survey, versions: list[tuple[str, int]]) -> Json:
    """The figures of a vault with these (purpose, version) of keys, named as `firmware.vault.report` names them, with
    `owners` and `fault` besides."""
    return {
        "records": dict(sorted(survey.kinds.items())),
        "owners": survey.owners,
        "journal": {"first": survey.first, "sequence": survey.last, "link": survey.link},
        "fault": survey.fault,
        "unsent": survey.kinds[WAITING_KIND],
        "held": survey.kinds[HELD_KIND],
        "suite": survey.suite,
        "key_versions": {
            purpose: [version for other, version in versions if other == purpose] for purpose, _ in sorted(versions)
        },
    }


def checked_figures(values: Any) -> Json:
    """Figures from a file, every part in its form. `ValueError`, `KeyError` or `TypeError` when one is not."""
    journal = values["journal"]
    figures: Json = {
        "records": _counts(values["records"]),
        "owners": _count(values["owners"]),
        "journal": {
            "first": _count(journal["first"]),
            "sequence": _count(journal["sequence"]),
            "link": bytes.fromhex(journal["link"]).hex(),
        },
        "fault": str(values["fault"])[:80] if str(values["fault"]).isprintable() else "?",
        "unsent": _count(values["unsent"]),
        "held": _count(values["held"]),
        "suite": _count(values["suite"]),
        "key_versions": {_word(key): [_count(one) for one in known] for key, known in values["key_versions"].items()},
    }
    return figures


def versions_of(names: list[str]) -> list[tuple[str, int]]:
    """(purpose, version) from the names of wrapped keys, "data/1"; names of another form are left out."""
    parted = [name.split("/") for name in names]
    return sorted((part[0], int(part[1])) for part in parted if len(part) == 2 and part[1].isdecimal())


def lines_of(vault: str, figures: Json) -> list[str]:
    """The figures of the vault that is called so, as they are shown."""
    journal, records, suite = figures["journal"], figures["records"], figures["suite"]
    versions = figures["key_versions"]
    keys = ", ".join(f"{purpose} {'+'.join(map(str, versions[purpose]))}" for purpose in sorted(versions))
    lines = [
        line("vault", vault or "-"),
        line("journal", f"{journal['first']} .. {journal['sequence']}"),
        line("journal head", head_text(journal["sequence"], journal["link"])),
        *([line("JOURNAL BROKEN", figures["fault"])] if figures["fault"] else []),
        line("sealed with", f"{SUITES.get(suite, 'unknown')} (suite {suite})"),
        line("keys", keys or "-"),
        line("keys of visits", str(figures["owners"])),
        line("unsent", str(figures["unsent"])),
        line("held back", str(figures["held"])),
        line("records", str(sum(records.values()))),
    ]
    return lines + [line(f"  {kind}", str(records[kind])) for kind in sorted(records)]


def line(name: str, value: str) -> str:
    """A figure under its name, in columns."""
    return f"{name:<20} {value}"


def head_text(sequence: int, link: str) -> str:
    """A head of the journal as it is printed and entered."""
    return f"{sequence}:{link}"


def time_text(epoch_s: int) -> str:
    """A time as it is shown: in UTC, which is the same on every desk."""
    return datetime.fromtimestamp(epoch_s, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")


def _counts(values: Any) -> dict[str, int]:
    return {_word(kind): _count(count) for kind, count in values.items()}


def _count(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 1 << 63:
        raise ValueError("no count")
    return value


def _word(value: Any) -> str:
    if value != "?" and not WORD.fullmatch(value):
        raise ValueError("no name")
    return str(value)
