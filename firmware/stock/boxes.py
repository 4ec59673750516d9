"""Boxes that have left, or are about to: no box is dispensed twice.

A box is known by a keyed hash of its trace code. `reserved` boxes belong to an open visit, `sold` ones are gone for
good until a cancelled settlement brings them back.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from firmware.vault import Batch, Vault

_KIND = "box"
RESERVED = "reserved"
SOLD = "sold"


class Boxes:
    """The boxes that this terminal has dispensed or reserved."""

    def __init__(self, vault: "Vault") -> None:
        self._vault = vault

    async def holder(self, key: str) -> "dict[str, Any] | None":
        """`{"visit", "state"}` of the visit that has the box, or None when it is free."""
        return await self._vault.get(_KIND, self._vault.blind(_KIND, key))

    def reserve(self, batch: "Batch", key: str, visit: str) -> None:
        """Bind the box to an open visit."""
        batch.put(_KIND, self._vault.blind(_KIND, key), {"visit": visit, "state": RESERVED})

    def sell(self, batch: "Batch", key: str, visit: str) -> None:
        """The box has been settled and handed over."""
        batch.put(_KIND, self._vault.blind(_KIND, key), {"visit": visit, "state": SOLD})

    def release(self, batch: "Batch", key: str) -> None:
        """The box is back on the shelf."""
        batch.delete(_KIND, self._vault.blind(_KIND, key))
