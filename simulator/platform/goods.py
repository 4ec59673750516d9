"""Stock of the institutions: stock-take (3501), change (3502), purchase (3503), its return (3504), deletion (3507),
codes that came in (3512), codes for boxes without one (3592B). `many` makes the A forms out of the single ones.

Source: NHSA interface specification, transactions 3501 to 3507, 3512 and 3592B. Quantities are in the smallest priced
package. A number (fixmedins_bchno) is taken once for each kind of data, since 3507 deletes by it.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Any

from .envelope import Request, Row
from .goods_ledger import CHANGES, PURCHASE, SALE, STOCK_CHANGE, STOCK_TAKE, Movement, StockLevel
from .ledger import Ledger
from .office import Office
from .refusal import Refused

NO_NATIONAL_CODE = "NMLC999"
SERIAL_KNOWN = "FSI-定点医药机构批次流水号已存在"
_VIRTUAL = "9999999"  # begins no trace code that was ever given to a box
_DONE, _NOT_DONE = "1", "0"

Single = Callable[[Office, Request, Row], str]  # does one row and gives the platform's own number for it


def one(single: Single, node: str) -> Callable[[Office, Request], None]:
    """The plain transaction: one row, refused as a whole."""

    def handle(office: Office, request: Request) -> None:
        single(office, request, request.row(node))

    return handle


def many(single: Single, node: str, answer: str, serial: str = "") -> Callable[[Office, Request], dict[str, Any]]:
    """The A form: every row for itself, with retRslt and msgRslt. `serial` is the member for the platform's number."""

    def handle(office: Office, request: Request) -> dict[str, Any]:
        table = request.transaction.output(answer)
        known = {field.name for field in table.fields}
        rows = []
        for row in request.rows(node):
            members = {name: value for name, value in row.members().items() if name in known}
            try:
                number = single(office, request, row)
            except Refused as refusal:
                members |= {"retRslt": _NOT_DONE, "msgRslt": refusal.text}
            else:
                members |= {"retRslt": _DONE, "msgRslt": "受理成功"}
                if serial:
                    members[serial] = number
            rows.append(table.fill(**members))
        return {answer: rows}

    return handle


def take_stock(office: Office, request: Request, row: Row) -> str:
    """3501: what was counted. It moves nothing: at the beginning a 3502 brings the goods in."""
    count = row.number("inv_cnt")
    if count < 0:
        raise Refused("FSI-库存数量(inv_cnt)不能小于0")
    return _keep(office, request, row, STOCK_TAKE, (str(count), "0"))


def change_stock(office: Office, request: Request, row: Row) -> str:
    """3502: goods came or went by other ways than purchase and sale."""
    sign = CHANGES.get(row.text("inv_chg_type"))
    count = row.number("cnt")
    if sign is None:
        raise Refused("FSI-库存变更类型(inv_chg_type)不正确")
    if count <= 0:
        raise Refused("FSI-数量(cnt)应大于0")
    return _keep(office, request, row, STOCK_CHANGE, (str(count), str(sign * count)))


def buy(office: Office, request: Request, row: Row) -> str:
    """3503: goods came from a supplier."""
    count = _bought(row)
    return _keep(office, request, row, PURCHASE, (str(count), str(count)))


def return_bought(office: Office, request: Request, row: Row) -> str:
    """3504: goods went back to the supplier. Its number is the purchase's or one of its own; then medins_prod_purc_no
    names the purchase."""
    count = _bought(row)
    found = _purchase(office.ledger, request, row)
    if found is None:
        raise Refused("FSI-未查询到对应的商品采购信息")
    key, purchase = found
    if Decimal(purchase.returned) + count > Decimal(purchase.cnt):
        raise Refused("FSI-退货数量(purc_retn_cnt)超过采购数量")
    number = row.text("fixmedins_bchno")
    place = f"{number}/return" if number == purchase.fixmedins_bchno else number
    kept = _keep(office, request, row, PURCHASE, (str(count), str(-count)), place=place, lot=purchase.lot)
    made = office.ledger.movements[_key(request.fixmedins_code, PURCHASE, place)]
    made.of = key
    purchase.returned = str(Decimal(purchase.returned) + count)
    return kept


