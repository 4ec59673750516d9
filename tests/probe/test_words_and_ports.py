"""What the probe makes of a card, and of a port, before any device is asked."""

from pathlib import Path

import pytest

from hal.errors import DeviceError
from hal.ports import CardRead
from tests.portable import cards
from tools.probe import report, tasks, words
from tools.probe.__main__ import main


def test_a_torn_newest_address_is_told_like_a_torn_card() -> None:
    read = CardRead(cards.CITIZEN, b"", b"", b"\x00\xd8" * 35)
    with pytest.raises(DeviceError) as raised:
        words.identity_card(read, show=False)
    assert raised.value.code == "card.unreadable"


@pytest.mark.parametrize(
    ("port", "driver"),
    [("pcsc:ACS", ("pcsc",)), ("pcsc:", ("pcsc",)), ("input:05f9:2203", ("keyboard",)), ("/dev/ttyS0", tasks.ASKABLE)],
)
def test_the_port_tells_who_can_be_on_it(port: str, driver: tuple[str, ...]) -> None:
    assert tasks.candidates(port, None) == driver
    assert tasks.candidates(port, "gm67") == ("gm67",)


@pytest.mark.parametrize("port", ["usb:zz", "usb:0400", "input:", "input:mouse:1"])
def test_a_port_that_is_no_port_is_a_wrong_command_line(port: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as raised:
        main(["scan", "--port", port])
    assert raised.value.code == 2
    assert "vendor and product" in capsys.readouterr().err


def test_the_page_tells_what_to_look_at() -> None:
    page = (Path(__file__).parents[2] / "docs" / "probe.md").read_text("utf-8").replace("`", "")
    for code, hint in report.HINTS.items():
        assert f"| {code} |" in page
        assert f"| {hint} |" in page
