"""Walking the journal with its key: verifying all of it, and taking away what is too old."""

from firmware.vault.errors import VaultError
from firmware.vault.journal import JOURNAL_PREFIX, Chain, entry_name
from firmware.vault.keyring import JOURNAL, key_name
from firmware.vault.sealing import label_of
from hal.errors import StoreError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from firmware.vault.keyring import Keyring
    from firmware.vault.writer import Writer
    from hal.ports import Store

    Rows = list[tuple[bytes, bytes]]

_PAGE = 50  # commits wait for one page at most


async def verify(store: "Store", keyring: "Keyring", writer: "Writer") -> int:
    """`firmware.vault.records.Vault.verify_journal`."""
    head = writer.head
    chain = Chain(head.first, head.before)
    until = head.sequence
    while True:
        async with writer.lock:  # for each page: a commit on its way is in the store, but not yet in the head
            if head.first > chain.sequence + 1:  # trimmed meanwhile
                chain = Chain(head.first, head.before)
            more = await _follow(store, keyring, chain)
            while more and chain.sequence >= until:  # what came since: else it might never come to an end
                more = await _follow(store, keyring, chain)
            if not more:
                if chain.sequence != head.sequence or chain.link != head.link:
                    raise VaultError("vault.unreadable", "journal cut or altered")
                return head.sequence - head.first + 1


async def _follow(store: "Store", keyring: "Keyring", chain: Chain) -> bool:
    """Walk over the next page. False when there was none."""
    rows = await _scan(store, entry_name(chain.sequence), _PAGE)
    for name, value in rows:
        keyring.open_journal(name, chain.follow(name, value))
    return len(rows) > 0


async def trim(store: "Store", keyring: "Keyring", writer: "Writer", keep: int, most: int) -> bool:
    """`firmware.vault.records.Vault.trim_journal`. A journal key that only those entries needed goes with them."""
    async with writer.lock:
        head = writer.head.copy()
        excess = head.sequence - head.first + 1 - max(keep, 1)  # the last one stays: it shows which keys are needed
        if excess <= 0:
            return False
        rows = await _scan(store, b"", min(excess, most) + 1)
        if len(rows) < 2:
            raise VaultError("vault.unreadable", "journal cut")
        chain = Chain(head.first, head.before)
        for name, value in rows[:-1]:
            chain.follow(name, value)
        head.first = chain.sequence + 1
        head.before = chain.link
        name, value = rows[-1]
        sealed = chain.follow(name, value)
        keyring.open_journal(name, sealed)  # no key goes by a label that nothing proves
        oldest = label_of(sealed).key_version
        gone = [version for version in keyring.versions(JOURNAL) if version < oldest]
        deletes = [name for name, _ in rows[:-1]] + [key_name(JOURNAL, version) for version in gone]
        await writer.replace({}, set(deletes), head)
        for version in gone:
            keyring.forget(JOURNAL, version)
        return excess > most


async def _scan(store: "Store", after: bytes, most: int) -> "Rows":
    try:
        return await store.scan(JOURNAL_PREFIX, after, most)
    except StoreError as error:
        raise VaultError("vault.unreadable", error.cause)
