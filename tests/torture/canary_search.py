"""The search for what must be nowhere in clear: people, their numbers, their drugs, in every form a disk may have."""

import base64
import contextlib
import functools
import hashlib
import itertools
import json
import os
import tomllib
import urllib.parse
from collections.abc import Iterable
from pathlib import Path

from simulator.catalogue import DATA
from simulator.certificates import TLS
from simulator.platform.keeping import read
from simulator.platform_keys import SECRET, SIGN_KEY

SEALED = ("vault.db", "vault.db-wal", "vault.segments")  # files and folders of the vault; the rest is plain
# A sealed megabyte is random and has four given bytes by chance once in 4096 times, five once in a million times. Short
# names have some twenty forms of four bytes: in a few megabytes one of them would be found every other day.
_LEAST_IN_SEALED = 5
_ENOUGH = 4  # findings in one place
# What anybody can hash who knows the numbers of a village is as good as the numbers.
_HASHES = ("md5", "sha1", "sha256", "sm3")


def personal(data: Path = DATA) -> list[str]:
    """Names, identity numbers, numbers with the insurer, insurance codes and card numbers of everybody in the
    simulator."""
    people = tomllib.loads((data / "people.toml").read_text(encoding="utf-8"))["people"]
    wanted = {
        "card": ("name", "english_name", "number", "address", "newest_address", "permit_number"),
        "person": ("psn_no", "card_no", "card_sn"),
        "social": ("card_id", "card_number"),
    }
    texts = {person[part].get(key) for person in people for part in wanted if part in person for key in wanted[part]}
    return sorted((texts | {person.get("qr") for person in people}) - {None, ""})


def dispensed(data: Path = DATA) -> list[str]:
    """What tells of a patient's drugs: trace codes as printed and as uploaded, names and national codes of drugs."""
    boxes = tomllib.loads((data / "boxes.toml").read_text(encoding="utf-8"))["box"]
    drugs = tomllib.loads((data / "drugs.toml").read_text(encoding="utf-8"))["drug"]
    texts = {box["code"] for box in boxes} | {box["code"].replace("\x1d", "") for box in boxes}
    return sorted(texts | {drug["name"] for drug in drugs} | {drug["med_list_codg"] for drug in drugs})


def booked(folder: Path) -> list[str]:
    """The numbers under which the platform keeps visits, settlements and e-voucher tokens in its folder."""
    ledger, _ = read(folder)
    return sorted({*ledger.visits, *ledger.settlements, *ledger.tokens})


def secrets_of(run_dir: Path) -> list[str | bytes]:
    """The terminal's private keys: of its gateway's signature and of its certificate, and the account's secret."""
    secret = (run_dir / SECRET).read_text(encoding="ascii").strip()
    pem = (run_dir / TLS / "client-key.pem").read_text(encoding="ascii").splitlines()
    return [secret, base64.b64decode((run_dir / SIGN_KEY).read_bytes()), base64.b64decode("".join(pem[1:-1]))[-32:]]


def forms(wanted: str | bytes) -> dict[str, bytes]:
    """A text, or bytes, in every form that may be on a disk, by the name of the form."""
    plain = {"bytes": wanted} if isinstance(wanted, bytes) else _written(wanted)
    found = dict(plain)
    for coding, raw in plain.items():
        found[f"{coding} in hex"] = raw.hex().encode()
        found[f"{coding} in HEX"] = raw.hex().upper().encode()
        for shift in range(3):
            found[f"{coding} in base64, {shift} bytes on"] = _base64(raw, shift)
    if isinstance(wanted, str):
        for name in _HASHES:
            digest = hashlib.new(name, wanted.encode()).digest()
            found |= {name: digest, f"{name} in hex": digest.hex().encode(), f"{name} in base64": _base64(digest, 0)}
    return found


def _written(text: str) -> dict[str, bytes]:
    codings = ("utf-8", "gb18030", "utf-16-le", "utf-16-be", "unicode-escape")
    escaped = json.dumps(text)[1:-1]  # a character beyond the first 65,536 is two escapes there
    quoted = urllib.parse.quote(text, safe="")
    found = {coding: text.encode(coding) for coding in codings}
    found |= {"JSON": escaped.encode(), "JSON in capitals": escaped.upper().replace("\\U", "\\u").encode()}
    return found | {"an address": quoted.encode(), "an address in small letters": quoted.lower().encode()}


def _base64(raw: bytes, shift: int) -> bytes:
    """The characters of base64 that stand for `raw` alone when `shift` bytes modulo 3 come before it."""
    padded = base64.b64encode(b"\0" * shift + raw)
    first = -(-shift * 8 // 6)  # the character that also holds bits of what comes before is left out
    last = (shift + len(raw)) * 8 // 6  # and so is the one that also holds bits of what follows
    return padded[first:last]


@functools.cache
def _patterns(texts: tuple[str | bytes, ...]) -> list[tuple[bytes, str]]:
    patterns: dict[bytes, str] = {}
    for text in texts:
        for form, raw in forms(text).items():
            patterns.setdefault(raw, f"{text if isinstance(text, str) else 'a key'} as {form}")
    return list(patterns.items())


def found_in(content: bytes, texts: Iterable[str | bytes], sealed: bool = False) -> list[str]:
    """The first of `texts` that are in `content`, with their forms. `sealed`: it is random, so the shortest forms do
    not count."""
    least = _LEAST_IN_SEALED if sealed else 1
    found = (what for raw, what in _patterns(tuple(texts)) if len(raw) >= least and raw in content)
    return list(itertools.islice(found, _ENOUGH))


def found_in_files(files: Iterable[Path], texts: Iterable[str | bytes]) -> list[str]:
    """The same over files, each by its name. One that vanished meanwhile was temporary, and is left out."""
    wanted, found = tuple(texts), []
    for file in files:
        try:
            content = file.read_bytes()
        except FileNotFoundError:
            continue
        sealed = any(part in SEALED for part in file.parts)
        found += [f"{file.name}: {what}" for what in found_in(content, wanted, sealed)]
    return found


def shown_to_others(paths: Iterable[Path]) -> list[str]:
    """Those that others than their owner may read, write or look into. One that vanished meanwhile is left out."""
    found = []
    for path in paths:
        with contextlib.suppress(FileNotFoundError):
            mode = path.stat().st_mode & 0o777
            found += [f"{path.name}: mode {mode:o}"] if mode & 0o077 else []
    return found


def files_below(folder: Path) -> list[Path]:
    """Every file below a folder, whatever its name. What vanishes meanwhile was temporary, and is left out."""
    paths = (Path(place, name) for place, _, names in os.walk(folder) for name in names)
    return sorted(path for path in paths if path.is_file())


def written_in(state: Path) -> list[Path]:
    """Every file below a terminal's state folder but the public catalogues, which are the same for every clinic: some
    names of diseases hold an invented person's (史密斯骨折), and the codes of a visit's diagnoses are among theirs."""
    catalogues = set((state / "files").glob("catalogue-*"))
    return [path for path in files_below(state) if path not in catalogues]
