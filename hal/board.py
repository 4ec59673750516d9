"""Reads a board config and opens the board that it describes. Boards are imported only when they are asked for."""

from hal.errors import ConfigError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hal.ports import Board


async def open_from_arguments() -> "Board":
    """The board that the program's command line names (`--board FILE --state DIR`)."""
    from hal.linux.command_line import arguments

    config, state = arguments()
    return await open_board(config, state)


async def open_board(config: str, state: str) -> "Board":
    """Open the board of a config file; what the terminal keeps goes into the folder `state`. `ConfigError` says what is wrong."""
    from hal.linux.board_file import read_toml

    values = read_toml(config)
    platform = values.get("board", {}).get("platform")
    if platform == "linux":
        from hal.linux.board import open_linux

        return await open_linux(values, config, state)
    raise ConfigError("config.wrong", "board.platform must be linux")
