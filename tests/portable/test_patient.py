"""Who the patient is: every card, number and code at the desk, and what the platform is told of it. Runs on CPython and
MicroPython."""

from firmware.visit import visit_view
from hal import aio
from hal.ports import FAULT, READY, SILENT, CardFailed, CardRead, CardRemoved, DeviceStatus, SocialCardRead
from tests.portable import cards
from tests.portable.doubles import ScriptedReader, pulse
from tests.portable.tiny_counter import DOCTOR, PATIENT, Counter, box

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Json = dict[str, Any]

SOCIAL_CARD = {
    0x01: bytes(range(16)),
    0x06: b"\x20\x40\x01\x01",
    0x07: b"A12345678",
    0x08: PATIENT.encode(),
    0x09: "张三".encode(),
}
CARD_ID = "000102030405060708090A0B0C0D0E0F"
CODE = b"4243754826492874240001130000"


class Roster:
    """`firmware.supervisor.Supervisor` as `Terminal.tasks` sees it: takes the names of the tasks."""

    def __init__(self) -> None:
        self.runs: "dict[str, Any]" = {}

    def add(self, name: str, run: "Any", important: bool = True) -> None:
        self.runs[name] = run


class Patients(Counter):
    """What the tests of this file ask; they are in the classes below."""

    def asked(self, *names: str) -> "list[str]":
        """What the platform was told in the last question for a person."""
        return [self.platform.given["1101"]["data"][name] for name in names]

    def view(self) -> "Json":
        return dict(visit_view(self.visit(), None, {}, self.board.clock.now_s)["patient"])

    async def listen(self, name: str) -> None:
        """Let the terminal hear what a reader has to say."""
        roster = Roster()
        self.terminal.tasks(roster)  # type: ignore[arg-type]
        self.tasks.append(aio.spawn(name, roster.runs[name](pulse)))
        self.tasks += [
            aio.spawn("work", self.terminal.work.run(pulse)),
            aio.spawn("printer", self.terminal.work.run_printer(pulse)),
        ]
        await self.quiet()

    async def leave(self) -> None:
        await self.cancel()
        await self.desk.finish()


