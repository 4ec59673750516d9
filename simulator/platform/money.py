"""Money of the platform: whole fen (分) inside, two decimals on the wire, rounded half-up. Never binary floats."""

from decimal import ROUND_HALF_UP, Context, Decimal

EXACT = Context(prec=80, rounding=ROUND_HALF_UP)  # room for any product of two numbers of the interface (16.6 by 16.4)
_CENT = Decimal("0.01")
_ONE = Decimal(1)


def to_fen(yuan: Decimal) -> int:
    """Yuan rounded half-up to whole fen."""
    return int(EXACT.scaleb(EXACT.quantize(yuan, _CENT), 2))


def to_yuan(fen: int) -> Decimal:
    """Fen as a number with two decimals, as it goes onto the wire."""
    return Decimal(fen).scaleb(-2)


def part(fen: int, ratio: Decimal) -> int:
    """`ratio` (0 ... 1) of an amount, rounded half-up to whole fen."""
    return int(EXACT.quantize(EXACT.multiply(Decimal(fen), ratio), _ONE))
