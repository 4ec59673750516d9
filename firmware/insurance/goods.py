"""The shelf as the platform sees it: stock-take (3501), stock change (3502), purchase (3503), purchase return (3504),
deletion of what was uploaded (3507), each for one row and, under the number with an A, for many.

A line has `row_number` (unique in the institution; what a deletion names), `drug` (the clinic's id), `name`,
`national_code` ("" for none), `prescription_only`, `batch` (`lot`, `made`, `expires`) and what each function names;
quantities are whole numbers of the smallest pack that has a price, `codes` are trace codes, `note` may be missing. Each
function returns the `input` of its message.
Source: national interface specification, stock transactions; code lists inv_chg_type, inv_data_type,
trac_codg_pac_hery.
"""

from firmware import clock as civil
from firmware.insurance.answers import ID, node_rows
from firmware.money import to_yuan

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Json = dict[str, Any]

# inv_chg_type. 101 to 107 are sure, the others were added in 2024.
CHANGES = {
    "moved_in": "101",
    "moved_out": "102",
    "found": "103",
    "missing": "104",
    "destroyed": "105",
    "other_in": "106",
    "other_out": "107",
    "purchased": "108",
    "sent_back": "109",
    "given": "110",
    "given_back": "111",
}
# inv_data_type: what a deletion is about.
UPLOADED = {"stock_take": "1", "change": "2", "purchase": "3", "sale": "4"}
_PACKS = {"box": "1", "inner": "2", "carton": "3"}
NO_NATIONAL_CODE = "NMLC999"  # med_list_codg of what has none
_MOST_SENTENCE = 500
# Where the plain numbers have their row, where the A forms have their rows, and where those answer.
_NODES = {
    "3501A": ("invinfoDetail", "invinfoErrDetail"),
    "3502A": ("invinfoDetail", "invinfoErrDetail"),
    "3503A": ("purcinfoDetail", "purcinfoDetail"),
    "3504A": ("purcinfoDetail", "purcinfoErrDetail"),
    "3505A": ("selinfoDetail", "selinfoDetail"),
    "3506A": ("selinfoDetail", "selinfoErrDetail"),
    "3507A": ("goodDetail", "goodErrDetail"),
}


def stock_take(line: "Json") -> "Json":
    """3501: `counted` on `day` (`yyyy-MM-dd`), `codes`."""
    return {"invinfo": _counted(line)}


def stock_takes(lines: "list[Json]") -> "Json":
    """3501A: as 3501, and `price_fen`."""
    rows = []
    for line in lines:
        row = _counted(line)
        row["pric"] = to_yuan(line["price_fen"])
        rows.append(row)
    return {"invinfoDetail": rows}


def stock_change(line: "Json") -> "Json":
    """3502: `change` (a word of `CHANGES`), `quantity`, `price_fen`, `at_s`, `by` (who did it), `split`."""
    return {"invinfo": _changed(line)}


def stock_changes(lines: "list[Json]") -> "Json":
    """3502A: as 3502, with `codes` and `pack`: of what the codes are, `box`, `inner` or `carton`."""
    rows = []
    for line in lines:
        row = _changed(line)
        row["drugtracinfo"] = trace_nodes(line["codes"])
        row["trac_codg_pac_hery"] = _PACKS[line.get("pack", "box")]
        rows.append(row)
    return {"invinfoDetail": rows}


def purchase(line: "Json") -> "Json":
    """3503: `quantity`, `price_fen`, `at_s`, `by`, `supplier`, `maker`, `approval` (of the drug), `gift`; may have
    `delivery_note`, `supplier_licence`, `invoice_code`, `invoice_number`."""
    return {"purcinfo": _purchased(line)}


def purchases(lines: "list[Json]") -> "Json":
    """3503A: as 3503."""
    return {"purcinfoDetail": [_purchased(line) for line in lines]}


def purchase_return(line: "Json") -> "Json":
    """3504: as 3503; `invoice_number` must be there, `purchase_number` is the platform's own of the purchase."""
    return {"purcinfo": _sent_back(line)}


def purchase_returns(lines: "list[Json]") -> "Json":
    """3504A: as 3504."""
    return {"purcinfoDetail": [_sent_back(line) for line in lines]}


