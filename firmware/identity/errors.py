"""The error of this room."""

from firmware.errors import TerminalError


class IdentityError(TerminalError):
    """Nobody can be told from this card or number.

    Codes: `card.unreadable` (torn or not a card), `card.wrong_type` (a card of another layout), `card.bad_number` (the
    number on the card is not one), `identity.bad_number` (a typed number is not one). No cause carries personal data.
    """
