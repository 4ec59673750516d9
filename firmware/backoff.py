"""How long to wait before trying the platform again."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hal.ports import Random

_FIRST_MS = 500
_LONGEST_MS = 20000  # below the supervisor's patience


def full_jitter(random: "Random", failures: int) -> int:
    """Milliseconds to wait after `failures` failures in a row: anything up to a cap that doubles, so that terminals
    that failed together do not return together."""
    cap = min(_LONGEST_MS, _FIRST_MS << min(failures, 10))
    return 1 + int.from_bytes(random.take(4), "big") % cap
