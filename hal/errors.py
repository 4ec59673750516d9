"""Errors of the hardware layer.

    HalError
     +- ConfigError    a board config that cannot be used; says which key and why
     +- PortClosed     the port is gone (unplugged, process ended)
     +- DeviceError    a device answered, and the answer is a refusal or nonsense
     +- NotConnected   the network refused before anything was sent: nothing happened
     +- NoAnswer       a request left and its answer did not come: it may have happened
     +- StoreError     the store could not do it; nothing of the batch was kept
     +- SealBroken     a sealed record was altered, moved, or sealed under another key

`code` is stable and has a sentence for the doctor in the console's locale files. `cause` is for the log and never
carries personal data.
"""


class HalError(Exception):
    """An error of the hardware layer with a stable `code` and a technical `cause`."""

    def __init__(self, code: str, cause: str = "") -> None:
        super().__init__(code + (": " + cause if cause else ""))
        self.code = code
        self.cause = cause


class ConfigError(HalError):
    """A board config cannot be used; `cause` names the path of the key."""


class PortClosed(HalError):
    """The port is gone; the session reopens it."""


class DeviceError(HalError):
    """The device refused or answered nonsense."""


class NotConnected(HalError):
    """Nothing was sent, so nothing happened on the other side."""


class NoAnswer(HalError):
    """Something was sent and no answer came; the outcome is unknown."""


class StoreError(HalError):
    """The store could not do it; nothing of the batch was kept."""


class SealBroken(HalError):
    """A sealed record does not open under its key and name."""
