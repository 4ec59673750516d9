"""The profiles of the clinic in the tests (the shapes are those of `hal.ports.Board`). Everything is invented."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Json = dict[str, Any]

OUTPATIENT = ["1101", "2201", "2202", "2203", "2204", "2205", "2206", "2207", "2208", "2601", "5201", "5203"]
OTHERS = ["9001", "6101", "3505", "3506", "3513"]
ASPIRIN_BATCHES = [("L1", "2027-03-31", 3), ("L2", "2028-02-29", 40)]


def clinic() -> "Json":
    """A clinic with two drugs; the first lies in two batches."""
    return {
        "lock_minutes": 30,
        "institution": {
            "code": "H99999900001",
            "name": "测试村卫生室",
            "region": "999900",
            "department_code": "A02",
            "department_name": "全科医疗科",
        },
        "doctor": {"code": "D999900000001", "name": "测试医生", "certificate": "000000000000001"},
        "pharmacist": {"code": "HY999900000001", "name": "测试药师", "certificate": "000000000000002"},
        "drug": [
            drug("aspirin", "阿司匹林肠溶片", 1260, "01", "8100017", ASPIRIN_BATCHES),
            drug("cough-syrup", "小儿止咳糖浆", 1430, "02", "8100055", [("L9", "2028-02-29", 10)]),
        ],
    }


def drug(
    drug_id: str, name: str, price_fen: int, grade: str, prefix: str, batches: "list[tuple[str, str, int]]"
) -> "Json":
    """A drug of the shelf; `batches` are (lot, expires, boxes)."""
    return {
        "id": drug_id,
        "name": name,
        "specification": "30片",
        "unit": "盒",
        "price_fen": price_fen,
        "national_code": "X" + drug_id.upper(),
        "initials": drug_id[:4],
        "prescription_only": grade == "02",
        "grade": grade,
        "trace_prefixes": [prefix],
        "gtins": ["02000000000015"] if grade == "01" else [],
        "device_ids": ["MA.156.M0.100761.21234561", "MF6901234"] if grade == "01" else [],
        "batches": [
            {"lot": lot, "made": "2026-03-01", "expires": expires, "quantity": boxes} for lot, expires, boxes in batches
        ],
    }


def province() -> "Json":
    """An invented province with the x-tif gateway."""
    return {
        "province": {"name": "示例省", "region": "999900", "verified": False},
        "gateway": {
            "scheme": "x-tif",
            "account": "TESTPAAS0001",
            "receiver": "99",
            "interface_version": "1.0.0",
            "sign_type": "SM3",
            "signature": "raw",
            "content_type": "application/json; charset=utf-8",
            "one_path": "",
            "receivers": {},
            "numbers": {},
            "renames": {},
            "nothing_to_reverse": ["未找到原交易", "原交易不存在"],
        },
        "uploads": {"spread_s": 100, "batch": 50, "lanes": 4},
        "retention": {"erase": False, "reprint_days": 7},
        "audit": {"before": False, "during": False, "scene": "1", "system": ""},
        "day_end": {"totals": True, "details": True, "equal": ["0"], "settled_by": "999900"},
        "sales": {"many_rows": False, "codes_in_settlement": False},
        "paths": {infno: "service/" + infno for infno in OUTPATIENT + OTHERS},
    }


def policy() -> "Json":
    """An invented benefit table."""
    return {
        "policy": {"name": "示例待遇", "verified": False, "begins": "2026-01-01"},
        "benefit": [
            {"insurance": "390", "deductible_fen": 0, "rate_permille": 850, "year_limit_fen": 50000},
            {"insurance": "310", "deductible_fen": 10000, "rate_permille": 700, "year_limit_fen": 200000},
        ],
        "first_share": [{"grade": "01", "permille": 0}, {"grade": "02", "permille": 100}],
        "limit": [],
        "year": {},
    }
