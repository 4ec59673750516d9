"""What can go wrong in the vault."""

from firmware.errors import TerminalError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hal.errors import StoreError


class VaultError(TerminalError):
    """A record could not be kept or read: `vault.full`, `vault.unreadable`, `vault.erased`, `vault.damaged`,
    `vault.retired`, `vault.restoring`; of a backup `backup.wrong_code`."""


def not_kept(error: "StoreError") -> VaultError:
    """What is told of a commit that failed: that the medium fails, or, of everything else, that there is no room."""
    fails = error.code in ("store.damaged", "store.medium")
    return VaultError("vault.damaged" if fails else "vault.full", error.cause)


class OperatorError(TerminalError):
    """Somebody could not be signed in, or may not do this."""


class OutboxError(TerminalError):
    """A held message cannot be dealt with like this: `outbox.not_held`, `outbox.no_reason`."""


class ParcelError(TerminalError):
    """A parcel could not be written to the stick or taken in from it."""
