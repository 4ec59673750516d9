"""What is charged, as it goes into 2204 (a row for each fee), 2206 and 2207 (the payment).

Source: national interface, these transactions; code lists acct_used_flag, hosp_appr_flag, psn_setlway.
"""

from firmware import clock as civil
from firmware.insurance.entitlements import MED_TYPES, ORDINARY
from firmware.insurance.persons import credential_fields
from firmware.money import to_yuan

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Json = dict[str, Any]

_EMPLOYEES = "310"
_BY_ITEM = "01"  # psn_setlway
# hosp_appr_flag: whether a drug of restricted use may be paid by the fund for this patient.
_APPROVALS = {"not_needed": "0", "approved": "1", "refused": "2"}
_MICRO_YUAN = 10000  # in one 分


def fee_row(
    institution: "Json", doctor: "Json", person: "Json", registration: str, bill: "Json", fee: "Json"
) -> "Json":
    """One row of 2204. `fee`: `sequence`, `code`, `own_code`, `quantity`, `price_fen`, `amount_fen`; may have
    `approval` (`not_needed`, `approved`, which it is without, or `refused`) and `dose`: `{"single", "frequency",
    "days", "way"}`, texts but for the days, each of which may be missing."""
    row = {
        "feedetl_sn": fee["sequence"],
        "mdtrt_id": registration,
        "psn_no": person["number"],
        "chrg_bchno": bill["batch"],
        "dise_codg": bill["diagnosis"],
        "rxno": bill["prescription"],
        "rx_circ_flag": "0",
        "fee_ocur_time": civil.stamp(bill["at_s"]),
        "med_list_codg": fee["code"],
        "medins_list_codg": fee["own_code"],
        "det_item_fee_sumamt": to_yuan(fee["amount_fen"]),
        "cnt": str(fee["quantity"]),
        "pric": unit_price(fee["price_fen"], fee["quantity"], fee["amount_fen"]),
        "bilg_dept_codg": institution["department_code"],
        "bilg_dept_name": institution["department_name"],
        "bilg_dr_codg": doctor["code"],
        "bilg_dr_name": doctor["name"],
        "hosp_appr_flag": _APPROVALS[fee.get("approval", "approved")],
    }
    dose = fee.get("dose")
    if dose:
        row["sin_dos_dscr"] = dose.get("single", "")
        row["used_frqu_dscr"] = dose.get("frequency", "")
        row["prd_days"] = str(dose.get("days", ""))
        row["medc_way_dscr"] = dose.get("way", "")
    return row


def unit_price(price_fen: int, quantity: int, amount_fen: int) -> str:
    """The price of one, in yuan. When `quantity` times `price_fen` is not the amount (tablets of a split pack), it is
    the amount divided by the quantity, rounded half up to the six decimals of the wire."""
    if price_fen * quantity == amount_fen:
        return to_yuan(price_fen)
    micro = (2 * amount_fen * _MICRO_YUAN + quantity) // (2 * quantity)
    return str(micro // 1000000) + "." + f"{micro % 1000000:06d}"


def payment(person: "Json", credential: "Json", registration: str, bill: "Json") -> "Json":
    """What 2206 and 2207 have in common."""
    data = {
        "psn_no": person["number"],
        "med_type": MED_TYPES[bill.get("kind", ORDINARY)],
        "medfee_sumamt": to_yuan(bill["total_fen"]),
        "psn_setlway": _BY_ITEM,
        "mdtrt_id": registration,
        "chrg_bchno": bill["batch"],
        "acct_used_flag": "1" if person["insurance"] == _EMPLOYEES else "0",
        "insutype": person["insurance"],
    }
    data.update(credential_fields(person, credential))
    return data


def with_split(data: "Json", split: "dict[str, int]") -> "Json":
    """`data` with the four sums of `fee_split`, as 2207 wants them back."""
    data["fulamt_ownpay_amt"] = to_yuan(split["full_own_fen"])
    data["overlmt_selfpay"] = to_yuan(split["over_limit_fen"])
    data["preselfpay_amt"] = to_yuan(split["first_share_fen"])
    data["inscp_scp_amt"] = to_yuan(split["in_scope_fen"])
    return data


def trace_rows(codes: "list[Json]") -> "list[Json]":
    """The trace codes in 2207: `sequence` of the fee row, `code`, `split` (whether the pack is dispensed in parts)."""
    return [
        {
            "feedetl_sn": code["sequence"],
            "drug_trac_codg": code["code"],
            "trdn_flag": "1" if code["split"] else "0",
        }
        for code in codes
    ]
