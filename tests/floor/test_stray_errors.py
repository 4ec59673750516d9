"""What fails where nobody waits for it is named, and its text is told to nobody."""

import gc
import logging

import pytest

from firmware import log
from hal import aio

SECRET = "张三 11010519491231002X"


def test_a_stray_error_is_named_without_its_text(
    caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    async def failing() -> None:
        raise ValueError(SECRET)

    async def main() -> None:
        aio.spawn("stray", failing())
        while aio.running():
            await aio.sleep_ms(1)
        gc.collect()

    with caplog.at_level(logging.WARNING):
        aio.run(main(), log.stray)
    said = caplog.text + "".join(capfd.readouterr())
    assert "task.stray ValueError" in said
    assert "test_stray_errors.py:" in said
    assert SECRET not in said
