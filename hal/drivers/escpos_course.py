"""How one print job is going. No I/O and no clock."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hal.ports import PrinterStatus

PROOF_MS = 5000  # how long a printer that is well may owe a proof
ITEM_MS = 100  # added to that for every item of the job: slow printers take 60 to 80 ms for a line
SILENCE_MS = 10000


class Course:
    """Whether more of a job may be sent now, and when to give it up."""

    def __init__(self, now: int, patience_ms: int, ahead_bytes: int, mute: bool) -> None:
        self.mute = mute  # the answers to GS r cannot set the pace, time does
        self._patience_ms = patience_ms
        self._ahead_bytes = ahead_bytes
        self._answers = False  # has answered GS r
        self.well = True  # as of the last poll
        self._shaken = False  # was silent or in trouble during this job: from then on nothing goes ahead of the proofs
        self._still_ms = now  # since when it is well and nothing moves
        self._heard_ms = now

    def may_send(self, ahead: "list[tuple[int, bytes]]", size: int, last: bool) -> bool:
        """Whether `size` more bytes may follow the groups of `ahead`, which are not yet proven. The `last` group waits
        for all of them: a receipt that lacks its middle must lack its end as well, so that nobody takes it for one."""
        if not self.well or (self._shaken and ahead):
            return False
        if self.mute or not ahead:
            return True
        return not last and sum([item[0] for item in ahead]) + size <= self._ahead_bytes

    def sent(self, now: int) -> None:
        """A group was sent."""
        self._still_ms = now

    def answered(self, now: int) -> None:
        """A proof came."""
        self._still_ms = self._heard_ms = now
        self._answers = True

    def polled(self, now: int, status: "PrinterStatus | None") -> None:
        """The status was asked; None: no answer."""
        self.well = status is not None and not status.trouble()
        if status is not None:
            self._heard_ms = now
        if not self.well:
            self._still_ms = now
            self._shaken = True

    def verdict(self, now: int, more: bool) -> str:
        """Why to give up, or "" as long as there is hope; `more`: not all was sent. Trouble has all the time it needs;
        health and silence have not."""
        if now - self._heard_ms >= SILENCE_MS:
            return "printer.silent"
        still_ms = now - self._still_ms
        if more and not (self._answers or self.mute):
            # Some cheap boards do not know GS r; their receipts are not cut short for it.
            self.mute = still_ms >= PROOF_MS
            return ""
        return "printer.no_proof" if still_ms >= self._patience_ms else ""