def delete(office: Office, request: Request, row: Row) -> str:
    """3507: take back what was uploaded under a number."""
    kind, number = row.text("inv_data_type"), row.text("fixmedins_bchno")
    if kind == SALE:
        _delete_sale(office.ledger, f"{request.fixmedins_code}/{number}")
        return ""
    if kind not in (STOCK_TAKE, STOCK_CHANGE, PURCHASE):
        raise Refused("FSI-进销存数据类型(inv_data_type)不正确")
    movements = office.ledger.movements
    keys = [_key(request.fixmedins_code, kind, place) for place in (f"{number}/return", number)]
    found = [key for key in keys if key in movements]
    if not found:
        raise Refused("FSI-未查询到要删除的商品信息")
    movement = movements[found[0]]
    if Decimal(movement.returned) > 0:
        raise Refused("FSI-该采购已有退货，不能删除")
    if movement.of in movements:
        purchase = movements[movement.of]
        purchase.returned = str(Decimal(purchase.returned) - Decimal(movement.cnt))
    del movements[found[0]]
    return ""


def _delete_sale(ledger: Ledger, key: str) -> None:
    """A return first: what came back is sold again then. A sale that has returns stays."""
    if key in ledger.returns:
        back = ledger.returns[key]
        sale = ledger.sales[back.of]
        sale.returned = [code for code in sale.returned if code not in back.codes]
        sale.returned_cnt = str(Decimal(sale.returned_cnt) - Decimal(back.cnt))
        del ledger.returns[key]
    elif key not in ledger.sales:
        raise Refused("FSI-未查询到要删除的商品信息")
    elif any(back.of == key for back in ledger.returns.values()):
        raise Refused("FSI-该销售已有退货，不能删除")
    else:
        del ledger.sales[key]


def query_came_in(office: Office, request: Request) -> dict[str, Any]:
    """3512: one row per code that was uploaded with goods that came in, by any mix of the filters."""
    row = request.row()
    if row.text("fixmedins_code") != request.fixmedins_code:
        raise Refused("FSI-只能查询本机构的入库追溯信息")
    table = request.transaction.output("output")
    rows = [
        table.fill(
            fixmedinsCode=movement.fixmedins_code,
            medinsListCodg=movement.medins_list_codg,
            fixmedinsBchno=movement.fixmedins_bchno,
            medListCodg=movement.med_list_codg,
            medinsListName=movement.medins_list_name,
            drugTracCodg=code,
            valiFlag="1",
        )
        for movement in _of(office.ledger, request.fixmedins_code)
        if Decimal(movement.moved) >= 0 and _wanted(row, movement)
        for code in movement.codes
        if row.text("drug_trac_codg") in ("", code)
    ]
    return {"output": rows}


def virtual_code(office: Office, request: Request) -> dict[str, Any]:
    """3592B: a code for a box without one, to be used once. Twenty digits, as the others have them."""
    row = request.row()
    known_drug(office, row)
    code = f"{_VIRTUAL}{office.ledger.next_serial():013d}"
    table = request.transaction.output("result")
    names = ("med_list_codg", "fixmedins_hilist_id", "fixmedins_hilist_name")
    return {"result": [table.fill(drug_trac_codg=code, **{name: row.text(name) for name in names})]}


