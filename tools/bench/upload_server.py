"""A platform that takes uploads: an HTTP server of asyncio in its own process, which reads every message and says yes.
`python -m tools.bench.upload_server PORT MS`: each answer takes so many milliseconds."""

import asyncio
import json
import sys

_SIGNED_IN = {"signinoutb": {"sign_no": "680003"}}


async def _serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, answer_s: float) -> None:
    try:
        while True:
            head = await reader.readuntil(b"\r\n\r\n")
            fields = dict(line.lower().split(b": ", 1) for line in head.split(b"\r\n")[1:] if line)
            message = json.loads(await reader.readexactly(int(fields[b"content-length"])))
            if answer_s:
                await asyncio.sleep(answer_s)
            output = _SIGNED_IN if message["infno"] == "9001" else None
            body = json.dumps({"infcode": 0, "err_msg": "success", "output": output}).encode()
            head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n".encode()
            writer.write(head + body)
            await writer.drain()
    except (asyncio.IncompleteReadError, ConnectionError):
        writer.close()


async def _main(port: int, answer_s: float) -> None:
    server = await asyncio.start_server(lambda reader, writer: _serve(reader, writer, answer_s), "127.0.0.1", port)
    print('{"ready": true}', flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_main(int(sys.argv[1]), int(sys.argv[2]) / 1000))