class Arriving(Patients):
    async def test_each_identity_card(self) -> None:
        names = ("mdtrt_cert_type", "mdtrt_cert_no", "card_sn", "psn_cert_type", "certno", "psn_name")
        for block, document, number, name in (
            (cards.CITIZEN, "01", PATIENT, "张三"),
            (cards.HMT_PERMIT, "17", "810000199001010019", "李四"),
            (cards.FOREIGNER_2017, "07", "USA110080010101", "史密斯"),
            (cards.FOREIGNER_2023, "07", "911000084198001013", "史密斯"),
        ):
            await self.lay_card(block)
            self.assertEqual(self.asked(*names), ["02", number, "", document, number, name])
            registered = self.platform.given["2201"]["data"]
            self.assertEqual((registered["psn_cert_type"], registered["certno"]), (document, number))
            self.assertEqual(self.visit()["credential"]["kind"], "identity_card")
            await self.leave()

    async def test_a_typed_number_is_of_the_right_document(self) -> None:
        for number, document in (
            ("610104620927690", "01"),
            ("830000199201300022", "17"),
            ("usa110080010101", "07"),
            ("911124198108030024", "07"),
        ):
            await self.desk.identity_number(number)
            await self.quiet()
            self.assertEqual(self.asked("mdtrt_cert_type", "psn_cert_type"), ["02", document])
            await self.leave()

    async def test_a_platform_that_still_has_the_number_of_15_digits(self) -> None:
        def old(output: "Json") -> "Json":
            output["baseinfo"]["certno"] = "610104620927690"
            return output

        self.platform.changed["1101"] = old
        await self.desk.identity_number("610104196209276908")
        await self.quiet()
        self.assertEqual((self.step(), self.view()["identity_number"]), ("diagnose", "610104*******90"))

    async def test_a_social_security_card(self) -> None:
        await self.put_card_in(SOCIAL_CARD)
        names = ("mdtrt_cert_type", "mdtrt_cert_no", "card_sn", "psn_cert_type", "certno", "psn_name")
        self.assertEqual(self.asked(*names), ["03", "A12345678", CARD_ID, "01", PATIENT, "张三"])
        registered = self.platform.given["2201"]["data"]
        self.assertEqual([registered[name] for name in names[:3]], ["03", "A12345678", CARD_ID])
        self.assertEqual((self.view()["credential"], self.told()), ("social_card", ""))
        await self.diagnose()
        await self.prescribe(("aspirin", 1))
        await self.scan(box(1))
        await self.settle()
        self.assertEqual(self.step(), "done")
        settled = self.platform.given["2207"]["data"]
        self.assertEqual([settled[name] for name in names[:3]], ["03", "A12345678", CARD_ID])

    async def test_expired_cards_warn_and_serve(self) -> None:
        await self.lay_card(cards.changed(cards.CITIZEN, (204, 16, "20260101")))
        self.assertEqual((self.step(), self.told(), self.view()["card_expired"]), ("diagnose", "card.expired", True))
        await self.leave()
        expired = dict(SOCIAL_CARD)
        expired[0x06] = b"\x20\x26\x01\x01"
        await self.put_card_in(expired)
        self.assertEqual((self.step(), self.told()), ("diagnose", "card.social_expired"))

    async def test_a_name_that_the_card_may_have_cut_is_not_sent(self) -> None:
        name = "阿卜杜热合曼江麦麦提明玉苏甫巴拉"[:15]
        await self.lay_card(cards.changed(cards.CITIZEN, (0, 30, name)))
        self.assertEqual((self.asked("psn_name"), self.visit()["credential"]["name"]), ([""], name))

    async def test_a_name_that_the_field_cannot_take_is_not_sent(self) -> None:
        english = "A" * 30 + "," + "B" * 29
        await self.lay_card(cards.changed(cards.FOREIGNER_2017, (158, 30, ""), (0, 120, english)))
        self.assertEqual((self.asked("psn_name"), self.visit()["credential"]["name"]), ([""], english))
        self.assertEqual((self.step(), self.told()), ("diagnose", ""))

    async def test_a_name_that_the_platform_cannot_take_back(self) -> None:
        def long(output: "Json") -> "Json":
            output["baseinfo"]["psn_name"] = "MAXIMILIANA KONSTANTINOPOULOU"
            return output

        self.platform.changed["1101"] = long
        await self.priced()
        self.assertEqual((self.step(), self.told()), ("confirm", ""))
        for infno in ("2201", "2206"):
            self.assertEqual(self.platform.given[infno]["data"]["psn_name"], "MAXIMILIANA KONSTANT")

    async def test_the_same_person_however_he_shows_it(self) -> None:
        await self.lay_card(cards.CITIZEN)
        first = self.visit()["id"]
        await self.put_card_in(SOCIAL_CARD)
        await self.arrive()
        await self.desk.scanned(PATIENT.encode(), True)
        self.assertEqual((self.visit()["id"], len(self.desk.kept())), (first, 0))
        for again in (self.put_card_in(SOCIAL_CARD), self.lay_card(cards.CITIZEN), self.scan(PATIENT.encode())):
            await self.desk.set_aside()
            await again
            self.assertEqual((self.visit()["id"], self.told()), (first, "visit.kept"))
        self.assertEqual(len(self.platform.registrations), 1)

    async def test_a_social_card_without_an_identity_number(self) -> None:
        foreign = dict(SOCIAL_CARD)
        foreign[0x08] = b"HK1234567"
        await self.put_card_in(foreign)
        first = self.visit()["id"]
        self.assertEqual((self.asked("certno"), self.visit()["person"]["identity_number"]), ([""], PATIENT))
        for again in (self.put_card_in(foreign), self.lay_card(cards.CITIZEN)):
            await self.desk.set_aside()
            await again
            self.assertEqual((self.visit()["id"], self.told()), (first, "visit.kept"))

    async def test_cards_of_two_regions_may_have_one_number(self) -> None:
        foreign = dict(SOCIAL_CARD)
        foreign[0x08] = b"HK1234567"
        await self.put_card_in(foreign)
        first = self.visit()["id"]
        other = dict(foreign)
        other[0x01] = bytes(range(1, 17))
        self.assertEqual(await self.refusal(self.desk.social_card(other)), "visit.another_open")

        def another(output: "Json") -> "Json":
            output["baseinfo"]["certno"] = "HK7654321"
            return output

        self.platform.changed["1101"] = another
        await self.desk.set_aside()  # the other card still lies there, and is another patient's
        await self.quiet()
        self.assertTrue(self.visit()["id"] != first)
        self.assertTrue(self.asked("card_sn") != [CARD_ID])

    async def test_a_card_that_comes_while_another_patient_is_looked_up(self) -> None:
        await self.desk.card(cards.HMT_PERMIT)
        self.assertEqual(await self.refusal(self.desk.card(cards.CITIZEN)), "visit.busy")
        await self.quiet()
        self.assertEqual(self.visit()["credential"]["name"], "李四")
        await self.desk.set_aside()
        await self.quiet()
        self.assertEqual(self.visit()["credential"]["number"], PATIENT)

    async def test_the_same_card_while_it_is_looked_up_does_not_wait(self) -> None:
        await self.desk.card(cards.CITIZEN)
        self.assertEqual(await self.refusal(self.desk.card(cards.CITIZEN)), "visit.busy")
        await self.quiet()
        await self.desk.set_aside()
        await self.quiet()
        self.assertTrue(self.desk.record() is None)

    async def test_who_shows_his_phone_and_lays_his_card_down_is_served_once(self) -> None:
        await self.desk.scanned(CODE)
        self.assertEqual(await self.refusal(self.desk.card(cards.CITIZEN)), "visit.busy")
        await self.quiet()
        self.assertEqual(self.visit()["person"]["identity_number"], PATIENT)
        await self.leave()
        await self.quiet()
        self.assertTrue(self.desk.record() is None)

    async def test_a_repeated_code_of_another_is_not_swallowed(self) -> None:
        await self.desk.scanned(CODE)
        other = CODE[:3] + b"9" + CODE[4:]
        self.assertEqual(await self.refusal(self.desk.scanned(other, True)), "visit.busy")

    async def test_a_code_that_is_no_patients_is_told_as_such(self) -> None:
        self.assertEqual(await self.refusal(self.desk.scanned(b"134567890123456789")), "identity.not_a_code")
        self.assertEqual(await self.refusal(self.desk.scanned(box(1))), "trace.not_now")
        await self.arrive()
        self.assertEqual(await self.refusal(self.desk.scanned(b"134567890123456789")), "trace.not_now")

    async def test_the_same_insurance_code_is_the_same_visit(self) -> None:
        await self.scan(CODE)
        first = self.visit()["id"]
        await self.desk.set_aside()
        await self.scan(CODE)
        self.assertEqual((self.visit()["id"], self.told()), (first, "visit.kept"))

    async def test_a_phone_brings_the_open_visit_back(self) -> None:
        await self.lay_card(cards.CITIZEN)
        first = self.visit()["id"]
        later = CODE[:3] + b"9" + CODE[4:]  # the code on a phone changes every minute
        for code in (CODE, later):
            await self.desk.set_aside()
            await self.scan(code)
            self.assertEqual((self.visit()["id"], self.told()), (first, "visit.kept"))
        self.assertEqual((len(self.platform.registrations), self.desk.kept()), (1, []))
        await self.power_cut()
        self.assertEqual((self.visit()["id"], self.desk.kept()), (first, []))

    async def test_a_phone_of_another_opens_another_visit(self) -> None:
        await self.lay_card(cards.HMT_PERMIT)
        first = self.visit()["id"]
        await self.desk.set_aside()
        await self.scan(CODE)
        self.assertTrue(self.visit()["id"] != first)
        self.assertEqual((len(self.desk.kept()), self.told()), (1, ""))

    async def test_a_phone_that_stays_in_front_of_the_window(self) -> None:
        await self.desk.scanned(CODE)
        self.assertEqual(await self.refusal(self.desk.scanned(CODE, True)), "")
        await self.quiet()
        self.assertEqual(await self.refusal(self.desk.scanned(CODE, True)), "")
        other = CODE[:3] + b"9" + CODE[4:]
        self.assertEqual(await self.refusal(self.desk.scanned(other, True)), "trace.insurance_code_not_now")
        self.assertEqual(len(self.platform.registrations), 1)

    async def test_the_screen_masks_and_dates_every_number(self) -> None:
        await self.lay_card(cards.FOREIGNER_2017)
        self.assertEqual((self.view()["identity_number"], self.view()["age"]), ("USA110*******01", 46))
        self.platform.down = True
        self.desk.signed_out(None)
        await self.desk.signed_in(DOCTOR)
        await self.desk.set_aside()
        await self.lay_card(cards.FOREIGNER_2023)
        self.assertEqual((self.view()["identity_number"], self.view()["age"]), ("911000********1013", None))

    async def test_a_technicians_code(self) -> None:
        await self.scan(b"CYT:self-test")
        self.assertEqual((self.told(), (self.desk.notice or {})["kind"]), ("scanned.technician", "info"))
        self.assertEqual((self.desk.record(), self.platform.messages), (None, []))

    async def test_no_record_keeps_photo_fingerprint_or_address(self) -> None:
        self.board.card_reader = ScriptedReader([CardRead(cards.CITIZEN, b"WLf" * 30, b"\x01" * 512, b"\x20\x00" * 35)])
        await self.listen("cards")
        self.assertEqual(self.visit()["credential"]["number"], PATIENT)
        kept = repr(await self.terminal.vault.get("visit", self.visit()["id"]))
        for secret in ("WLf", "某省某市", "\\x01"):
            self.assertFalse(secret in kept)


