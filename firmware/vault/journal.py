"""The journal: a chain over the sealed entries, one entry for each commit.

Under `j/<sequence, 16 digits>` stands the link of the entry before (32 bytes) and the sealed entry. The link of an
entry is SHA-256(link before | name | sealed entry); the first one follows 32 zero bytes. So whoever outside
has noted a link needs no key to see that an entry before it was altered, moved or taken out. Without such a link the
chain shows accidents only: nobody needs a key to link other entries, either. Entries at the beginning may have been
trimmed; the sealed head says where the journal begins.
"""

import binascii
import hashlib

from firmware.vault.errors import VaultError

JOURNAL_PREFIX = b"j/"
HEAD = b"head"
NO_LINK = bytes(32)
_DIGITS = 16


def entry_name(sequence: int) -> bytes:
    """Where an entry is kept."""
    return JOURNAL_PREFIX + f"{sequence:016d}".encode()


def link(before: bytes, name: bytes, sealed: bytes) -> bytes:
    """The link of an entry, 32 bytes."""
    return hashlib.sha256(before + name + sealed).digest()


def hex_of(data: bytes) -> str:
    """Hex digits: how a link is shown and sent, and how bytes stand in JSON."""
    return binascii.hexlify(data).decode()


class Chain:
    """Walks a journal without any key. `sequence` and `link` are those of the last entry seen."""

    def __init__(self, first: int = 1, before: bytes = NO_LINK) -> None:
        """The journal begins with the entry `first`; `before` is the link in front of it."""
        self.sequence = first - 1
        self.link = before

    def follow(self, name: bytes, value: bytes) -> bytes:
        """Take the next row of the store; its sealed entry. `VaultError` when it does not follow the one before."""
        if name != entry_name(self.sequence + 1):
            raise VaultError("vault.unreadable", "journal entry " + str(self.sequence + 1) + " missing")
        if value[: len(NO_LINK)] != self.link:
            raise VaultError("vault.unreadable", "journal broken before entry " + str(self.sequence + 1))
        sealed = value[len(NO_LINK) :]
        self.sequence += 1
        self.link = link(self.link, name, sealed)
        return sealed


def begun_at(name: bytes, value: bytes) -> Chain:
    """The chain of a journal whose oldest row this is; `follow` takes it first. `VaultError`."""
    if len(value) < len(NO_LINK):
        raise VaultError("vault.unreadable", "journal entry cut short")
    return Chain(sequence_of(name), value[: len(NO_LINK)])


def sequence_of(name: bytes) -> int:
    """The number of an entry. `VaultError` when it is the name of none."""
    digits = name[len(JOURNAL_PREFIX) :]
    if len(digits) != _DIGITS or not digits.isdigit():
        raise VaultError("vault.unreadable", "journal entry with an unknown name")
    return int(digits)
