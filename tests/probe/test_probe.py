"""The technician's probe as a technician starts it: a program, a port, and what it says."""

from pathlib import Path

from tests.probe.conftest import Desk

NAME = "张三"
NUMBER = "11010519491231002X"


def test_a_card_is_read_and_masked(desk: Desk) -> None:
    probe = desk.probe("card", "card-reader")
    probe.read_until("Lay a card")
    desk.do("card lay zhang-san")
    code, said = probe.end()
    assert code == 0
    assert "SAM number" in said
    assert "110105********002X" in said
    assert "张*" in said
    assert NAME not in said
    assert NUMBER not in said


def test_a_card_is_shown_when_asked_for(desk: Desk) -> None:
    desk.do("card lay zhang-san")
    code, said = desk.asked("card", "card-reader", "--show")
    assert code == 0
    assert said["ok"] is True
    assert (said["card"]["name"], said["card"]["number"]) == (NAME, NUMBER)
    assert said["card"]["kind"] == "citizen"


def test_a_card_that_cannot_be_read(desk: Desk) -> None:
    desk.do("fault reader.read_fails")
    desk.do("card lay zhang-san")
    code, said = desk.asked("card", "card-reader")
    assert code == 1
    assert said["error"]["code"].startswith("card.")


def test_no_card_comes(desk: Desk) -> None:
    code, said = desk.asked("card", "card-reader", "--wait", "0.1")
    assert (code, said["error"]["code"]) == (1, "card.none")


def test_a_box_says_what_it_is(desk: Desk) -> None:
    probe = desk.probe("scan", "scanner")
    probe.read_until("Hold a code")
    desk.do("scan aspirin-1")
    code, said = probe.end()
    assert code == 0
    assert "a trace code of 20 digits" in said
    assert "20 bytes" in said  # without the symbology identifier in front


def test_a_patients_code_is_not_shown(desk: Desk) -> None:
    probe = desk.probe("scan", "scanner")
    probe.read_until("Hold a code")
    desk.do("scan qr zhang-san")
    code, said = probe.end()
    assert code == 0
    assert "insurance code" in said
    assert "4243" not in said


def test_the_test_page(desk: Desk) -> None:
    code, said = desk.asked("print", "printer")
    assert (code, said["outcome"]) == (0, "printed")
    paper = desk.paper()
    assert "村医通 测试页" in paper
    assert "12345678901234567890123456789012\n" in paper
    assert "汉" * 16 + "\n" in paper


def test_the_test_page_is_also_drawn(desk: Desk, tmp_path: Path) -> None:
    picture = tmp_path / "page.svg"
    code, _ = desk.asked("print", "printer", "--picture", str(picture))
    assert code == 0
    drawn = picture.read_text("utf-8")
    assert drawn.startswith("<svg")
    assert "村医通 测试页" in drawn


def test_every_status_bit_in_words(desk: Desk) -> None:
    desk.do("paper left 100")
    code, said = desk.asked("status", "printer", "--driver", "escpos")
    assert code == 0
    assert said["device"]["cover open"] == "no"
    assert said["device"]["paper near its end"] == "yes"
    assert said["device"]["maker"] == "SIMULATOR"  # it says so a moment after it is ready
    assert "unknown" not in {said["device"]["offline"], said["device"]["error"]}


def test_a_printer_in_trouble_says_which(desk: Desk) -> None:
    desk.do("cover open")
    code, said = desk.asked("status", "printer", "--driver", "escpos")
    assert (code, said["error"]["code"]) == (1, "printer.cover_open")
    assert said["device"]["cover open"] == "yes"


def test_a_strange_device_is_found_out(desk: Desk) -> None:
    for device, driver in (("printer", "escpos"), ("scanner", "gm65"), ("card-reader", "samv")):
        code, said = desk.asked("status", device)
        assert (code, said["driver"]) == (0, driver)


def test_nobody_answers(desk: Desk) -> None:
    desk.do("scanner unplug")
    code, said = desk.probe("status", "scanner", "--driver", "gm65").end()
    assert code == 1
    assert "scanner.silent" in said
    assert "--baud" in said  # what to try next


def test_a_port_that_is_not_there(desk: Desk) -> None:
    code, said = desk.asked("card", "no-such-port")
    assert (code, said["error"]["code"]) == (1, "port.closed")
    assert "No such file or directory" in said["error"]["cause"]


def test_ctrl_c_ends_it(desk: Desk) -> None:
    probe = desk.probe("card", "card-reader")
    probe.read_until("Lay a card")
    probe.interrupt()
    code, said = probe.end()
    assert code == 1
    assert "cancelled" in said
    assert "Traceback" not in said


def test_a_driver_of_another_device_is_refused(desk: Desk) -> None:
    code, said = desk.probe("card", "card-reader", "--driver", "gm65").end()
    assert code == 2
    assert "card has no driver gm65" in said
