"""A recovery code is read over the telephone and typed by hand: every slip is noticed before it is tried."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.vault.recovery_code import LENGTH, SYMBOLS, WrongCode, in_groups, new_code, read_code


def test_a_code_has_at_least_128_random_bits_and_a_check_symbol() -> None:
    codes = {new_code() for _ in range(200)}
    assert len(codes) == 200
    assert all(len(code) == LENGTH and set(code) <= set(SYMBOLS) for code in codes)
    assert (LENGTH - 1) * 5 >= 128


def test_it_is_read_in_whatever_form_it_is_entered() -> None:
    code = new_code()
    for entered in (code, in_groups(code), in_groups(code).lower(), in_groups(code).replace("-", " ") + "\n"):
        assert read_code(entered) == code
    assert read_code(code.replace("0", "o").replace("1", "l")) == code
    assert read_code(code.replace("0", "O").replace("1", "i")) == code


@given(st.integers(0, LENGTH - 1), st.sampled_from(SYMBOLS))
def test_one_wrong_symbol_is_noticed(place: int, symbol: str) -> None:
    code = new_code()
    slip = code[:place] + symbol + code[place + 1 :]
    if slip != code:
        with pytest.raises(WrongCode, match="a symbol is wrong"):
            read_code(slip)


@given(st.integers(0, LENGTH - 1), st.integers(0, LENGTH - 1))
def test_two_that_changed_places_are_noticed(one: int, other: int) -> None:
    code = new_code()
    symbols = list(code)
    symbols[one], symbols[other] = symbols[other], symbols[one]
    if "".join(symbols) != code:
        with pytest.raises(WrongCode, match="changed places"):
            read_code("".join(symbols))


@pytest.mark.parametrize("entered", ["", "\n", "7K2M", "U" * LENGTH, "0" * (LENGTH + 1), "密码", "7K2M-*~$="])
def test_what_cannot_be_a_code(entered: str) -> None:
    with pytest.raises(WrongCode):
        read_code(entered)
