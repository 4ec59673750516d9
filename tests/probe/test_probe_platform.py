"""The probe of a platform, as a program of its own, against platforms with each gateway and each trouble."""

import json
import os
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from simulator.derived_board import CONFIGS, REPOSITORY
from simulator.launch import Counter
from simulator.platform import SCHEMES

NAME = "张三"
NUMBER = "11010519491231002X"
PATIENCE_S = 300
PLATFORM_MS = 30_000  # how long the probe waits for a platform that answers
SILENCE_MS = 500  # and for one that is silent


class Site:
    """A platform and the board file of a terminal at it."""

    def __init__(self, counter: Counter) -> None:
        self.counter = counter
        self.board = counter.write_board()

    def probe(self, *arguments: str, **environment: str) -> tuple[int, str]:
        """Exit code and all that the probe says."""
        command = [sys.executable, "-m", "tools.probe", "platform", *arguments]
        done = subprocess.run(
            command,
            cwd=REPOSITORY,
            env={**os.environ, **environment},
            capture_output=True,
            text=True,
            timeout=PATIENCE_S,
            check=False,
        )
        return done.returncode, done.stdout + done.stderr

    def asked(self, *arguments: str) -> tuple[int, Any]:
        """Exit code and JSON for the site's own board file."""
        code, said = self.probe("--profile", str(self.board), "--json", *arguments)
        return code, json.loads(said)

    def change(self, old: str, new: str, file: str = "board.toml") -> None:
        """Write something else into a file of the run folder."""
        path = self.counter.run_dir / file
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")

    def secret_file(self) -> Path:
        """The file with the gateway's secret."""
        return self.counter.run_dir / "gateway-secret"


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str, str], Counter]]:
    """Gives the simulator with that gateway and that TLS: one for all tests, without a fault and with its cable in."""
    counters: dict[tuple[str, str], Counter] = {}

    def get(gateway: str, tls: str) -> Counter:
        counter = counters.get((gateway, tls))
        if counter is None:
            counter = counters[gateway, tls] = Counter(
                tmp_path_factory.mktemp("site"), patience_ms=PLATFORM_MS, gateway=gateway, tls=tls
            )
            counter.start_simulator()
        counter.bench("fault clear")
        counter.bench("cable in")
        return counter

    yield get
    for counter in counters.values():
        counter.stop()


@pytest.fixture
def site(running: Callable[[str, str], Counter]) -> Callable[..., Site]:
    """Opens a site with the gateway and the TLS that are wanted; its files are written anew."""
    return lambda gateway="", tls="": Site(running(gateway, tls))


@pytest.mark.parametrize("gateway", SCHEMES)
def test_every_gateway(site: Callable[..., Site], gateway: str) -> None:
    there = site(gateway)
    code, said = there.asked("--id", NUMBER)
    assert (code, said["ok"]) == (0, True), said
    assert said["platform"]["gateway"] == gateway
    assert said["person"] == {"name": "张*", "number": "110105********002X", "insured": "yes", "region": "999900"}
    assert said["institution"]["name"] == "测试村卫生室"
    assert {"sign in (9001)", "institution (1201)", "person (1101)", "sign out (9002)"} <= set(said)


@pytest.mark.parametrize("gateway", [name for name in SCHEMES if name not in ("plain", "sm2-cainfo", "sm2-sm4")])
def test_a_wrong_secret_is_told_from_a_wrong_account(site: Callable[..., Site], gateway: str) -> None:
    there = site(gateway)
    code, said = there.asked("--secret", "WRONG-SECRET")
    assert (code, said["error"]["code"]) == (1, "probe.wrong_secret")
    assert "list of processes" in said["notes"]["warning"]
    assert "密钥" in said["notes"]["advice"]
    there.change("TESTPAAS0001", "SOMEBODY", "province.toml")
    code, said = there.asked()
    assert (code, said["error"]["code"]) == (1, "probe.wrong_account")


@pytest.mark.parametrize("gateway", ["sm2-cainfo", "sm2-sm4"])
def test_a_wrong_key_of_sm2(site: Callable[..., Site], gateway: str) -> None:
    there = site(gateway)
    other = there.counter.run_dir / "other-key"
    other.touch(mode=0o600)
    other.write_text("22" * 32, encoding="ascii")
    code, said = there.asked("--sign-key-file", str(other))
    assert (code, said["error"]["code"]) == (1, "probe.wrong_secret")


def test_another_scheme_and_another_path(site: Callable[..., Site]) -> None:
    there = site("x-tif")
    there.change('"x-tif"', '"plain"', "province.toml")
    assert there.asked()[1]["error"]["code"] == "probe.wrong_scheme"
    there.change('"plain"', '"x-tif"', "province.toml")
    there.change("/fsi/api", "/nobody")
    assert there.asked()[1]["error"]["code"] == "probe.wrong_path"


