"""What the platform remembers of the goods of an institution: uploaded rows by kind and the clinic's own number."""

from dataclasses import dataclass, field
from decimal import Decimal

from .rows import Kept

STOCK_TAKE, STOCK_CHANGE, PURCHASE, SALE = "1", "2", "3", "4"  # inv_data_type

# inv_chg_type and the sign with which it moves the stock. 108 and 109 say once more what 3503 and 3504 said, and 110
# and 111 do the same of gifts: that they move nothing is an assumption about a list that came without rules.
CHANGES = {"101": 1, "102": -1, "103": 1, "104": -1, "105": -1, "106": 1, "107": -1}
CHANGES |= {"108": 0, "109": 0, "110": 1, "111": -1}


@dataclass
class Movement(Kept):
    """One row of 3501 to 3504. `moved` is the signed quantity by which it changes the stock, `cnt` the one it says."""

    fixmedins_code: str
    infno: str
    fixmedins_bchno: str
    serial: str  # the platform's own number
    med_list_codg: str
    medins_list_codg: str
    medins_list_name: str
    lot: str
    cnt: str
    moved: str
    at: str
    codes: list[str] = field(default_factory=list)
    returned: str = "0"  # of a purchase
    of: str = ""  # of a return: the key of its purchase


@dataclass
class SaleReturn(Kept):
    """One row of 3506: what came back out of the sale with the key `of`."""

    of: str
    cnt: str
    codes: list[str]


@dataclass(frozen=True, slots=True)
class StockLevel:
    """What is left of one lot of one drug by the rows that were uploaded, and what was counted last (3501), if so."""

    medins_list_codg: str
    lot: str
    left: Decimal
    counted: Decimal | None
