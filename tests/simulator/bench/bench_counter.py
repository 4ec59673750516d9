"""A bench over a real world and a real platform, on a free port."""

import asyncio
import http.client
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from simulator.bench import Bench
from simulator.network import Cable
from simulator.platform import Platform
from simulator.set_up import build_world
from simulator.world import World

DATA = Path(__file__).parents[3] / "simulator" / "data"
TERMINAL = "http://127.0.0.1:1/"


@dataclass
class BenchCounter:
    """What a test needs of the counter behind the bench."""

    bench: Bench
    world: World
    platform: Platform

    async def request(self, method: str, path: str, body: str | None = None, **headers: str) -> tuple[int, bytes]:
        """One HTTP request with exactly these headers (`_` for `-`)."""
        return await asyncio.to_thread(self._request, method, path, body, headers)

    async def do(self, line: str) -> tuple[int, Any]:
        """POST /api/do as a program does it."""
        status, answer = await self.request(
            "POST", "/api/do", json.dumps({"line": line}), Content_Type="application/json"
        )
        return status, json.loads(answer)

    async def state(self) -> dict[str, Any]:
        """GET /api/state."""
        state: dict[str, Any] = json.loads((await self.request("GET", "/api/state"))[1])
        return state

    def _request(self, method: str, path: str, body: str | None, headers: dict[str, str]) -> tuple[int, bytes]:
        connection = http.client.HTTPConnection(urlsplit(self.bench.url).netloc, timeout=60)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, path, body, named)
        with connection.getresponse() as answer:
            return answer.status, answer.read()


async def open_counter(run_dir: Path, page: bool) -> BenchCounter:
    platform = Platform(DATA, None, "secret")
    cable = Cable()
    world = build_world(run_dir, line_rate=False, network=cable, platform=platform)
    bench = Bench(world, platform, TERMINAL, page=page)
    cable.on_change(bench.changed)
    await bench.start(0)
    return BenchCounter(bench, world, platform)
