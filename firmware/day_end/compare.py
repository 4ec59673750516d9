"""Our bills beside what the platform answered: which differ, and how. Nothing is asked here.

What the document leaves open is taken so: a row with our settlement number is about our bill; one without a known
number is found by its message number, or is a refund of ours whose number we never heard; all others are bills of the
platform alone. Whose amounts stand in a row, the document does not say: where they are ours and the row is not equal,
the platform knows the bill when it knows its message number. A bill of ours that no row tells of is missing there when
the platform lists equal bills as well; otherwise it lists only what differs.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Json = dict[str, Any]

AMOUNTS = "amounts"  # on both sides, with other amounts
HERE = "here"  # only here
THERE = "there"  # only at the platform
UNDONE = "undone"  # only at the platform, with its refund beside it: together they are nothing
TWICE = "twice"  # the platform has booked a message of ours once more
OTHER_DAY = "other_day"  # at the platform on one of these days, here on another
EXPLAINED = (UNDONE, OTHER_DAY)  # nothing is to be done

AMOUNT_NAMES = ("total_fen", "fund_fen", "account_fen")


def differences(bills: "list[Json]", rows: "list[Json]", agreed: bool) -> "list[Json]":
    """The bills that differ. `bills`: those of the file, with `settlement` ("" when never heard), `registration`,
    `person`, `region`; `rows`: the result; `agreed`: the totals of the group were equal.

    A difference: `kind`, `msgid`, `settlement`, `registration`, `person`, `region`, `visit` ("" for one of the platform
    alone), `refund`, `words`, `here` and `there` (the three amounts, or None).
    """
    places = _Places(bills)
    found = []
    strangers = []
    for row in rows:
        bill = places.of(row)
        if bill is None:
            strangers.append(row)
        else:
            found.append(_judged(bill, row))
    alone = []
    for row in strangers:
        bill = places.unheard(row)
        if bill is None:
            alone.append(row)
        else:
            found.append(_judged(bill, row))
    found += _alone(alone, places)
    if any([row["equal"] for row in rows]) or (not rows and not agreed):
        found += [_difference(HERE, bill, None) for bill in places.left()]
    return [difference for difference in found if difference is not None]


class _Places:
    """Our bills, found by what the platform knows of them; each once."""

    def __init__(self, bills: "list[Json]") -> None:
        self._bills = bills
        self._not_heard = [bill for bill in bills if not bill["settlement"]]
        self._taken: "set[str]" = set()
        self._by_number: "dict[tuple[str, bool], Json]" = {}
        self._by_msgid: "dict[str, Json]" = {}
        for bill in bills:
            self._by_msgid[bill["msgid"]] = bill
            if bill["settlement"]:
                self._by_number[(bill["settlement"], bill["refund"])] = bill

    def of(self, row: "Json") -> "Json | None":
        """The bill that a row is about."""
        number = row["settlement"]
        for key in ((number, row["refund"]), (number, not row["refund"])):
            if number and self._free(self._by_number.get(key)):
                return self._take(self._by_number[key])
        bill = self._by_msgid.get(row["msgid"])
        return self._take(bill) if bill is not None and self._free(bill) else None

    def unheard(self, row: "Json") -> "Json | None":
        """A refund of ours whose number was never heard, of the same person and the same amounts."""
        for bill in self._not_heard:
            if self._free(bill) and _same_refund(bill, row):
                return self._take(bill)
        return None

    def has_message(self, row: "Json") -> bool:
        """Whether a row was made by a message that made one of our bills."""
        bill = self._by_msgid.get(row["msgid"])
        return bill is not None and bool(bill["refund"] == row["refund"])

    def left(self) -> "list[Json]":
        """The bills that no row was about. Of those that are erased nobody can say: the file had no row for them."""
        return [bill for bill in self._bills if self._free(bill) and not bill.get("erased")]

    def _free(self, bill: "Json | None") -> bool:
        return bill is not None and bill["msgid"] not in self._taken

    def _take(self, bill: "Json") -> "Json":
        self._taken.add(bill["msgid"])
        return bill


def _same_refund(bill: "Json", row: "Json") -> bool:
    same = bill["refund"] and row["refund"] and bill["person"] == row["person"]
    return bool(same) and all([row[name] in (None, bill[name]) for name in AMOUNT_NAMES])


def _judged(bill: "Json", row: "Json") -> "Json | None":
    """The difference between a bill and its row, or None."""
    told = [name for name in AMOUNT_NAMES if row[name] is not None]
    if any([row[name] != bill[name] for name in told]):
        return _difference(AMOUNTS, bill, row)
    if row["equal"] or (told and not row["settlement"]):  # a bill that the platform has under its message number
        return None
    found = _difference(AMOUNTS if row["msgid"] else HERE, bill, row)
    found["there"] = None  # if any, they are ours
    return found


def _alone(rows: "list[Json]", places: _Places) -> "list[Json]":
    """The bills that only the platform has; those that its own refund undoes, and messages of ours that it booked
    twice, are told apart."""
    refunds: "dict[tuple[Any, ...], list[int]]" = {}
    for index, row in enumerate(rows):
        if row["refund"]:
            refunds.setdefault(_sums_of(row, 1), []).append(index)
    undone: "set[int]" = set()
    for index, row in enumerate(rows):
        if not row["refund"] and row["total_fen"] is not None:
            undoing = refunds.get(_sums_of(row, -1))
            if undoing:
                undone.add(index)
                undone.add(undoing.pop(0))
    found = []
    for index, row in enumerate(rows):
        kind = UNDONE if index in undone else TWICE if places.has_message(row) else THERE
        found.append(_difference(kind, None, row))
    return found


def _sums_of(row: "Json", sign: int) -> "tuple[Any, ...]":
    """By which a bill (`sign` -1) and its refund find each other."""
    sums = [row[name] if sign > 0 else -(row[name] or 0) for name in AMOUNT_NAMES]
    return (row["person"], sums[0], sums[1], sums[2])


def elsewhere(difference: "Json", bill: "Json") -> "Json":
    """What is to be said of a row of the platform alone when it turns out to be `bill`, which stands on another day
    here, or under another agency: nothing, unless its amounts are others."""
    there = difference["there"] or {}
    same = all([there.get(name) in (None, bill[name]) for name in AMOUNT_NAMES])
    changed = dict(difference)
    changed.update({"kind": OTHER_DAY if same else AMOUNTS, "msgid": bill["msgid"], "visit": bill["visit"]})
    changed["here"] = _amounts(bill)
    return changed


def _difference(kind: str, bill: "Json | None", row: "Json | None") -> "Json":
    known = bill or row or {}
    return {
        "kind": kind,
        "msgid": known["msgid"],
        "settlement": known["settlement"],
        "registration": known["registration"],
        "person": known["person"],
        "region": "" if bill is None else bill["region"],
        "visit": "" if bill is None else bill["visit"],
        "refund": known["refund"],
        "words": "" if row is None else row["words"],
        "here": _amounts(bill),
        "there": _amounts(row),
    }


def _amounts(side: "Json | None") -> "Json | None":
    if side is None or all([side[name] is None for name in AMOUNT_NAMES]):
        return None
    return {name: side[name] for name in AMOUNT_NAMES}
