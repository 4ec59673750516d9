"""Money: an int of 分 inside, two decimals only where it leaves (wire, paper, screen) or comes in. Never a float."""

from firmware.errors import TerminalError


class MoneyError(TerminalError):
    """A text that is not an amount of money."""


def to_yuan(fen: int) -> str:
    """`378` -> "3.78"."""
    sign = "-" if fen < 0 else ""
    fen = abs(fen)
    return sign + str(fen // 100) + "." + f"{fen % 100:02d}"


def from_yuan(text: str) -> int:
    """The 分 of "3.78", "3.780000" or "12"; anything smaller than a 分 is refused. `MoneyError` otherwise."""
    scaled = from_decimal(text, 6)
    if scaled % 10000:
        raise MoneyError("insurance.bad_answer", "an amount finer than 0.01")
    return scaled // 10000


def from_decimal(text: str, places: int) -> int:
    """A plain decimal number as an int of 10 to the minus `places`; zeros beyond `places` are dropped. `MoneyError`."""
    sign = 1
    if text[:1] == "-":
        sign = -1
        text = text[1:]
    whole, point, decimals = text.partition(".")
    if not _digits(whole) or (point and not _digits(decimals)):
        raise MoneyError("insurance.bad_answer", "not a number")
    while len(decimals) > places and decimals[-1] == "0":
        decimals = decimals[:-1]
    if len(decimals) > places or len(whole) > 16:
        raise MoneyError("insurance.bad_answer", "a number too long or too fine")
    return sign * int(whole + decimals + "0" * (places - len(decimals)))


def _digits(text: str) -> bool:
    """Whether `text` is one or more of 0-9; `str.isdigit` also takes digits of other scripts."""
    return text != "" and all([char in "0123456789" for char in text])


def share(fen: int, permille: int) -> int:
    """`permille` thousandths of `fen`, half rounded up, as the platform rounds each row."""
    return (fen * permille + 500) // 1000
