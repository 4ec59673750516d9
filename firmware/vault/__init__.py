"""The vault: sealed records, the journal that chains them, the outbox, and the operators.

`Vault` keeps records (plain dicts of JSON without floats) under a kind and an id. Everything a step of a visit changes
goes into one `Batch` and one `commit`: it is all there after a power cut, or nothing of it.
"""

from firmware.vault.batch import Batch
from firmware.vault.errors import OperatorError, ParcelError, VaultError
from firmware.vault.opening import open_vault
from firmware.vault.operators import Operators, same
from firmware.vault.outbox import ABSENT, ARCHIVE_KIND, DELIVERED, QUARANTINED, REFUSED, UNKNOWN, Outbox
from firmware.vault.records import Vault

__all__ = [
    "ABSENT",
    "ARCHIVE_KIND",
    "DELIVERED",
    "QUARANTINED",
    "REFUSED",
    "UNKNOWN",
    "Batch",
    "OperatorError",
    "Operators",
    "Outbox",
    "ParcelError",
    "Vault",
    "VaultError",
    "open_vault",
    "same",
]
