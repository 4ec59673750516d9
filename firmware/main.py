"""The program: opens the board that the command line or the flash names, builds the terminal, and runs it."""

from firmware import log
from firmware.errors import TerminalError
from firmware.supervisor import Supervisor
from firmware.terminal import build
from hal import aio, board
from hal.errors import HalError


def main() -> None:
    """Run until stopped. What a technician must mend is said in one sentence."""
    try:
        aio.run(serve(), log.stray)
    except (HalError, TerminalError) as error:
        raise SystemExit("cunyitong: " + str(error))
    except KeyboardInterrupt:
        pass


async def serve() -> None:
    """Open the board, start everything, and watch."""
    opened = await board.open_from_arguments()
    try:
        terminal = await build(opened)
        supervisor = Supervisor(opened.watchdog)
        terminal.tasks(supervisor)
        supervisor.start()
        try:
            await terminal.console.serving()
            log.event("terminal.started", opened.name + ", key store level " + str(opened.keys.level))
            opened.watchdog.ready()
            await supervisor.watch()
        finally:
            supervisor.stop()
    finally:
        await opened.close()
