"""docs/writing-a-driver.md shows code that runs and names files that exist."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "writing-a-driver.md").read_text("utf-8")
BLOCKS = re.findall(r"```python\n# (\S+)\n(.*?)```", PAGE, re.DOTALL)
PATHS = sorted(set(re.findall(r"`([a-z_]+/[\w/.-]*)`", PAGE)))
LINKS = sorted(set(re.findall(r"\]\(([\w.-]+)\)", PAGE)))


@pytest.mark.parametrize(("path", "code"), BLOCKS)
def test_the_code_on_the_page_stands_in_a_file_that_runs(path: str, code: str) -> None:
    assert f"\n{code}\n" in (ROOT / path).read_text("utf-8")


def test_all_code_on_the_page_is_compared_and_the_test_has_ten_lines() -> None:
    assert PAGE.count("```python") == len(BLOCKS) == 1
    _, _, body = BLOCKS[0][1].partition("-> None:\n")
    assert len(body.splitlines()) == 10


@pytest.mark.parametrize("path", PATHS)
def test_every_path_on_the_page_exists(path: str) -> None:
    assert (ROOT / path).exists()


@pytest.mark.parametrize("link", LINKS)
def test_every_link_on_the_page_leads_somewhere(link: str) -> None:
    assert (ROOT / "docs" / link).exists()
