"""What the gates share: MicroPython, where it is installed."""

import os
import shutil

import pytest

from tools.micropython.run import HERE


@pytest.fixture(scope="session")
def micropython() -> None:
    """Skip, loudly, where MicroPython is not installed; in CI that is a failure, which the test then shows itself."""
    installed = shutil.which("node") and (HERE / "node_modules").is_dir()
    if not installed and not os.environ.get("CI"):
        pytest.skip(
            "MicroPython is NOT tested here: node or tools/micropython/node_modules is missing (apt install nodejs npm)"
        )
