"""The decoder that a board config names: how it is found, and what is made of one that fails, hangs or lies."""

from __future__ import annotations

import asyncio
import sys
import threading
from typing import TYPE_CHECKING, Any

import pytest

from hal.board import open_board
from hal.errors import ConfigError, DeviceError
from hal.linux import photo
from hal.linux.photo import PhotoDecoder, load_decoder
from hal.linux.settings import read_settings
from hal.ports import PICTURE_LIMIT

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

BLOCK = bytes.fromhex("574C66007E00320000FF85") + bytes(1013)
PICTURE = b"BM" + bytes(64)
READER = '[card_reader]\ndriver = "samv"'


def named(config: Path, decoder: str) -> None:
    """Name a decoder in a board config."""
    text = config.read_text("utf-8")
    assert READER in text
    config.write_text(text.replace(READER, f"{READER}\nphoto_decoder = {decoder}"), "utf-8")


@pytest.fixture
def maker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], str]:
    """Installs the module of a maker."""
    monkeypatch.syspath_prepend(str(tmp_path))

    def install(module: str, text: str) -> str:
        (tmp_path / f"{module}.py").write_text(text, "utf-8")
        return module

    return install


async def undecoded(decoder: PhotoDecoder) -> str:
    """Why there is no picture."""
    with pytest.raises(DeviceError) as refused:
        await decoder(BLOCK)
    assert refused.value.code == "photo.undecoded"
    return refused.value.cause


async def test_the_function_gets_the_block_and_its_picture_comes_back() -> None:
    given: list[bytes] = []
    threads: list[str] = []

    def decode(block: bytes) -> bytes:
        given.append(block)
        threads.append(threading.current_thread().name)
        return PICTURE

    decoder = PhotoDecoder(decode)
    assert [await decoder(BLOCK), await decoder(BLOCK)] == [PICTURE, PICTURE]
    assert given == [BLOCK, BLOCK]
    assert threads == ["photo", "photo"]


@pytest.mark.parametrize(
    "answer",
    [None, "BM", b"", b"GIF89a", b"\xff\xd8\xff", bytearray(PICTURE), b"BM" + bytes(PICTURE_LIMIT), 7],
    ids=["nothing", "text", "empty", "GIF", "JPEG", "bytearray", "too large", "number"],
)
async def test_what_is_no_picture_is_refused(answer: Any) -> None:
    assert await undecoded(PhotoDecoder(lambda _: answer)) == "answered no picture"


@pytest.mark.parametrize("error", [ValueError, OSError, SystemExit, MemoryError])
async def test_its_error_is_named_and_its_words_are_not_repeated(error: type[BaseException]) -> None:
    def decode(block: bytes) -> bytes:
        raise error(f"cannot decode {block!r}")

    assert await undecoded(PhotoDecoder(decode)) == error.__name__


async def test_nobody_waits_long_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    goes_on = threading.Event()
    monkeypatch.setattr(photo, "LIMIT_S", 0.0)
    assert await undecoded(PhotoDecoder(lambda _: goes_on.wait(20))) == "no answer in 0 s"
    goes_on.set()


async def test_one_that_hangs_is_left_alone_until_it_comes_back() -> None:
    begun, goes_on, came_back = threading.Event(), threading.Event(), threading.Event()

    def decode(_: bytes) -> bytes:
        begun.set()
        assert goes_on.wait(20)
        return PICTURE

    decoder = PhotoDecoder(decode)
    hanging = asyncio.create_task(decoder(BLOCK))
    await asyncio.to_thread(begun.wait, 20)
    hanging.cancel()
    await asyncio.wait([hanging])
    assert await undecoded(decoder) == "still at work on an earlier one"
    assert decoder._last is not None
    decoder._last.add_done_callback(lambda _: came_back.set())
    goes_on.set()
    assert came_back.wait(20)
    assert await decoder(BLOCK) == PICTURE


async def test_a_board_has_the_decoder_that_it_names(board: Path, maker: Callable[[str, str], str]) -> None:
    maker("good_photo", "def decode(block):\n    return b'BM' + block[:3]\n")
    named(board, '"good_photo:decode"')
    opened = await open_board(str(board), str(board.parent / "state"))
    assert opened.photo_decoder is not None
    assert await opened.photo_decoder(BLOCK) == b"BMWLf"
    await opened.close()


async def test_a_board_that_names_none_has_none(board: Path) -> None:
    opened = await open_board(str(board), str(board.parent / "state"))
    assert opened.photo_decoder is None
    await opened.close()


@pytest.mark.parametrize("name", ["decode", "a:b:c", "a:", ":b", "a b:c", "a.:b", "/usr/lib/wlt.so:decode", "a:b()"])
def test_what_names_no_function(board: Path, name: str) -> None:
    named(board, f'"{name}"')
    with pytest.raises(ConfigError, match=r"card_reader\.photo_decoder must name a Python function"):
        read_settings(board)


@pytest.mark.parametrize(
    ("text", "function", "sentence"),
    [
        (None, "decode", "cannot load bad_photo: ModuleNotFoundError: No module named 'bad_photo'"),
        ("import ctypes\nctypes.CDLL('libwlt.so.9')", "decode", "cannot load bad_photo: OSError: libwlt.so.9: cannot"),
        ("def decode(:", "decode", "cannot load bad_photo: SyntaxError"),
        ("def decode(block): ...", "decod", "bad_photo has no function decod"),
        ("decode = 7", "decode", "bad_photo has no function decode"),
    ],
    ids=["no module", "no library", "no Python", "no such name", "no function"],
)
async def test_what_cannot_be_loaded_keeps_the_terminal_from_starting(
    board: Path,
    maker: Callable[[str, str], str],
    monkeypatch: pytest.MonkeyPatch,
    text: str | None,
    function: str,
    sentence: str,
) -> None:
    if text is not None:
        maker("bad_photo", text)
    monkeypatch.delitem(sys.modules, "bad_photo", raising=False)
    named(board, f'"bad_photo:{function}"')
    with pytest.raises(ConfigError) as refused:
        await open_board(str(board), str(board.parent / "state"))
    assert str(refused.value).startswith(f"config.wrong: card_reader.photo_decoder: {sentence}")
    assert not (board.parent / "state" / "vault.db").exists()


def test_the_error_of_a_module_is_no_chain_of_its_insides(maker: Callable[[str, str], str]) -> None:
    maker("failing_photo", "raise RuntimeError('no licence')")
    with pytest.raises(ConfigError, match="RuntimeError: no licence") as refused:
        load_decoder("failing_photo:decode")
    assert refused.value.__suppress_context__
