"""Every transaction of a village clinic, done once by the terminal's own code on a line that answers as a test says."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import Any

from firmware.insurance import (
    CATALOGUE_KINDS,
    EMPLOYEES,
    Audits,
    CatalogueLayout,
    CatalogueSource,
    InsuranceClient,
    Outpatient,
    Reconciliation,
    entitlements,
    goods,
    institution,
    sale,
    sale_return,
    sale_returns,
    sale_rows,
    trace_codes,
    transfer,
)
from firmware.insurance.amounts import fee_split
from firmware.insurance.fee_rows import fees_in
from firmware.insurance.mapping import QUERIES, Mapping, page_of
from firmware.insurance.refund import refund_of
from firmware.vault import open_vault
from hal.ports import HttpAnswer
from tests.portable.doubles import MemoryBoard, Request
from tests.portable.insurance_line import DONE, SIGNED_IN
from tests.portable.test_goods import LINE
from tests.portable.test_outpatient import BILL, CARD, FEVER, PERSON
from tests.portable.test_uploads import BILL as SALES_BILL
from tests.portable.test_uploads import line

Json = dict[str, Any]

AT_S = 1638180592  # 2021-11-29 18:09:52 in China
CODE = "H99999900001"
MSGID = "H99999900001202111291809520001"
PRESSURE = {"code": "M03900", "name": "高血压"}
FEE = {"sequence": "1", "code": "X1", "own_code": "aspirin", "quantity": 1, "price_fen": 452, "amount_fen": 452}
FEE["dose"] = {"single": "1片", "frequency": "每日三次", "days": 7, "way": "口服"}
GOOD = {"own_code": "aspirin", "name": "阿司匹林肠溶片", "list": "101", "national_code": "X1", "begins": "2026-01-01"}
CASE = {
    "person": PERSON,
    "sex": "female",
    "birth": "1949-12-31",
    "registration": "300178725",
    "number": "20260921a1b2000012",
    "at_s": AT_S,
    "diagnosis": FEVER,
    "amounts": {"total_fen": 1260},
}
SUMS = {"insurance": EMPLOYEES, "clearing": "11", "agency": "999900", "refund": False, "count": 67}
SUMS |= {"total_fen": 895823, "fund_fen": 181904, "account_fen": 38823, "cash_fen": 675096}
STATEMENT = {"settlement": "400125241", "registration": "300178725", "person": "1", "refund": False}
STATEMENT |= {"total_fen": 452, "fund_fen": 0, "account_fen": 452}


class Terminal:
    """A terminal that is signed in. `sent` is the input of the last message."""

    def __init__(self, numbers: dict[str, str] | None = None) -> None:
        self.board = MemoryBoard()
        self.board.province["gateway"]["numbers"] = numbers or {}
        self.client: InsuranceClient
        self.outpatient: Outpatient

    async def begin(self) -> None:
        board = self.board
        vault = await open_vault(board.store, board.ciphers, board.keys, board.random, board.clock)
        self.client = InsuranceClient(board, vault)  # type: ignore[arg-type]  # its ports are real ones
        self.outpatient = Outpatient(self.client, board.clinic, True)

    def answers(self, body: str, signed_in: bool = True) -> None:
        """What the next message is answered with; `$msgid` stands for its number."""

        def answer(request: Request) -> HttpAnswer:
            text = body.replace("$msgid", envelope_of(request.body)["msgid"])
            return HttpAnswer(200, {"content-type": "application/json"}, text.encode())

        self.board.http.script = [*([SIGNED_IN] if signed_in else []), answer]

    @property
    def sent(self) -> Json:
        return envelope_of(self.board.http.requests[-1].body)

    async def call(self, infno: str, message: Json, region: str = "") -> Json:
        """A message that a pure function of the firmware built."""
        return await self.client.call(infno, message, region, MSGID)


def envelope_of(body: bytes) -> Json:
    """The envelope in a request: its whole body, or a part of a form."""
    text = body[body.index(b"{") :].decode("utf-8", "replace")
    found: Json = json.JSONDecoder().raw_decode(text)[0]
    return found


def _bill(given: Json) -> Json:
    return BILL | {
        "total_fen": given.get("bill_fen", 452),
        "codes": [{"sequence": "1", "code": "8" * 20, "split": False}],
    }


def _case() -> Json:
    drug = line() | {"grade": "01", "approval": "approved", "specification": "30片", "unit": "盒"}
    return CASE | {"lines": [drug | {"quantity": 1}]}


def _two() -> list[Json]:
    return [line() | {"row_number": "r1"}, line(1) | {"row_number": "r2"}]


async def _uploaded(terminal: Terminal, infno: str, payload: Json) -> Any:
    output = await terminal.call(infno, payload["input"], payload["region"])
    return goods.results_of(infno, output) if infno.endswith("A") else output


async def _stock(terminal: Terminal, infno: str, message: Json) -> Any:
    return await _uploaded(terminal, infno, {"input": message, "region": ""})


async def _institution(terminal: Terminal, given: Json) -> Any:
    return institution.institution_of(await terminal.call("1201", institution.institution_question(CODE)), CODE)


async def _received(terminal: Terminal, given: Json) -> Any:
    question = trace_codes.received_question(CODE, "2026-09-01", "2026-09-21", code="8" * 20)
    return trace_codes.received_of(await terminal.call("3512", question))


async def _sold(terminal: Terminal, given: Json) -> Any:
    return trace_codes.sold_of(await terminal.call("3513", trace_codes.sold_question(CODE, "2026-17")))


async def _virtual_code(terminal: Terminal, given: Json) -> Any:
    return trace_codes.virtual_codes_of(await terminal.call("3592B", trace_codes.virtual_code_question(LINE)))


async def _download(terminal: Terminal, given: Json) -> Any:
    taken = bytearray()
    await transfer.download(terminal.client, "M00/00/00/1", "1307.zip", taken.extend, transfer.CATALOGUES)
    return bytes(taken)


def _catalogue(kind: str) -> Callable[[Terminal, Json], Awaitable[Any]]:
    async def ask(terminal: Terminal, given: Json) -> Any:
        file = await CatalogueSource(terminal.client).ask(kind, "X001_20260101")
        return None if file is None else {"number": file.number, "name": file.name}

    return ask


def _reconciliation(terminal: Terminal) -> Reconciliation:
    return Reconciliation(terminal.client, terminal.board.zips, ["0"])


async def _totals(terminal: Terminal, given: Json) -> Any:
    equal, words = await _reconciliation(terminal).totals(SUMS, "2024-01-01", "2024-01-31", MSGID)
    return {"equal": equal, "words": words}


def _page_reader(infno: str) -> Callable[[Json], Any]:
    return lambda output: page_of(infno, output, 1)


def _results_reader(infno: str) -> Callable[[Json], Any]:
    return lambda output: goods.results_of(infno, output)


def _page(infno: str) -> Callable[[Terminal, Json], Awaitable[Any]]:
    return lambda t, g: Mapping(t.client, CODE).page(infno, "2026-01-01", 1)


Deed = Callable[[Terminal, Json], Awaitable[Any]]

# How the terminal does each transaction. The A forms of an outpatient's go by the province's profile.
DEEDS: dict[str, Deed] = {
    "9001": lambda t, g: t.client.call(
        "9001", {"signIn": {"opter_no": "D999900000001", "mac": "00", "ip": "192.0.2.7"}}
    ),
    "9002": lambda t, g: t.client.sign_out(),
    "1101": lambda t, g: t.outpatient.person(CARD | {"identity_number": ""}),
    "6101": lambda t, g: t.client.decode_insurance_code("4" * 28),
    "1201": _institution,
    "2001": lambda t, g: t.outpatient.entitlements(PERSON, entitlements.CHRONIC, AT_S, PRESSURE),
    "2201": lambda t, g: t.outpatient.register(PERSON, CARD, "V1", AT_S, MSGID),
    "2202": lambda t, g: t.outpatient.unregister(PERSON, "300178725", "V1"),
    "2203": lambda t, g: t.outpatient.upload_diagnosis(PERSON, "300178725", FEVER, None, AT_S),
    "2204": lambda t, g: t.outpatient.upload_fees(PERSON, "300178725", BILL, [FEE | g], MSGID),
    "2205": lambda t, g: t.outpatient.remove_fees(PERSON, "300178725"),
    "2206": lambda t, g: t.outpatient.preview(PERSON, CARD, "300178725", _bill(g)),
    "2207": lambda t, g: t.outpatient.settle(PERSON, CARD, "300178725", _bill(g), MSGID),
    "2208": lambda t, g: t.outpatient.cancel_settlement(PERSON, "300178725", "400125241", MSGID, g.get("settled")),
    "2601": lambda t, g: t.outpatient.reverse(PERSON, "2207", MSGID),
    "3101": lambda t, g: Audits(t.client, t.board.clinic, {"scene": "1", "system": ""}).ask("3101", _case()),
    "3102": lambda t, g: Audits(t.client, t.board.clinic, {"scene": "1", "system": "his"}).ask("3102", _case()),
    "3201": _totals,
    "3202": lambda t, g: _reconciliation(t).details(SUMS, "M00/00/00/1", "2024-01-01", "2024-01-31", MSGID),
    "3301": lambda t, g: Mapping(t.client, CODE).upload([GOOD | {"ends": ""}]),
    "3302": lambda t, g: Mapping(t.client, CODE).withdraw(GOOD),
    "3501": lambda t, g: _stock(t, "3501", goods.stock_take(LINE)),
    "3501A": lambda t, g: _stock(t, "3501A", goods.stock_takes([LINE])),
    "3502": lambda t, g: _stock(t, "3502", goods.stock_change(LINE)),
    "3502A": lambda t, g: _stock(t, "3502A", goods.stock_changes([LINE])),
    "3503": lambda t, g: _stock(t, "3503", goods.purchase(LINE)),
    "3503A": lambda t, g: _stock(t, "3503A", goods.purchases([LINE])),
    "3504": lambda t, g: _stock(t, "3504", goods.purchase_return(LINE)),
    "3504A": lambda t, g: _stock(t, "3504A", goods.purchase_returns([LINE])),
    "3505": lambda t, g: _uploaded(t, "3505", sale(t.board.clinic, SALES_BILL, line())),
    "3505A": lambda t, g: _uploaded(t, "3505A", sale_rows(t.board.clinic, SALES_BILL, _two())),
    "3506": lambda t, g: _uploaded(t, "3506", sale_return(t.board.clinic, SALES_BILL, line())),
    "3506A": lambda t, g: _uploaded(t, "3506A", sale_returns(t.board.clinic, SALES_BILL, _two())),
    "3507": lambda t, g: _stock(t, "3507", goods.removal("2026-17", "purchase")),
    "3507A": lambda t, g: _stock(t, "3507A", goods.removals(["2026-17", "2026-18"], "stock_take")),
    "3512": _received,
    "3513": _sold,
    "3592B": _virtual_code,
    "5201": lambda t, g: t.outpatient.find_registration(PERSON, "V1", AT_S, AT_S),
    "5203": lambda t, g: t.outpatient.settlement_of(PERSON, "300178725", "400125241"),
    "5204": lambda t, g: t.outpatient.fees_of(PERSON, "300178725", "400125241"),
    "5205": lambda t, g: t.outpatient.chronic_drugs(PERSON, AT_S),
    "5206": lambda t, g: t.outpatient.used_this_year(PERSON),
    "5301": lambda t, g: t.outpatient.chronic_filings(PERSON),
    "5302": lambda t, g: t.outpatient.designated(PERSON, entitlements.FAMILY_DOCTOR),
    "9101": lambda t, g: _reconciliation(t).send([STATEMENT], "statement.zip"),
    "9102": _download,
    **{infno: _page(infno) for infno in QUERIES},
    **{CatalogueLayout(kind).infno: _catalogue(kind) for kind in CATALOGUE_KINDS},
}
# What a province calls otherwise: its number -> ours.
ALSO_KNOWN_AS = {"1162": "6101", "2203A": "2203", "2206A": "2206", "2207A": "2207"}

# How an answer is read: pure functions of the `output`, for hostile answers by the thousand.
READERS: dict[str, Callable[[Json], Any]] = {
    "1201": lambda output: institution.institution_of(output, CODE),
    "2001": entitlements.entitlements_of,
    "2204": fee_split,
    "2208": refund_of,
    "3512": trace_codes.received_of,
    "3513": trace_codes.sold_of,
    "3592B": trace_codes.virtual_codes_of,
    "5204": lambda output: fees_in(output, "400125241"),
    "5205": entitlements.drugs_of,
    "5206": entitlements.used_of,
    "5301": entitlements.filings_of,
    "5302": entitlements.designated_of,
    **{infno: _page_reader(infno) for infno in QUERIES},
    **{infno: _results_reader(infno) for infno in DEEDS if infno[0] == "3" and infno[-1] == "A"},
}


async def done(
    infno: str, body: str, given: Json | None = None, sent: list[Json] | None = None
) -> tuple[Terminal, Any]:
    """Do a transaction that is answered with `body`: the terminal afterwards, and what it read. The input of what it
    sent is added to `sent`. `InsuranceError`."""
    known = ALSO_KNOWN_AS.get(infno, infno)
    terminal = Terminal({known: infno})
    await terminal.begin()
    terminal.answers(body, signed_in=infno != "9001")
    if infno == "9002":  # there must be something to sign out of
        terminal.board.http.script.insert(1, DONE)
        await terminal.outpatient.reverse(PERSON, "2207", MSGID)
    try:
        return terminal, await DEEDS[known](terminal, given or {})
    finally:
        if sent is not None:
            sent.append(terminal.sent["input"])
