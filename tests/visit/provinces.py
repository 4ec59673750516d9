"""Provinces of which no two are alike: what a profile may say, and what platforms do differently without saying so."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from hypothesis import strategies as st

from tests.portable.audited_counter import AUDIT

if TYPE_CHECKING:
    from tests.portable.doubles import MemoryBoard

NUMBERS: tuple[dict[str, str], ...] = ({}, {"2207": "2207A"}, {"2206": "2206A", "2207": "2207A"})
RENAMES: tuple[dict[str, str], ...] = ({}, {"MDTRT_SETL_TYPE": "mdtrt_setl_type", "card_sn": "cardSn"})
_YEAR = {"deductible_fen": "D1", "fund_fen": "F1"}


@dataclass(frozen=True)
class Province:
    """The profile of a province, and its platform: `tells_refunds`, whether 2208 answers with what it booked."""

    numbers: dict[str, str] = field(default_factory=dict)
    renames: dict[str, str] = field(default_factory=dict)
    many_rows: bool = False
    codes_in_settlement: bool = False
    audit: bool = False
    year: bool = False
    tells_refunds: bool = True

    def rule(self, board: MemoryBoard) -> None:
        """Make `board` one of this province."""
        board.province["gateway"]["numbers"] = self.numbers
        board.province["gateway"]["renames"] = self.renames
        board.province["sales"] = {"many_rows": self.many_rows, "codes_in_settlement": self.codes_in_settlement}
        if self.audit:
            board.province["audit"] = dict(AUDIT)
        if self.year:
            board.policy["year"] = dict(_YEAR)


PROVINCES = st.builds(
    Province,
    numbers=st.sampled_from(NUMBERS),
    renames=st.sampled_from(RENAMES),
    many_rows=st.booleans(),
    codes_in_settlement=st.booleans(),
    audit=st.booleans(),
    year=st.booleans(),
    tells_refunds=st.booleans(),
)
