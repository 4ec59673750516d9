"""How the clinic's own goods are mapped to the national codes (3301, 3302), and what the platform has on record of
catalogues, page by page: medicines of national minorities (1304), insurance catalogue (1312), national to insurance
codes (1316), own mappings (1317), price limits (1318), first shares (1319).

Every page query is the same: changes since a day, the number of the page from 1, rows on a page. What it may ask for
besides, and what a row says, stands in one table below. Source: national interface, these transactions.
"""

from firmware.insurance.answers import Row, bad_answer, node_rows

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from firmware.insurance.client import InsuranceClient

    Json = dict[str, Any]

OPEN_END = "2099-12-31"
_PAGE = 1000
_LONG_CODE = 50
_MOST_PAGES = 100000
# What every kind of row has.
_RECORD = (
    ("region", "insu_admdvs"),
    ("begins", "begndate"),
    ("ends", "enddate"),
    ("valid", "vali_flag"),
    ("record", "rid"),
    ("changed", "updt_time"),
)
# Transaction -> (our word, wire name) of what may be asked for.
_ASKED = {
    "1304": (
        ("national_code", "med_list_codg"),
        ("generic_code", "genname_codg"),
        ("generic_name", "drug_genname"),
        ("name", "drug_prodname"),
        ("herb", "tcmherb_name"),
        ("valid", "vali_flag"),
    ),
    "1312": (
        ("on", "query_date"),
        ("code", "hilist_code"),
        ("name", "hilist_name"),
        ("initials", "pinyin"),
        ("region", "insu_admdvs"),
        ("list", "list_type"),
        ("grade", "chrgitm_lv"),
    ),
    "1316": (
        ("on", "query_date"),
        ("national_code", "med_list_codg"),
        ("code", "hilist_code"),
        ("region", "insu_admdvs"),
        ("list", "list_type"),
    ),
    "1317": (
        ("on", "query_date"),
        ("institution", "fixmedins_code"),
        ("own_code", "medins_list_codg"),
        ("name", "medins_list_name"),
        ("national_code", "med_list_codg"),
        ("list", "list_type"),
    ),
    "1318": (("on", "query_date"), ("code", "hilist_code"), ("region", "insu_admdvs")),
    "1319": (
        ("on", "query_date"),
        ("code", "hilist_code"),
        ("region", "insu_admdvs"),
        ("person_kind", "selfpay_prop_psn_type"),
    ),
}
# Transaction -> (our word, wire name) of the texts in a row, besides `_RECORD`.
_TOLD = {
    "1304": (
        ("national_code", "med_list_codg"),
        ("name", "drug_prodname"),
        ("generic_code", "genname_codg"),
        ("generic_name", "drug_genname"),
        ("people", "ethdrug_type"),
        ("form", "dosform"),
        ("specification", "drug_spec"),
        ("over_counter", "otc_flag"),
        ("pack", "pacspec"),
        ("pack_count", "pac_cnt"),
        ("unit", "min_pacunt"),
        ("initials", "pinyin"),
        ("note", "memo"),
        ("version", "ver"),
    ),
    "1312": (
        ("code", "hilist_code"),
        ("name", "hilist_name"),
        ("charge_kind", "med_chrgitm_type"),
        ("grade", "chrgitm_lv"),
        ("restricted", "lmt_used_flag"),
        ("list", "list_type"),
        ("initials", "pinyin"),
        ("note", "memo"),
    ),
    "1316": (("national_code", "med_list_codg"), ("code", "hilist_code"), ("list", "list_type"), ("note", "memo")),
    "1317": (
        ("institution", "fixmedins_code"),
        ("own_code", "medins_list_codg"),
        ("name", "medins_list_name"),
        ("national_code", "med_list_codg"),
        ("list", "list_type"),
        ("specification", "spec"),
        ("note", "memo"),
    ),
    "1318": (("code", "hilist_code"), ("kind", "hilist_lmtpric_type"), ("above", "overlmt_dspo_way")),
    "1319": (("code", "hilist_code"), ("person_kind", "selfpay_prop_psn_type"), ("kind", "selfpay_prop_type")),
}
# Transaction -> our word, wire name and decimals of the number in a row.
_NUMBERS = {"1318": ("limit", "hilist_pric_uplmt_amt", 6), "1319": ("ratio", "selfpay_prop", 4)}
_DAYS = ("begins", "ends", "changed")
_FLAGS = ("valid", "restricted")
_NAMES = ("name", "generic_name", "form", "specification", "pack", "initials")
_LONG_NAME = 500
QUERIES = tuple(sorted(_ASKED))


