"""What terminal and platform share out of band: the gateway's secret and the SM2 keys, as files in the run folder.

gateway-secret   the account's secret, text
sign-key         the institution's private key, 32 bytes as Base64: the terminal signs with it
platform-key     the platform's public key, 64 bytes as Base64: the terminal checks answers with it
platform-private the platform's private key; nobody but the platform reads it
"""

import base64
import secrets
from pathlib import Path

from simulator.own_files import write_own
from simulator.platform import Keys
from simulator.platform.sm2 import new_private, public_of

SECRET = "gateway-secret"  # noqa: S105  # a file's name
SIGN_KEY = "sign-key"
PLATFORM_KEY = "platform-key"
_PLATFORM_PRIVATE = "platform-private"


def gateway_secret(run_dir: Path) -> str:
    """The secret that terminal and platform share; made at the first start, readable by its owner only."""
    return _kept(run_dir / SECRET, secrets.token_hex(16))


def sm2_keys(run_dir: Path) -> Keys:
    """The keys of platform and institution; made at the first start."""
    institution = _key(run_dir / SIGN_KEY)
    platform = _key(run_dir / _PLATFORM_PRIVATE)
    _kept(run_dir / PLATFORM_KEY, base64.b64encode(public_of(platform)).decode())
    return Keys(platform=platform, institution=public_of(institution))


def _key(file: Path) -> bytes:
    return base64.b64decode(_kept(file, base64.b64encode(new_private()).decode()))


def _kept(file: Path, fresh: str) -> str:
    if not file.exists():
        write_own(file, fresh.encode())
    return file.read_text(encoding="utf-8").strip()
