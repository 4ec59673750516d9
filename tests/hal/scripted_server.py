"""A TCP server on 127.0.0.1 that does with each connection what a test says."""

import contextlib
import math
import socket
import ssl
import threading
import time
from collections.abc import Callable
from typing import Self

from hal.linux.http import KeptHttp

PATIENCE_S = 60.0  # nothing here waits so long unless something is broken

Script = Callable[["Peer"], None]


class Peer:
    """The server's end of one connection."""

    def __init__(self, server: "ScriptedServer", sock: socket.socket) -> None:
        self.server = server
        self.sock = sock
        self._received = b""

    def request(self) -> bytes:
        """The body of the next POST; b"" when the client has closed."""
        while b"\r\n\r\n" not in self._received:
            if not self._more():
                return b""
        head, _, self._received = self._received.partition(b"\r\n\r\n")
        fields = dict(line.split(b": ", 1) for line in head.split(b"\r\n")[1:])
        size = int(fields[b"Content-Length"])
        while len(self._received) < size and self._more():
            pass
        body, self._received = self._received[:size], self._received[size:]
        self.server.heads.append(head)
        self.server.bodies.append(body)
        self.server.came.release()
        return body

    def send(self, data: bytes) -> bool:
        """Send; False when the client has gone."""
        try:
            self.sock.sendall(data)
        except OSError:
            return False
        return True

    def answer(self, body: bytes, status: str = "200 OK", *more: str) -> None:
        """A whole answer that keeps the connection."""
        lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *more, "", ""]
        self.send("\r\n".join(lines).encode() + body)

    def drip(self, data: bytes) -> None:
        """Send byte by byte, with a pause after each, until the client has gone."""
        for byte in data:
            if not self.send(bytes([byte])) or self.server.ended.wait(0.02):
                return

    def wait_for_end(self) -> None:
        """Stay until the client closes the connection."""
        with contextlib.suppress(OSError):
            while self.sock.recv(65536):
                pass

    def _more(self) -> bool:
        try:
            piece = self.sock.recv(65536)
        except OSError:
            return False
        self._received += piece
        return bool(piece)


class ScriptedServer:
    """Each connection runs `script` in a thread of its own and is closed when it returns."""

    def __init__(self, script: Script, tls: ssl.SSLContext | None = None) -> None:
        self.heads: list[bytes] = []
        self.bodies: list[bytes] = []
        self.came = threading.Semaphore(0)  # released for each request
        self.left = threading.Semaphore(0)  # released for each connection that was closed
        self.ended = threading.Event()
        self.connections = 0
        self._script = script
        self._tls = tls
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._threads = [threading.Thread(target=self._accept)]
        self.port: int = self._listener.getsockname()[1]
        self.url = f"http{'s' if tls else ''}://127.0.0.1:{self.port}/api/act"

    def __enter__(self) -> Self:
        self._threads[0].start()
        return self

    def __exit__(self, *_: object) -> None:
        self.ended.set()
        self._listener.shutdown(socket.SHUT_RDWR)
        for thread in list(self._threads):
            thread.join(PATIENCE_S)
        self._listener.close()

    def wait_for_request(self) -> None:
        """Until the next request has come in whole."""
        assert self.came.acquire(timeout=PATIENCE_S)

    def wait_for_close(self) -> None:
        """Until the server has closed the next connection."""
        assert self.left.acquire(timeout=PATIENCE_S)

    def _accept(self) -> None:
        while True:
            try:
                sock, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            thread = threading.Thread(target=self._serve, args=(sock,))
            self._threads.append(thread)
            thread.start()

    def _serve(self, sock: socket.socket) -> None:
        sock.settimeout(PATIENCE_S)
        try:
            if self._tls is not None:
                sock = self._tls.wrap_socket(sock, server_side=True)
            self._script(Peer(self, sock))
        except OSError:
            pass  # the client has gone, or trusts us not
        finally:
            sock.close()
            self.left.release()


def echo(peer: Peer) -> None:
    """Answer each request with its own body."""
    while body := peer.request():
        peer.answer(body)


def wait_until_spoilt(client: KeptHttp) -> None:
    """Until the kernel has brought to `client` what was sent on the connections that it keeps, or their end, without a
    turn of the loop: under load that is later than the sending."""
    ends = time.monotonic() + PATIENCE_S
    while any(line.is_good(math.inf) for server in client._servers.values() for line in server._kept):
        assert time.monotonic() < ends, "nothing comes"
