"""What cannot be done to a visit now."""

from firmware.errors import TerminalError


class VisitError(TerminalError):
    """The visit is not in a state for that."""
