"""A patient with 5,000 visits on this terminal: choosing his drugs reads no more rows than anybody's."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from tests.portable import patient_history
from tests.portable.patient_history import AGAIN, DAY_S, SUPPLY

Json = dict[str, Any]

VISITS = 5000
MOST_ROWS = 1000  # 300 visits, each once as a name and once as a record with its key


@pytest.mark.parametrize("hours", [1, 24, 24 * 14])
@pytest.mark.parametrize("limit", [SUPPLY, AGAIN], ids=["supply", "once a day"])
def test_reads_stay_bounded(limit: Json, hours: int) -> None:
    async def look() -> tuple[list[str], int]:
        history = patient_history.History()
        await history.begin(limit)
        history.board.clock.now_s -= VISITS * hours * DAY_S // 24
        for number in range(1, VISITS + 1):
            history.board.clock.now_s += hours * DAY_S // 24
            await history.hand_over(number)
        kinds = [kind for kind, _ in await history.found(VISITS + 1)]
        return kinds, history.rows_read()

    kinds, rows = asyncio.run(look())
    assert kinds == (["repeat"] if limit is SUPPLY else ["again_today"])
    assert rows <= MOST_ROWS
