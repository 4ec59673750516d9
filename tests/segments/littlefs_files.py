"""`hal.segments.Files` on a LittleFS image, through littlefs-python: what MicroPython's `os` does, on this machine."""

from collections.abc import Iterator
from contextlib import contextmanager

from littlefs import LittleFS, LittleFSError, UserContext, lfs

BLOCK = 4096


class Flash(UserContext):
    """A flash chip in memory that counts erased blocks and programmed bytes."""

    def __init__(self, blocks: int, image: bytes | None = None) -> None:
        super().__init__(buffer=bytearray(image if image is not None else b"\xff" * (blocks * BLOCK)))
        self.erases = 0
        self.programmed = 0

    def read(self, cfg: object, block: int, off: int, size: int) -> bytearray:
        start = block * BLOCK + off
        return self.buffer[start : start + size]

    def prog(self, cfg: object, block: int, off: int, data: bytes) -> int:
        start = block * BLOCK + off
        self.buffer[start : start + len(data)] = data
        self.programmed += len(data)
        return 0

    def erase(self, cfg: object, block: int) -> int:
        self.buffer[block * BLOCK : (block + 1) * BLOCK] = b"\xff" * BLOCK
        self.erases += 1
        return 0

    def sync(self, cfg: object) -> int:
        return 0


def mounted(flash: Flash, *, new: bool) -> LittleFS:
    """The file system as MicroPython sets it up (extmod/vfs_lfsx.c: reads and programs of 32 bytes, a cache of four
    times that, a look-ahead of 32, 100 block cycles), with the blocks of 4 KB that an ESP32's flash has."""
    system = LittleFS(
        context=flash,
        mount=False,
        block_size=BLOCK,
        block_count=len(flash.buffer) // BLOCK,
        read_size=32,
        prog_size=32,
        cache_size=128,
        lookahead_size=32,
        block_cycles=100,
    )
    if new:
        system.format()
    system.mount()
    return system


class LittleFsFiles:
    """The root folder of a mounted image."""

    def __init__(self, system: LittleFS) -> None:
        self.system = system

    def names(self) -> list[str]:
        with os_errors():
            return list(self.system.listdir("/"))

    def size(self, name: str) -> int:
        with os_errors():
            return int(self.system.stat("/" + name).size)

    def read(self, name: str, offset: int, size: int) -> bytes:
        with os_errors(), self.system.open("/" + name, "rb", buffering=0) as file:
            file.seek(offset)
            data = b""
            while len(data) < size and (piece := file.read(size - len(data))):
                data += piece
            return data

    def append(self, name: str, data: bytes) -> None:
        with os_errors():  # "a" alone does not make a file here, as it does on MicroPython
            file = lfs.file_open(self.system.fs, "/" + name, "a" if name in self.names() else "x")
            try:
                lfs.file_write(self.system.fs, file, data)
            finally:
                lfs.file_close(self.system.fs, file)

    def remove(self, name: str) -> None:
        with os_errors():
            if name in self.system.listdir("/"):
                self.system.remove("/" + name)

    def settle(self, name: str) -> None:
        pass

    def room(self) -> int:
        with os_errors():
            return (self.system.block_count - self.system.used_block_count) * BLOCK

    def close(self) -> None:
        pass


@contextmanager
def os_errors() -> Iterator[None]:
    """littlefs-python's errors as MicroPython raises them."""
    try:
        yield
    except LittleFSError as error:
        raise OSError(-int(error.code), "LittleFS") from None
