"""Files to and from the platform: 9101 and 9102. Each side knows a file by a query number.

Source: V1.1.27, appendix A: an upload is a form (`form.py`); a download is an ordinary request, whose answer is the
file itself or, when that fails, an envelope. Content types are not always right, so the first bytes decide.
"""

from firmware.insurance.errors import NotSignedIn, Refused, UnknownOutcome
from firmware.insurance.wire import text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from firmware.insurance.client import InsuranceClient

CATALOGUES = "plc"  # in whose name files of catalogues are fetched
MOST_BYTES = 256 * 1024 * 1024  # of a file; the largest catalogue is that of consumables, some 100 MiB unpacked
_ZIP = b"PK"  # what all of them begin with
_MOST_WORDS = 64 * 1024  # of an envelope that calls itself a file
# The table has the file itself in the member `in`, which a form makes needless. It is mandatory, so it is sent as the
# one client did that was seen on the wire.
_IN_THE_FORM = "[]"


async def upload(client: "InsuranceClient", name: str, content: bytes) -> str:
    """9101: the query number of the file, under which 3202 and others speak of it. `InsuranceError`; after an
    `UnknownOutcome` it may be uploaded again, a file that nobody speaks of does nothing."""
    node = {"in": _IN_THE_FORM, "filename": name, "fixmedins_code": client.institution_code}
    output = await client.call_with_file("9101", {"fsUploadIn": node}, name, content)
    number = text(output.get("file_qury_no"))
    if not number:
        raise UnknownOutcome("insurance.bad_answer", "9101 file_qury_no")
    return number


async def download(
    client: "InsuranceClient",
    query_number: str,
    filename: str,
    sink: "Callable[[bytes], None]",
    fixmedins: str = "",
    most: int = MOST_BYTES,
) -> None:
    """9102: the file goes to `sink` piece by piece. `fixmedins` is in whose name it is fetched: `CATALOGUES` for
    theirs, this institution's without it. `InsuranceError`, and what `sink` raises; then what it got is of no use."""
    node = {
        "file_qury_no": query_number,
        "filename": filename,
        "fixmedins_code": fixmedins or client.institution_code,
    }
    try:
        await _fetch(client, node, sink, most)
        return
    except NotSignedIn:
        pass  # nothing has come; the next fetch signs in again
    try:
        await _fetch(client, node, sink, most)
    except NotSignedIn as refusal:  # a new sign-in did not help: it is about something else
        raise Refused(refusal.code, refusal.cause, refusal.params)


async def _fetch(client: "InsuranceClient", node: "dict[str, str]", sink: "Callable[[bytes], None]", most: int) -> None:
    arrival = _Arrival(sink)
    body = await client.fetch_file("9102", {"fsDownloadIn": node}, arrival.take, most)
    if body[:2] == _ZIP:  # under another type
        arrival.take(body)
    if arrival.words or not arrival.size:
        client.refuse("9102", bytes(arrival.words) or body)


class _Arrival:
    """Tells a file from an envelope by its first byte."""

    def __init__(self, sink: "Callable[[bytes], Any]") -> None:
        self.size = 0
        self.words = bytearray()  # of an envelope
        self._sink = sink

    def take(self, piece: bytes) -> None:
        """The next bytes. `UnknownOutcome` when an envelope is longer than any is."""
        is_words = bool(self.words) if self.size else piece[:1] == b"{"
        self.size += len(piece)
        if not is_words:
            self._sink(piece)
        elif self.size > _MOST_WORDS:
            raise UnknownOutcome("insurance.bad_answer", "9102 too long")
        else:
            self.words += piece