class Mapping:
    """The clinic's mappings. Every method raises the errors of `InsuranceClient.call`."""

    def __init__(self, client: "InsuranceClient", institution: str) -> None:
        self._client = client
        self._institution = institution

    async def upload(self, goods: "list[Json]") -> None:
        """3301: propose mappings; the authority looks at them, 1317 tells what became of them. Each of `goods`:
        `own_code`, `name`, `list` (list_type), `national_code`, `begins`, `ends` (`yyyy-MM-dd`; without an end
        `OPEN_END`); may have `approval`, `form`, `unit`, `specification`, `note`."""
        await self._client.call("3301", {"data": [_mapping(each) for each in goods]})

    async def withdraw(self, good: "Json") -> None:
        """3302: withdraw one mapping (`own_code`, `list`, `national_code`), also one that is approved."""
        data = {
            "fixmedins_code": self._institution,
            "fixmedins_hilist_id": good["own_code"],
            "list_type": good["list"],
            "med_list_codg": good["national_code"],
        }
        await self._client.call("3302", {"data": data})

    async def page(self, infno: str, since: str, number: int, wanted: "Json | None" = None) -> "Json":
        """One page of `QUERIES`: what changed since the day `since`; `wanted` narrows it down (the words of `_ASKED`).
        `rows` (`rows_of`), `number`, `pages` (0 when the platform does not say), `more`: whether another page may
        follow."""
        output = await self._client.call(infno, page_question(infno, since, number, wanted))
        return page_of(infno, output, number)


def page_question(infno: str, since: str, number: int, wanted: "Json | None" = None) -> "Json":
    """The input of a page query. `KeyError` for a word that the query does not know."""
    names = dict(_ASKED[infno])
    data = {names[word]: wanted[word] for word in wanted} if wanted else {}
    data["updt_time"] = since
    data["page_num"] = str(number)
    data["page_size"] = str(_PAGE)
    return {"data": data}


def page_of(infno: str, output: "Json", number: int) -> "Json":
    """The page `number` in an answer, which has its rows in a node or is their list. As `Mapping.page`."""
    where = "data" if "data" in output else "output"
    rows = [_told(infno, row) for row in node_rows(infno, output, where, _PAGE)]
    frame = Row(infno, output)
    pages = frame.number("pages", 0)
    if not 0 <= pages <= _MOST_PAGES:
        raise bad_answer(infno, "pages")
    more = number < pages if frame.has("pages") else len(rows) == _PAGE
    return {"rows": rows, "number": number, "pages": pages, "more": more}


def _told(infno: str, row: Row) -> "Json":
    told: "Json" = {}
    for word, wire in _TOLD[infno] + _RECORD:
        if word in _DAYS:
            told[word] = row.day(wire)
        elif word in _FLAGS:
            told[word] = row.flag(wire)
        elif word == "note":
            told[word] = row.note(wire)
        else:
            told[word] = row.word(wire, _LONG_NAME if word in _NAMES else _LONG_CODE)
    if infno in _NUMBERS:
        word, wire, decimals = _NUMBERS[infno]
        told[word] = row.number(wire, decimals)
    return told


def _mapping(good: "Json") -> "Json":
    return {
        "fixmedins_hilist_id": good["own_code"],
        "fixmedins_hilist_name": good["name"],
        "list_type": good["list"],
        "med_list_codg": good["national_code"],
        "begndate": good["begins"],
        "enddate": good["ends"] or OPEN_END,
        "aprvno": good.get("approval", ""),
        "dosform": good.get("form", ""),
        "prcunt": good.get("unit", ""),
        "spec": good.get("specification", ""),
        "memo": good.get("note", ""),
    }
