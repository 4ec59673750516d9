"""Heads of the journal as people and papers have them."""

import pytest

from tools.vault.verifying import KnownHead, known_head


@pytest.mark.parametrize(
    "printed",
    [
        "58:1ef8f703368dba36",
        " 58:1EF8F703368DBA36 ",
        "58|1ef8f703368dba36",  # the code on the slip of the day end
        "第 58 条 1ef8 f703 368d ba36",  # slip and screen
        "第 58 条\n1ef8 f703 368d ba36",
        "Entry 58 1ef8 f703 368d ba36",
        "20261122-20261122-0-58-1ef8f703368dba36.zip",  # the name of the file that the platform has
    ],
)
def test_a_head_as_it_is_printed(printed: str) -> None:
    assert known_head(printed) == KnownHead(58, "1ef8f703368dba36")


@pytest.mark.parametrize(
    "printed", ["", "58", "58:", "581ef8f703368dba36", "58:1ef8f703368dba3", "58:" + "a" * 65, "a:1ef8f703368dba36"]
)
def test_what_is_no_head(printed: str) -> None:
    with pytest.raises(ValueError, match=r"^a (head|link) "):
        known_head(printed)
