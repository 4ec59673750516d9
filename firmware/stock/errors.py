"""What can go wrong with the shelf."""

from firmware.errors import TerminalError


class StockError(TerminalError):
    """The shelf does not have it."""
