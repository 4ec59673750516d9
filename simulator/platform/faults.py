"""What can be made to go wrong at the platform, by name. The same names stand in scenario files and on the bench."""

from collections.abc import Sequence

REFUSE = "platform.refuse"
SLOW = "platform.slow"
CLOCK_SKEW = "platform.clock_skew"
GATEWAY_502 = "platform.gateway_502"
WRONG_SUMS = "platform.wrong_sums"
OUT_OF_SERVICE = "platform.out_of_service"
CUT_BEFORE = "network.cut_before"
CUT_AFTER = "network.cut_after"

# name -> (kinds of its arguments, what it does).
# "infno" is a transaction number, "text" the rest, "number" a whole number.
CATALOGUE: dict[str, tuple[tuple[str, ...], str]] = {
    REFUSE: (("infno", "text"), "the next such transaction is refused with that sentence"),
    SLOW: (("number",), "every request waits that many milliseconds before it is worked on"),
    CLOCK_SKEW: (("number",), "the platform's clock is that many seconds ahead"),
    GATEWAY_502: (("number",), "the next n requests get HTTP 502 and a page"),
    WRONG_SUMS: (("infno",), "the amounts in the next such answer do not add up"),
    OUT_OF_SERVICE: (("infno",), "such transactions get HTTP 503 until it is cleared"),
    CUT_BEFORE: (("infno",), "the cable is pulled when the next such transaction arrives, before anything is done"),
    CUT_AFTER: (("infno",), "the cable is pulled when the next such transaction is done, before the answer leaves"),
}


class UnknownFault(ValueError):
    """No fault of that name, or its arguments do not fit; says which are wanted."""


class Faults:
    """The faults that are set. One per name and transaction; setting it again replaces it."""

    def __init__(self) -> None:
        self._set: dict[tuple[str, str], str | int] = {}

    def set(self, name: str, args: Sequence[str | int]) -> None:
        """Set a fault. `UnknownFault` when there is none of that name with those arguments."""
        if name not in CATALOGUE:
            raise UnknownFault(name)
        kinds = CATALOGUE[name][0]
        if name == GATEWAY_502 and not args:
            args = (1,)
        if len(args) < len(kinds) or (len(args) > len(kinds) and kinds[-1] != "text"):
            raise UnknownFault(f"{name} wants: {' '.join(kinds)}")
        if kinds[0] == "number":
            self._set[name, ""] = _number(name, args[0])
        else:
            self._set[name, str(args[0])] = " ".join(str(word) for word in args[1:])

    def clear(self, name: str | None = None) -> None:
        """Take one fault back, or all of them."""
        self._set = {key: value for key, value in self._set.items() if name is not None and key[0] != name}

    def active(self) -> list[str]:
        """What is set now, as `name argument ...`."""
        return [" ".join(word for word in (*key, str(value)) if word) for key, value in self._set.items()]

    def number(self, name: str) -> int:
        """The number that a lasting fault was set with; 0 when it is not set."""
        value = self._set.get((name, ""), 0)
        return value if isinstance(value, int) else 0

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


def _number(name: str, text: str | int) -> int:
    try:
        return int(text)
    except ValueError:
        raise UnknownFault(f"{name} wants a whole number") from None
