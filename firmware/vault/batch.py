"""What one step changes: records, counters, and what is told to whom when it is on the disk."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

RECORDS = b"r/"
UNSCRUBBED = "vault.unscrubbed"  # counts what was erased since the store was scrubbed

_OPEN = "open"  # may be changed, and committed
_PROMISED = "promised"  # its maker waits for his turn to commit it
_UNDER_WAY = "under way"
_KEPT = "kept"
_ABANDONED = "abandoned"


def record_name(kind: str, record_id: str) -> bytes:
    """Where a record is kept."""
    return RECORDS + (kind + "/" + record_id).encode()


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
        self.new_keys: "list[tuple[bytes, bytes]]" = []  # wrapped; they seal from this batch on (rotation)
        self.old_keys: "list[int]" = []  # versions of the data key that nothing needs any more (rotation)
        self._state = _OPEN
        self._done: "list[Callable[[], None]]" = []
        self._undo: "list[Callable[[], None]]" = []

    def put(self, kind: str, record_id: str, value: "dict[str, Any]", owner: str = "") -> None:
        """Write a record. What tells of a person belongs to an owner: the visit."""
        self.puts.append(Put(kind, record_id, value, owner))

    def delete(self, kind: str, record_id: str) -> None:
        """Remove a record. What the same batch puts stays."""
        self.deletes.append((kind, record_id))

    def erase(self, owner: str) -> None:
        """Erase the key of an owner: nothing that was sealed for it before opens again, wherever copies lie. What this
        batch or a later one puts for it gets a new key."""
        self.erased.append(owner)
        self.count(UNSCRUBBED, 1)

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

    def begin(self) -> None:
        """The vault takes the batch. ValueError when it has it already: twice on the disk would count twice. One that
        failed may be committed again."""
        if self._state not in (_OPEN, _PROMISED):
            raise ValueError("a batch that is " + self._state)
        self._state = _UNDER_WAY

    def promise(self) -> None:
        """Whoever made the batch waits for something before he commits it, so it is not abandoned. He calls `let_go` in
        the end, whatever happens to him."""
        if self._state == _OPEN:
            self._state = _PROMISED

    def let_go(self) -> None:
        """Nobody will commit it any more, unless the vault has it: then it ends as one that was not kept."""
        if self._state == _PROMISED:
            self.failed()

    def abandon(self) -> bool:
        """Whoever made the batch died before he committed it: it cannot be committed any more. False, and nothing is
        changed, when it is kept or on its way."""
        if self._state == _OPEN:
            self._state = _ABANDONED
        return self._state == _ABANDONED

    def failed(self) -> None:
        """The vault says that nothing of the batch is on the disk."""
        self._state = _OPEN
        for undo in self._undo:
            undo()

    def committed(self) -> None:
        """The vault says that the batch is on the disk."""
        self._state = _KEPT
        for done in self._done:
            done()
