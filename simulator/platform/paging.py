"""Queries of the insurance catalogue page by page: 1304, 1312, 1316, 1317, 1318, 1319.

Source: NHSA interface specification for the fields; the shape of the answer (`output` has data, pageNum, pageSize,
pages, recordCounts, size, startRow, firstPage, lastPage) is that of one client program. The largest page is not public:
1,000 here.
"""

from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any

from .benefits import Drug
from .envelope import Request
from .invention import initials
from .ledger import APPROVED
from .office import Office
from .refusal import Refused

_LARGEST = 1000
_BEGIN = _UPDATED = "2026-01-01"
_DRUGS = "101"  # list_type 西药中成药
_LIMITED = Decimal(999999)
_PAGING = ("page_num", "page_size", "updt_time", "query_date", "begndate", "enddate", "tabname")

Fields = dict[str, Any]


def paged(rows: Callable[[Office, Request], Iterable[Fields]]) -> Callable[[Office, Request], Fields]:
    """A handler that answers one page of `rows`: those that are as new as updt_time and match every other field."""

    def handler(office: Office, request: Request) -> Fields:
        row = request.row()
        number, size = int(row.number("page_num")), int(row.number("page_size"))
        if number < 1 or not 1 <= size <= _LARGEST:
            raise Refused(f"FSI-当前页数(page_num)或本页数据量(page_size)不正确，每页最多{_LARGEST}条")
        wanted = {name: text for name, text in row.texts().items() if name not in _PAGING}
        found = [one for one in rows(office, request) if _matches(one, wanted, row.text("updt_time"))]
        pages = -(-len(found) // size)
        page = found[(number - 1) * size : number * size]
        table = request.transaction.output("data")
        return {
            "data": [table.fill(**one) for one in page],
            "pageNum": number,
            "pageSize": size,
            "pages": pages,
            "recordCounts": len(found),
            "size": len(page),
            "startRow": (number - 1) * size + 1 if page else 0,
            "firstPage": number == 1,
            "lastPage": number >= pages,
        }

    return handler


def _matches(row: Fields, wanted: dict[str, str], updated: str) -> bool:
    for name, text in wanted.items():
        has = str(row.get(name) or "")
        if not (text in has if name.endswith("_name") else has.startswith(text) if name == "pinyin" else has == text):
            return False
    return str(row["updt_time"])[:10] >= updated[:10]


def nothing(_office: Office, _request: Request) -> Iterable[Fields]:
    """1304: there are no drugs of ethnic medicine here."""
    return ()


def insured(office: Office, _request: Request) -> Iterable[Fields]:
    """1312: what the insurance knows, with grade and limits of use."""
    return (
        _common(office, drug)
        | {
            "hilist_name": drug.name,
            "med_chrgitm_type": drug.med_chrgitm_type,
            "chrgitm_lv": drug.chrgitm_lv,
            "lmt_used_flag": drug.lmt_used_flag,
            "list_type": _DRUGS,
            "med_use_flag": "1",
            "matn_used_flag": "0",
            "hilist_use_type": "1",
            "lmt_cpnd_type": "0",
            "pinyin": initials(drug.name) or None,
        }
        for drug in office.drugs.values()
    )


def national(office: Office, _request: Request) -> Iterable[Fields]:
    """1316: which insurance code belongs to a national one. They are the same here."""
    return (
        _common(office, drug) | {"med_list_codg": drug.med_list_codg, "list_type": _DRUGS}
        for drug in office.drugs.values()
    )


def limits(office: Office, _request: Request) -> Iterable[Fields]:
    """1318: drugs with a price limit; what is above it the patient pays."""
    return (
        _common(office, drug)
        | {"hilist_lmtpric_type": "01", "overlmt_dspo_way": "1", "hilist_pric_uplmt_amt": drug.pric_uplmt_amt}
        for drug in office.drugs.values()
        if drug.pric_uplmt_amt < _LIMITED
    )


def first_shares(office: Office, _request: Request) -> Iterable[Fields]:
    """1319: the share that the patient pays first, for employees and for residents."""
    return (
        _common(office, drug)
        | {"selfpay_prop_psn_type": kind, "selfpay_prop_type": "10", "selfpay_prop": drug.selfpay_prop}
        for drug in office.drugs.values()
        for kind in ("310", "390")
    )


def own_mappings(office: Office, request: Request) -> Iterable[Fields]:
    """1317: the institution's own mappings. vali_flag is 1 for an approved one; memo says what became of the others."""
    for mapping in office.ledger.mappings.values():
        if mapping.fixmedins_code != request.fixmedins_code:
            continue
        sent = mapping.sent
        columns = ("aprvno", "dosform", "exct_cont", "item_cont", "prcunt", "spec", "pacspec")
        yield {name: sent.get(name) for name in columns} | {
            "fixmedins_code": mapping.fixmedins_code,
            "medins_list_codg": sent["fixmedins_hilist_id"],
            "medins_list_name": sent["fixmedins_hilist_name"],
            "insu_admdvs": office.region,
            "list_type": sent["list_type"],
            "med_list_codg": sent["med_list_codg"],
            "begndate": sent["begndate"],
            "enddate": sent["enddate"],
            "memo": mapping.memo or None,
            "vali_flag": "1" if mapping.state == APPROVED else "0",
            "rid": f"{mapping.fixmedins_code}{sent['fixmedins_hilist_id']}"[:40],
            "updt_time": mapping.day,
        }


def _common(office: Office, drug: Drug) -> Fields:
    code = drug.med_list_codg
    return {
        "hilist_code": code,
        "insu_admdvs": office.region,
        "begndate": _BEGIN,
        "vali_flag": "1",
        "rid": code,
        "updt_time": _UPDATED,
    }
