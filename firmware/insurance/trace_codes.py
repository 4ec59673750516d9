"""What the platform knows of trace codes: of what came in (3512), of what was sold (3513), and a code for a drug whose
box has none (3592B).

Source: national interface specification, these transactions; 3592B stands in one province's edition.
"""

from firmware.insurance.answers import ID, NAME, Row, node_rows
from firmware.insurance.goods import NO_NATIONAL_CODE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Json = dict[str, Any]

_LONG_CODE = 150
_CODE = 10
_LONGEST_TRACE_CODE = 500


def received_question(institution: str, begin: str, end: str, **only: str) -> "Json":
    """The input of 3512 for the days from `begin` to `end` (`yyyy-MM-dd`, both included); `only` may have `row_number`,
    `drug`, `national_code`, `code`."""
    data = _only(only)
    data["fixmedins_code"] = institution
    data["begndate"] = begin
    data["enddate"] = end
    return {"data": data}


def received_of(output: "Json") -> "list[Json]":
    """The boxes of a 3512 answer: `row_number`, `drug`, `name`, `national_code`, `code`, `valid`."""
    return [_box("3512", row) for row in node_rows("3512", output, "output")]


def sold_question(institution: str, row_number: str) -> "Json":
    """The input of 3513 for one uploaded row."""
    return {"data": {"fixmedins_code": institution, "fixmedins_bchno": row_number}}


def sold_of(output: "Json") -> "list[Json]":
    """The boxes of a 3513 answer, sold and not returned: as `received_of`, without `valid`, with `registration`,
    `number` (of the row, the platform's own), `split` (`yes`, `no`, `unknown`), `changed_s`."""
    boxes = []
    for row in node_rows("3513", output, "output"):
        box = _box("3513", row)
        box["registration"] = row.word("mdtrtId", ID)
        box["number"] = row.word("rid", 40)
        box["split"] = row.flag("trdnFlag")
        box["changed_s"] = row.moment("updtTime")
        boxes.append(box)
    return boxes


def is_listed(output: "Json", row_number: str) -> bool:
    """Whether a 3513 answer lists a row."""
    rows = node_rows("3513", output, "output")
    return any([row.word("fixmedinsBchno", _LONG_CODE) == row_number for row in rows])


def virtual_code_question(line: "Json") -> "Json":
    """The input of 3592B for `row_number`, `drug`, `name`, `national_code`."""
    data = {
        "med_list_codg": line["national_code"] or NO_NATIONAL_CODE,
        "fixmedins_hilist_id": line["drug"],
        "fixmedins_hilist_name": line["name"],
        "fixmedins_bchno": line["row_number"],
    }
    return {"data": data}


def virtual_codes_of(output: "Json") -> "list[Json]":
    """The codes of a 3592B answer, each to be used once: `drug`, `code`."""
    return [
        {
            "drug": row.word("fixmedins_hilist_id", ID),
            "code": row.needed("drug_trac_codg", _LONGEST_TRACE_CODE),
        }
        for row in node_rows("3592B", output, "result")
    ]


def _only(wanted: "dict[str, str]") -> "Json":
    names = {
        "row_number": "fixmedins_bchno",
        "drug": "medins_list_codg",
        "national_code": "med_list_codg",
        "code": "drug_trac_codg",
    }
    return {names[word]: wanted[word] for word in wanted}


def _box(infno: str, row: Row) -> "Json":
    box: "Json" = {
        "row_number": row.word("fixmedinsBchno", _LONG_CODE),
        "drug": row.word("medinsListCodg", _LONG_CODE),
        "name": row.word("medinsListName", NAME),
        "national_code": row.word("medListCodg", _LONG_CODE),
        "code": row.word("drugTracCodg", _LONGEST_TRACE_CODE),
    }
    if infno == "3512":
        box["valid"] = row.flag("valiFlag")
    return box
