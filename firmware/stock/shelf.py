"""The shelf: the clinic's drugs and how many of each batch are left. Quantities are whole boxes."""

from firmware.stock.errors import StockError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from firmware.vault import Batch, Vault

    Json = dict[str, Any]

_KIND = "stock"
_FOUND = 20


class Shelf:
    """The drugs of the clinic profile and their batches, kept in the vault."""

    def __init__(self, vault: "Vault", drugs: "list[Json]") -> None:
        self._vault = vault
        self._drugs = drugs
        self._by_id = {drug["id"]: drug for drug in drugs}
        self._left: "dict[str, list[Json]]" = {}

    async def load(self) -> None:
        """Read the batches; a drug seen for the first time begins with those of the clinic profile."""
        kept = await self._vault.list(_KIND)
        for drug in self._drugs:
            batches: "list[Json]" = drug["batches"]
            for drug_id, record in kept:
                if drug_id == drug["id"]:
                    batches = record["batches"]
            self._left[drug["id"]] = [dict(batch) for batch in batches]

    def drug(self, drug_id: str) -> "Json":
        """One drug of the clinic profile. `StockError` `trace.unknown_drug` when the clinic has no such drug."""
        if drug_id not in self._by_id:
            raise StockError("trace.unknown_drug")
        return self._by_id[drug_id]

    def drugs(self) -> "list[Json]":
        """All drugs of the clinic profile, in its order."""
        return self._drugs

    def on_hand(self, drug_id: str) -> int:
        """Boxes left."""
        return sum([batch["quantity"] for batch in self._left.get(drug_id, [])])

    def search(self, query: str) -> "list[Json]":
        """Up to 20 drugs by name or pinyin initials; all that fit for an empty query, in the profile's order."""
        found = [drug for drug in self._drugs if query in drug["name"] or drug["initials"].startswith(query.lower())]
        return found[:_FOUND]

    def batch_for(self, drug_id: str, lot: str = "") -> "Json":
        """The batch a box belongs to: the one with its lot number, else the one that expires first and is not used
        up."""
        batches = self._left[drug_id]
        for batch in batches:
            if lot and batch["lot"] == lot:
                return batch
        best = batches[0]
        for batch in batches:
            if batch["quantity"] > 0 and (best["quantity"] <= 0 or batch["expires"] < best["expires"]):
                best = batch
        return best

    def move(self, commit: "Batch", drug_id: str, lot: str, boxes: int) -> None:
        """Book `boxes` (negative: out, positive: back) of a batch, with `commit`. The shelf may go below zero: what was
        handed over is handed over, and the stock-take will tell."""
        pending = commit.pending(_KIND, drug_id)
        # A drug that was taken out of the profile meanwhile was settled all the same; there is no count to change.
        before: "list[Json]" = self._left.get(drug_id, []) if pending is None else pending["batches"]
        batches = [dict(batch) for batch in before]
        for batch in batches:
            if batch["lot"] == lot:
                batch["quantity"] += boxes
        commit.put(_KIND, drug_id, {"batches": batches})
        commit.then(lambda: self._left.update({drug_id: batches}))
