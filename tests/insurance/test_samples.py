"""Every transaction with a sample: what was seen on the wire (identities replaced) and, where nothing was, what the
field tables say. Each is sent by the terminal's own code, and each answer read by it.

A file of `samples` has the messages of one transaction: `from` says whether it was `seen` (`where`) or `made` from the
field table; `envelope`, `input` or `answer` is the message; `reads` is what an answer says in our words (or a part of
it), `is` all of it, `refused` a part of the sentence of a refusal, `lacks` the field that an older message does not
have and ours must; `given` is what the terminal knew before.
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from firmware.insurance import InsuranceError, Refused, tables
from firmware.insurance.envelope import opened
from firmware.insurance.schema import check, check_envelope, table
from tests.insurance.transactions import ALSO_KNOWN_AS, DEEDS, READERS, done
from tests.insurance.written import read, write

SAMPLES = {path.stem: read(path.read_text("utf-8")) for path in (Path(__file__).parent / "samples").glob("*.json")}
MESSAGES = [(infno, message) for infno in sorted(SAMPLES) for message in SAMPLES[infno]["messages"]]
ANSWERS = [(infno, message) for infno, message in MESSAGES if "answer" in message]
NEEDED = sorted(set(tables.numbers()))
WITHOUT_ENVELOPE = ("6101", "1162")


def name(value: Any) -> str:
    return value if isinstance(value, str) else str(value.get("from", ""))


@pytest.mark.parametrize("infno", NEEDED)
def test_every_transaction_is_built_read_and_has_samples(infno: str) -> None:
    assert ALSO_KNOWN_AS.get(infno, infno) in DEEDS
    assert SAMPLES[infno]["infno"] == infno
    messages = SAMPLES[infno]["messages"]
    assert any("input" in message for message in messages)
    assert any("answer" in message for message in messages)
    assert all(
        message["from"] in ("seen", "made") and ("where" in message) == (message["from"] == "seen")
        for message in messages
    )


def test_nothing_is_sampled_that_nobody_needs() -> None:
    assert set(SAMPLES) == set(NEEDED)
    assert set(DEEDS) | set(ALSO_KNOWN_AS) == set(NEEDED)


@pytest.mark.parametrize(("infno", "message"), MESSAGES, ids=name)
def test_every_request_fits_its_table(infno: str, message: dict[str, Any]) -> None:
    if "envelope" in message:
        check_envelope(message["envelope"])
        assert message["envelope"]["infno"] == infno
    sent = message.get("envelope", message).get("input")
    if sent is None:
        return
    if "lacks" not in message:
        check(infno, sent)
        return
    with pytest.raises(InsuranceError) as caught:
        check(infno, sent)
    assert caught.value.params == {"field": message["lacks"]}


@pytest.mark.parametrize("infno", NEEDED)
async def test_what_the_terminal_sends_is_the_sample(infno: str) -> None:
    made = next(each for each in SAMPLES[infno]["messages"] if each["from"] == "made" and "input" in each)
    # Any answer will do that is understood, or refused.
    answer = next(each for each in SAMPLES[infno]["messages"] if "answer" in each)
    sent: list[Any] = []
    with suppress(InsuranceError):
        await done(infno, write(answer["answer"]), made.get("given"), sent)
    assert sent == [made["input"]]


@pytest.mark.parametrize(("infno", "message"), ANSWERS, ids=name)
async def test_what_the_terminal_reads(infno: str, message: dict[str, Any]) -> None:
    body = write(message["answer"])
    if "refused" in message:
        with pytest.raises(Refused, match="refused") as caught:
            await done(infno, body, message.get("given"))
        assert message["refused"] in caught.value.params["platform"]
        return
    _, result = await done(infno, body, message.get("given"))
    assert not _has_float(result)
    if "is" in message:
        assert result == message["is"]
    for member in message.get("reads", {}):
        assert result[member] == message["reads"][member], member


@pytest.mark.parametrize(("infno", "message"), ANSWERS, ids=name)
def test_an_answer_that_is_encoded_twice_says_the_same(infno: str, message: dict[str, Any]) -> None:
    if infno in WITHOUT_ENVELOPE or "refused" in message:
        return
    body = write(message["answer"])
    answer = message["answer"]
    twice = write(answer | {"output": write(answer["output"])} if answer.get("output") else answer)
    assert opened(infno, body.encode()) == opened(infno, twice.encode())


@pytest.mark.parametrize(("infno", "message"), ANSWERS, ids=name)
def test_made_answers_have_every_field_of_their_table(infno: str, message: dict[str, Any]) -> None:
    if message["from"] == "seen" or infno in WITHOUT_ENVELOPE or "refused" in message:
        return
    output = message["answer"]["output"] or {}
    wanted = table(infno)
    for node in wanted.answer:
        if node not in wanted.inner:
            row = output if node == "-" else output[node]
            row = row[0] if isinstance(row, list) else row
            assert {entry[0] for entry in wanted.answer[node].entries} <= set(row)


def test_every_reader_is_of_a_transaction_that_is_done() -> None:
    assert set(READERS) <= set(DEEDS)


def _has_float(value: Any) -> bool:
    if isinstance(value, dict):
        return any(_has_float(each) for each in value.values())
    return any(_has_float(each) for each in value) if isinstance(value, list) else isinstance(value, float)
