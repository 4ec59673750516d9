"""`python -m tools.probe platform`: the line to the insurance platform, from cable to person, with the terminal's own
code; and in words what is wrong with it.

Nothing is changed at the platform but a sign-in and its end. What belongs to a person or opens a door is never said.
"""

import argparse
import asyncio
import logging
import os
import time
from collections.abc import Awaitable
from pathlib import Path
from typing import Any, TypeVar

from firmware.identity import mask
from firmware.insurance import IDENTITY_NUMBER, InsuranceClient, InsuranceError, Outpatient
from hal.errors import HalError, NotConnected
from tools.probe.certificate import own_certificate, server_certificate
from tools.probe.platform_line import Line, Order
from tools.probe.platform_words import ADVICE, meaning
from tools.probe.report import Report

SECRET_VARIABLE = "CUNYITONG_SECRET"  # noqa: S105  # a name
CLOCKS_AGREE_S = 120  # no gateway of those that are known minds so little
_KEYS = ("ca_file", "certificate_file", "certificate_key_file", "sign_key_file", "platform_key")

T = TypeVar("T")


class _Stopped(Exception):
    """What comes next makes no sense any more; it has been said why."""


def main(arguments: list[str]) -> int:
    """Look at a platform as the command line asks; 0 when all is well, 1 when not, 2 for a wrong command line."""
    options = _parser().parse_args(arguments)
    logging.getLogger().addHandler(logging.NullHandler())  # the client's own log says less than this does
    report = Report(as_json=options.json)
    if options.secret is not None:
        report.note("warning", "--secret can be seen in the list of processes; use --secret-file or " + SECRET_VARIABLE)
    environment = os.environ.get(SECRET_VARIABLE) if options.secret_file is None else None
    order = Order(
        profile=options.profile,
        url=options.url,
        secret=options.secret if options.secret is not None else environment,
        secret_file=options.secret_file,
        clinic=options.clinic,
        person=options.id,
        more={key: getattr(options, key) for key in _KEYS if getattr(options, key) is not None},
    )
    try:
        asyncio.run(_look(Line(order), order, report))
    except HalError as error:
        report.failed(error.code, error.cause)
    except _Stopped:
        pass
    except KeyboardInterrupt:
        report.failed("cancelled", "ended by Ctrl-C")
    report.close()
    return 0 if report.ok else 1


async def _look(line: Line, order: Order, report: Report) -> None:
    gateway = line.province["gateway"]
    about = [("url", line.platform["url"]), ("gateway", gateway["scheme"]), ("account", gateway["account"])]
    report.facts("platform", [*about, ("institution", line.clinic["institution"]["code"])])
    client = InsuranceClient(line, line.numbers)  # type: ignore[arg-type]  # the part of a board that it uses
    try:
        await _certificates(line, report)
        await _connect(line, report)
        await _talk(line, client, order, report)
    finally:
        line.http.close()


async def _certificates(line: Line, report: Report) -> None:
    """What both sides show. That the server's is good, the first request proves."""
    try:
        facts, days = await server_certificate(line)
    except NotConnected as error:
        _fail(report, "insurance.own_certificate", "", error.cause)
    if facts:
        report.facts("server certificate", facts)
        _ends_soon(days, report)
    facts, days = own_certificate(line.settings.tls.certificate_file)
    if facts:
        report.facts("own certificate", facts)
        _ends_soon(days, report)


def _ends_soon(days: int, report: Report) -> None:
    if 0 <= days < 30:
        report.note("probe.certificate_ends", _both("probe.certificate_ends"))


async def _connect(line: Line, report: Report) -> None:
    began = time.monotonic()
    if not await line.http.reachable(line.platform["url"], line.platform["connect_ms"]):
        _fail(report, "http.not_connected", "", "no connection")
    report.result("connection", f"{round((time.monotonic() - began) * 1000)} ms")


async def _talk(line: Line, client: InsuranceClient, order: Order, report: Report) -> None:
    """Sign in, ask, sign out; each with the time it took."""
    clinic = Outpatient(client, line.clinic)
    try:
        await _step(line, report, "sign in (9001)", client.sign_in())
    finally:
        _clock(line, report)
    try:
        known = await _step(line, report, "institution (1201)", clinic.institution())
        if known is None:
            _fail(report, "probe.other_institution", "", "1201 does not have it")
        else:
            report.facts("institution", [("name", known["name"]), ("level", known["level"] or "not said")])
        if order.person:
            credential = {"kind": IDENTITY_NUMBER, "number": order.person, "identity_number": order.person}
            asking = clinic.person(credential)
            _person(await _step(line, report, "person (1101)", asking, order.person), report)
    finally:
        await _step(line, report, "sign out (9002)", client.sign_out())


async def _step(line: Line, report: Report, name: str, doing: Awaitable[T], person: str = "") -> T:
    """`person`: the identity number that is asked for; platforms like to say it again."""
    try:
        result = await doing
    except InsuranceError as error:
        told = error.__context__  # a sign-in tells the others only that nothing was sent; what became of it is there
        error = told if isinstance(told, InsuranceError) else error
        said = str(error.params.get("platform", ""))
        _fail(report, error.code, said.replace(person, mask(person)) if person else said, error.cause, name)
    report.result(name, f"{line.http.took_ms} ms")
    return result


def _fail(report: Report, code: str, said: str, cause: str, step: str = "") -> Any:
    """Say what went wrong and what to do, and stop."""
    meant = meaning(code, said, cause)
    report.failed(meant, " ".join(part for part in (step, cause) if part))
    if said:
        report.note("said", f"平台原话 its own words: {said}")
    if meant in ADVICE:
        report.note("advice", _both(meant))
    raise _Stopped


def _clock(line: Line, report: Report) -> None:
    """How far the clocks are apart, by the answer's own time, or else by the server's Date."""
    off_s = line.clock.off_s if line.clock.off_s is not None else line.http.date_off_s
    if off_s is None:
        return
    report.result("clock", f"the platform's is {off_s:+d} s from this machine's")
    if abs(off_s) > CLOCKS_AGREE_S:
        report.ok = False
        report.note("probe.clock_off", _both("probe.clock_off"))


def _person(person: dict[str, Any], report: Report) -> None:
    name = person["name"]
    shown = [("name", name[:1] + "*" * (len(name) - 1)), ("number", mask(person["identity_number"]))]
    report.facts("person", [*shown, ("insured", person["insured"]), ("region", person["region"])])


def _both(code: str) -> str:
    return "\n".join(ADVICE[code])


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m tools.probe platform",
        description="Sign in to an insurance platform, ask for one person, and say what is wrong.",
    )
    parser.add_argument("--profile", type=Path, required=True, help="a board config, or a province profile with --url")
    parser.add_argument("--url", help="the platform's address, as platform.url of a board config")
    secret = parser.add_mutually_exclusive_group()
    secret.add_argument("--secret", help=f"of the account; others see it: rather --secret-file or {SECRET_VARIABLE}")
    secret.add_argument("--secret-file", type=Path, help="a file that only its owner can read")
    parser.add_argument("--clinic", type=Path, help="clinic profile; without it that of the board, or the sample")
    parser.add_argument("--id", default="", metavar="NUMBER", help="identity number of a person to ask for")
    for key in _KEYS:
        parser.add_argument("--" + key.replace("_", "-"), dest=key, help=f"as platform.{key} of a board config")
    parser.add_argument("--json", action="store_true", help="one JSON object instead of sentences")
    return parser
