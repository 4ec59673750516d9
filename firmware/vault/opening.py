"""Opening the vault, and beginning a new one."""

from firmware.vault.backup import RESTORED, refuse_marked
from firmware.vault.batch import Batch
from firmware.vault.errors import VaultError, not_kept
from firmware.vault.head import Head, head_of
from firmware.vault.journal import HEAD
from firmware.vault.keyring import BLIND, DATA, JOURNAL, KEYS, PIN, Keyring
from firmware.vault.records import Vault
from firmware.vault.sealing import Sealer
from hal.errors import StoreError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hal.ports import Cipher, Clock, KeyStore, Random, Store


_NUMBERS = ("visit", "msgid")  # what the platform knows visits, sales and messages by
_SKIPPED = 1000  # more than a terminal uses on a day; what is named by a number has the day in its name


async def skip_lost_numbers(vault: Vault) -> None:
    """At the first start after a restore: leave out the numbers that the old device may have used after its backup.
    What it told the platform under them is not known here, and would be taken for what this device tells.
    `VaultError`."""
    try:
        if await vault.store.get(RESTORED) is None:
            return
        batch = Batch("vault.restored")
        for counter in _NUMBERS:
            batch.count(counter, _SKIPPED)
        await vault.commit(batch)
        async with vault.lock:  # after a power cut before this they are skipped twice, which harms nobody
            await vault.store.commit([], [RESTORED])
    except StoreError as error:
        raise VaultError("vault.unreadable", error.cause)


async def open_vault(
    store: "Store", ciphers: "list[Cipher]", keys: "KeyStore", random: "Random", clock: "Clock"
) -> Vault:
    """Open the vault with the device's key; an empty store gets keys of its own.

    `VaultError` when the key is another's, when keys or the end of the journal are gone (both are written once
    together, so this is no power cut), or when an empty store cannot be written; `vault.retired`, `vault.restoring`.
    """
    keyring = Keyring(store, Sealer(ciphers, random), keys.device_key())
    try:
        await refuse_marked(store)
        wrapped = await store.scan(KEYS)
        sealed_head = await store.get(HEAD)
        anything = await store.scan(b"", b"", 1)
    except StoreError as error:
        raise VaultError("vault.unreadable", error.cause)
    if not anything:
        return await _begin(store, keyring, clock)
    keyring.adopt(wrapped)
    for purpose in (DATA, JOURNAL, BLIND, PIN):
        if not keyring.versions(purpose):
            raise VaultError("vault.unreadable", "the " + purpose + " key is missing")
    if keyring.versions(DATA)[-1] != keyring.versions(JOURNAL)[-1]:  # both come with one commit
        raise VaultError("vault.unreadable", "the newest data or journal key is missing")
    if sealed_head is None:
        raise VaultError("vault.unreadable", "the end of the journal is missing")
    return Vault(store, keyring, clock, head_of(keyring.open_journal(HEAD, sealed_head)))


async def _begin(store: "Store", keyring: Keyring, clock: "Clock") -> Vault:
    rows = keyring.first()
    keyring.adopt(rows)
    head = Head()
    try:
        await store.commit(rows + [(HEAD, keyring.seal_journal(HEAD, head.packed()))], [])
    except StoreError as error:
        raise not_kept(error)
    return Vault(store, keyring, clock, head)