def removal(row_number: str, what: str) -> "Json":
    """3507: takes back what was uploaded as `row_number`; `what` is a word of `UPLOADED`."""
    return {"data": _removed(row_number, what)}


def removals(row_numbers: "list[str]", what: str) -> "Json":
    """3507A: as 3507."""
    return {"goodDetail": [_removed(row_number, what) for row_number in row_numbers]}


def rows_of(infno: str, message: "Json") -> "list[Json]":
    """The rows in the `input` of an A form; [] for a plain number."""
    found: "list[Json]" = message[_NODES[infno][0]] if infno in _NODES else []
    return found


def trace_nodes(codes: "list[str]") -> "list[Json]":
    """The node `drugtracinfo` for these trace codes."""
    return [{"drug_trac_codg": code} for code in codes]


def results_of(infno: str, output: "Json") -> "list[Json]":
    """What became of the rows of an A form, which may fail one by one although the whole was taken: `row_number`,
    `taken`, `sentence` (the platform's), `number` (the platform's own, "" where it gives none). What is not listed may
    have been taken or not. `InsuranceError` `insurance.bad_answer`."""
    return [
        {
            "row_number": row.word("fixmedins_bchno", ID),
            "taken": row.word("retRslt", 6) == "1",
            "sentence": row.note("msgRslt")[:_MOST_SENTENCE],
            "number": row.word("medins_prod_sel_no", 50) or row.word("medins_prod_purc_no", 50),
        }
        for row in node_rows(infno, output, _NODES[infno][1])
    ]


def _goods(line: "Json") -> "Json":
    row = {
        "med_list_codg": line["national_code"] or NO_NATIONAL_CODE,
        "fixmedins_hilist_id": line["drug"],
        "fixmedins_hilist_name": line["name"],
        "fixmedins_bchno": line["row_number"],
        "rx_flag": "1" if line["prescription_only"] else "0",
    }
    if line.get("note"):
        row["memo"] = line["note"]
    return row


def _counted(line: "Json") -> "Json":
    row = _goods(line)
    row["invdate"] = line["day"]
    row["inv_cnt"] = str(line["counted"])
    row["manu_lotnum"] = line["batch"]["lot"]
    row["manu_date"] = line["batch"]["made"]
    row["expy_end"] = line["batch"]["expires"]
    row["drugtracinfo"] = trace_nodes(line["codes"])
    return row


def _changed(line: "Json") -> "Json":
    row = _goods(line)
    row["inv_chg_type"] = CHANGES[line["change"]]
    row["pric"] = to_yuan(line["price_fen"])
    row["cnt"] = str(line["quantity"])
    row["inv_chg_time"] = civil.stamp(line["at_s"])
    row["inv_chg_opter_name"] = line["by"]
    row["trdn_flag"] = "1" if line.get("split") else "0"
    return row


def _supplied(line: "Json") -> "Json":
    row = _goods(line)
    row["spler_name"] = line["supplier"]
    row["spler_pmtno"] = line.get("supplier_licence", "")
    row["manu_date"] = line["batch"]["made"]
    row["expy_end"] = line["batch"]["expires"]
    row["finl_trns_pric"] = to_yuan(line["price_fen"])
    row["purc_retn_cnt"] = str(line["quantity"])
    row["purc_invo_codg"] = line.get("invoice_code", "")
    row["purc_invo_no"] = line.get("invoice_number", "")
    row["purc_retn_stoin_time"] = civil.stamp(line["at_s"])
    row["purc_retn_opter_name"] = line["by"]
    return row


def _purchased(line: "Json") -> "Json":
    row = _supplied(line)
    row["dynt_no"] = line.get("delivery_note", "")
    row["manu_lotnum"] = line["batch"]["lot"]
    row["prodentp_name"] = line["maker"]
    row["aprvno"] = line["approval"]
    row["prod_geay_flag"] = "1" if line.get("gift") else "0"
    return row


def _sent_back(line: "Json") -> "Json":
    row = _supplied(line)
    row["medins_prod_purc_no"] = line.get("purchase_number", "")
    return row


def _removed(row_number: str, what: str) -> "Json":
    return {"fixmedins_bchno": row_number, "inv_data_type": UPLOADED[what]}
