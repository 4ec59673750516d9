"""A platform that is silent on a line that stays, and one over TLS."""

import asyncio
import contextlib
import ssl
from pathlib import Path

from simulator.certificates import make_certificates, server_context
from simulator.network import Cable, PlatformServer
from simulator.platform import Platform
from tests.simulator.platform.counter import DATA, PATHS, SECRET

REQUEST = f"POST /fsi/api/{PATHS['9001']} HTTP/1.1\r\nContent-Length: 2\r\n\r\n{{}}".encode()


def test_silence_is_neither_an_answer_nor_an_end() -> None:
    async def silence() -> bool:
        platform = Platform(DATA, None, SECRET, scheme="plain")
        platform.fault("platform.silent_before", "9001")
        server = PlatformServer(platform, Cable())
        await server.start()
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
        writer.write(REQUEST)
        heard = asyncio.ensure_future(reader.read(1))
        other, second = await asyncio.open_connection("127.0.0.1", server.port)
        second.write(REQUEST)  # the next one is answered, so that the first has been read long ago
        assert (await other.readline()).startswith(b"HTTP/1.1 200")
        silent = not heard.done()
        writer.write_eof()
        assert await heard == b""
        await server.close()
        for line in (writer, second):
            line.close()
            with contextlib.suppress(OSError):
                await line.wait_closed()
        return silent

    assert asyncio.run(silence())


def test_the_certificate_is_chosen_anew_for_each_connection(tmp_path: Path) -> None:
    async def names() -> list[str]:
        make_certificates(tmp_path)
        platform = Platform(DATA, None, SECRET, scheme="plain")
        tls = server_context(tmp_path, platform.certificate_flaw)
        server = PlatformServer(platform, Cable(), tls=tls)
        await server.start()
        client = ssl.create_default_context(cafile=str(tmp_path / "ca.pem"))
        found = []
        for flaw in ("", "expired", "other_name", "untrusted", ""):
            platform.clear()
            if flaw:
                platform.fault("platform.certificate", flaw)
            try:
                reader, writer = await asyncio.open_connection("127.0.0.1", server.port, ssl=client)
                writer.write(REQUEST)
                found.append((await reader.readline()).decode().split(" ")[1])
                writer.close()
            except ssl.SSLCertVerificationError as error:
                found.append(str(error.verify_code))
        await server.close()
        return found

    assert asyncio.run(names()) == ["200", "10", "64", "20", "200"]
