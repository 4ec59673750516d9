"""What the platform remembers: sign-ins, tokens, visits, fees, settlements, sales, balances, sums of a year; in fen."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from .benefits import Shares, Split
from .entitlements import DaySum, YearSum
from .goods_ledger import Movement, SaleReturn
from .rows import Change, Kept, Marks, Rows, plain_reader

T = TypeVar("T")

EFFECTIVE = "effective"
REFUNDED = "refunded"  # cancelled by 2208; the refund bill stands beside it
REFUND = "refund"  # the negative bill of a 2208
REVERSED = "reversed"  # undone by 2601, as if it had never been

WAITING = "waiting"  # a mapping that nobody has looked at yet
APPROVED = "approved"
TURNED_DOWN = "turned down"


@dataclass
class SignIn(Kept):
    """One 9001: valid for the institution until the end of the day (yyyy-MM-dd, Beijing time) or its 9002."""

    fixmedins_code: str
    day: str
    opter_no: str = ""


@dataclass
class Token(Kept):
    """An ecToken handed out by 6101; `until` in epoch seconds."""

    psn_no: str
    until: float


@dataclass
class Visit(Kept):
    """A registration (2201) with what 2203 added."""

    mdtrt_id: str
    fixmedins_code: str
    psn_no: str
    insutype: str
    ipt_otp_no: str
    begntime: str
    mdtrt_cert_type: str
    atddr_no: str
    dr_name: str
    med_type: str = ""
    main_cond_dscr: str = ""
    dise_codg: str = ""
    dise_name: str = ""
    diagnoses: dict[str, str] = field(default_factory=dict)  # code -> name, valid ones
    cancelled: bool = False


@dataclass
class Fee(Kept):
    """One fee row (2204): what was sent, how it was split; `setl_id` is "" while it is unsettled."""

    mdtrt_id: str
    feedetl_sn: str
    chrg_bchno: str
    split: Split
    setl_id: str = ""
    sent: dict[str, str] = field(default_factory=dict)  # the members of the row as text

    @property
    def key(self) -> str:
        """Its place among the fees."""
        return f"{self.mdtrt_id}/{self.feedetl_sn}"


@dataclass
class Settlement(Kept):
    """One bill: settled by 2207, or the refund of one by 2208 (then `refund_of` names it)."""

    setl_id: str
    msgid: str
    fixmedins_code: str
    mdtrt_id: str
    psn_no: str
    insutype: str
    med_type: str
    mdtrt_cert_type: str
    chrg_bchno: str
    setl_time: str
    opter_name: str
    rate: str
    balance: int
    shares: Shares
    state: str = EFFECTIVE
    refund_of: str = ""
    pool: str = ""  # the ceiling that it counts to
    payer: str = ""  # whose account paid: the person's own, or another one of the family
    invono: str = ""
    hosp_lv: str = ""
    codes: list[str] = field(default_factory=list)  # trace codes that came with the settlement


@dataclass
class Sale(Kept):
    """One uploaded sale (3505) with its trace codes; a returned code is in `returned` and may be sold again."""

    fixmedins_code: str
    fixmedins_bchno: str
    med_list_codg: str
    medins_list_codg: str
    medins_list_name: str
    mdtrt_sn: str
    setl_id: str
    psn_no: str
    trdn_flag: str
    mdtrt_setl_type: str
    cnt: str
    codes: list[str]
    opter_name: str
    sold_at: str
    lot: str = ""
    serial: str = ""  # the platform's own number
    returned: list[str] = field(default_factory=list)
    returned_cnt: str = "0"

    @property
    def out(self) -> list[str]:
        """The codes that are sold and not returned."""
        return [code for code in self.codes if code not in self.returned]


@dataclass
class Mapping(Kept):
    """An institution's own code for something in a national catalogue (3301), with the authority's view of it."""

    fixmedins_code: str
    state: str
    day: str
    sent: dict[str, str]  # the members of 3301 as text
    memo: str = ""


@dataclass
class StoredFile(Kept):
    """A file that waits to be fetched with 9102; `until` in epoch seconds. `made_of` tells how to make a catalogue's
    file again; otherwise `content` has the bytes in Base64."""

    filename: str
    fixmedins_code: str
    until: float
    content: str = ""
    made_of: list[str] = field(default_factory=list)


class Ledger:
    """All of it. What is added here as a collection (`self._rows`) is kept by itself, and changed like a dict."""

    def __init__(self) -> None:
        self._collections: dict[str, Rows[Any]] = {}
        self._numbers: Rows[int] = self._rows("number", int)
        self.sign_ins: Rows[SignIn] = self._rows("sign-in", plain_reader(SignIn))
        self.tokens: Rows[Token] = self._rows("token", plain_reader(Token))
        self.visits: Rows[Visit] = self._rows("visit", plain_reader(Visit))
        self.fees: Rows[Fee] = self._rows("fee", _fee)
        self.settlements: Rows[Settlement] = self._rows("settlement", _settlement)
        self.sales: Rows[Sale] = self._rows("sale", plain_reader(Sale))  # institution/fixmedins_bchno of every 3505
        self.balances: Rows[int] = self._rows("balance", int)  # psn_no -> fen
        self.years: Rows[YearSum] = self._rows("year", plain_reader(YearSum))
        self.days: Rows[DaySum] = self._rows("day", plain_reader(DaySum))
        self.mappings: Rows[Mapping] = self._rows("mapping", plain_reader(Mapping))
        self.files: Rows[StoredFile] = self._rows("file", plain_reader(StoredFile))
        self.versions: Rows[str] = self._rows("version", str)  # catalogue/version -> the day it came out
        self.returns: Rows[SaleReturn] = self._rows(
            "sale-return", plain_reader(SaleReturn)
        )  # as `sales`, of every 3506
        self.movements: Rows[Movement] = self._rows("movement", plain_reader(Movement))  # institution/kind/number
        self.used_msgids = self._marks("used-msgid")  # of changing transactions that were done
        self.barred_msgids = self._marks("barred-msgid")  # asked for by a 2601 before they came
        self._index()

    def _rows(self, kind: str, read: Callable[[Any], T]) -> Rows[T]:
        rows: Rows[T] = Rows(kind, read)
        self._collections[kind] = rows
        return rows

    def _marks(self, kind: str) -> Marks:
        return Marks(self._rows(kind, bool))

    def _index(self) -> None:
        """The ways in which rows are looked for, besides their key."""
        self._fees_of: dict[str, dict[str, Fee]] = {}
        self._visits_of: dict[str, list[Visit]] = {}
        self._bills_of_visit: dict[str, list[Settlement]] = {}
        self._bills_of_person: dict[str, list[Settlement]] = {}
        self._bill_of_msgid: dict[str, Settlement] = {}
        self._sales_of_code: dict[str, list[str]] = {}
        self._years_of: dict[str, list[str]] = {}
        self.years.on_new(lambda key, _: self._years_of.setdefault(key.partition("/")[0], []).append(key))
        self.fees.on_new(lambda key, fee: self._fees_of.setdefault(fee.mdtrt_id, {}).__setitem__(key, fee))
        self.visits.on_new(lambda _, visit: self._visits_of.setdefault(visit.psn_no, []).append(visit))
        self.settlements.on_new(self._new_bill)
        self.sales.on_new(self._new_sale)

    def _new_bill(self, _: str, bill: Settlement) -> None:
        self._bills_of_visit.setdefault(bill.mdtrt_id, []).append(bill)
        self._bills_of_person.setdefault(bill.psn_no, []).append(bill)
        self._bill_of_msgid[bill.msgid] = bill

    def _new_sale(self, key: str, sale: Sale) -> None:
        for code in sale.codes:
            self._sales_of_code.setdefault(code, []).append(key)

    def changes(self) -> list[Change]:
        """What has changed since this was asked last."""
        return [change for rows in self._collections.values() for change in rows.changes()]

    def restore(self, kind: str, key: str, value: Any) -> None:
        """Put a row back that was kept. `KeyError`, `TypeError` or `ValueError` when there is no such thing."""
        self._collections[kind].restore(key, value)

    def next_serial(self) -> int:
        """A number that is never given twice."""
        self._numbers["serial"] = self._numbers.get("serial", 0) + 1
        return self._numbers["serial"]

    def fees_of(self, mdtrt_id: str, chrg_bchno: str | None = None) -> list[Fee]:
        """The fees of a visit, of one batch or of all."""
        fees = self._fees_of.get(mdtrt_id, {}).values()
        return [fee for fee in fees if chrg_bchno in (None, fee.chrg_bchno)]

    def forget_fee(self, fee: Fee) -> None:
        """Take an unsettled fee out."""
        del self.fees[fee.key]
        del self._fees_of[fee.mdtrt_id][fee.key]

    def visits_of(self, psn_no: str) -> list[Visit]:
        """The registrations of a person, oldest first."""
        return self._visits_of.get(psn_no, [])

    def bills_of_visit(self, mdtrt_id: str) -> list[Settlement]:
        """All bills of a visit, refunds and reversed ones too."""
        return self._bills_of_visit.get(mdtrt_id, [])

    def bills_of_person(self, psn_no: str) -> list[Settlement]:
        """All bills of a person, refunds and reversed ones too, oldest first."""
        return self._bills_of_person.get(psn_no, [])

    def years_of(self, psn_no: str) -> list[str]:
        """The keys of a person's sums of a year."""
        return self._years_of.get(psn_no, [])

    def bill_of(self, msgid: str) -> Settlement | None:
        """The bill (2207) or refund (2208) that a message made."""
        return self._bill_of_msgid.get(msgid)

    def add_sale(self, sale: Sale) -> None:
        """Note a sale. Its number was not used before."""
        self.sales[f"{sale.fixmedins_code}/{sale.fixmedins_bchno}"] = sale

    def sold(self, code: str) -> set[str]:
        """The trdn_flags of the sales out of which a trace code is sold and not returned."""
        sales = [self.sales[key] for key in self._sales_of_code.get(code, []) if key in self.sales]
        return {sale.trdn_flag for sale in sales if code in sale.out}


def _fee(row: dict[str, Any]) -> Fee:
    return Fee(**{**row, "split": Split(*row["split"])})


def _settlement(row: dict[str, Any]) -> Settlement:
    return Settlement(**{**row, "shares": Shares(**row["shares"])})
