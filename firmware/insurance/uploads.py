"""The courier that the outbox sends with: what is uploaded about goods, delivered row by row or many rows at once.

A message of many rows (3505A, 3506A) is taken or refused row by row, although the answer says that all is well. For the
outbox it is one message: it is delivered when every row is there, and refused, with the platform's sentence for each
row, when one is not. A row that the answer does not name is asked for. One that is not there then may still come, so
nobody knows how the message ended; when it is missing once more after that, a person must look. What the platform took
of a refused message stays there: until a person has decided it counts as one that the platform may have, so that nobody
withdraws it as if it had never left; sent again, it carries only the rows that are missing.

Source: national interface specification, stock transactions, and 3513 for what is there.
"""

from firmware.insurance.answers import bad_answer
from firmware.insurance.errors import InsuranceError, Refused, TurnedAway, UnknownOutcome, Unreachable
from firmware.insurance.goods import results_of, rows_of
from firmware.insurance.sales import SALE, SALE_RETURN, SALE_RETURNS, SALES
from firmware.insurance.trace_codes import is_listed, sold_question
from firmware.vault import ABSENT, DELIVERED, REFUSED, UNKNOWN

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from firmware.insurance.client import InsuranceClient

    Json = dict[str, Any]

_LONGEST_SENTENCE = 500
_LISTED = (SALE, SALE_RETURN, SALES, SALE_RETURNS)  # 3513 tells of them
_PUT_BACK = "new"  # the outbox's state of a message that is asked for although it is not under way


class UploadCourier:
    """Carries the outbox's messages to the platform (the `Courier` of `firmware.vault.outbox.message`)."""

    def __init__(self, client: "InsuranceClient", institution: str) -> None:
        self._client = client
        self._institution = institution

    async def new_msgid(self) -> str:
        """A message number that was never used before."""
        return await self._client.new_msgid()

    async def send(self, message: "Json") -> "tuple[str, str, int]":
        """Send one message: how it ended, the platform's sentence when it refused, and the seconds for which it wants
        to hear nothing."""
        try:
            return await self._send(message)
        except (Unreachable, TurnedAway) as error:
            return ABSENT, "", error.retry_after_s
        except UnknownOutcome as error:
            return UNKNOWN, "", error.retry_after_s
        except Refused as error:
            return REFUSED, str(error.params["platform"]), 0
        except InsuranceError as error:
            return REFUSED, error.code, 0

    async def _send(self, message: "Json") -> "tuple[str, str, int]":
        infno = message["infno"]
        payload = message["payload"]
        rows = rows_of(infno, payload["input"])
        if rows and message["ask"]:  # it was sent before
            rows = await self._missing(infno, rows)
            if not rows:
                return DELIVERED, "", 0
        given = _with_rows(payload["input"], rows) if rows else payload["input"]
        output = await self._client.call(infno, given, payload["region"], message["msgid"])
        if not rows:
            return DELIVERED, "", 0
        sentence, unnamed = _of_rows(infno, output, rows)
        if sentence:
            return REFUSED, sentence, 0
        if infno in _LISTED:
            try:
                unnamed = await self._missing(infno, unnamed)
            except InsuranceError as error:  # of the question; the message itself has arrived
                return UNKNOWN, "", error.retry_after_s
        if unnamed and message["ask"]:
            return REFUSED, "insurance.taken_in_part", 0
        return (UNKNOWN if unnamed else DELIVERED), "", 0

    async def _missing(self, infno: str, rows: "list[Json]") -> "list[Json]":
        """The rows that the platform does not have yet. `Unreachable` when it does not say: nothing was sent."""
        missing = []
        try:
            for row in rows:
                if not await self._has(infno, row["fixmedins_bchno"]):
                    missing.append(row)  # noqa: PERF401  # no await inside a comprehension on MicroPython
        except UnknownOutcome as error:  # of the question
            unreachable = Unreachable(error.code, error.cause)
            unreachable.retry_after_s = error.retry_after_s
            raise unreachable
        return missing

    async def ask(self, message: "Json") -> "tuple[str, str, int]":
        """3513: whether the platform has it. It lists the boxes that are sold and not returned: a sale is there when
        its row is listed, a return when the row is not. A message that is there in part, and one that cannot be asked
        for (about stock or purchases), is for a person to look at; what he puts back is sent again."""
        infno = message["infno"]
        decided = message["state"] == _PUT_BACK
        if infno not in _LISTED:
            return (ABSENT, "", 0) if decided else (REFUSED, "insurance.cannot_ask", 0)
        there = []
        try:
            for row_number in message["row"].split(" "):
                there.append(await self._has(infno, row_number))  # noqa: PERF401
        except (Unreachable, UnknownOutcome, TurnedAway) as error:
            return UNKNOWN, "", error.retry_after_s
        except InsuranceError as error:
            return REFUSED, str(error.params.get("platform", error.code)), 0  # a person must look
        if all(there):
            return DELIVERED, "", 0
        if any(there) and not decided:
            return REFUSED, "insurance.taken_in_part", 0
        return ABSENT, "", 0

    async def _has(self, infno: str, row_number: str) -> bool:
        output = await self._client.call("3513", sold_question(self._institution, row_number))
        return is_listed(output, row_number) == (infno in (SALE, SALES))


def _with_rows(given: "Json", rows: "list[Json]") -> "Json":
    """The message with these rows only: it has one node."""
    return dict.fromkeys(given, rows)


def _of_rows(infno: str, output: "Json", rows: "list[Json]") -> "tuple[str, list[Json]]":
    """What the platform says to each row that it did not take, by the drug's name, "" when there is none; and the rows
    that it does not name. An answer that cannot be read is an `UnknownOutcome`."""
    unnamed = {row["fixmedins_bchno"]: row for row in rows}
    names = {row["fixmedins_bchno"]: str(row.get("fixmedins_hilist_name", "")) for row in rows}
    sentences = []
    try:
        for result in results_of(infno, output):
            unnamed.pop(result["row_number"], None)
            if not result["taken"]:
                name = names.get(result["row_number"])
                if name is None:
                    raise bad_answer(infno, "fixmedins_bchno")
                sentences.append(name + ": " + (result["sentence"] or "?"))
    except InsuranceError as error:
        raise UnknownOutcome("insurance.bad_answer", error.cause)
    left = [row for row in rows if row["fixmedins_bchno"] in unnamed]
    return "; ".join(sentences)[:_LONGEST_SENTENCE], left
