"""The errors of the firmware: one class for each room, each error with a stable code.

    TerminalError
     +- IdentityError   who is this
     +- TraceError      what is this box
     +- StockError      what is on the shelf
     +- InsuranceError  what the platform said, or did not say
     +- CatalogueError  what is wrong with a catalogue
     +- VaultError      what could not be kept or read
     +- OperatorError   who is signing in
     +- VisitError      what cannot be done to a visit now
     +- DayEndError     what cannot be done to the accounts of a day now
     +- ConsoleError    what a request to the console lacked

The sentence for the doctor stands in the console's locale files under `error.<code>` and says what to do next. `params`
fills its blanks and may go to the screen; `cause` goes to the log and never carries personal data.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class TerminalError(Exception):
    """An error with a stable `code`, a technical `cause` for the log and `params` for the sentence on the screen."""

    def __init__(self, code: str, cause: str = "", params: "dict[str, Any] | None" = None) -> None:
        super().__init__(code + (": " + cause if cause else ""))
        self.code = code
        self.cause = cause
        self.params: "dict[str, Any]" = params or {}
