"""The service manager's side: readiness and watchdog of systemd, and one line for whoever started the program."""

import contextlib
import json
import os
import socket
import sys


class Service:
    """`hal.ports.Watchdog`: speaks sd_notify (datagrams to the socket in `NOTIFY_SOCKET`) when systemd asks for it."""

    def __init__(self, console_url: str) -> None:
        self._console_url = console_url
        self._address = os.environ.get("NOTIFY_SOCKET", "")

    def ready(self) -> None:
        """Tell systemd, and print where the screen is."""
        self._notify(b"READY=1")
        sys.stdout.write(json.dumps({"ready": True, "console": self._console_url}) + "\n")
        sys.stdout.flush()

    def feed(self) -> None:
        """Everything important has moved."""
        self._notify(b"WATCHDOG=1")

    def _notify(self, message: bytes) -> None:
        if not self._address:
            return
        address = "\0" + self._address[1:] if self._address[0] == "@" else self._address
        # A service manager that does not listen just now must not end the terminal, nor make it wait; if it stays so,
        # its own watchdog decides.
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as connection, contextlib.suppress(OSError):
            connection.setblocking(False)
            connection.sendto(message, address)
