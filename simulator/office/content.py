"""What is in parcels and answers (docs/parcels.md, "The content"). Whatever came in a parcel is a stranger's JSON."""

import json
import re
from dataclasses import dataclass
from typing import Any

from simulator.office.parcel import Foreign

ACKNOWLEDGED = "acknowledged"
REFUSED = "refused"
LONGEST_SENTENCE = 200
_PARCEL_NAME = re.compile(r"cyt-([0-9]{8})\.cyp")


@dataclass(frozen=True)
class Message:
    """One message of a parcel. `region` and `input` are those of the transaction `infno`."""

    key: str
    infno: str
    region: str
    input: dict[str, Any]


@dataclass(frozen=True)
class Result:
    """What became of a message; `sentence` says why it was refused."""

    key: str
    outcome: str
    sentence: str = ""


def number_of(name: str) -> int | None:
    """The number of the parcel that a file of this name is, or None when it is none."""
    found = _PARCEL_NAME.fullmatch(name)
    return int(found[1]) if found else None


def answer_name(number: int) -> str:
    """The file of the answer to a parcel."""
    return f"cyt-{number:08}.cya"


def messages_of(content: bytes, device: bytes, number: int) -> list[Message]:
    """The messages of parcel `number` of the terminal with the signing key `device`. `Foreign` when it is another."""
    try:
        document = json.loads(content)
        if (document["device"], document["parcel"]) != (device.hex(), number):
            raise Foreign
        if not isinstance(document["messages"], list):
            raise TypeError
        return [_message(row) for row in document["messages"]]
    except (ValueError, KeyError, TypeError, RecursionError):
        raise Foreign from None


def _message(row: dict[str, Any]) -> Message:
    payload = row["payload"]
    message = Message(row["key"], row["infno"], payload["region"], payload["input"])
    kinds = ((message.key, str), (message.infno, str), (message.region, str), (message.input, dict))
    if not all(isinstance(value, kind) for value, kind in kinds):
        raise TypeError
    return message


def answer(number: int, results: list[Result]) -> bytes:
    """The content of the answer to parcel `number`."""
    rows = [{"key": row.key, "outcome": row.outcome, "sentence": row.sentence[:LONGEST_SENTENCE]} for row in results]
    document = {"parcel": number, "results": rows}
    return json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
