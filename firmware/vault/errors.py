"""What can go wrong in the vault."""

from firmware.errors import TerminalError


class VaultError(TerminalError):
    """A record could not be kept or read: `vault.full`, `vault.unreadable`, `vault.erased`, `vault.damaged`,
    `vault.retired`, `vault.restoring`; of a backup `backup.wrong_code`."""


class OperatorError(TerminalError):
    """Somebody could not be signed in, or may not do this."""


class OutboxError(TerminalError):
    """A held message cannot be dealt with like this: `outbox.not_held`, `outbox.no_reason`."""


class ParcelError(TerminalError):
    """A parcel could not be written to the stick or taken in from it."""
