"""The catalogues that the platform gives as files (1301 to 1315): asking for one and fetching it (9102).

What the document leaves open is done as the one public client does it that is known to have worked (Jiangxi): the first
request has the version "0"; `ver` is the version's *name* where that is a stamp (F002_19970101000000_C), else its
number, as the document has it; a file may hold the next version only, so one asks until the platform refuses with
已经是最新数据. One source: a province may differ.
"""

from firmware.insurance.catalogue_layouts import CatalogueLayout, is_number
from firmware.insurance.errors import Refused, UnknownOutcome
from firmware.insurance.transfer import CATALOGUES, download
from firmware.insurance.wire import text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from firmware.insurance.client import InsuranceClient

FIRST_VERSION = "0"
_NEWEST = "最新数据"  # in the platform's sentence when there is nothing newer


class CatalogueFile:
    """Where a file can be fetched. `rows` is how many the platform says it has, or 0 when it does not."""

    def __init__(self, number: str, name: str, rows: int) -> None:
        self.number = number
        self.name = name
        self.rows = rows


class CatalogueSource:
    """The platform as the place where catalogues come from. All calls raise `InsuranceError`."""

    def __init__(self, client: "InsuranceClient") -> None:
        self._client = client

    async def ask(self, kind: str, version: str) -> "CatalogueFile | None":
        """The file with what is newer than `version` ("" for all), or None when there is nothing."""
        infno = CatalogueLayout(kind).infno
        try:
            output = await self._client.call(infno, {"data": {"ver": version or FIRST_VERSION}})
        except Refused as refusal:
            if _NEWEST in str(refusal.params.get("platform", "")):
                return None
            raise
        number, name = text(output.get("file_qury_no")), text(output.get("filename"))
        count = text(output.get("data_cnt"))
        if count == "0":
            return None
        if not number or not name:
            raise UnknownOutcome("insurance.bad_answer", infno + " without a file")
        return CatalogueFile(number, name, int(count) if is_number(count) else 0)

    async def fetch(self, file: CatalogueFile, sink: "Callable[[bytes], None]") -> None:
        """Its bytes, a ZIP, piece by piece into `sink`; what `sink` raises ends it."""
        await download(self._client, file.number, file.name, sink, CATALOGUES)
