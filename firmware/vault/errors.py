"""What can go wrong in the vault."""

from firmware.errors import TerminalError


class VaultError(TerminalError):
    """A record could not be kept or read."""


class OperatorError(TerminalError):
    """Somebody could not be signed in."""
