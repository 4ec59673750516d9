"""`python -m simulator`: the devices, the insurance platform and the bench in one program.

Prints one JSON line when everything can be used, and ends cleanly on SIGTERM and Ctrl-C. Everything is served on
127.0.0.1 only.
"""

import argparse
import asyncio
import gc
import json
import signal
import sys
from pathlib import Path

from simulator.bench import Bench
from simulator.certificates import TLS, make_certificates, server_context
from simulator.devices import SCANNER_KINDS
from simulator.devices.printer_kinds import KINDS
from simulator.network import Cable, PlatformServer
from simulator.office import OfficeWindow, office_secrets
from simulator.platform import SCHEMES, Platform
from simulator.platform_keys import gateway_secret, sm2_keys
from simulator.set_up import build_world
from simulator.stick import Stick

HOST = "127.0.0.1"
DATA = Path(__file__).parent / "data"
# What a platform has booked is not garbage, and to look through all of it holds every device up for a tenth of a
# second: that is done a hundred times less often than usual. New objects are looked through as ever.
_YOUNG, _MIDDLE, _OLD = 700, 10, 1000


def main() -> int:
    """Run until told to end."""
    parser = argparse.ArgumentParser(prog="python -m simulator", description="A clinic's counter without hardware.")
    parser.add_argument("--headless", action="store_true", help="only the bench's API, no page")
    parser.add_argument("--run-dir", type=Path, default=Path(".run/sim"), help="where the devices' ports appear")
    parser.add_argument("--bench-port", type=int, default=8600, help="0 = any free port")
    parser.add_argument("--platform-port", type=int, default=8602, help="0 = any free port")
    parser.add_argument("--gateway", choices=tuple(SCHEMES), default="x-tif", help="the gateway before the platform")
    parser.add_argument("--tls", action="store_true", help="the platform over TLS, with certificates in the run folder")
    parser.add_argument("--client-certificates", action="store_true", help="with --tls: only for who shows one, too")
    parser.add_argument("--keep", type=Path, help="folder in which the platform keeps its ledger")
    parser.add_argument(
        "--full-catalogues", action="store_true", help="33,000 diagnoses and 14,000 drugs, made up by rule"
    )
    parser.add_argument("--terminal-url", default="http://127.0.0.1:8601/", help="what the page shows as the terminal")
    parser.add_argument("--no-line-rate", action="store_true", help="serial lines as fast as the computer can")
    parser.add_argument("--no-delays", action="store_true", help="devices answer at once, over lines of real speed")
    parser.add_argument("--scanner", choices=SCANNER_KINDS, default="gm65", help="the kind of scanner")
    parser.add_argument("--printer", choices=tuple(KINDS), default="58mm", help="the kind of receipt printer")
    parser.add_argument("--seed", type=int, default=0, help="what the random choices of faults begin with")
    parser.add_argument("--vpcd", type=_port, metavar="HOST:PORT", help="the virtual PC/SC reader for social cards")
    gc.set_threshold(_YOUNG, _MIDDLE, _OLD)
    asyncio.run(_serve(parser.parse_args()))
    return 0


async def _serve(options: argparse.Namespace) -> None:
    ended = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, ended.set)
    options.run_dir.mkdir(parents=True, exist_ok=True)
    secret, keys = gateway_secret(options.run_dir), sm2_keys(options.run_dir)
    platform = Platform(DATA, options.keep, secret, scheme=options.gateway, keys=keys, full=options.full_catalogues)
    stick = Stick(options.run_dir / "stick")
    office = OfficeWindow(office_secrets(options.run_dir), stick, platform.book, options.keep)
    cable = Cable()
    tls = None
    if options.tls:
        make_certificates(options.run_dir / TLS)
        tls = server_context(options.run_dir / TLS, platform.certificate_flaw, options.client_certificates)
    network = PlatformServer(platform, cable, HOST, options.platform_port, tls)
    world = build_world(
        options.run_dir,
        not options.no_line_rate,
        cable,
        platform,
        options.scanner,
        options.printer,
        options.seed,
        options.vpcd,
        not options.no_delays,
        office,
    )
    bench = Bench(world, platform, options.terminal_url, page=not options.headless)
    cable.on_change(bench.changed)  # a fault may pull it, too
    await network.start()
    await world.start()
    await bench.start(options.bench_port)
    platform_url = f"{'https' if tls else 'http'}://{HOST}:{network.port}/"
    ready = {"ready": True, "bench": bench.url, "platform": platform_url, "run_dir": str(options.run_dir)}
    print(json.dumps(ready), flush=True)
    await ended.wait()
    await bench.stop()
    await world.stop()
    await network.close()


def _port(text: str) -> int:
    """The port in `HOST:PORT` or `PORT`; the host is this machine."""
    host, _, port = text.rpartition(":")
    if host not in ("", "localhost", HOST) or not port.isdecimal() or not 0 < int(port) < 0x10000:
        raise argparse.ArgumentTypeError(f"{text} is no port of this machine")
    return int(port)


if __name__ == "__main__":
    sys.exit(main())
