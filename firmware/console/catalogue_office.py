"""The catalogues on the screen: what the terminal has, looking something up, bringing one up to date."""

from firmware.catalogue import DIAGNOSES
from firmware.console.body import text
from firmware.vault import REPORT

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from typing import Any

    from firmware.catalogue import Catalogues

    Json = dict[str, Any]
    Operator = dict[str, str]


class CatalogueOffice:
    """The presses in `actions`, by name: the right, and what does it (docs/console-api.md)."""

    def __init__(self, catalogues: "Catalogues") -> None:
        self._catalogues = catalogues
        self.actions: "dict[str, tuple[str, Callable[[Operator, Json], Awaitable[Json]]]]" = {
            "catalogues/update": (REPORT, self._update),
            "catalogues/stop": (REPORT, self._stop),
        }

    def status(self) -> "Json":
        """Every kind of catalogue, with the progress of the one that is being brought up to date."""
        return {"catalogues": self._catalogues.status()}

    def find(self, kind: str, query: str) -> "list[Json]":
        """Up to 20 rows of a kind, with the columns that are not empty."""
        rows = self._catalogues.search(kind, query)
        return [{name: row[name] for name in row if row[name]} for row in rows]

    def find_diagnoses(self, query: str) -> "list[Json]":
        """Up to 20 diagnoses. `unverified`: nobody has checked this catalogue against the platform's."""
        unverified = not self._catalogues.verified(DIAGNOSES)
        rows = self._catalogues.search(DIAGNOSES, query)
        return [{"code": row["code"], "name": row["name"], "unverified": unverified} for row in rows]

    def chosen(self, code: str) -> None:
        """A diagnosis was chosen."""
        self._catalogues.chosen(code)

    async def _update(self, _operator: "Operator", body: "Json") -> "Json":
        self._catalogues.begin(text(body, "kind"))
        return {}

    async def _stop(self, _operator: "Operator", _body: "Json") -> "Json":
        self._catalogues.call_off()
        return {}
