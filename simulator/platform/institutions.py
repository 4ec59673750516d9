"""The designated institutions that the platform knows: `institutions.toml`, and what 1201 tells of them."""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .envelope import Request
from .refusal import Refused

if TYPE_CHECKING:
    from .office import Office


@dataclass(frozen=True, slots=True)
class Institution:
    """A designated institution (定点医药机构). `medins_type` as in the code list, such as D600 村卫生室."""

    fixmedins_code: str
    fixmedins_name: str
    uscc: str
    fixmedins_type: str
    hosp_lv: str
    medins_type: str
    admdvs: str


def read_institutions(file: Path) -> dict[str, Institution]:
    """The institutions of an `institutions.toml` by code."""
    rows = tomllib.loads(file.read_text(encoding="utf-8"))["institution"]
    return {row["fixmedins_code"]: Institution(**row) for row in rows}


def institution_info(office: "Office", request: Request) -> dict[str, Any]:
    """1201: institutions of a kind, by code or else by a part of the name; none is a refusal.

    The level is told in two digits, as real answers have it.
    """
    row = request.row("medinsinfo")
    code, name = row.text("fixmedins_code"), row.text("fixmedins_name")
    if not (code or name):
        raise Refused("FSI-定点医药机构编号(fixmedins_code)与名称(fixmedins_name)不能同时为空")
    found = [
        one
        for one in office.institutions.values()
        if one.fixmedins_type == row.text("fixmedins_type")
        and code in ("", one.fixmedins_code)
        and name in one.fixmedins_name
    ]
    if not found:
        raise Refused("FSI-未查询到定点医药机构信息")
    table = request.transaction.output("medinsinfo")
    return {
        "medinsinfo": [
            table.fill(
                fixmedins_code=one.fixmedins_code,
                fixmedins_name=one.fixmedins_name,
                uscc=one.uscc,
                fixmedins_type=one.fixmedins_type,
                hosp_lv=one.hosp_lv.rjust(2, "0"),
            )
            for one in found
        ]
    }
