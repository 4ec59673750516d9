"""The vault: sealed records, the journal that chains them, the outbox, and the operators.

`Vault` keeps records (plain dicts of JSON without floats) under a kind and an id. Everything a step of a visit changes
goes into one `Batch` and one `commit`: it is all there after a power cut, or nothing of it.
"""

from firmware.vault.backup import RESTORED, RESTORING, RETIRED, Passage, Secrets, reading_keys, travels, vault_id
from firmware.vault.batch import RECORDS, Batch
from firmware.vault.bills import (
    NEVER,
    begin_ledger,
    bill_days,
    bill_of,
    day_beside,
    each_bill,
    first_whole_day,
    note_bill,
    payer_of,
)
from firmware.vault.care import Care
from firmware.vault.errors import OperatorError, OutboxError, ParcelError, VaultError
from firmware.vault.figures import report
from firmware.vault.head import head_of
from firmware.vault.journal import HEAD, JOURNAL_PREFIX, Chain, begun_at, hex_of
from firmware.vault.keyring import KEYS, OWNERS, Keyring
from firmware.vault.opening import open_vault, skip_lost_numbers
from firmware.vault.operators import Operators, same
from firmware.vault.outbox import (
    ABSENT,
    ARCHIVE_KIND,
    BODY_KIND,
    DELIVERED,
    HELD_KIND,
    QUARANTINED,
    REFUSED,
    UNKNOWN,
    WAITING_KIND,
    Carry,
    Outbox,
)
from firmware.vault.records import Vault
from firmware.vault.retention import Retention, is_erased, note
from firmware.vault.roles import (
    CARRY,
    CREATE,
    DAY_END,
    HELD,
    RELEASE,
    REPORT,
    RESET_PIN,
    REVERSE,
    ROTATE,
    SUPERVISOR,
    VISIT,
    may,
    rights,
)
from firmware.vault.rotation import Rotation
from firmware.vault.sealing import Sealer, label_of

__all__ = [
    "ABSENT",
    "ARCHIVE_KIND",
    "BODY_KIND",
    "CARRY",
    "CREATE",
    "DAY_END",
    "DELIVERED",
    "HEAD",
    "HELD",
    "HELD_KIND",
    "JOURNAL_PREFIX",
    "KEYS",
    "NEVER",
    "OWNERS",
    "QUARANTINED",
    "RECORDS",
    "REFUSED",
    "RELEASE",
    "REPORT",
    "RESET_PIN",
    "RESTORED",
    "RESTORING",
    "RETIRED",
    "REVERSE",
    "ROTATE",
    "SUPERVISOR",
    "UNKNOWN",
    "VISIT",
    "WAITING_KIND",
    "Batch",
    "Care",
    "Carry",
    "Chain",
    "Keyring",
    "OperatorError",
    "Operators",
    "Outbox",
    "OutboxError",
    "ParcelError",
    "Passage",
    "Retention",
    "Rotation",
    "Sealer",
    "Secrets",
    "Vault",
    "VaultError",
    "begin_ledger",
    "begun_at",
    "bill_days",
    "bill_of",
    "day_beside",
    "each_bill",
    "first_whole_day",
    "head_of",
    "hex_of",
    "is_erased",
    "label_of",
    "may",
    "note",
    "note_bill",
    "open_vault",
    "payer_of",
    "reading_keys",
    "report",
    "rights",
    "same",
    "skip_lost_numbers",
    "travels",
    "vault_id",
]
