"""The picture on the patient's card: when it is there, and when it is forgotten. Runs on CPython and MicroPython."""

from firmware.terminal import build
from hal import aio
from hal.errors import DeviceError
from hal.ports import PICTURE_LIMIT, SILENT, CardRead, CardRemoved, DeviceStatus, SocialCardRead, picture_type
from tests.portable import cards
from tests.portable.doubles import MemoryBoard, QuietReader, pulse
from tests.portable.test_patient import SOCIAL_CARD, Patients, Roster
from tests.portable.tiny_counter import DOCTOR, PATIENT
from tests.portable.tiny_platform import TinyPlatform

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

BLOCK = b"WLf\x00 of the first"
OTHER_BLOCK = b"WLf\x00 of another"


class LaidReader(QuietReader):
    """`hal.ports.CardReader` that tells what a test lays on it."""

    def __init__(self) -> None:
        self.events = aio.Queue(8)

    async def next_event(self) -> "Any":
        return await self.events.get()


class Decoder:
    """`hal.ports.Board.photo_decoder`: BM and the block. Waits for the event `held`, when there is one."""

    def __init__(self) -> None:
        self.blocks: "list[bytes]" = []
        self.held: "Any" = None
        self.broken = False

    async def decode(self, block: bytes) -> bytes:
        self.blocks.append(block)
        if self.held is not None:
            await self.held.wait()
        if self.broken:
            raise DeviceError("photo.undecoded", "ValueError")
        return b"BM" + block


class WithPhoto(Patients):
    """A counter whose board has a decoder; the tests are below."""

    async def begin(self) -> None:
        self.platform = TinyPlatform()
        self.lives = 1
        self.decoder = Decoder()
        self.reader = LaidReader()
        self.listening = False
        await self.open_with(self.decoder.decode)

    async def open_with(self, decoder: "Any") -> None:
        board = MemoryBoard(None, self.platform)
        board.card_reader = self.reader
        board.photo_decoder = decoder
        await self.start(board)

    async def told_by_reader(self, *events: "Any") -> None:
        await self.quiet()
        if not self.listening:
            self.listening = True
            roster = Roster()
            self.terminal.tasks(roster)  # type: ignore[arg-type]
            self.tasks += [aio.spawn(n, roster.runs[n](pulse)) for n in ("cards", "photo") if n in roster.runs]
        for event in events:
            self.reader.events.put(event)
        await self.quiet()

    async def show_first(self) -> None:
        await self.told_by_reader(CardRead(cards.CITIZEN, BLOCK))
        self.assertEqual(self.seen(), b"BM" + BLOCK)

    def seen(self) -> "bytes | None":
        """The picture of the visit on the screen."""
        record = self.desk.record()
        return None if record is None else self.terminal.photo.of(record["id"])

    def held(self) -> bool:
        """Whether anything of a card is still in memory."""
        photo = self.terminal.photo
        return photo._picture is not None or photo._block is not None or photo._card is not None


