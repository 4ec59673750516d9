"""A number with its unit and what it stands beside; as a table for people and as JSON for comparing runs."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True)
class Measurement:
    """`value` in `unit`; `compared_with` says beside what, with that number. The unit of a ratio is "x"."""

    name: str
    value: float
    unit: str
    compared_with: str


def table(measurements: Sequence[Measurement]) -> str:
    """The measurements in columns, one line each."""
    rows = [("what", "", "", "compared with")]
    rows += [(one.name, f"{one.value:g}", one.unit, one.compared_with) for one in measurements]
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    return "\n".join(
        f"{name:<{widths[0]}}  {value:>{widths[1]}} {unit:<{widths[2]}}  {beside}".rstrip()
        for name, value, unit, beside in rows
    )


def write(measurements: Sequence[Measurement], path: Path) -> None:
    """Write them as a JSON list."""
    text = json.dumps([asdict(one) for one in measurements], indent=2, ensure_ascii=False)
    path.write_text(text + "\n", encoding="utf-8")


def exact(ratio: float) -> float:
    """A ratio of counts, or one that has an aim close by: three decimals."""
    return round(ratio, 3)


def rounded(value: float) -> float:
    """Three significant digits; the next one would be noise."""
    return float(f"{value:.3g}")
