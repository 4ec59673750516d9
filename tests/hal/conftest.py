"""A board config of the simulator's, for tests that open a board."""

import os
from pathlib import Path

import pytest

from simulator.office import office_secrets

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = (ROOT / "board_configs" / "sim.toml").read_text("utf-8")


@pytest.fixture
def board(tmp_path: Path) -> Path:
    """A board config that is right; tests break it."""
    text = SAMPLE.replace(".run/sim/", f"{tmp_path}/").replace(
        "[profiles]", f'[profiles]\nroot = "{ROOT}/board_configs"'
    )
    file = tmp_path / "board.toml"
    file.write_text(text, "utf-8")
    secret = tmp_path / "gateway-secret"
    secret.touch(0o600)
    secret.write_text("abc", "ascii")
    office_secrets(tmp_path)  # writes office.toml
    return file


@pytest.fixture
def order(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every fsync and rename from now on, in their order: "sync <name>", "rename <old> <new>"."""
    done: list[str] = []
    fsync, rename = os.fsync, os.rename

    def noted_fsync(descriptor: int) -> None:
        done.append(f"sync {Path(f'/proc/self/fd/{descriptor}').readlink().name}")
        fsync(descriptor)

    def noted_rename(path: Path | str, target: Path | str, **folders: int) -> None:
        done.append(f"rename {Path(path).name} {Path(target).name}")
        rename(path, target, **folders)

    monkeypatch.setattr(os, "fsync", noted_fsync)
    monkeypatch.setattr(os, "rename", noted_rename)
    return done