def test_a_clock_that_is_wrong(site: Callable[..., Site]) -> None:
    there = site("hunan")
    there.counter.bench("fault platform.clock_skew 1000")  # within the window
    code, said = there.asked()
    assert code == 1
    ahead_s = int(said["clock"].partition("the platform's is ")[2].partition(" s ")[0])
    assert abs(ahead_s - 1000) <= 60
    assert "校准" in said["notes"]["probe.clock_off"] or "校时" in said["notes"]["probe.clock_off"]
    there.counter.bench("fault platform.clock_skew 4000")
    assert there.asked()[1]["error"]["code"] == "insurance.clock_refused"
    there.counter.bench("fault clear platform.clock_skew")
    there.counter.bench("fault platform.expired_signature 1")
    assert there.asked()[1]["error"]["code"] == "insurance.clock_refused"


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        ("platform.gateway_502 9", "insurance.no_answer"),
        ("platform.out_of_service 9001", "insurance.no_answer"),
        ("platform.maintenance html", "insurance.maintenance"),
        ("platform.maintenance gbk", "insurance.maintenance"),
        ("platform.maintenance text", "insurance.maintenance"),
        ("platform.refuse 1201 系统繁忙", "insurance.refused"),
        ("network.cut_before 9001", "insurance.no_answer"),
    ],
)
def test_trouble_is_named(site: Callable[..., Site], fault: str, code: str) -> None:
    there = site()
    if "cut" in fault:
        there.change(f"look_up_ms = {PLATFORM_MS}", f"look_up_ms = {SILENCE_MS}")
    there.counter.bench("fault " + fault)
    exit_code, said = there.asked()
    assert (exit_code, said["error"]["code"]) == (1, code)
    assert said["notes"]["advice"]


def test_a_person_whose_insurance_is_paused(site: Callable[..., Site]) -> None:
    code, said = site().asked("--id", "440113200501010019")
    assert (code, said["person"]["insured"]) == (0, "no")


def test_a_number_that_the_platform_says_again_is_masked(site: Callable[..., Site]) -> None:
    there = site()
    there.counter.bench(f"fault platform.refuse 1101 未查询到{NUMBER}的参保信息")
    code, said = there.asked("--id", NUMBER)
    assert (code, said["error"]["code"]) == (1, "insurance.refused")
    assert "110105********002X" in said["notes"]["said"]
    assert NUMBER not in json.dumps(said, ensure_ascii=False)


def test_a_platform_that_is_not_there(site: Callable[..., Site]) -> None:
    there = site()
    there.counter.bench("cable out")
    assert there.asked()[1]["error"]["code"] == "http.not_connected"


@pytest.mark.parametrize(
    ("flaw", "code"),
    [
        ("expired", "insurance.certificate_expired"),
        ("not_yet", "insurance.certificate_not_yet"),
        ("other_name", "insurance.certificate_other_name"),
        ("untrusted", "insurance.certificate_untrusted"),
    ],
)
def test_a_certificate_with_a_flaw(site: Callable[..., Site], flaw: str, code: str) -> None:
    there = site(tls="server")
    there.counter.bench(f"fault platform.certificate {flaw}")
    exit_code, said = there.asked()
    assert (exit_code, said["error"]["code"]) == (1, code)
    assert said["server certificate"]["issuer"].startswith("CN=")


def test_certificates_of_both_sides(site: Callable[..., Site]) -> None:
    there = site(tls="both")
    code, said = there.asked()
    assert code == 0, said
    assert said["server certificate"]["days left"] == "364"
    assert said["own certificate"]["name"] == "CN=terminal"
    folder = there.counter.run_dir / "tls"
    strange = ["--certificate-file", str(folder / "client-stranger.pem")]
    code, said = there.asked(*strange, "--certificate-key-file", str(folder / "client-stranger-key.pem"))
    assert (code, said["error"]["code"]) == (1, "insurance.own_certificate")


def test_a_province_profile_with_the_secret_from_elsewhere(site: Callable[..., Site]) -> None:
    there = site()
    url = there.counter.run_dir.joinpath("board.toml").read_text("utf-8").split('url = "')[1].split('"')[0]
    profile = ["--profile", str(CONFIGS / "provinces" / "sample.toml"), "--url", url]
    secret = there.secret_file().read_text("utf-8")
    for given in (("--secret", secret), ("--secret-file", str(there.secret_file()))):
        code, said = there.probe(*profile, *given, "--id", NUMBER)
        assert code == 0, said
        assert secret not in said
        assert NUMBER not in said
        assert NAME not in said
    assert there.probe(*profile, CUNYITONG_SECRET=secret)[0] == 0
    assert "--secret-file" in there.probe(*profile)[1]
    assert "--url" in there.probe("--profile", profile[1], "--secret", secret)[1]
    assert stat.S_IMODE(there.secret_file().stat().st_mode) == 0o600
