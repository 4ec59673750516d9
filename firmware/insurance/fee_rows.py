"""The fees of a settlement as the platform has them (5204).

Source: national interface specification, transaction 5204: the rows are the `output` itself. Its chapter on 9102 also
speaks of a file that 5204 makes, of which no answer and no client shows anything: an answer without rows is refused.
"""

from firmware.insurance.answers import ID, NAME, Row, bad_answer, node_rows

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Json = dict[str, Any]

_LONG_CODE = 50
_OWN_CODE = 150
_PARTS = (
    ("full_own_fen", "fulamt_ownpay_amt"),
    ("over_limit_fen", "overlmt_amt"),
    ("first_share_fen", "preselfpay_amt"),
    ("in_scope_fen", "inscp_scp_amt"),
)


def fees_question(person: "Json", registration: str, settlement: str) -> "Json":
    """The input of 5204."""
    return {"data": {"psn_no": person["number"], "setl_id": settlement, "mdtrt_id": registration}}


def fees_in(output: "Json", settlement: str) -> "list[Json]":
    """The fees of a 5204 answer: `sequence`, `own_code`, `name`, `specification`, `national_code`, `insurance_code`,
    `grade` (chrgitm_lv), `at_s`, `quantity` in 1/10000, `price` in 1/1000000 yuan, `amount_fen`, its parts
    `full_own_fen`, `over_limit_fen`, `first_share_fen`, `in_scope_fen`, and `agree`: whether they make up the amount
    (also when the platform tells none of them). Those of a refund may be negative.

    `InsuranceError` `insurance.bad_answer`, also for fees of another settlement."""
    return [_fee(row, settlement) for row in _rows(output)]


def _rows(output: "Json") -> "list[Row]":
    if "feedetl_sn" in output:  # a single fee, without its list
        return [Row("5204", output)]
    where = "data" if "data" in output else "output"
    if output and where not in output:
        raise bad_answer("5204", "output")
    return node_rows("5204", output, where)


def _fee(row: Row, settlement: str) -> "Json":
    if row.word("setl_id", ID) not in ("", settlement):
        raise row.bad("setl_id")
    fee: "Json" = {
        "sequence": row.needed("feedetl_sn", ID),
        "own_code": row.word("medins_list_codg", _OWN_CODE),
        "name": row.word("medins_list_name", NAME) or row.word("hilist_name", NAME),
        "specification": row.word("spec", NAME),
        "national_code": row.word("med_list_codg", _LONG_CODE),
        "insurance_code": row.word("hilist_code", _LONG_CODE),
        "grade": row.word("chrgitm_lv", ID),
        "at_s": row.moment("fee_ocur_time"),
        "quantity": row.number("cnt", 4),
        "price": row.number("pric", 6),
        "amount_fen": row.amount("det_item_fee_sumamt"),
    }
    told = 0
    for name, wire in _PARTS:
        fee[name] = row.amount(wire)
        told += row.has(wire)
    fee["agree"] = not told or sum([fee[name] for name, _ in _PARTS]) == fee["amount_fen"]
    return fee
