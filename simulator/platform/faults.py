"""What can be made to go wrong at the platform, by name. The same names stand in scenario files and on the bench."""

from collections.abc import Mapping, Sequence
from typing import Any

REFUSE = "platform.refuse"
SLOW = "platform.slow"
CLOCK_SKEW = "platform.clock_skew"
GATEWAY_502 = "platform.gateway_502"
WRONG_SUMS = "platform.wrong_sums"
OUT_OF_SERVICE = "platform.out_of_service"
SILENT_BEFORE = "platform.silent_before"
SILENT_AFTER = "platform.silent_after"
DUPLICATE_ANSWER = "platform.duplicate_answer"
MAINTENANCE = "platform.maintenance"
EXPIRED_SIGNATURE = "platform.expired_signature"
CERTIFICATE = "platform.certificate"
FUZZ = "platform.fuzz"
CUT_BEFORE = "network.cut_before"
CUT_AFTER = "network.cut_after"

_MOST_SECONDS = 10**10  # of a clock that is ahead; far behind it, calendars end

# name, what happens, arguments (`simulator.faults.FaultKind`), what happened in the field that it stands for.
PLATFORM_FAULTS: tuple[tuple[str, str, tuple[str, ...], str], ...] = (
    (CUT_BEFORE, "the cable is pulled before such a transaction is done", ("infno",), "request lost"),
    (CUT_AFTER, "the cable is pulled after it, before the answer leaves", ("infno",), "done, answer lost"),
    (REFUSE, "the next such transaction is refused with that sentence", ("infno", "text"), "refused"),
    (SLOW, "the platform takes that many milliseconds longer", ("number",), "slow platform"),
    (CLOCK_SKEW, "the platform's clock is that many seconds ahead", ("number",), "no clock: 1970, jumps"),
    (GATEWAY_502, "the next n requests get HTTP 502 and a page", ("n",), "gateway down"),
    (WRONG_SUMS, "the amounts in the next such answer do not add up", ("infno",), "wrong amounts"),
    (OUT_OF_SERVICE, "such transactions get HTTP 503 until it is cleared", ("infno",), "service down"),
    (SILENT_BEFORE, "the next such transaction is not done and never answered", ("infno",), "request lost"),
    (SILENT_AFTER, "the next such transaction is done and never answered", ("infno",), "done, answer lost"),
    (DUPLICATE_ANSWER, "the next such answer is the one before it once more", ("infno",), "answer of another request"),
    (
        MAINTENANCE,
        "HTTP 200 with a Chinese sentence instead of an answer, a page, text or GBK page, until it is cleared",
        ("html|text|gbk",),
        "maintenance in the night",
    ),
    (EXPIRED_SIGNATURE, "the gateway says of the next n requests that they are too old", ("n",), "wrong clock"),
    (
        CERTIFICATE,
        "over TLS, the server shows a certificate with that flaw until it is cleared",
        ("expired|not_yet|other_name|untrusted",),
        "certificate not renewed",
    ),
    (
        FUZZ,
        "the next such answer is spoilt by that seed",
        ("infno", "number"),
        "answers beyond the document",
    ),
)
CATALOGUE = {name: arguments for name, _, arguments, _ in PLATFORM_FAULTS}


class UnknownFault(ValueError):
    """No fault of that name, or its arguments do not fit; says which are wanted."""


class Faults:
    """The faults that are set. One per name and transaction; setting it again replaces it."""

    def __init__(self, numbers: Mapping[str, str]) -> None:
        """`numbers`: every number by which a transaction goes, with the one it has in the tables."""
        self._numbers = numbers
        self._set: dict[tuple[str, str], str | int] = {}
        self._answered: dict[str, dict[str, Any]] = {}  # the last answer of each transaction

    def set(self, name: str, args: Sequence[str | int]) -> None:
        """Set a fault. `UnknownFault` when there is none of that name with those arguments, or no such transaction."""
        if name not in CATALOGUE:
            raise UnknownFault(name)
        kinds = CATALOGUE[name]
        if kinds == ("n",) and not args:
            args = (1,)
        if len(args) < len(kinds) or (len(args) > len(kinds) and kinds[-1] != "text"):
            raise UnknownFault(f"{name} wants: {' '.join(kinds)}")
        value = " ".join(str(word) for word in args[len(kinds) - 1 :])
        place = self._transaction(name, str(args[0])) if kinds[0] == "infno" else ""
        if kinds == ("infno",):
            value = ""
        elif kinds[-1] in ("n", "number"):
            number = _number(name, value)
            if name == CLOCK_SKEW and abs(number) > _MOST_SECONDS:
                raise UnknownFault(f"{name} wants fewer seconds")
        elif "|" in kinds[-1] and value not in kinds[-1].split("|"):
            raise UnknownFault(f"{name} wants: {kinds[-1]}")
        self._set[name, place] = value

    def _transaction(self, name: str, infno: str) -> str:
        if infno not in self._numbers:
            raise UnknownFault(f"{name}: there is no transaction {infno}")
        return self._numbers[infno]

    def clear(self, name: str | None = None) -> None:
        """Take one fault back, or all of them."""
        self._set = {key: value for key, value in self._set.items() if name is not None and key[0] != name}

    def active(self) -> list[str]:
        """What is set now, as `name argument ...`."""
        return [" ".join(word for word in (*key, str(value)) if word) for key, value in self._set.items()]

    def number(self, name: str) -> int:
        """The number that a lasting fault was set with; 0 when it is not set."""
        return int(self._set.get((name, ""), 0))

    def word(self, name: str) -> str:
        """The word that a lasting fault was set with; "" when it is not set."""
        return str(self._set.get((name, ""), ""))

    def is_set(self, name: str, infno: str) -> bool:
        """Whether a lasting fault is set for transaction `infno`."""
        return (name, infno) in self._set

    def count_down(self, name: str) -> bool:
        """Whether a fault for the next n requests hits this one."""
        left = self.number(name)
        if left > 1:
            self._set[name, ""] = left - 1
        else:
            self._set.pop((name, ""), None)
        return left > 0

    def take(self, name: str, infno: str) -> str | None:
        """The text of a fault for the next transaction `infno`, which is used up; None when it is not set."""
        value = self._set.pop((name, infno), None)
        return None if value is None else str(value)

    def repeated(self, infno: str, answer: dict[str, Any]) -> dict[str, Any]:
        """The answer that leaves: the one before it when that is wanted and there was one, else `answer`."""
        before = self._answered.get(infno)
        self._answered[infno] = answer
        if before is None or self.take(DUPLICATE_ANSWER, infno) is None:
            return answer
        return before


def _number(name: str, text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise UnknownFault(f"{name} wants a whole number") from None