class Shown(WithPhoto):
    async def test_with_the_visit_that_its_card_opens(self) -> None:
        await self.show_first()
        self.assertEqual(self.decoder.blocks, [BLOCK])
        state = await self.terminal.screen.state({"id": "1", "name": "韦医生", "role": "doctor"})
        self.assertTrue(state["visit"]["patient"]["photo"])
        self.assertFalse("WLf" in repr(state))
        self.assertTrue(self.terminal.photo.of("000099") is None)

    async def test_still_when_the_card_is_taken_away(self) -> None:
        await self.told_by_reader(CardRead(cards.CITIZEN, BLOCK), CardRemoved())
        self.assertEqual(self.seen(), b"BM" + BLOCK)

    async def test_when_the_card_comes_after_the_number(self) -> None:
        await self.arrive()
        self.assertTrue(self.seen() is None)
        await self.show_first()

    async def test_of_a_card_that_waited_for_the_doctor(self) -> None:
        self.desk.signed_out(None)
        await self.told_by_reader(CardRead(cards.CITIZEN, BLOCK))
        self.assertEqual(self.decoder.blocks, [])
        await self.desk.signed_in(DOCTOR)
        await self.quiet()
        self.assertEqual(self.seen(), b"BM" + BLOCK)

    async def test_of_a_card_that_waited_for_the_screen(self) -> None:
        await self.show_first()
        await self.told_by_reader(CardRemoved(), CardRead(cards.HMT_PERMIT, OTHER_BLOCK))
        self.assertEqual(self.seen(), b"BM" + BLOCK)
        await self.desk.set_aside()
        await self.quiet()
        self.assertEqual((self.visit()["credential"]["name"], self.seen()), ("李四", b"BM" + OTHER_BLOCK))

    async def test_in_the_next_visit_of_the_same_patient(self) -> None:
        await self.show_first()
        first = self.visit()["id"]
        await self.told_by_reader(CardRemoved())
        await self.cancel()
        await self.told_by_reader(CardRead(cards.CITIZEN, BLOCK))
        self.assertTrue(self.visit()["id"] != first)
        self.assertEqual(self.seen(), b"BM" + BLOCK)

    async def test_in_the_next_visit_when_the_doctor_was_away(self) -> None:
        await self.show_first()
        await self.told_by_reader(CardRemoved())
        await self.cancel()
        done = self.visit()["id"]
        self.desk.signed_out(None)
        await self.told_by_reader(CardRead(cards.CITIZEN, BLOCK))
        await self.desk.signed_in(DOCTOR)
        await self.quiet()
        self.assertTrue(self.visit()["id"] != done)
        self.assertEqual(self.seen(), b"BM" + BLOCK)


class Forgotten(WithPhoto):
    async def test_when_the_visit_is_set_aside(self) -> None:
        await self.show_first()
        visit = self.visit()["id"]
        await self.desk.set_aside()
        self.assertEqual((self.seen(), self.held()), (None, False))
        await self.desk.resume(visit)
        self.assertTrue(self.seen() is None)

    async def test_when_the_visit_is_finished(self) -> None:
        await self.show_first()
        await self.leave()
        self.assertFalse(self.held())

    async def test_when_nobody_is_signed_in(self) -> None:
        await self.show_first()
        self.desk.signed_out(None)
        self.assertEqual((self.seen(), self.held()), (None, False))
        await self.desk.signed_in(DOCTOR)
        self.assertTrue(self.seen() is None)

    async def test_when_another_visit_is_taken_up(self) -> None:
        await self.arrive()
        kept = self.visit()["id"]
        await self.desk.set_aside()
        await self.told_by_reader(CardRead(cards.HMT_PERMIT, OTHER_BLOCK))
        self.assertEqual(self.seen(), b"BM" + OTHER_BLOCK)
        await self.desk.resume(kept)
        self.assertEqual((self.seen(), self.held()), (None, False))

    async def test_when_another_patient_comes(self) -> None:
        await self.show_first()
        await self.cancel()
        await self.told_by_reader(CardRemoved(), SocialCardRead({0x07: b"A1"}))  # cannot be read: nobody came
        self.assertEqual(self.seen(), b"BM" + BLOCK)
        other = dict(SOCIAL_CARD)
        other[0x08] = b"810000199001010019"
        await self.told_by_reader(SocialCardRead(other))
        self.assertEqual((self.view()["identity_number"], self.held()), ("810000********0019", False))

    async def test_a_waiting_card_that_goes(self) -> None:
        await self.show_first()
        gone = (CardRemoved(), DeviceStatus(SILENT, "reader.silent"))
        for event in gone:
            await self.told_by_reader(CardRead(cards.HMT_PERMIT, OTHER_BLOCK))
            self.assertTrue(self.terminal.photo._card is not None)
            await self.told_by_reader(event)
            self.assertTrue(self.terminal.photo._card is None)
        self.assertEqual(self.seen(), b"BM" + BLOCK)

    async def test_a_waiting_card_when_the_doctor_goes(self) -> None:
        await self.show_first()
        await self.told_by_reader(CardRead(cards.HMT_PERMIT, OTHER_BLOCK))
        self.desk.signed_out(None)
        self.assertFalse(self.held())

    async def test_somebody_whom_the_platform_does_not_know(self) -> None:
        self.platform.faults = [("1101", "查无此人")]
        await self.told_by_reader(CardRead(cards.CITIZEN, BLOCK), CardRemoved())
        self.assertEqual((self.desk.record(), self.held()), (None, False))

    async def test_a_picture_that_comes_when_the_visit_has_left(self) -> None:
        self.decoder.held = aio.Event()
        await self.told_by_reader(CardRead(cards.CITIZEN, BLOCK), CardRemoved())
        self.assertEqual(self.decoder.blocks, [BLOCK])
        await self.desk.set_aside()
        await self.told_by_reader(CardRead(cards.HMT_PERMIT, OTHER_BLOCK))
        first, self.decoder.held = self.decoder.held, aio.Event()
        first.set()
        await self.quiet()
        self.assertEqual((self.decoder.blocks, self.seen()), ([BLOCK, OTHER_BLOCK], None))
        self.decoder.held.set()
        await self.quiet()
        self.assertEqual(self.seen(), b"BM" + OTHER_BLOCK)


