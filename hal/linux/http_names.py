"""The addresses of host names. A look-up blocks, has no time limit and cannot be called off, so it has a thread."""

import asyncio
import socket
from functools import partial

from hal.linux.worker import Worker


class Names:
    """Looks names up, each once at a time, however many ask for it."""

    def __init__(self) -> None:
        self._worker = Worker("names")
        self._looking: dict[tuple[str, int], asyncio.Task[list[str]]] = {}

    async def addresses(self, host: str, port: int) -> list[str]:
        """The addresses of `host`, best first. `OSError`, or `UnicodeError` for what cannot be a name."""
        looking = self._looking.get((host, port))
        if looking is None:
            looking = asyncio.create_task(self._look_up(host, port))
            looking.add_done_callback(_heard)
            self._looking[(host, port)] = looking
        return await asyncio.shield(looking)  # whoever waits no longer takes it from nobody else

    def close(self) -> None:
        """Take no more questions. A look-up that hangs keeps nothing alive."""
        self._worker.end()

    async def _look_up(self, host: str, port: int) -> list[str]:
        try:
            found = await self._worker.run(partial(socket.getaddrinfo, host, port, type=socket.SOCK_STREAM))
        finally:
            del self._looking[(host, port)]
        return [str(address[0]) for *_, address in found]


def _heard(looking: "asyncio.Task[list[str]]") -> None:
    """Its error is known, even when nobody waits for it any more."""
    if not looking.cancelled():
        looking.exception()
