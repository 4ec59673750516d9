"""What cannot be done to the accounts of a day."""

from firmware.errors import TerminalError


class DayEndError(TerminalError):
    """A press on the day end that makes no sense now."""
