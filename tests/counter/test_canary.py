"""Nothing that tells of a person is in clear anywhere, and the search would find it."""

import base64
import json
from pathlib import Path

import pytest

from tests.torture.canary import Canary
from tests.torture.canary_search import (
    dispensed,
    files_below,
    forms,
    found_in,
    found_in_files,
    personal,
    shown_to_others,
    written_in,
)

EVERY_FORM = sorted(forms("张三"))
# Settlement, refund, audits, catalogue, day end with files both ways, uploads.
EVERYTHING = {"2207", "2208", "3101", "3102", "1301", "3201", "9101", "3202", "9102", "3505"}


def test_a_day_of_visits_faults_and_crashes_leaves_nothing_in_clear(tmp_path: Path) -> None:
    findings = Canary(tmp_path).play()
    assert findings.found == []
    assert findings.crashes == 2
    assert findings.told >= EVERYTHING
    assert findings.files > 10 and findings.size > 100_000, "nothing was searched"


@pytest.mark.parametrize("form", EVERY_FORM)
@pytest.mark.parametrize("text", ["张三", "𬀩一", "11010519491231002X", "81000170622758698313", "283746"])
def test_a_planted_canary_is_found(tmp_path: Path, text: str, form: str) -> None:
    file = tmp_path / "deep" / "down.bin"
    file.parent.mkdir()
    file.write_bytes(b"\x00\xff" * 5000 + forms(text)[form] + b"\xff" * 5000)
    found = found_in_files(files_below(tmp_path), [text])
    assert any(what.startswith(f"down.bin: {text} as ") for what in found)


@pytest.mark.parametrize("before", range(6))
@pytest.mark.parametrize("coding", ["utf-8", "gb18030", "utf-16-le", "utf-16-be"])
def test_base64_is_found_wherever_the_text_stands_in_it(coding: str, before: int) -> None:
    for text in ("张三", "李芳", "11010519491231002X"):
        content = base64.b64encode(b"{" * before + text.encode(coding) + b'","next":1}')
        assert found_in(content, [text]), text


@pytest.mark.parametrize("form", sorted(forms(b"")))
def test_a_planted_key_is_found_and_not_shown(tmp_path: Path, form: str) -> None:
    key = bytes(range(32))
    (tmp_path / "terminal.log").write_bytes(b"\xff" * 50 + forms(key)[form] + b"\xff" * 50)
    assert found_in_files(files_below(tmp_path), [key])[0].startswith("terminal.log: a key as bytes")


def test_characters_beyond_the_first_plane_are_two_escapes_in_json(tmp_path: Path) -> None:
    for content in (json.dumps({"name": "𬀩一"}), json.dumps("𬀩一").upper().replace("\\U", "\\u")):
        assert found_in(content.encode(), ["𬀩一"])


def test_what_others_may_read_is_found(tmp_path: Path) -> None:
    for name, mode in (("own", 0o600), ("group", 0o640), ("all", 0o604)):
        (tmp_path / name).touch()
        (tmp_path / name).chmod(mode)
    assert shown_to_others([*files_below(tmp_path), tmp_path / "gone"]) == ["all: mode 604", "group: mode 640"]


def test_what_is_searched_for_is_there() -> None:
    assert {"张三", "11010519491231002X", "99999900000000000000000001", "4240000000000000000101990000"} <= {*personal()}
    assert {"81000170622758698313", "01020000000000151728022910LT86282188592782", "阿司匹林肠溶片"} <= {*dispensed()}


def test_of_a_terminals_files_only_the_public_catalogues_are_left_out(tmp_path: Path) -> None:
    (tmp_path / "files").mkdir()
    (tmp_path / "catalogue").mkdir()
    searched = ["vault.db", "catalogue-drugs", "files/other", "files/other.catalogue-", "catalogue/catalogue-a"]
    for name in [*searched, "files/catalogue-drugs", "files/catalogue-drugs.0f.zip.draft"]:
        (tmp_path / name).write_bytes(b"x")
    assert written_in(tmp_path) == sorted(tmp_path / name for name in searched)


def test_chance_in_a_sealed_file_is_no_finding(tmp_path: Path) -> None:
    """Four random bytes of a sealed record may be a name in some encoding; a name in UTF-8 is never chance."""
    (tmp_path / "vault.db").write_bytes("张三".encode("gb18030"))
    assert found_in_files([tmp_path / "vault.db"], ["张三"]) == []
    (tmp_path / "vault.db").write_bytes("张三".encode())
    assert found_in_files([tmp_path / "vault.db"], ["张三"]) == ["vault.db: 张三 as utf-8"]
