"""What tests of the vault do again and again. Runs on MicroPython, too."""

from firmware.vault import VaultError, open_vault

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Coroutine
    from typing import Any

    from firmware.vault import Vault
    from tests.portable.doubles import MemoryBoard


async def opened(board: "MemoryBoard") -> "Vault":
    """The vault of a board."""
    return await open_vault(board.store, board.ciphers, board.keys, board.random, board.clock)


async def code_of(call: "Coroutine[Any, Any, Any]") -> str:
    """The code of the `VaultError` of `call`, or "" when it raises none."""
    try:
        await call
    except VaultError as error:
        return error.code
    return ""
