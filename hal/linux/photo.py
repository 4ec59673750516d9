"""The decoder of the photo on an identity card, which a maker licenses: a Python function that a board config names.

It is the maker's native code. So it runs in a thread of its own, nobody waits long for it, and what it answers is
checked before anything else sees it.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import Future
from importlib import import_module
from typing import Any

from hal.errors import ConfigError, DeviceError
from hal.linux.worker import Worker
from hal.ports import picture_type

LIMIT_S = 3.0  # a decoder needs some hundredths of a second


class PhotoDecoder:
    """`hal.ports.Board.photo_decoder` around a function that takes the block and returns the picture. A function that
    hangs is left to itself, and until it comes back no other photo is decoded."""

    def __init__(self, decode: Callable[[bytes], Any]) -> None:
        self._decode = decode
        self._worker = Worker("photo")
        self._last: Future[Any] | None = None

    async def __call__(self, block: bytes) -> bytes:
        """The picture of a photo block. `DeviceError` `photo.undecoded`; its cause has the name of what the function
        raised, never the text, which might quote the photo."""
        if self._last is not None and not self._last.done():
            raise DeviceError("photo.undecoded", "still at work on an earlier one")
        self._last = self._worker.submit(self._decode, block)
        work = asyncio.wrap_future(self._last)
        try:
            await asyncio.wait([work], timeout=LIMIT_S)
            if not work.done():
                raise DeviceError("photo.undecoded", f"no answer in {LIMIT_S:.0f} s")
        finally:
            work.cancel()  # does nothing to a call that has begun; its result goes nowhere
        error = work.exception()
        if error is not None:
            raise DeviceError("photo.undecoded", type(error).__name__)
        picture = work.result()
        if type(picture) is not bytes or not picture_type(picture):
            raise DeviceError("photo.undecoded", "answered no picture")
        return picture


def load_decoder(name: str) -> PhotoDecoder:
    """The decoder `name`, "module:function". `ConfigError` when there is no such function."""
    module, _, function = name.partition(":")
    try:
        decode = getattr(import_module(module), function, None)
    except Exception as error:  # noqa: BLE001 -- a maker's module may raise anything when its library is not there
        cause = f"card_reader.photo_decoder: cannot load {module}: {type(error).__name__}: {error}"
        raise ConfigError("config.wrong", cause) from None
    if not callable(decode):
        raise ConfigError("config.wrong", f"card_reader.photo_decoder: {module} has no function {function}")
    return PhotoDecoder(decode)
