"""How many SM2 signatures a second our call of libcrypto makes, beside `openssl speed sm2`, in turns."""

import statistics
import subprocess
import time

from hal.gm import GmCiphers
from hal.gm.known_answer import PRIVATE, USER
from hal.linux.national import SystemNationalCiphers
from hal.ports import NationalCiphers
from tools.bench.measurement import Measurement, rounded

_SPEED_S = 1
_OWN_S = 0.5
_MESSAGE = b"0123456789abcdefghij"  # `openssl speed` signs 20 bytes, too
_AIM = "0.6"


def measure(rounds: int = 3) -> list[Measurement]:
    """Signatures a second of both, and of plain Python; `openssl speed` counts in time of its process, so do we."""
    ours, theirs = [], []
    for _ in range(rounds):
        ours.append(_signatures_a_second(SystemNationalCiphers()))
        theirs.append(_openssl_speed())
    own, other = statistics.median(ours), statistics.median(theirs)
    portable = _signatures_a_second(GmCiphers())
    return [
        Measurement("SM2 signatures", rounded(own), "/s", f"openssl speed sm2: {other:.0f}/s"),
        Measurement("SM2 signatures, ratio", rounded(own / other), "x", f"openssl speed sm2 = 1; aim: {_AIM}"),
        Measurement("SM2 signatures, portable", rounded(portable), "/s", "plain Python, as on the ESP32, but here"),
    ]


def _signatures_a_second(ciphers: NationalCiphers) -> float:
    ciphers.sm2_sign(PRIVATE, USER, _MESSAGE)  # loads, tests itself and reads the key
    made = 0
    began = time.process_time()
    while time.process_time() - began < _OWN_S:
        for _ in range(20):
            ciphers.sm2_sign(PRIVATE, USER, _MESSAGE)
        made += 20
    return made / (time.process_time() - began)


def _openssl_speed() -> float:
    """Signatures a second, from the line of SM2 in the form for machines: `+F7:0:256:CurveSM2:<sign/s>:<verify/s>`."""
    command = ["openssl", "speed", "-mr", "-seconds", str(_SPEED_S), "sm2"]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    (line,) = [line for line in said.splitlines() if ":CurveSM2:" in line]
    return float(line.split(":")[4])