def stock(ledger: Ledger, fixmedins_code: str) -> list[StockLevel]:
    """What is left of each lot. Sales count with the lot that they name."""
    levels: dict[tuple[str, str], StockLevel] = {}

    def moved(drug: str, lot: str, by: Decimal, counted: Decimal | None = None) -> None:
        level = levels.get((drug, lot)) or StockLevel(drug, lot, Decimal(0), None)
        last = level.counted if counted is None else counted
        levels[drug, lot] = replace(level, left=level.left + by, counted=last)

    for movement in _of(ledger, fixmedins_code):
        counted = Decimal(movement.cnt) if movement.infno.startswith("3501") else None
        moved(movement.medins_list_codg, movement.lot, Decimal(movement.moved), counted)
    for sale in ledger.sales.values():
        if sale.fixmedins_code == fixmedins_code:
            moved(sale.medins_list_codg, sale.lot, Decimal(sale.returned_cnt) - Decimal(sale.cnt))
    return list(levels.values())


def known_drug(office: Office, row: Row) -> None:
    """Raise `Refused` unless med_list_codg is in the catalogue, or says that there is none."""
    if row.text("med_list_codg") not in office.drugs and row.text("med_list_codg") != NO_NATIONAL_CODE:
        raise Refused("FSI-医疗目录编码(med_list_codg)在医保目录中不存在")


def _keep(
    office: Office, request: Request, row: Row, kind: str, counts: tuple[str, str], place: str = "", lot: str = ""
) -> str:
    known_drug(office, row)
    number = row.text("fixmedins_bchno")
    key = _key(request.fixmedins_code, kind, place or number)
    if key in office.ledger.movements:
        raise Refused(SERIAL_KNOWN)
    serial = f"{office.ledger.next_serial():020d}"
    office.ledger.movements[key] = Movement(
        fixmedins_code=request.fixmedins_code,
        infno=request.transaction.infno,
        fixmedins_bchno=number,
        serial=serial,
        med_list_codg=row.text("med_list_codg"),
        medins_list_codg=row.text("fixmedins_hilist_id"),
        medins_list_name=row.text("fixmedins_hilist_name"),
        lot=lot or row.text("manu_lotnum") or _lot_of(office.ledger, request.fixmedins_code, number),
        cnt=counts[0],
        moved=counts[1],
        at=request.time,
        codes=[code.text("drug_trac_codg") for code in row.rows("drugtracinfo")],
    )
    return serial


def _bought(row: Row) -> Decimal:
    count = row.number("purc_retn_cnt")
    if count <= 0:
        raise Refused("FSI-采购/退货数量(purc_retn_cnt)应大于0")
    return count


def _purchase(ledger: Ledger, request: Request, row: Row) -> tuple[str, Movement] | None:
    key = _key(request.fixmedins_code, PURCHASE, row.text("fixmedins_bchno"))
    named = row.text("medins_prod_purc_no")
    candidates = [(key, ledger.movements[key])] if key in ledger.movements else []
    candidates += [pair for pair in ledger.movements.items() if named and pair[1].serial == named]
    drug = row.text("fixmedins_hilist_id")
    return next(
        (
            (place, movement)
            for place, movement in candidates
            if movement.infno.startswith("3503")
            and (movement.fixmedins_code, movement.medins_list_codg) == (request.fixmedins_code, drug)
        ),
        None,
    )


def _lot_of(ledger: Ledger, fixmedins_code: str, number: str) -> str:
    """The lot that a stock-take or purchase of the same number named: 3502 has no member for it."""
    keys = (_key(fixmedins_code, kind, number) for kind in (PURCHASE, STOCK_TAKE))
    return next((ledger.movements[key].lot for key in keys if key in ledger.movements), "")


def _of(ledger: Ledger, fixmedins_code: str) -> Iterator[Movement]:
    return (movement for movement in ledger.movements.values() if movement.fixmedins_code == fixmedins_code)


def _wanted(row: Row, movement: Movement) -> bool:
    kept = {
        "fixmedins_bchno": movement.fixmedins_bchno,
        "med_list_codg": movement.med_list_codg,
        "medins_list_codg": movement.medins_list_codg,
    }
    in_time = row.text("begndate") <= movement.at[:10] <= row.text("enddate")
    return in_time and all(row.text(name) in ("", value) for name, value in kept.items())


def _key(fixmedins_code: str, kind: str, number: str) -> str:
    return f"{fixmedins_code}/{kind}/{number}"
