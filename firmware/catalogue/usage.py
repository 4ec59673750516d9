"""Which diagnoses this clinic chooses: a small sealed counter. No patient stands in it, nor when it was."""

from firmware.vault import Batch

TYPE_CHECKING = False
if TYPE_CHECKING:
    from firmware.vault import Vault

_KIND = "usage"
_ID = "diagnoses"
_MOST_CODES = 100
_MOST_COUNTED = 500  # then all counts are halved: what was chosen some months ago fades


class Usage:
    """Counts, and tells what is chosen most. What was counted since `save` is lost with the power."""

    def __init__(self, vault: "Vault") -> None:
        self._vault = vault
        self._counts: "dict[str, int]" = {}
        self.changed = False

    async def load(self) -> None:
        """Take up what was counted. `VaultError`."""
        record = await self._vault.get(_KIND, _ID)
        self._counts = {} if record is None else dict(record["counts"])

    def count(self, code: str) -> None:
        """A code was chosen."""
        self._counts[code] = self._counts.get(code, 0) + 1
        if sum(self._counts.values()) > _MOST_COUNTED or len(self._counts) > _MOST_CODES:
            self._counts = {kept: self._counts[kept] // 2 for kept in self.codes() if self._counts[kept] > 1}
        self.changed = True

    def codes(self) -> "list[str]":
        """All that were chosen, the most chosen first."""
        return sorted(self._counts, key=lambda code: (-self._counts[code], code))

    async def save(self) -> None:
        """Keep it, when there is something new. `VaultError`."""
        if self.changed:
            self.changed = False
            batch = Batch("catalogue.usage")
            batch.put(_KIND, _ID, {"counts": self._counts})
            await self._vault.commit(batch)
