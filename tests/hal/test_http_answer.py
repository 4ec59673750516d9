"""HTTP answers as bytes: whole however they are cut, bounded, and nothing taken for an answer that is none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hal.linux.http_answer import MOST_BYTES, AnswerReader, NotAnAnswer
from hal.ports import HttpAnswer

HEAD = b"HTTP/1.1 200 OK\r\n"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
SIZED = HEAD + b"Content-Length: 5\r\nX-A: 1\r\n\r\nabcde"


def read(*pieces: bytes) -> tuple[HttpAnswer, bool]:
    """The answer in `pieces`, and whether the connection can go on."""
    reader = AnswerReader()
    for number, piece in enumerate(pieces):
        answer = reader.feed(piece)
        if answer is not None:
            assert number == len(pieces) - 1
            return answer, reader.can_go_on
    return reader.end(), reader.can_go_on


@pytest.mark.parametrize(
    ("sent", "body", "can_go_on"),
    [
        (SIZED, b"abcde", True),
        (b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Hints\r\nLink: x\r\n\r\n" + SIZED, b"abcde", True),
        (CHUNKED + b"3\r\nabc\r\n2;name=value\r\nde\r\n0\r\nX-Trailer: 1\r\n\r\n", b"abcde", True),
        (HEAD + b"Connection: Close\r\nContent-Length: 2\r\n\r\nok", b"ok", False),
        (b"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok", b"ok", False),
        (b"HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 2\r\n\r\nok", b"ok", True),
        (b"HTTP/1.1 204 No Content\r\n\r\n", b"", True),
        (b"HTTP/1.1 304\r\nContent-Length: 9\r\n\r\n", b"", True),
        (HEAD + b"Content-Length: 9\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", b"", False),
        (SIZED + b"HTTP/1.1 408 Request Timeout\r\n", b"abcde", False),
    ],
)
def test_an_answer(sent: bytes, body: bytes, can_go_on: bool) -> None:
    answer, goes_on = read(sent)
    assert (answer.body, goes_on) == (body, can_go_on)


def test_an_answer_without_a_length_ends_with_the_connection() -> None:
    answer, can_go_on = read(HEAD + b"\r\nab", b"cde")
    assert (answer.body, can_go_on) == (b"abcde", False)


def test_headers_come_in_lower_case_and_repeated_ones_together() -> None:
    answer, _ = read(
        HEAD + b"Retry-After:  7 \r\nX-A: 1\r\nx-a: 2\r\nX-Long: one\r\n  two\r\nContent-Length: 0\r\n\r\n"
    )
    assert answer.headers == {"retry-after": "7", "x-a": "1, 2", "x-long": "one two", "content-length": "0"}


@pytest.mark.parametrize(
    "sent",
    [
        b"SSH-2.0-OpenSSH_9.2\r\n",
        b"HTTP/2 200\r\n\r\n",
        b"HTTP/1.1 600 Odd\r\n\r\n",
        b"HTTP/1.1 20 OK\r\n\r\n",
        b"HTTP/1.1 200 OK\nContent-Length: 0\r\n\r\n",
        HEAD + b"no colon\r\n\r\n",
        HEAD + b"bad name: 1\r\n\r\n",
        HEAD + b"X: a\rb\r\n\r\n",
        HEAD + b"Content-Length: +5\r\n\r\n",
        HEAD + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\n",
        HEAD + b"Content-Length: %d\r\n\r\n" % (MOST_BYTES + 1),
        HEAD + b"Transfer-Encoding: gzip, chunked\r\n\r\n",
        HEAD + b"X: " + b"x" * 70_000,
        HEAD + b"\r\n" + b"x" * (MOST_BYTES + 1),
        CHUNKED + b"-1\r\n",
        CHUNKED + b"5\r\nabcdefg",
        CHUNKED + b"%x\r\n" % (MOST_BYTES + 1),
        CHUNKED + b"1;" + b"x" * 2000,
        CHUNKED + b"0\r\n" + b"X: %s\r\n" % (b"y" * 900) * 100,
    ],
)
def test_what_is_no_answer_is_refused_at_once(sent: bytes) -> None:
    with pytest.raises(NotAnAnswer):
        AnswerReader().feed(sent)


@pytest.mark.parametrize("sent", [b"", HEAD, SIZED[:-1], CHUNKED + b"5\r\nabcde\r\n"])
def test_what_is_cut_off_is_no_answer(sent: bytes) -> None:
    with pytest.raises(NotAnAnswer):
        read(sent)


def test_chunks_together_are_bounded() -> None:
    reader = AnswerReader()
    reader.feed(CHUNKED)
    half = b"%x\r\n%s\r\n" % (MOST_BYTES // 2 + 1, b"x" * (MOST_BYTES // 2 + 1))
    reader.feed(half)
    with pytest.raises(NotAnAnswer):
        reader.feed(half)


@given(st.binary(max_size=40), st.booleans(), st.lists(st.integers(1, 30), max_size=40))
def test_an_answer_is_the_same_however_it_is_cut(body: bytes, chunked: bool, cuts: list[int]) -> None:
    if chunked:
        sent = CHUNKED + b"".join(b"1\r\n%c\r\n" % byte for byte in body) + b"0\r\n\r\n"
    else:
        sent = HEAD + b"Content-Length: %d\r\n\r\n" % len(body) + body
    pieces = []
    for cut in cuts:
        pieces.append(sent[:cut])
        sent = sent[cut:]
    answer, can_go_on = read(*[piece for piece in [*pieces, sent] if piece])
    assert (answer.status, answer.body, can_go_on) == (200, body, True)
