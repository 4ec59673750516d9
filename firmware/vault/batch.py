"""What one step changes: records, counters, and what is told to whom when it is on the disk."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any


class Put:
    """One record to write. Under an `owner` it is sealed with the owner's key and goes when that is erased."""

    def __init__(self, kind: str, record_id: str, value: "dict[str, Any]", owner: str) -> None:
        self.kind = kind
        self.record_id = record_id
        self.value = value
        self.owner = owner


class Batch:
    """What one step changes. `what` names the step in the journal; `note` may hold codes and numbers, nobody's data."""

    def __init__(self, what: str, note: str = "") -> None:
        self.what = what
        self.note = note
        self.puts: "list[Put]" = []
        self.deletes: "list[tuple[str, str]]" = []
        self.erased: "list[str]" = []
        self.counts: "list[tuple[str, int]]" = []
        self._done: "list[Callable[[], None]]" = []
        self._undo: "list[Callable[[], None]]" = []

    def put(self, kind: str, record_id: str, value: "dict[str, Any]", owner: str = "") -> None:
        """Write a record. What tells of a person belongs to an owner: the visit."""
        self.puts.append(Put(kind, record_id, value, owner))

    def delete(self, kind: str, record_id: str) -> None:
        """Remove a record. What the same batch puts stays."""
        self.deletes.append((kind, record_id))

    def erase(self, owner: str) -> None:
        """Erase the key of an owner: nothing that was sealed for it opens again, wherever copies lie."""
        self.erased.append(owner)

    def count(self, counter: str, change: int) -> None:
        """Change a counter by so much, together with the records."""
        self.counts.append((counter, change))

    def pending(self, kind: str, record_id: str) -> "dict[str, Any] | None":
        """What this batch will write for a record, or None when it does not touch it."""
        found: "dict[str, Any] | None" = None
        for put in self.puts:
            if put.kind == kind and put.record_id == record_id:
                found = put.value
        return found

    def then(self, done: "Callable[[], None]") -> None:
        """Call `done` once the batch is on the disk; what is only in memory follows what is kept."""
        self._done.append(done)

    def otherwise(self, undo: "Callable[[], None]") -> None:
        """Call `undo` when the batch could not be kept; what was changed in memory beforehand goes back."""
        self._undo.append(undo)

    def failed(self) -> None:
        """The vault says that nothing of the batch is on the disk."""
        for undo in self._undo:
            undo()

    def committed(self) -> None:
        """The vault says that the batch is on the disk."""
        for done in self._done:
            done()
