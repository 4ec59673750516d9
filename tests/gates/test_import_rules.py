"""The import rules: each refusal on a small tree, and the whole project."""

from pathlib import Path

import pytest

from tools.import_rules import check_tree

ROOT = Path(__file__).resolve().parents[2]

REFUSED = [
    ("firmware/visit/steps.py", "import simulator", "firmware may not import simulator"),
    ("firmware/visit/steps.py", "from hal import board", "firmware may not import hal.board"),
    ("firmware/terminal.py", "from hal.board import open_board", "firmware may not import hal.board"),
    ("firmware/__main__.py", "from hal.board import open_board", "firmware may not import hal.board"),
    ("firmware/visit/steps.py", "from hal.drivers import scanner", "firmware may not import hal.drivers"),
    ("firmware/vault/records.py", "from firmware.visit import Visit", "imports run downwards"),
    ("firmware/trace/check.py", "from firmware.insurance import Client", "imports run downwards"),
    ("firmware/vault/records.py", "if TYPE_CHECKING:\n    from firmware.visit import Visit", "imports run downwards"),
    (
        "firmware/visit/steps.py",
        "from firmware.vault.sealing import Vault",
        "inside a room; import it from firmware.vault",
    ),
    ("firmware/visit/steps.py", "from firmware.vault import sealing", "inside a room; import it from firmware.vault"),
    ("firmware/visit/steps.py", "from ..vault import sealing", "inside a room; import it from firmware.vault"),
    ("firmware/visit/steps.py", "from firmware.shop import Till", "firmware.shop has no floor"),
    ("firmware/shop/till.py", "from firmware.money import yuan", "firmware.shop has no floor"),
    ("tools/image.py", "from firmware.vault.sealing import Vault", "inside a room"),
    ("tools/image.py", "import simulator.run", "tools may not import simulator"),
    ("simulator/run.py", "import firmware.main", "simulator may not import firmware.main"),
    ("simulator/run.py", "from hal.ports import YES", "simulator may not import hal.ports"),
    (
        "simulator/run.py",
        "import importlib\nimportlib.import_module('hal.ports')",
        "simulator may not import hal.ports",
    ),
    ("simulator/run.py", "import tools", "simulator may not import tools"),
    ("hal/ports/cards.py", "from hal.errors import HalError", "hal.ports may not import hal.errors"),
    ("hal/drivers/scanner.py", "from hal.linux import serial_port", "hal.drivers may not import hal.linux"),
    ("hal/drivers/scanner.py", "import firmware", "hal.drivers may not import firmware"),
    ("hal/linux/files.py", "from hal.esp32 import store", "hal.linux may not import hal.esp32"),
    ("hal/board.py", "from firmware.money import yuan", "hal.board may not import firmware.money"),
    ("firmware/visit/utils.py", "", '"utils" says nothing'),
    ("simulator/common/line.py", "", '"common" says nothing'),
]

ALLOWED = [
    ("firmware/main.py", "from hal.board import open_board\nfrom firmware.terminal import Terminal"),
    (
        "firmware/visit/steps.py",
        "from firmware.vault import Vault\nfrom hal import aio, ports\nfrom hal.errors import HalError",
    ),
    ("firmware/visit/steps.py", "from firmware.visit.person import Person\nfrom . import person\nimport json"),
    ("firmware/money.py", "from firmware.errors import Refused"),
    ("firmware/__main__.py", "from firmware.main import main"),
    ("hal/drivers/scanner.py", "from hal.drivers.frames import Frame\nfrom hal.aio import Queue"),
    ("hal/linux/serial_port.py", "import serial\nfrom hal.ports import BytePort\nfrom hal.drivers import scanner"),
    ("hal/board.py", "from hal.linux import serial_port\nfrom hal.drivers import scanner"),
    ("simulator/run.py", "from simulator.carriers import line\nimport microdot"),
    (
        "tools/image.py",
        "from firmware.vault import Vault\nfrom hal.board import open_board\nfrom tools.flash import Flash",
    ),
    (
        "tests/vault/test_sealing.py",
        "from firmware.vault.sealing import Vault\nimport simulator.run\nimport tools.image",
    ),
]


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    for module in ("vault/__init__", "vault/sealing", "visit/person"):
        write(tmp_path, f"firmware/{module}.py", "")
    for module in ("board", "aio", "ports", "errors"):
        write(tmp_path, f"hal/{module}.py", "")
    return tmp_path


def write(root: Path, name: str, text: str) -> None:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


@pytest.mark.parametrize(("path", "text", "message"), REFUSED)
def test_refused(tree: Path, path: str, text: str, message: str) -> None:
    write(tree, path, text)
    violations = check_tree(tree)
    assert {violation.path for violation in violations} == {path}
    assert message in violations[0].message


@pytest.mark.parametrize(("path", "text"), ALLOWED)
def test_allowed(tree: Path, path: str, text: str) -> None:
    write(tree, path, text)
    assert check_tree(tree) == []


def test_a_violation_names_its_line(tree: Path) -> None:
    write(tree, "simulator/run.py", "import json\n\nimport firmware\n")
    assert [str(violation).split(": ")[0] for violation in check_tree(tree)] == ["simulator/run.py:3"]


def test_a_file_that_is_not_python_is_named(tree: Path) -> None:
    write(tree, "simulator/run.py", "import json\nrows = [\n")
    assert [str(violation) for violation in check_tree(tree)] == ["simulator/run.py:2: this is not Python"]


def test_the_project_keeps_the_rules() -> None:
    assert [str(violation) for violation in check_tree(ROOT)] == []
