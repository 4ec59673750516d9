"""`python -m tools.catalogue` as a technician uses it."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

import pytest

from hal.linux import state as state_module
from hal.linux.files import FolderFiles
from hal.linux.zips import StandardZips
from tests.portable.catalogue_files import platform_line
from tools.catalogue.__main__ import main

SHIPPED = Path(__file__).parents[2] / "board_configs" / "catalogues" / "diagnoses.tsv"


def said(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    """Exit code and everything that was printed."""
    code = main([str(argument) for argument in arguments])
    while state_module._held:  # as the end of the process does
        os.close(state_module._held.pop())
    printed = capsys.readouterr()
    return code, printed.out + printed.err


def taken(capsys: pytest.CaptureFixture[str], state: Path, file: Path, kind: str = "diagnoses") -> tuple[int, str]:
    return said(capsys, "import", str(file), "--kind", kind, "--state", str(state))


def test_the_shipped_diagnoses(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, text = taken(capsys, tmp_path, SHIPPED)
    assert code == 0
    assert text.startswith("diagnoses: 33304 rows taken in")
    code, text = said(capsys, "info", "--state", str(tmp_path))
    assert code == 0
    assert "diagnoses: 33304 rows, no version" in text
    assert "OpenDRG/DRG_Python" in text
    assert "UNVERIFIED" in text
    assert "drugs: none" in text
    code, text = said(capsys, "search", "糖尿病", "2型", "--kind", "diagnoses", "--state", str(tmp_path))
    assert (code, text.splitlines()[0]) == (0, "E11.900\t2型糖尿病")
    code, text = said(capsys, "search", "a01.000x005+j17.0*", "--kind", "diagnoses", "--state", str(tmp_path))
    assert text == "A01.000x005+J17.0*\t伤寒并发肺炎\n"


def test_the_platforms_zip(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "1307.ZIP"
    rows = [platform_line("A00", "甲病"), platform_line("B00", "乙病", "0")]
    file.write_bytes(StandardZips().pack("1307.txt", "\n".join(rows).encode()))
    assert taken(capsys, tmp_path, file)[1].startswith("diagnoses: 1 rows taken in")
    assert "version V1" in said(capsys, "info", "--state", str(tmp_path))[1]
    unpacked = tmp_path / "1307.txt"
    unpacked.write_text("\n".join(rows), "utf-8")
    assert taken(capsys, tmp_path, unpacked)[0] == 0


def test_a_table_with_quotes_and_more_columns(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "drugs.csv"
    file.write_text('\ufeffmaker,code,name\r\n"甲,乙药厂",XA,"阿司匹林\t片"\r\n', "utf-8")
    assert taken(capsys, tmp_path, file, "drugs")[0] == 0
    found = said(capsys, "search", "asplp", "--kind", "drugs", "--state", str(tmp_path))
    assert found == (0, "XA\t阿司匹林 片\t甲,乙药厂\n")


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a.tsv", b"", "no row"),
        ("a.tsv", b"kode\tname\nA\ta\n", "no line with the columns code and name"),
        ("a.tsv", b"code\tname\nA\ta\nB\n", "row 2"),
        ("a.tsv", b"code\tname\n\xff\xff\ta\n", "not UTF-8"),
        ("a.csv", b"code,name\n\xff\xff,a\n", "not UTF-8"),
        ("a.csv", b'code,name\nA,"' + b"x" * 200_000, "field larger than"),
        ("a.zip", b"no zip", "zip.broken"),
        ("a.txt", b"a\tb\n" * 30, "lines that are no rows"),
        ("a.txt", b"", "no row"),
        ("a.pdf", b"", ".pdf is none of"),
    ],
)
def test_files_that_are_none(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, content: bytes, reason: str
) -> None:
    good = tmp_path / "good.tsv"
    good.write_text("code\tname\nA\t甲\n", "utf-8")
    assert taken(capsys, tmp_path, good)[0] == 0
    (tmp_path / name).write_bytes(content)
    code, text = taken(capsys, tmp_path, tmp_path / name)
    assert code == 1
    assert reason in text
    assert "diagnoses: 1 rows" in said(capsys, "info", "--state", str(tmp_path))[1]
    assert [path.name for path in (tmp_path / "files").iterdir()] == ["catalogue-diagnoses"]


def test_looking_leaves_what_a_terminal_is_writing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    draft = FolderFiles(tmp_path / "files", spare=0).draft("catalogue-drugs")
    draft.write(b"half")
    assert said(capsys, "info", "--state", str(tmp_path))[0] == 0
    said(capsys, "search", "a", "--kind", "drugs", "--state", str(tmp_path))
    draft.keep()
    assert (tmp_path / "files" / "catalogue-drugs").read_bytes() == b"half"


def test_what_is_missing_or_damaged(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert said(capsys, "info", "--state", str(tmp_path / "x"))[0] == 1
    assert taken(capsys, tmp_path, tmp_path / "x.tsv")[0] == 1
    assert "catalogue.missing" in said(capsys, "search", "a", "--kind", "drugs", "--state", str(tmp_path))[1]
    (tmp_path / "files").mkdir(exist_ok=True)
    (tmp_path / "files" / "catalogue-drugs").write_bytes(b"x")
    code, text = said(capsys, "info", "--state", str(tmp_path))
    assert code == 1
    assert "drugs: catalogue.damaged" in text


def test_nothing_is_taken_in_beside_a_running_terminal(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "a.tsv"
    file.write_text("code\tname\nA\t甲\n", "utf-8")
    with (tmp_path / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        code, text = taken(capsys, tmp_path, file)
    assert (code, "state.in_use" in text) == (1, True)
    assert not (tmp_path / "files").exists()
    assert taken(capsys, tmp_path, file)[0] == 0
    assert taken(capsys, tmp_path, file)[0] == 0


def test_a_search_in_a_damaged_catalogue_or_for_half_a_sign(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "a.tsv"
    file.write_text("code\tname\nA\t甲\n", "utf-8")
    assert taken(capsys, tmp_path, file)[0] == 0
    assert said(capsys, "search", "\udcff", "--kind", "diagnoses", "--state", str(tmp_path)) == (0, "")
    kept = tmp_path / "files" / "catalogue-diagnoses"
    kept.write_bytes(kept.read_bytes().replace("甲".encode(), "乙".encode()))
    code, text = said(capsys, "search", "乙", "--kind", "diagnoses", "--state", str(tmp_path))
    assert (code, text) == (1, "catalogue.damaged: diagnoses CRC\n")
