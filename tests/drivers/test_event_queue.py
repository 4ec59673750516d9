"""What a full queue of events loses: the oldest state, and never a record."""

from __future__ import annotations

from typing import Any

import pytest

from hal.drivers.event_queue import EventQueue
from hal.ports import READY, CardRead, CodeScanned, DeviceStatus, SocialCardRead
from tests.drivers import virtual_time

RECORDS = [CardRead(b"", b""), SocialCardRead({}), CodeScanned(b"")]


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: type(record).__name__)
def test_a_record_is_kept_and_the_oldest_state_gives_way(record: Any) -> None:
    async def scene() -> None:
        queue = EventQueue(3)
        states = [DeviceStatus(READY, str(number)) for number in range(5)]
        queue.put(record)
        for state in states:
            queue.put(state)
        assert not queue.has_room()
        assert [await queue.take() for _ in range(3)] == [record, *states[-2:]]
        assert len(queue) == 0

    virtual_time.run(scene())
