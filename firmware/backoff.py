"""How long to wait before trying the platform again."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hal.ports import Random

_FIRST_MS = 500
_DOUBLINGS = 20
VISIT_CAP_MS = 20000  # somebody stands at the counter
OUTBOX_CAP_MS = 600000  # nobody waits, and thousands of terminals come back at once


def full_jitter(random: "Random", failures: int, cap_ms: int = VISIT_CAP_MS) -> int:
    """Milliseconds to wait after `failures` failures in a row: anything up to a bound that doubles until it is
    `cap_ms`, so that terminals that failed together do not return together."""
    return 1 + _below(random, min(cap_ms, _FIRST_MS << min(failures, _DOUBLINGS)))


def spread(random: "Random", window_s: int) -> int:
    """Milliseconds to wait before the first try after an outage that others had as well: anything within the window,
    which the province chooses so that its platform can serve all terminals in it."""
    return _below(random, window_s * 1000) if window_s else 0


def _below(random: "Random", bound: int) -> int:
    return int.from_bytes(random.take(4), "big") % bound
