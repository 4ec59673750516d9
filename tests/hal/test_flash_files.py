"""The public files of the ESP32 run on any machine, too."""

import tempfile
import unittest
from pathlib import Path

from hal.errors import StoreError
from hal.esp32.files import FlashPublicFiles
from hal.ports import Files

TEXT = b"".join([b"line %d\n" % number for number in range(2000)])  # some windows


def write(files: Files, name: str, text: bytes) -> None:
    draft = files.draft(name)
    for start in range(0, len(text), 1000):
        draft.write(text[start : start + 1000])
    draft.keep()


class Flash(unittest.TestCase):
    def setUp(self) -> None:
        made = tempfile.TemporaryDirectory()
        self.addCleanup(made.cleanup)
        self.folder = Path(made.name) / "public"
        self.files = FlashPublicFiles(str(self.folder), 0)

    def kept(self) -> list[str]:
        return sorted(path.name for path in self.folder.iterdir())

    def text(self, name: str) -> bytes | None:
        document = self.files.open(name)
        if document is None:
            return None
        text = document.read(0, document.size)
        document.close()
        return text

    def test_a_file_is_there_when_it_is_kept(self) -> None:
        self.assertEqual(self.text("a.tsv"), None)
        draft = self.files.draft("a.tsv")
        draft.write(b"new")
        self.assertEqual((self.text("a.tsv"), self.files.names()), (None, []))
        draft.keep()
        self.assertEqual((self.text("a.tsv"), self.files.names()), (b"new", ["a.tsv"]))
        write(self.files, "a.tsv", b"newer")
        write(self.files, "b", b"")
        self.assertEqual((self.text("a.tsv"), self.text("b")), (b"newer", b""))
        self.files.remove("a.tsv")
        self.files.remove("a.tsv")
        self.assertEqual(self.files.names(), ["b"])

    def test_finding_is_that_of_bytes(self) -> None:
        write(self.files, "a", TEXT)
        document = self.files.open("a")
        assert document is not None
        self.assertEqual(document.size, len(TEXT))
        for text in (b"line 0\n", b"line 1999\n", b"line 777", b"\nline 1", b"e", b"none", TEXT[2040:2060], TEXT):
            for start, end in ((0, len(TEXT)), (1, len(TEXT) - 1), (2046, 4100), (5, 5), (9000, 8000), (0, 1 << 30)):
                self.assertEqual(document.find(text, start, end), TEXT.find(text, start, end))
                self.assertEqual(document.rfind(text, start, end), TEXT.rfind(text, start, end))
        self.assertEqual((document.read(3, 9), document.read(len(TEXT) - 2, 1 << 20)), (TEXT[3:9], TEXT[-2:]))
        self.assertEqual((document.read(9, 3), document.read(1 << 20, 1 << 21)), (b"", b""))
        document.close()

    def test_a_draft_leaves_nothing(self) -> None:
        write(self.files, "a", b"old")
        draft = self.files.draft("a")
        draft.write(b"new")
        draft.drop()
        draft.drop()
        self.assertEqual((self.text("a"), self.kept()), (b"old", ["a"]))
        (self.folder / "left.draft").write_bytes(b"half")  # by a power cut
        FlashPublicFiles(str(self.folder), 0)
        self.assertEqual(self.kept(), ["a"])

    def test_names(self) -> None:
        for name in (
            "",
            ".",
            "..",
            "../a",
            "a/b",
            "/a",
            "A",
            "药",
            ".a",
            "-a",
            "a\n",
            "a\0",
            "a" * 61,
            "a.draft",
            "a b",
        ):
            for use in (self.files.open, self.files.draft, self.files.remove):
                with self.assertRaises(ValueError):
                    use(name)

    def test_the_room_of_the_records(self) -> None:
        full = FlashPublicFiles(str(self.folder), 1 << 60)
        with self.assertRaises(StoreError):
            full.draft("a")
        self.assertEqual(self.kept(), [])
