"""Opens the board that a board config describes. Boards are imported only when they are asked for."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hal.ports import Board


async def open_from_arguments() -> "Board":
    """The board that the program's command line names (`--board FILE --state DIR`). Raises what `open_board` does."""
    from hal.linux.command_line import arguments

    config, state = arguments()
    return await open_board(config, state)


async def open_board(config: str, state: str) -> "Board":
    """Open the board of a config file; what the terminal keeps goes into the folder `state`.

    `ConfigError` says in one sentence what a technician must mend; `StoreError` when the store cannot be opened.
    """
    from hal.linux.board import open_linux

    return open_linux(config, state)
