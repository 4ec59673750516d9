"""A message with a file: `multipart/form-data` with the text part `jsonStr` and the binary part `file` (9101)."""

import binascii

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hal.ports import Random

_IN_NAMES = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-"
_BOUNDARY_BYTES = 16


def form(message: bytes, name: str, content: bytes, random: "Random") -> "tuple[str, bytes]":
    """Content type and body (RFC 7578). Its parts are divided by a text that occurs in neither of them. `ValueError`
    for a name that would end its header: ASCII letters, digits, `.`, `_` and `-` only."""
    if not name or not all([char in _IN_NAMES for char in name]):
        raise ValueError("not a file's name")
    boundary = b"cunyitong-" + binascii.hexlify(random.take(_BOUNDARY_BYTES))
    while boundary in message or boundary in content:
        boundary = b"cunyitong-" + binascii.hexlify(random.take(_BOUNDARY_BYTES))
    parts = (
        (b'name="jsonStr"', b"text/plain; charset=utf-8", message),
        (b'name="file"; filename="' + name.encode() + b'"', b"application/octet-stream", content),
    )
    lines: "list[bytes]" = []
    for disposition, kind, value in parts:
        lines += [b"--" + boundary, b"Content-Disposition: form-data; " + disposition, b"Content-Type: " + kind]
        lines += [b"", value]
    lines += [b"--" + boundary + b"--", b""]
    return "multipart/form-data; boundary=" + boundary.decode(), b"\r\n".join(lines)
