"""What is fuzzed: one function for each parser. It takes any bytes, may raise the errors of its own room, and states
what must hold whatever came in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from firmware.identity import IdentityError, read_card, read_newest_address, read_person_code, read_social_card
from firmware.insurance import InsuranceError, wire
from firmware.trace import TraceError, read_box_code
from firmware.visit import what_is
from hal.drivers import (
    escpos_status,
    gb18030_decode,
    gm65_codec,
    gm67_codec,
    keyboard_codec,
    samv_codec,
    social_card_codec,
    text_codec,
)
from hal.errors import DeviceError
from simulator.devices import gm65, samv
from simulator.devices.escpos import next_token

if TYPE_CHECKING:
    from collections.abc import Callable


class Decoder(Protocol):
    """What the decoders of all protocols share."""

    def feed(self, data: bytes) -> list[Any]:
        """Take bytes, return what is complete."""


def _same_however_cut(make: Callable[[], Decoder], data: bytes) -> list[Any]:
    """Feed `data` whole and in pieces; both must give the same. The first byte chooses the size of the pieces."""
    if not data:
        return []
    size, rest = data[0] % 7 + 1, data[1:]
    whole = make().feed(rest)
    decoder = make()
    pieces = [item for at in range(0, len(rest), size) for item in decoder.feed(rest[at : at + size])]
    assert list(map(repr, pieces)) == list(map(repr, whole))
    return whole


def _samv(data: bytes) -> None:
    for item in _same_however_cut(samv_codec.FrameDecoder, data):
        if isinstance(item, samv_codec.Frame):
            for with_fingerprint in (False, True):
                try:
                    text, photo, fingerprint = samv_codec.card_blocks(item.data, with_fingerprint)
                except DeviceError:
                    continue
                assert (len(text), len(photo)) == (256, 1024)
                assert len(fingerprint) in {0, 512, 1024}


def _gm65(data: bytes) -> None:
    for item in _same_however_cut(gm65_codec.StreamDecoder, data):
        if isinstance(item, text_codec.Code):
            assert item.data
            assert item.data in data


def _gm67(data: bytes) -> None:
    for packet in _same_however_cut(gm67_codec.PacketDecoder, data):
        assert len(packet.text()) <= len(data) + 3


def _plain(data: bytes) -> None:
    for item in _same_however_cut(lambda: text_codec.TextDecoder(b"\r\n\t"), data):
        if isinstance(item, text_codec.Code):
            assert item.data
            assert item.data in data


def _keyboard(data: bytes) -> None:
    for item in _same_however_cut(keyboard_codec.KeyDecoder, data):
        if isinstance(item, text_codec.Code):
            item.data.decode("utf-8")


def _printer(data: bytes) -> None:
    _same_however_cut(escpos_status.ReplyDecoder, data)


def _social_card(data: bytes) -> None:
    exchange = social_card_codec.Exchange(social_card_codec.read_record(0x08, 18))
    answers = [data[at : at + 20] for at in range(0, len(data), 20)]
    try:
        for answer in answers:
            if not exchange.command:
                break
            exchange.feed(answer)
        value = social_card_codec.value_of(0x08, exchange)
    except DeviceError:
        return
    assert value is None or value in data or len(value) > 16


def _gb18030(data: bytes) -> None:
    text = gb18030_decode.decode(data)
    try:
        right = data.decode("gb18030")
    except UnicodeDecodeError:
        return
    assert len(text) <= len(data)
    if all(ord(char) < 0x80 for char in right):
        assert text == right


def _identity_card(data: bytes) -> None:
    try:
        card = read_card(data)
    except IdentityError:
        return
    assert card.name
    assert card.number
    assert card.number not in repr(card)


def _newest_address(data: bytes) -> None:
    try:
        assert len(read_newest_address(data)) <= 35
    except IdentityError:
        return


def _holder(data: bytes) -> None:
    fields = {tag: data[at * 20 : at * 20 + 20] for at, tag in enumerate((0x01, 0x03, 0x05, 0x06, 0x07, 0x08, 0x09))}
    try:
        card = read_social_card(fields)
    except IdentityError:
        return
    assert len(card.identity_number) in {0, 15, 18}


def _scanned(data: bytes) -> None:
    scanned = what_is(data)
    assert (scanned.person is None) or (scanned.box is None)
    assert scanned.words()
    try:
        box = read_box_code(data)
    except TraceError:
        return
    assert box.key
    assert read_person_code(data) is None or scanned.person is not None


def _json(data: bytes) -> None:
    try:
        wire.loads(data)
    except InsuranceError:
        return


def _simulated_samv(data: bytes) -> None:
    _same_however_cut(samv.RequestParser, data)


def _simulated_gm65(data: bytes) -> None:
    _same_however_cut(gm65.CommandParser, data)


def _simulated_printer(data: bytes) -> None:
    rest = data
    while rest:
        _, size = next_token(rest, chinese=len(data) % 2 == 0)
        if size == 0:
            break
        rest = rest[size:]


TARGETS: dict[str, Callable[[bytes], None]] = {
    "samv": _samv,
    "gm65": _gm65,
    "gm67": _gm67,
    "plain-scanner": _plain,
    "keyboard": _keyboard,
    "printer": _printer,
    "social-card": _social_card,
    "gb18030": _gb18030,
    "identity-card": _identity_card,
    "newest-address": _newest_address,
    "holder": _holder,
    "scanned": _scanned,
    "json": _json,
    "simulated-samv": _simulated_samv,
    "simulated-gm65": _simulated_gm65,
    "simulated-printer": _simulated_printer,
}
