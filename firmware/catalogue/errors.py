"""What can be wrong with a catalogue."""

from firmware.errors import TerminalError


class CatalogueError(TerminalError):
    """A catalogue cannot be read, brought up to date, or searched."""