class NoPicture(WithPhoto):
    async def test_what_the_decoder_cannot_decode(self) -> None:
        self.decoder.broken = True
        await self.told_by_reader(CardRead(cards.CITIZEN, BLOCK), CardRemoved())
        self.assertEqual((self.visit()["credential"]["number"], self.told(), self.held()), (PATIENT, "", False))
        await self.desk.set_aside()
        self.decoder.broken = False
        await self.told_by_reader(CardRead(cards.HMT_PERMIT, OTHER_BLOCK))
        self.assertEqual(self.seen(), b"BM" + OTHER_BLOCK)

    async def test_a_torn_card(self) -> None:
        self.desk.signed_out(None)
        await self.told_by_reader(CardRead(cards.CITIZEN, BLOCK))
        self.assertTrue(self.held())
        await self.told_by_reader(CardRead(b"\xff" * 256, BLOCK))
        self.assertEqual((self.told(), self.held()), ("card.unreadable", False))

    async def test_a_board_without_a_decoder(self) -> None:
        await self.stop()
        await self.open_with(None)
        await self.told_by_reader(CardRead(cards.CITIZEN, BLOCK))
        self.assertEqual((self.view()["photo"], self.held(), self.decoder.blocks), (False, False, []))
        roster = Roster()
        self.terminal.tasks(roster)  # type: ignore[arg-type]
        self.assertFalse("photo" in roster.runs)

    async def test_a_restart(self) -> None:
        await self.show_first()
        for value in self.board.store.rows.values():
            self.assertFalse(BLOCK in value)
        self.assertFalse("WLf" in repr([row for _, row in await self.terminal.vault.list("visit")]))
        restarted = await build(self.board.restarted(2))  # type: ignore[arg-type]
        record = restarted.desk.record()
        assert record is not None
        self.assertTrue(restarted.photo.of(record["id"]) is None)


class Pictures(Patients):
    async def test_what_is_a_picture(self) -> None:
        self.assertEqual(picture_type(b"BM" + bytes(100)), "image/bmp")
        self.assertEqual(picture_type(b"\x89PNG\r\n\x1a\n" + bytes(100)), "image/png")
        self.assertEqual(picture_type(b"BM" + bytes(PICTURE_LIMIT - 2)), "image/bmp")
        for other in (b"", b"B", b"\x89PNG", b"\xff\xd8\xff\xe0", b"<svg>", b"BM" + bytes(PICTURE_LIMIT - 1)):
            self.assertEqual(picture_type(other), "")
