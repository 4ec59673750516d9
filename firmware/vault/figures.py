"""What a vault holds, in numbers: for the console and for technicians. Nothing personal."""

from firmware.vault.batch import RECORDS
from firmware.vault.errors import VaultError
from firmware.vault.keyring import DATA, JOURNAL
from hal.errors import StoreError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from firmware.vault.records import Vault
    from hal.ports import KeyStore

_PAGE = 100


async def report(vault: "Vault", keys: "KeyStore") -> "dict[str, Any]":
    """`records` (how many of each kind), `journal` (`first`, `sequence`, `link` in hex), `unsent` and `held` messages,
    `suite` that seals now, `key_versions` (`data`, `journal`: those that open), `key_store` (`level`, `kind`).

    All records are read in pages; none is opened. `VaultError`.
    """
    records = await _counted(vault)
    sequence, link = vault.journal_head()
    keyring = vault.keyring
    return {
        "records": records,
        "journal": {"first": vault.journal_first(), "sequence": sequence, "link": link},
        "unsent": vault.counter("outbox.waiting"),
        "held": vault.counter("outbox.held"),
        "suite": keyring.suite(),
        "key_versions": {"data": keyring.versions(DATA), "journal": keyring.versions(JOURNAL)},
        "key_store": {"level": keys.level, "kind": keys.kind},
    }


async def _counted(vault: "Vault") -> "dict[str, int]":
    counts: "dict[str, int]" = {}
    after = b""
    while True:
        try:
            rows = await vault.store.scan(RECORDS, after, _PAGE)
        except StoreError as error:
            raise VaultError("vault.unreadable", error.cause)
        if not rows:
            return counts
        for name, _ in rows:
            kind = name[len(RECORDS) :].split(b"/", 1)[0].decode()
            counts[kind] = counts.get(kind, 0) + 1
        after = rows[-1][0]
