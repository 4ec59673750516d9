"""`python -m tools.bench`: measures, prints a table and writes bench.json. No time is a failure."""

import sys
from pathlib import Path

from tools.bench import (
    backlog,
    cards,
    catalogue,
    commits,
    first_byte,
    messages,
    national,
    platform,
    receipts,
    startup,
    trace_codes,
    visits,
)
from tools.bench.measurement import Measurement, table, write

RESULT = Path("bench.json")
# What needs the computer for itself comes first.
ROOMS = (
    trace_codes,
    catalogue,
    messages,
    national,
    commits,
    receipts,
    cards,
    first_byte,
    visits,
    platform,
    startup,
    backlog,
)


def main() -> int:
    """Run all of it."""
    measurements: list[Measurement] = []
    for room in ROOMS:
        measurements += room.measure()
    write(measurements, RESULT)
    print(table(measurements))
    print(f"\nwritten to {RESULT}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
