"""A TPM 2.0 of software (swtpm) for one test, spoken to as tpm2-tools speak to any TPM."""

import os
import select
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

import pytest


class SoftwareTpm:
    """A TPM whose seed and state are in a folder of its own; `tcti` is what the tools call it by."""

    def __init__(self) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="tpm-"))  # short: the path of a socket has 107 bytes at most
        (self._folder / "state").mkdir()
        socket = self._folder / "socket"
        self.tcti = f"swtpm:path={socket}"
        self._start()

    def _start(self) -> None:
        """Returns when it answers: a daemon leaves its caller only then."""
        command = ["swtpm", "socket", "--tpm2", "--daemon", "--tpmstate", f"dir={self._folder}/state"]
        command += ["--server", f"type=unixio,path={self._folder}/socket"]
        command += ["--ctrl", f"type=unixio,path={self._folder}/socket.ctrl"]
        command += ["--flags", "not-need-init,startup-clear", "--pid", f"file={self._folder}/pid"]
        subprocess.run(command, check=True, capture_output=True, timeout=300)

    def restart(self) -> None:
        """As when the board is switched off and on."""
        self.call("tpm2_shutdown", "--clear")
        self._stop()
        self._start()

    def call(self, *command: str, check: bool = True) -> bytes:
        """What one of the tools prints, used as another program would."""
        answers = [self._run(line, check) for line in (command, ("tpm2_flushcontext", "-t"))]
        return answers[0]

    def _run(self, command: tuple[str, ...], check: bool) -> bytes:
        environment = {**os.environ, "TPM2TOOLS_TCTI": self.tcti}
        done = subprocess.run(command, env=environment, cwd=self._folder, check=check, capture_output=True, timeout=300)
        return done.stdout

    def end(self) -> None:
        """Stop it and forget all that it held."""
        self._stop()
        shutil.rmtree(self._folder)

    def _stop(self) -> None:
        process = int((self._folder / "pid").read_text("ascii"))
        descriptor = os.pidfd_open(process)
        os.kill(process, signal.SIGTERM)
        assert select.select([descriptor], [], [], 300)[0]  # readable when the process has ended
        os.close(descriptor)


def need_tpm() -> None:
    """Skip the test where something is not installed; in CI that is a failure."""
    if not (shutil.which("swtpm") and shutil.which("tpm2_createprimary")):
        say = pytest.fail if os.environ.get("CI") else pytest.skip
        say("the TPM is not tested: sudo apt install swtpm tpm2-tools")
