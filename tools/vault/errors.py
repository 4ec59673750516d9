"""What the tools cannot do, in one sentence for whoever stands there."""


class VaultToolError(Exception):
    """`code` is stable, `cause` a sentence. `Undecided` apart, the answer to the question was no."""

    def __init__(self, code: str, cause: str) -> None:
        super().__init__(f"{code}: {cause}")
        self.code = code
        self.cause = cause


class Undecided(VaultToolError):
    """What was asked for could not be looked at: a wrong path, a wrong code, an unreadable medium."""
