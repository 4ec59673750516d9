"""The device key, sealed by a TPM 2.0 through the commands of tpm2-tools (level 3).

What lies in the state folder is the sealed object: 2 bytes of length (big endian), its public part, its private part,
as `tpm2_create` writes them. Only the TPM that made it opens it. Secrets go through pipes, never into arguments or
files; what the commands put into files in between is public or encrypted by the TPM.
"""

import os
import re
import struct
import subprocess
import tempfile
from pathlib import Path

from hal.errors import ConfigError
from hal.linux.keys import KEY_SIZE, damaged, read_or_make

_COMMAND_S = 60  # a chip may take some seconds for its primary key
# "noda": not under the lock-out, which another program's wrong passwords may have set off. There is no password here.
_PRIMARY = "fixedtpm|fixedparent|sensitivedataorigin|userwithauth|restricted|decrypt|noda"
_SEALED = "fixedtpm|fixedparent|userwithauth|noda"
_BAD_AUTH = "9A2"  # TPM_RC_BAD_AUTH for the first session (TPM 2.0 Library, part 2, section 6.6.3)


class TpmKeyStore:
    """The device key behind a TPM (`hal.ports.KeyStore`, level 3)."""

    level = 3
    kind = "tpm"

    def __init__(self, path: Path, tcti: str = "", *, may_make: bool = True) -> None:
        """`path` is for the sealed object. `tcti` names the TPM as tpm2-tools do ("device:/dev/tpmrm0"); without it
        they look for one."""
        self._path = path
        self._environment = {**os.environ, "LC_ALL": "C", **({"TPM2TOOLS_TCTI": tcti} if tcti else {})}
        self._may_make = may_make
        self._key = b""

    def device_key(self) -> bytes:
        """32 bytes; made at the first call. `ConfigError` when there is no TPM, it is another one, it refuses, its
        tools are missing, or the sealed object is lost or damaged."""
        if not self._key:
            sealed = read_or_make(self._path, self._make, may_make=self._may_make)
            try:
                self._key = self._unsealed(sealed)
            except OSError as error:
                cause = f"the tools of the TPM need a folder for temporary files: {error.strerror}"
                raise ConfigError("keys.unreadable", cause) from None
        return self._key

    def _make(self) -> bytes:
        """A sealed object that has been opened once: nothing is kept before it is known to work."""
        key = os.urandom(KEY_SIZE)
        with tempfile.TemporaryDirectory(prefix="cunyitong-") as name:
            folder = Path(name)
            self._primary(folder)
            arguments = ("-C", "primary", "-i-", "-u", "public", "-r", "private", "-a", _SEALED)
            self._call(folder, "tpm2_create", *arguments, given=key)
            public, private = (folder / "public").read_bytes(), (folder / "private").read_bytes()
        sealed = struct.pack(">H", len(public)) + public + private
        if self._unsealed(sealed) != key:
            raise ConfigError("keys.tpm_failed", "the TPM does not give back what it has sealed")
        return sealed

    def _unsealed(self, sealed: bytes) -> bytes:
        size = int.from_bytes(sealed[:2], "big")
        if not 0 < size < len(sealed) - 2:
            raise damaged(self._path)
        with tempfile.TemporaryDirectory(prefix="cunyitong-") as name:
            folder = Path(name)
            (folder / "public").write_bytes(sealed[2 : 2 + size])
            (folder / "private").write_bytes(sealed[2 + size :])
            self._primary(folder)
            try:
                self._call(folder, "tpm2_load", "-C", "primary", "-u", "public", "-r", "private", "-c", "object")
            except ConfigError as error:
                if error.code != "keys.tpm_failed":
                    raise
                cause = (
                    f"this TPM does not open {self._path} ({error.cause}): another one made it, it was cleared, or the"
                )
                cause += " file is damaged; put the TPM or a copy of the file back, or restore a backup"
                raise ConfigError("keys.other_tpm", cause) from None
            key = self._call(folder, "tpm2_unseal", "-c", "object")
        if len(key) != KEY_SIZE:
            raise damaged(self._path)
        return key

    def _primary(self, folder: Path) -> None:
        """The same primary key each time: the TPM makes it from its own seed."""
        self._call(
            folder, "tpm2_createprimary", "-C", "o", "-g", "sha256", "-G", "ecc", "-a", _PRIMARY, "-c", "primary"
        )

    def _call(self, folder: Path, command: str, *arguments: str, given: bytes = b"") -> bytes:
        answer = self._run(folder, [command, "-Q", *arguments], given)
        # Without a resource manager what a command loads stays loaded, and a TPM has room for three.
        self._run(folder, ["tpm2_flushcontext", "-t"], b"")
        return answer

    def _run(self, folder: Path, command: list[str], given: bytes) -> bytes:
        try:
            done = subprocess.run(
                command,
                input=given,
                capture_output=True,
                cwd=folder,
                env=self._environment,
                timeout=_COMMAND_S,
                check=False,
            )
        except OSError:
            raise ConfigError("keys.no_tools", f"cannot start {command[0]}: sudo apt install tpm2-tools") from None
        except subprocess.TimeoutExpired:
            raise ConfigError("keys.tpm_failed", f"{command[0]} has not ended after {_COMMAND_S} s") from None
        if done.returncode:
            raise _refusal(command[0], done.stderr.decode("utf-8", "replace"))
        return done.stdout


def _refusal(command: str, said: str) -> ConfigError:
    """What a command said on standard error, as a sentence for a technician. No command writes a secret there."""
    codes = re.findall(r"\(0x0*([0-9A-Fa-f]+)\)", said)
    if "Could not load tcti" in said:
        cause = (
            "no TPM answers: is it fitted, switched on (dtoverlay, BIOS), and is the terminal's user in the group tss?"
        )
        return ConfigError("keys.no_tpm", cause)
    if codes and codes[-1].upper() == _BAD_AUTH:
        return ConfigError(
            "keys.tpm_owned", "the owner of the TPM has set a password; remove it (tpm2_changeauth -c o)"
        )
    return ConfigError("keys.tpm_failed", f"{command} failed{f' (TPM error 0x{codes[-1]})' if codes else ''}")