class SocialCards(Patients):
    async def test_a_board_without_one(self) -> None:
        roster = Roster()
        self.terminal.tasks(roster)  # type: ignore[arg-type]
        self.assertFalse("social cards" in roster.runs or "social card reader" in roster.runs)
        self.assertFalse("social_card_reader" in self.terminal.health.devices())

    async def test_it_has_tasks_and_a_place_on_the_screen(self) -> None:
        reader = ScriptedReader([DeviceStatus(READY), SocialCardRead(SOCIAL_CARD), CardRemoved()])
        self.board.social_card_reader = reader
        await self.listen("social cards")
        self.assertEqual((self.view()["credential"], reader.events), ("social_card", []))
        self.assertEqual(self.terminal.health.devices()["social_card_reader"], {"state": "ready", "code": ""})

    async def test_its_faults_are_in_the_ledger(self) -> None:
        reader = ScriptedReader([DeviceStatus(SILENT, "social_reader.silent"), CardFailed("card.mute")])
        self.board.social_card_reader = reader
        await self.listen("social cards")
        faults = [row for _, row in await self.terminal.vault.list("fault")]
        self.assertEqual(
            [(row["device"], row["code"]) for row in faults], [("social_card_reader", "social_reader.silent")]
        )
        self.assertEqual((self.told(), self.desk.record()), ("card.mute", None))

    async def test_a_torn_card_is_told(self) -> None:
        self.board.social_card_reader = ScriptedReader([SocialCardRead({0x07: b"A1"})])
        await self.listen("social cards")
        self.assertEqual((self.told(), self.desk.record()), ("card.unreadable", None))

    async def test_a_card_taken_from_one_reader_stays_on_the_other(self) -> None:
        self.desk.signed_out(None)
        await self.refusal(self.desk.card(cards.CITIZEN))
        self.board.social_card_reader = ScriptedReader([CardRemoved()])
        await self.listen("social cards")
        await self.desk.signed_in(DOCTOR)
        await self.quiet()
        self.assertEqual(self.visit()["credential"]["kind"], "identity_card")

    async def test_a_card_on_a_reader_that_is_lost_does_not_wait(self) -> None:
        for lost in (DeviceStatus(SILENT, "social_reader.silent"), DeviceStatus(FAULT, "reader.fault")):
            self.desk.signed_out(None)
            self.board.social_card_reader = ScriptedReader([DeviceStatus(READY), SocialCardRead(SOCIAL_CARD), lost])
            await self.listen("social cards")
            await self.desk.signed_in(DOCTOR)  # the card may have gone with its owner meanwhile
            await self.quiet()
            self.assertTrue(self.desk.record() is None)
