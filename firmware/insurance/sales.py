"""Sales and returns of drugs: what is uploaded about every box that leaves the shelf for a patient, or comes back.

The plain numbers (3505, 3506) carry one row in a message; 3505A and 3506A all rows of a visit. A message of many rows
has all their numbers in its key (`rows_key`), so that each can be asked for.
Source: national interface specification, stock transactions; code lists hi_feesetl_type, MDTRT_SETL_TYPE, trdn_flag.
"""

from firmware import clock as civil
from firmware.insurance.goods import NO_NATIONAL_CODE, trace_nodes
from firmware.insurance.persons import is_from_elsewhere
from firmware.money import to_yuan

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Json = dict[str, Any]

SALE = "3505"
SALE_RETURN = "3506"
SALES = "3505A"
SALE_RETURNS = "3506A"

_NO_PRODUCT_CODE = "NDPB999"
_NOT_INSURED, _HERE, _ELSEWHERE = "0", "1", "2"  # hi_feesetl_type


def sale(clinic: "Json", bill: "Json", line: "Json") -> "Json":
    """3505 for one line, as `{"region", "input"}`: the person's insurance region goes into the envelope.

    `bill`: `visit_number`, `registration`, `settlement`, `at_s`, `person`; a patient who paid alone has no
    registration, no settlement and `person` None. `line`: `row_number` (unique in the institution, without blanks),
    `drug` (the clinic's id), `name`, `national_code` ("" for none), `prescription_only` and `price_fen` as they were
    settled, `batch` (`lot`, `made`, `expires`), `quantity`, `codes` (trace codes, one for each box), `split` (whether
    parts of a box are sold; not without it).
    """
    return {"region": _region(bill), "input": {"selinfo": _sold(clinic, bill, line)}}


def sale_rows(clinic: "Json", bill: "Json", lines: "list[Json]") -> "Json":
    """3505A: all lines in one message. Arguments as for `sale`; a line may have `product_code` (the bar code)."""
    rows = []
    for line in lines:
        row = _sold(clinic, bill, line)
        row["drug_prod_barc"] = line.get("product_code") or _NO_PRODUCT_CODE
        row["prsc_dr_no"] = clinic["doctor"]["code"]
        row["phar_no"] = clinic["pharmacist"]["code"]
        rows.append(row)
    return {"region": _region(bill), "input": {"selinfoDetail": rows}}


def sale_return(clinic: "Json", bill: "Json", line: "Json") -> "Json":
    """3506: the goods of a cancelled settlement come back. Arguments as for `sale`."""
    return {"region": _region(bill), "input": {"selinfo": _moved(clinic, bill, line)}}


def sale_returns(clinic: "Json", bill: "Json", lines: "list[Json]") -> "Json":
    """3506A: all lines in one message. Arguments as for `sale`."""
    return {"region": _region(bill), "input": {"selinfoDetail": [_moved(clinic, bill, line) for line in lines]}}


def rows_key(lines: "list[Json]") -> str:
    """The row of the outbox for a message of many rows: their numbers with blanks between. A sale and its return have
    the same key."""
    return " ".join([line["row_number"] for line in lines])


def _settled_where(clinic: "Json", bill: "Json") -> str:
    if not bill["settlement"]:
        return _NOT_INSURED
    return _ELSEWHERE if is_from_elsewhere(_region(bill), clinic["institution"]["region"]) else _HERE


def _region(bill: "Json") -> str:
    return str(bill["person"]["region"]) if bill["person"] else ""


def _sold(clinic: "Json", bill: "Json", line: "Json") -> "Json":
    row = _moved(clinic, bill, line)
    insured = bool(bill["settlement"])
    row.update(
        {
            "prsc_dr_name": clinic["doctor"]["name"],
            "phar_name": clinic["pharmacist"]["name"],
            "phar_prac_cert_no": clinic["pharmacist"]["certificate"],
            "hi_feesetl_type": _settled_where(clinic, bill),
            "rxno": bill["visit_number"],
            "rx_circ_flag": "0",
            "rtal_docno": bill["visit_number"],
            "MDTRT_SETL_TYPE": "1" if insured else "2",
        }
    )
    return row


def _moved(clinic: "Json", bill: "Json", line: "Json") -> "Json":
    row = {
        "med_list_codg": line["national_code"] or NO_NATIONAL_CODE,
        "fixmedins_hilist_id": line["drug"],
        "fixmedins_hilist_name": line["name"],
        "fixmedins_bchno": line["row_number"],
        "mdtrt_sn": bill["registration"] or bill["visit_number"],
        "setl_id": bill["settlement"],
        "manu_lotnum": line["batch"]["lot"],
        "manu_date": line["batch"]["made"],
        "expy_end": line["batch"]["expires"],
        "rx_flag": "1" if line["prescription_only"] else "0",
        "trdn_flag": "1" if line.get("split") else "0",
        "finl_trns_pric": to_yuan(line["price_fen"]),
        "sel_retn_cnt": str(line["quantity"]),
        "sel_retn_time": civil.stamp(bill["at_s"]),
        "sel_retn_opter_name": clinic["doctor"]["name"],
        "drugtracinfo": trace_nodes(line["codes"]),
    }
    person = bill["person"]
    if person:
        row["psn_no"] = person["number"]
        row["psn_cert_type"] = person["identity_kind"]
        row["certno"] = person["identity_number"]
        row["psn_name"] = person["name"]
    return row
