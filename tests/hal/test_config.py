"""The typed getters: what they take, what they refuse, and how they name it."""

from collections.abc import Callable
from typing import Any

import pytest

from hal.config import Section, fits
from hal.errors import ConfigError

Get = Callable[[Section], Any]


def text(section: Section) -> str:
    return section.text("k", 5)


def choice(section: Section) -> str:
    return section.choice("k", ("a", "b"))


def code(section: Section) -> str:
    return section.code("k", ("H99", "P9"))


def number(section: Section) -> int:
    return section.number("k", 1, 10)


def number_of(section: Section) -> int:
    return section.number_of("k", (9600, 115200))


def flag(section: Section) -> bool:
    return section.flag("k")


def texts(section: Section) -> list[str]:
    return section.texts("k")


def codes(section: Section) -> list[str]:
    return section.codes("k", "8A")


@pytest.mark.parametrize(
    ("get", "value"),
    [
        (text, "药"),
        (text, "12345"),
        (choice, "b"),
        (code, "H07"),
        (code, "P1"),
        (number, 1),
        (number, 10),
        (number_of, 9600),
        (flag, False),
        (texts, []),
        (texts, ["a", "b"]),
        (codes, ["8Z"]),
    ],
)
def test_what_is_right_is_given_back(get: Get, value: object) -> None:
    section = Section({"k": value}, "s")
    assert get(section) == value
    section.done()


@pytest.mark.parametrize(
    ("get", "value", "sentence"),
    [
        (text, "", "must be a text in quotes, of 1 to 5 characters on one line"),
        (text, "123456", "must be a text"),
        (text, "a\nb", "must be a text"),
        (text, 5, "must be a text"),
        (choice, "c", 'must be one of "a", "b"'),
        (choice, ["a"], "must be one of"),
        (code, "H0x", "must be a text like H99 or P9"),
        (code, "H٣٣", "must be a text like"),  # other digits than 0 to 9
        (code, 1, "must be a text like"),
        (number, 0, "must be a whole number from 1 to 10"),
        (number, 11, "must be a whole number"),
        (number, "5", "must be a whole number"),
        (number, 5.0, "must be a whole number"),
        (number, True, "must be a whole number"),
        (number_of, 9601, "must be one of the numbers 9600, 115200"),
        (number_of, [9600], "must be one of the numbers"),
        (flag, 1, "must be true or false"),
        (flag, "true", "must be true or false"),
        (texts, "a", "must be a list of texts"),
        (texts, [""], "must be a list of texts"),
        (texts, [1], "must be a list of texts"),
        (codes, ["8z"], "must be a list of texts like 8A"),
    ],
)
def test_what_is_wrong_is_named_with_its_path(get: Get, value: object, sentence: str) -> None:
    with pytest.raises(ConfigError) as refused:
        get(Section({"k": value}, "printer"))
    assert refused.value.code == "config.wrong"
    assert refused.value.cause.startswith("printer.k " + sentence)


@pytest.mark.parametrize("get", [text, choice, code, number, number_of, flag, texts, codes])
def test_a_missing_key_is_named(get: Get) -> None:
    with pytest.raises(ConfigError, match=r"config.missing: printer.k is missing"):
        get(Section({}, "printer"))


def test_tables_are_counted_from_one() -> None:
    rows = Section({"drug": [{"n": 1}, {"n": "x"}]}, "clinic").tables("drug")
    assert rows[0].number("n", 0, 9) == 1
    with pytest.raises(ConfigError, match=r"clinic\.drug\[2\]\.n must be"):
        rows[1].number("n", 0, 9)


@pytest.mark.parametrize("value", [[], {}, "x", None])
def test_a_list_of_tables_has_an_entry(value: object) -> None:
    with pytest.raises(ConfigError, match=r"clinic\.drug must be a list of tables"):
        Section({"drug": value}, "clinic").tables("drug")


@pytest.mark.parametrize("value", [[], 1, "x", None])
def test_a_table_is_a_table(value: object) -> None:
    with pytest.raises(ConfigError, match=r"board\.a must be a table"):
        Section({"a": value}, "board").section("a")
    with pytest.raises(ConfigError, match=r"clinic\.drug\[1\] must be a table"):
        Section({"drug": [value]}, "clinic").tables("drug")


def test_a_key_that_nobody_read_is_named() -> None:
    section = Section({"columns": 32, "colums": 48}, "printer")
    section.number("columns", 1, 64)
    with pytest.raises(ConfigError, match=r"config.unknown_key: printer\.colums is not a key of the terminal"):
        section.done()


def test_an_optional_key_may_be_absent() -> None:
    section = Section({"root": "x"}, "profiles")
    assert section.has("root")
    assert not section.has("other")
    section.done()


def test_shapes() -> None:
    assert fits("XB01ACA056A012030101554", "XA99AAA999A999999999999")
    assert not fits("XB01ACA056A01203010155", "XA99AAA999A999999999999")
    assert not fits("xB01ACA056A012030101554", "XA99AAA999A999999999999")
    assert fits("", "")
