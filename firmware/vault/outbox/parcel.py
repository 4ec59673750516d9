"""What is in a parcel to the office, and what its answer says. docs/parcels.md lays both down.

A parcel is canonical JSON, sealed (`hal.ports.ParcelSeal`). Its answer is JSON of a stranger until it has been read
here, even when the seal is the office's.
"""

import json

from firmware.canonical import dumps
from firmware.vault.errors import ParcelError
from hal.errors import SealBroken

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from firmware.vault.outbox.message import Message
    from hal.ports import ParcelSeal

    Json = dict[str, Any]

MOST_MESSAGES = 500
MOST_ANSWER = 512 * 1024  # bytes: 500 results of some 300 bytes, and room
ACCEPTED = "acknowledged"
REJECTED = "refused"
_LONGEST_SENTENCE = 200
_BEGINNING = "cyt-"
PARCEL = ".cyp"
ANSWER = ".cya"
_DIGITS = 8


def parcel_name(number: int) -> str:
    """The file of a parcel. It tells nothing of anybody."""
    return _BEGINNING + f"{number:08d}" + PARCEL


def number_of(name: str) -> int:
    """The number of a parcel, from the name of its file or of its answer's; 0 when it is neither. Capitals are as good:
    a stick does not tell them apart, and a program of the office may write them."""
    known = name.lower()
    digits = known[len(_BEGINNING) : -len(PARCEL)]
    is_named = known.startswith(_BEGINNING) and known.endswith((PARCEL, ANSWER)) and len(digits) == _DIGITS
    return int(digits) if is_named and all(["0" <= char <= "9" for char in digits]) else 0


def entry(message: "Message", payload: "Json") -> "Json":
    """A message as it stands in a parcel."""
    record = message.record
    return {
        "key": record["key"],
        "visit": record["visit"],
        "row": record["row"],
        "infno": record["infno"],
        "payload": payload,
        "created": record["created"],
        "amount_fen": record["amount_fen"],
    }


def content(device: str, number: int, head: "tuple[int, str]", entries: "list[Json]") -> bytes:
    """The bytes that are sealed. `head` is that of the journal: what the parcel must follow in a backup."""
    return dumps({"device": device, "parcel": number, "head": list(head), "messages": entries})


def results_of(seal: "ParcelSeal", sealed: bytes, number: int) -> "list[tuple[str, str, str]]":
    """(key, `ACCEPTED` or `REJECTED`, sentence) of each message in the answer to parcel `number`. `ParcelError`
    `parcel.foreign` when the answer is not the office's, not for this terminal and parcel, or damaged."""
    try:
        answer = json.loads(seal.open(sealed).decode())
    except (SealBroken, ValueError, RuntimeError):  # UnicodeError is a ValueError; nested too deep is a RuntimeError
        raise ParcelError("parcel.foreign", "parcel " + str(number))
    if type(answer) is not dict or answer.get("parcel") != number or type(answer.get("results")) is not list:
        raise ParcelError("parcel.foreign", "answer to parcel " + str(number))
    if len(answer["results"]) > MOST_MESSAGES:
        raise ParcelError("parcel.foreign", "too many results for parcel " + str(number))
    return [_result(row, number) for row in answer["results"]]


def _result(row: "Any", number: int) -> "tuple[str, str, str]":
    if type(row) is dict:
        key, outcome, sentence = row.get("key"), row.get("outcome"), row.get("sentence", "")
        if type(key) is str and outcome in (ACCEPTED, REJECTED) and type(sentence) is str:
            kept = "".join([char for char in sentence[:_LONGEST_SENTENCE] if not "\ud800" <= char <= "\udfff"])
            return key, str(outcome), kept
    raise ParcelError("parcel.foreign", "a result of parcel " + str(number))
