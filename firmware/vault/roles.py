"""What each role may do (docs/operators.md). One table: who asks, asks here."""

DOCTOR = "doctor"
SUPERVISOR = "supervisor"
TECHNICIAN = "technician"
ROLES = (DOCTOR, SUPERVISOR, TECHNICIAN)

VISIT = "visit"  # see and treat patients
HELD = "held"  # see what the platform refused, and send it again
RELEASE = "release"  # say that a refused message was dealt with elsewhere
CARRY = "carry"  # write parcels to the stick and take in the answers
REPORT = "report"  # what the terminal keeps, and how it is sealed
ROTATE = "rotate"  # new keys
CREATE = "create"  # add an operator
DAY_END = "day_end"  # compare the day's accounts with the platform, and say how differences were dealt with
REVERSE = "reverse"  # have the platform undo a bill that only it has
RESET_PIN = "reset_pin"  # give somebody a new PIN

_RIGHTS = {
    DOCTOR: (VISIT, HELD, CARRY, REPORT, DAY_END),
    SUPERVISOR: (VISIT, HELD, RELEASE, CARRY, REPORT, DAY_END, REVERSE, ROTATE, CREATE, RESET_PIN),
    TECHNICIAN: (CARRY, REPORT, ROTATE, RESET_PIN),
}


def rights(role: str) -> "tuple[str, ...]":
    """All that a role may do; nothing for a role that there is not."""
    return _RIGHTS.get(role, ())


def may(role: str, right: str) -> bool:
    """Whether a role has a right."""
    return right in rights(role)
