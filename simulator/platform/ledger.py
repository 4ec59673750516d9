"""What the platform remembers: sign-ins, tokens, visits, fees, settlements, sales, balances, year sums (all in fen)."""

from dataclasses import asdict, dataclass, field
from typing import Any

from .benefits import Shares, Split

EFFECTIVE = "effective"
REFUNDED = "refunded"  # cancelled by 2208; the refund bill stands beside it
REFUND = "refund"  # the negative bill of a 2208
REVERSED = "reversed"  # undone by 2601, as if it had never been


@dataclass(slots=True)
class SignIn:
    """One 9001: valid for the institution until the end of the day (yyyy-MM-dd, Beijing time)."""

    fixmedins_code: str
    day: str


@dataclass(slots=True)
class Token:
    """An ecToken handed out by 6101; `until` in epoch seconds."""

    psn_no: str
    until: float


@dataclass(slots=True)
class Visit:
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
    diagnoses: dict[str, str] = field(default_factory=dict)  # code -> name, valid ones
    cancelled: bool = False


@dataclass(slots=True)
class Fee:
    """One fee row (2204); `setl_id` is "" while it is unsettled."""

    mdtrt_id: str
    feedetl_sn: str
    chrg_bchno: str
    split: Split
    setl_id: str = ""


@dataclass(slots=True)
class Settlement:
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


@dataclass(slots=True)
class Sale:
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
    returned: list[str] = field(default_factory=list)
    returned_cnt: str = "0"

    @property
    def out(self) -> list[str]:
        """The codes that are sold and not returned."""
        return [code for code in self.codes if code not in self.returned]


@dataclass(slots=True)
class YearSum:
    """What one person has used up in one year."""

    deductible: int = 0
    fund: int = 0


@dataclass(slots=True)
class Ledger:
    """All of it. A person's balance is set from `people.toml` when it is first asked for."""

    serial: int = 0
    sign_ins: dict[str, SignIn] = field(default_factory=dict)
    tokens: dict[str, Token] = field(default_factory=dict)
    visits: dict[str, Visit] = field(default_factory=dict)
    fees: list[Fee] = field(default_factory=list)
    settlements: dict[str, Settlement] = field(default_factory=dict)
    sales: dict[str, Sale] = field(default_factory=dict)  # institution/fixmedins_bchno of every 3505
    sales_of_code: dict[str, list[str]] = field(default_factory=dict)  # trace code -> keys of `sales`; not kept
    returns: set[str] = field(default_factory=set)  # institution/fixmedins_bchno of every 3506
    balances: dict[str, int] = field(default_factory=dict)
    years: dict[str, YearSum] = field(default_factory=dict)  # psn_no/insutype/year
    used_msgids: set[str] = field(default_factory=set)  # of changing transactions that were done
    barred_msgids: set[str] = field(default_factory=set)  # asked for by a 2601 before they came

    def next_serial(self) -> int:
        """A number that is never given twice."""
        self.serial += 1
        return self.serial

    def year(self, psn_no: str, insutype: str, setl_time: str) -> YearSum:
        """The running sums of the year in which a settlement falls."""
        return self.years.setdefault(f"{psn_no}/{insutype}/{setl_time[:4]}", YearSum())

    def fees_of(self, mdtrt_id: str, chrg_bchno: str | None = None) -> list[Fee]:
        """The fees of a visit, of one batch or of all."""
        return [fee for fee in self.fees if fee.mdtrt_id == mdtrt_id and chrg_bchno in (None, fee.chrg_bchno)]

    def add_sale(self, sale: Sale) -> None:
        """Note a sale. Its number was not used before."""
        key = f"{sale.fixmedins_code}/{sale.fixmedins_bchno}"
        self.sales[key] = sale
        for code in sale.codes:
            self.sales_of_code.setdefault(code, []).append(key)

    def sold(self, code: str) -> set[str]:
        """The trdn_flags of the sales out of which a trace code is sold and not returned."""
        sales = [self.sales[key] for key in self.sales_of_code.get(code, [])]
        return {sale.trdn_flag for sale in sales if code in sale.out}

    def book(self, settlement: Settlement, sign: int) -> None:
        """Add a bill's shares to balance and year sums (`sign` 1), or take them out again (-1)."""
        year = self.year(settlement.psn_no, settlement.insutype, settlement.setl_time)
        year.deductible += sign * settlement.shares.act_pay_dedc
        year.fund += sign * settlement.shares.fund_pay_sumamt
        self.balances[settlement.psn_no] -= sign * settlement.shares.acct_pay

    def release(self, settlement: Settlement) -> None:
        """Undo a bill: the sums go back and its fees are unsettled again."""
        self.book(settlement, -1)
        for fee in self.fees:
            if fee.setl_id == settlement.setl_id:
                fee.setl_id = ""

    def as_json(self) -> dict[str, Any]:
        """The whole ledger as JSON types."""
        document = asdict(self)
        for name in ("returns", "used_msgids", "barred_msgids"):
            document[name] = sorted(document[name])
        document["sales"] = list(document["sales"].values())
        del document["sales_of_code"]
        return document

    @classmethod
    def from_json(cls, document: dict[str, Any]) -> "Ledger":
        """The ledger that `as_json` wrote. `KeyError` or `TypeError` when it did not."""
        ledger = cls(
            serial=int(document["serial"]),
            sign_ins={no: SignIn(**row) for no, row in document["sign_ins"].items()},
            tokens={token: Token(**row) for token, row in document["tokens"].items()},
            visits={no: Visit(**row) for no, row in document["visits"].items()},
            fees=[Fee(**{**row, "split": Split(**row["split"])}) for row in document["fees"]],
            settlements={
                no: Settlement(**{**row, "shares": Shares(**row["shares"])})
                for no, row in document["settlements"].items()
            },
            returns=set(document["returns"]),
            balances=dict(document["balances"]),
            years={key: YearSum(**row) for key, row in document["years"].items()},
            used_msgids=set(document["used_msgids"]),
            barred_msgids=set(document["barred_msgids"]),
        )
        for row in document["sales"]:
            ledger.add_sale(Sale(**row))
        return ledger
