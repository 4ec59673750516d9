"""What can go wrong between the terminal and the platform.

    InsuranceError
     +- Unreachable      nothing was sent: nothing happened there
     +- UnknownOutcome   sent, and no usable answer came: it may have happened
     +- Refused          the platform (or its gateway) said no: nothing happened there
         +- TurnedAway   nobody looked at the message: the gateway refused it, or the terminal is not signed in
             +- NotSignedIn   the platform does not know the sign-in, or speaks of it for another reason

Anything else is an `InsuranceError` of its own: a message of ours that does not fit its table, an answer that does
not add up.
"""

from firmware.errors import TerminalError


class InsuranceError(TerminalError):
    """The platform could not be used as intended. `retry_after_s`: for how long it wants to hear nothing, or 0."""

    retry_after_s = 0


class Unreachable(InsuranceError):
    """Nothing was sent."""


class UnknownOutcome(InsuranceError):
    """It was sent, and whether it was done is not known."""


class Refused(InsuranceError):
    """The platform refused; `params["platform"]` is its own sentence."""


class TurnedAway(Refused):
    """Turned away at the door, by the gateway or for want of a sign-in: nothing is wrong with the message itself, it
    may be sent again later. `told_s`: the gateway's time (UTC seconds), when it complained of the time that signed the
    message and said its own; or 0."""

    told_s = 0


class NotSignedIn(TurnedAway):
    """The platform's sentence speaks of signing in. That is about the sign-in only when a new one helps."""


def is_network_trouble(error: TerminalError) -> bool:
    """Whether trying again later may help without anybody doing anything."""
    return isinstance(error, (Unreachable, UnknownOutcome, TurnedAway))
