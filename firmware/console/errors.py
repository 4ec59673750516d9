"""What a request to the console lacked."""

from firmware.errors import TerminalError


class ConsoleError(TerminalError):
    """The request itself is wrong, or its sender has not signed in. `status` is the HTTP status of the answer."""

    def __init__(self, code: str, status: int) -> None:
        super().__init__(code)
        self.status = status
