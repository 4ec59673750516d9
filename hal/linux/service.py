"""The service manager's side: readiness and the watchdog of systemd, and one line for whoever started the program by hand."""

import json
import os
import socket


class Service:
    """`hal.ports.Watchdog`: speaks sd_notify when systemd asks for it."""

    def __init__(self, console_url: str) -> None:
        self._console_url = console_url
        self._address = os.environ.get("NOTIFY_SOCKET", "")

    def ready(self) -> None:
        """Tell systemd, and print where the screen is."""
        self._notify(b"READY=1")
        print(json.dumps({"ready": True, "console": self._console_url}), flush=True)

    def feed(self) -> None:
        """Everything important has moved."""
        self._notify(b"WATCHDOG=1")

    def _notify(self, message: bytes) -> None:
        if not self._address:
            return
        address = "\0" + self._address[1:] if self._address[0] == "@" else self._address
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as connection:
            connection.connect(address)
            connection.send(message)
