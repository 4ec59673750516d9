"""Parcels: the examples of the page, and nothing that is altered, foreign or meant for another opens."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hal.errors import ConfigError, SealBroken
from hal.linux import parcels
from hal.linux.parcels import OfficeParcels, Party, SecretParty, read_office

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "parcels.md").read_text("utf-8")
DEVICE_KEY = bytes(range(32))


def counting(start: int, size: int = 32) -> bytes:
    return bytes(range(start, start + size))


OFFICE = SecretParty(counting(0x40), counting(0x60))
STRANGER = SecretParty(counting(1), counting(2))
TERMINAL = OfficeParcels(DEVICE_KEY, OFFICE.public)


def examples() -> tuple[bytes, bytes]:
    """The parcel and the answer of the page."""
    parcel, answer = re.findall(r"^```\n([0-9a-f]+)\n```$", PAGE, re.MULTILINE)
    return bytes.fromhex(parcel), bytes.fromhex(answer)


def written(row: str) -> bytes:
    """The 32 bytes in a row of the page's table of keys."""
    (digits,) = re.findall(rf"^\| {row} \| `([0-9a-f]{{64}})` \|$", PAGE, re.MULTILINE)
    return bytes.fromhex(digits)


def terminal_of_the_page() -> SecretParty:
    return SecretParty(written("seed of the signing key"), written("secret box key"))


def test_the_terminals_keys_come_from_the_device_key() -> None:
    terminal = terminal_of_the_page()
    assert TERMINAL.device == terminal.public.sign.hex() == written("public signing key").hex()
    assert terminal.public.box == written("public box key")
    parcel = TERMINAL.seal(b"")
    assert parcel[5:69] == terminal.public.sign + terminal.public.box
    assert OfficeParcels(bytes(32), OFFICE.public).device != TERMINAL.device


def test_the_examples_of_the_page() -> None:
    terminal, (parcel, answer) = terminal_of_the_page(), examples()
    assert terminal.seal(OFFICE.public, b'{"messages":[],"parcel":1}', counting(0x80), counting(0xA0, 12)) == parcel
    assert OFFICE.seal(terminal.public, b'{"parcel":1,"results":[]}', counting(0xB0), counting(0xD0, 12)) == answer
    assert OFFICE.open(terminal.public, parcel) == b'{"messages":[],"parcel":1}'
    assert TERMINAL.open(answer) == b'{"parcel":1,"results":[]}'


def test_the_office_file_of_the_page_can_be_used(tmp_path: Path) -> None:
    (written_file,) = re.findall(r"```toml\n(.+?)```", PAGE, re.DOTALL)
    file = tmp_path / "office.toml"
    file.write_text(written_file, "utf-8")
    assert read_office(file) == OFFICE.public


@given(content=st.binary(max_size=2000))
def test_the_office_opens_what_the_terminal_seals_and_the_other_way_round(content: bytes) -> None:
    party = terminal_of_the_page().public
    assert OFFICE.open(party, TERMINAL.seal(content)) == content
    assert TERMINAL.open(OFFICE.seal(party, content, counting(3), counting(4, 12))) == content


def test_no_two_parcels_are_alike() -> None:
    sealed = [TERMINAL.seal(b"the same") for _ in range(20)]
    assert len({parcel[69:101] for parcel in sealed}) == 20
    assert len({parcel[101:113] for parcel in sealed}) == 20


@given(data=st.data())
def test_one_bit_flipped_anywhere_and_it_is_not_ours(data: st.DataObject) -> None:
    answer = bytearray(examples()[1])
    bit = data.draw(st.integers(0, 8 * len(answer) - 1))
    answer[bit // 8] ^= 1 << bit % 8
    with pytest.raises(SealBroken, match=r"^parcel\.foreign$"):
        TERMINAL.open(bytes(answer))


@given(rubbish=st.binary(max_size=400), cut=st.integers(0, 217))
def test_rubbish_and_what_is_cut_short_or_too_long_is_not_ours(rubbish: bytes, cut: int) -> None:
    answer = examples()[1]
    for parcel in (rubbish, answer[:cut], answer[:cut] + rubbish, answer + rubbish + b"\0"):
        with pytest.raises(SealBroken):
            TERMINAL.open(parcel)


def test_whose_it_is_not_does_not_open_it() -> None:
    terminal, content = terminal_of_the_page().public, b"{}"
    seeds = counting(3), counting(4, 12)
    foreign = [
        STRANGER.seal(terminal, content, *seeds),  # by nobody whom we know
        OFFICE.seal(STRANGER.public, content, *seeds),  # for another terminal
        OFFICE.seal(Party(STRANGER.public.sign, terminal.box), content, *seeds),  # for a terminal half like this one
        TERMINAL.seal(content),  # our own parcel, come back
    ]
    for parcel in foreign:
        with pytest.raises(SealBroken):
            TERMINAL.open(parcel)


def test_a_parcel_signed_anew_by_a_stranger_does_not_open() -> None:
    """Who cannot read a parcel cannot pass it off as his own."""
    stolen = TERMINAL.seal(b"{}")
    own = STRANGER.seal(OFFICE.public, b"{}", counting(3), counting(4, 12))
    passed_off = own[:69] + stolen[69:-64]
    with pytest.raises(SealBroken):
        OFFICE.open(STRANGER.public, passed_off + STRANGER.sign(passed_off))


def test_another_version_does_not_open_even_from_the_office(monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as later:
        later.setattr(parcels, "_START", b"CYTP\x02")
        answer = OFFICE.seal(terminal_of_the_page().public, b"{}", counting(3), counting(4, 12))
    with pytest.raises(SealBroken):
        TERMINAL.open(answer)


@pytest.mark.parametrize("ephemeral", [bytes(32), b"\1" + bytes(31)])
def test_an_ephemeral_key_that_shares_no_secret_is_refused(ephemeral: bytes) -> None:
    head = examples()[1][:69] + ephemeral + bytes(12 + 16)
    with pytest.raises(SealBroken):
        TERMINAL.open(head + OFFICE.sign(head))


SIGN = f'sign = "{OFFICE.public.sign.hex()}"\n'
BOX = f'box = "{OFFICE.public.box.hex()}"\n'


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (SIGN, "box is missing"),
        (BOX, "sign is missing"),
        (SIGN + BOX + "more = 1", "more is not a key of the terminal"),
        (SIGN + BOX.upper().replace("BOX", "box"), "box must be a public key of 64 hex digits in small letters"),
        (SIGN + 'box = "12"', "box must be a public key of 64 hex digits in small letters"),
        (SIGN + f'box = "{bytes(32).hex()}"', "box is no key that a parcel can be sealed to"),
    ],
)
def test_an_office_file_that_is_wrong_is_told(tmp_path: Path, text: str, sentence: str) -> None:
    file = tmp_path / "office.toml"
    file.write_text(text, "utf-8")
    with pytest.raises(ConfigError, match=re.escape(f"{file}: {sentence}")):
        read_office(file)


def test_an_office_file_that_is_missing_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"config\.unreadable: cannot read .*office\.toml"):
        read_office(tmp_path / "office.toml")
