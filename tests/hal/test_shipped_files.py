"""Files that come with the program (`hal.linux.files`): opened where there is no own one, never written."""

from pathlib import Path

from hal.linux.files import FolderFiles


def test_an_own_file_goes_before_a_shipped_one(tmp_path: Path) -> None:
    shipped = tmp_path / "shipped"
    shipped.mkdir()
    (shipped / "a.tsv").write_bytes(b"shipped")
    files = FolderFiles(tmp_path / "own", 0, shipped)
    document = files.open("a.tsv")
    assert document is not None
    assert document.read(0, 100) == b"shipped"
    document.close()
    assert files.names() == []
    draft = files.draft("a.tsv")
    draft.write(b"own")
    draft.keep()
    document = files.open("a.tsv")
    assert document is not None
    assert document.read(0, 100) == b"own"
    document.close()
    files.remove("a.tsv")
    assert (shipped / "a.tsv").read_bytes() == b"shipped"
    assert files.open("b.tsv") is None
