"""The whole terminal on sqlite3 on a recorded disk: every step of a visit and of a day end costs one sync.

A step is one batch with one entry in the journal. A press has one step of its own, and around each message that must
not be sent twice there are two: before it leaves, and with its answer.
"""

from pathlib import Path

import pytest

from tests.portable.audited_counter import said
from tests.portable.day_end_hands import DAY
from tests.portable.tiny_counter import box
from tests.torture import recorded_counter


@pytest.fixture
def counter(tmp_path: Path) -> recorded_counter.RecordedCounter:
    return recorded_counter.RecordedCounter(tmp_path)


async def test_a_visit_with_findings_refunded_and_a_day_end(counter: recorded_counter.RecordedCounter) -> None:
    steps = counter.steps
    await counter.switch_on()
    counter.platform.before = [said("2")]
    arrived = ["visit.opened", "visit.sending.2201", "visit.answered"]
    assert await steps(counter.arrive()) == arrived
    assert await steps(counter.diagnose()) == ["visit.diagnosis"]
    assert await steps(counter.prescribe(("aspirin", 2))) == ["visit.lines", "visit.audited"]
    assert await steps(counter.scan(box(1))) == ["visit.scanned"]
    await counter.switch_off()
    await counter.switch_on()
    assert await steps(counter.scan(box(2))) == ["visit.scanned", "visit.sending.2204", "visit.priced"]
    assert await steps(counter.answer("other", "x")) == ["visit.answered.other"]
    assert await steps(counter.settle()) == ["visit.sending.2207", "visit.settled", "visit.printed"]
    assert await steps(counter.upload()) == ["outbox.sent", "outbox.answers"]
    assert await steps(counter.desk.receipt(counter.version(), "reprint")) == ["visit.printing", "visit.printed"]
    refund = ["visit.cancelling", "visit.sending.2208", "visit.settlement_cancelled", "visit.sending.2202"]
    assert await steps(counter.cancel()) == [*refund, "visit.cancelled", "visit.printed"]
    assert await steps(counter.upload()) == ["outbox.sent", "outbox.answers"]
    assert await steps(counter.desk.finish()) == ["visit.closed"]
    day_end = counter.terminal.day_end
    assert await steps(day_end.start(DAY, "", True, "1")) == ["day_end.started"]
    while entries := await steps(day_end.step()):
        sends = entries[0].startswith("day_end.sending")
        assert len(entries) == 1 + sends
    assert (await counter.look())["verdict"] == "equal"
    await counter.switch_off()


async def test_the_count_would_show_a_fold_in_a_step(counter: recorded_counter.RecordedCounter) -> None:
    await counter.switch_on()
    await counter.arrive()
    counter.store._worker.submit(counter.store._file._connection.execute, "PRAGMA wal_autocheckpoint=1").result()
    with pytest.raises(AssertionError, match=r"visit\.diagnosis"):
        await counter.steps(counter.diagnose())
    await counter.switch_off()
