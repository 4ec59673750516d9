"""ZIP files from outside: what is whole comes out, what is not is told, and nothing takes all the memory."""

import bz2
import contextlib
import io
import struct
import time
import tracemalloc
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hal.errors import DeviceError, StoreError
from hal.linux.files import FolderFiles
from hal.linux.zips import StandardZips
from hal.ports import Document

ZIPS = StandardZips()
MOST = 1 << 30
TEXT = "阿司匹林\t100mg\n".encode() * 20_000


def zipped(*members: tuple[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return out.getvalue()


def unzipped(data: bytes | Document, most: int = MOST) -> bytes:
    pieces = list(ZIPS.pieces(data, most))
    assert all(0 < len(piece) <= 64 * 1024 for piece in pieces)
    return b"".join(pieces)


def refused(data: bytes | Document) -> None:
    with pytest.raises(DeviceError, match=r"^zip\.broken"):
        unzipped(data)


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
@pytest.mark.parametrize("content", [b"", b"x", TEXT])
def test_what_was_packed_comes_out(method: int, content: bytes) -> None:
    assert unzipped(zipped(("a.txt", content), method=method)) == content


def test_packing() -> None:
    packed = ZIPS.pack("stmt.txt", TEXT)
    assert unzipped(packed) == TEXT
    assert len(packed) < len(TEXT) / 10
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        assert (archive.namelist(), archive.testzip()) == (["stmt.txt"], None)


def test_packing_on_a_device_whose_clock_is_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    before = ZIPS.pack("a", b"x")
    monkeypatch.setattr(time, "time", lambda: 100.0)
    monkeypatch.setattr(time, "localtime", lambda *_: time.struct_time((1970, 1, 1, 0, 1, 40, 3, 1, 0)))
    assert ZIPS.pack("a", b"x") == before


def document(folder: Path, data: bytes) -> Document:
    files = FolderFiles(folder / "files", spare=0)
    draft = files.draft("a.zip")
    draft.write(data)
    draft.keep()
    kept = files.open("a.zip")
    assert kept is not None
    return kept


def test_a_kept_file_is_unpacked_in_place(tmp_path: Path) -> None:
    kept = document(tmp_path, zipped(("a.txt", TEXT)))
    assert unzipped(kept) == TEXT
    kept.close()


def test_the_first_member_that_is_no_folder_counts() -> None:
    assert unzipped(zipped(("result/", b""), ("result/a.txt", b"first"), ("b.txt", b"second"))) == b"first"
    assert unzipped(zipped(*[(f"{number}.txt", b"%d" % number) for number in range(500)])) == b"0"


def test_zip64() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive, archive.open("a.txt", "w", force_zip64=True) as member:
        member.write(TEXT)
    assert unzipped(out.getvalue()) == TEXT
    whole = out.getvalue()
    size = struct.unpack("<I", whole[-10:-6])[0]
    start = struct.unpack("<I", whole[-6:-2])[0]
    record = struct.pack("<IQHHIIQQQQ", 0x06064B50, 44, 45, 45, 0, 0, 1, 1, size, start)
    locator = struct.pack("<IIQI", 0x07064B50, 0, len(whole) - 22, 1)
    end = struct.pack("<IHHHHIIH", 0x06054B50, 0, 0, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0)
    assert unzipped(whole[:-22] + record + locator + end) == TEXT


def test_a_bomb_is_given_up_at_its_limit() -> None:
    bomb = zipped(("a", bytes(200_000_000)))
    assert len(bomb) < 200_000
    tracemalloc.start()
    try:
        with pytest.raises(DeviceError, match=r"^zip\.broken: too long"):
            for _ in ZIPS.pieces(bomb, 10_000_000):
                pass
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 1_000_000, peak
    assert len(unzipped(zipped(("a", bytes(1000))), most=1000)) == 1000


def test_other_methods_are_refused_because_one_piece_of_them_may_be_a_bomb() -> None:
    assert len(bz2.compress(bytes(50_000_000))) < 100
    for method in (zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA):
        refused(zipped(("a", TEXT), method=method))


def test_an_endless_directory_is_not_read() -> None:
    many = zipped(*[(f"{number:0200d}", b"") for number in range(5000)])
    tracemalloc.start()
    try:
        refused(many)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 3_000_000, peak


def test_an_encrypted_member_is_refused() -> None:
    whole = bytearray(zipped(("a.txt", TEXT)))
    whole[6] |= 1  # general purpose bit 0 in the local header, and in the directory
    whole[whole.rindex(b"PK\x01\x02") + 8] |= 1
    refused(bytes(whole))


@pytest.mark.parametrize(
    "data", [b"", b"PK", b"PK\x05\x06" + bytes(18), b'{"infcode":-1}', zipped(), zipped(("a/", b""))]
)
def test_what_has_no_member_is_refused(data: bytes) -> None:
    refused(data)


def test_a_torn_file_is_refused_wherever_it_is_torn() -> None:
    whole = zipped(("a.txt", TEXT))
    for end in [*range(60), *range(60, len(whole), 97), len(whole) - 1]:
        refused(whole[:end])


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_a_flipped_bit_in_the_content_is_noticed(method: int) -> None:
    whole = zipped(("a.txt", TEXT[:4000]), method=method)
    for place in range(40, whole.index(b"PK\x01\x02"), 17):
        flipped = bytearray(whole)
        flipped[place] ^= 4
        refused(bytes(flipped))


def test_a_medium_that_fails_is_no_broken_file() -> None:
    class Failing:
        size = 1000

        def read(self, _start: int, _end: int) -> bytes:
            raise StoreError("files.failed")

        find = rfind = None
        close = None

    with pytest.raises(StoreError):
        unzipped(Failing())  # type: ignore[arg-type]  # only what is used


@settings(max_examples=400, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.binary(max_size=300), st.integers(0, 200), st.binary(max_size=8), st.booleans())
def test_random_bytes_are_a_zip_file_or_refused(noise: bytes, place: int, patch: bytes, is_patched: bool) -> None:
    data = noise
    if is_patched:
        whole = bytearray(zipped(("a.txt", b"some text" * 5)))
        place %= len(whole)
        whole[place : place + len(patch)] = patch
        data = bytes(whole) + noise
    with contextlib.suppress(DeviceError):
        unzipped(data, 10_000)
