"""What each fuzz target begins with: good input from the protocol documents. libFuzzer finds the rest."""

import json
import struct

_CARD = b"".join(
    text.ljust(size, " ").encode("utf-16-le")
    for text, size in (
        ("张三", 15),
        ("1", 1),
        ("01", 2),
        ("19491231", 8),
        ("某省某市某县某镇某村一组1号", 35),
        ("11010519491231002X", 18),
        ("某市公安局某分局", 15),
        ("20060101", 8),
        ("长期", 8),
        ("", 18),
    )
)
_BLOCKS = bytes((1, 0, 4, 0)) + _CARD + bytes(1024)
_TRACE_CODES = (
    b"81000170000000011234",
    b"010703206980498810032915210526",
    b"]d20107032069804988100329\x1d15210526",
    b"(01)06972831641063(11)250805(17)270204(10)LT48250770N(21)250770QF32450CAA59",
    b"MA.156.M0.100001.10000011.L123.S456",
    b"4243754826492874240001130000",
    b"11010519491231002X",
    b"6901234567892",
    b"CYT:1",
)


def _reply(status: int, data: bytes) -> bytes:
    body = (len(data) + 4).to_bytes(2, "big") + bytes((0, 0, status)) + data
    check = 0
    for byte in body:
        check ^= byte
    return b"\xaa\xaa\xaa\x96\x69" + body + bytes((check,))


def _keys(*codes: int) -> bytes:
    events = [(1, code, value) for code in codes for value in (1, 0)]
    return b"".join(struct.pack("<qqHHi", 0, 0, *event) for event in events)


SEEDS: dict[str, tuple[bytes, ...]] = {
    "samv": (b"\0" + _reply(0x9F, bytes(4)), b"\1" + _reply(0x90, _BLOCKS), b"\2" + _reply(0x80, b"")),
    "gm65": (b"\0" + bytes.fromhex("02000001003331") + b"81000170000000011234\r",),
    "gm67": (b"\0" + bytes.fromhex("05D1000001FF29"), b"\0" + bytes.fromhex("04D00000FF2C")),
    "plain-scanner": (b"\0" + b"81000170000000011234\r\n6901234567892\t",),
    "keyboard": (b"\0" + _keys(9, 2, 3, 28), b"\1" + _keys(56, 82, 80, 73)),
    "printer": (b"\0" + b"\x12\x00\x10\x00\x00\x0f_EPSON\0" + b"7\x22abcd\0",),
    "social-card": (b"\x61\x14", b"\x08\x1211010519491231002X\x90\x00", b"\x6c\x14"),
    "gb18030": ("医保结算单￥䶮".encode("gb18030"), bytes.fromhex("8139EE3995328236")),
    "identity-card": (_CARD,),
    "newest-address": ("某省某市某县某镇某村二组2号".ljust(35).encode("utf-16-le"),),
    "holder": (bytes(120),),
    "scanned": _TRACE_CODES,
    "json": (json.dumps({"infcode": 0, "output": {"data": {"mdtrt_id": "1", "medfee_sumamt": 25.2}}}).encode(),),
    "simulated-samv": (b"\0" + bytes.fromhex("AAAAAA96690003200122"),),
    "simulated-gm65": (b"\0" + bytes.fromhex("7E000701000A01EE8A"),),
    "simulated-printer": ("\x1b@\x1c&医保\n\x1dk\x49\x03{BA\x1d(k\x03\x001C\x06".encode("gb18030"),),
}
