"""The receipt of a settled visit. From 2026 it carries the trace codes of what was handed over."""

from firmware import clock as civil
from firmware.documents.layout import (
    REPRINT,
    SLIP,
    UNVERIFIED,
    Cut,
    Document,
    Feed,
    Pair,
    Qr,
    Rule,
    Text,
)
from firmware.money import to_yuan

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from firmware.documents.layout import Block

    Json = dict[str, Any]

_INSURANCES = {"310": "职工基本医疗保险", "390": "城乡居民基本医疗保险"}


def receipt_of(visit: "Json", clinic: "Json", verified: bool) -> Document:
    """The receipt of a settled `visit` (the record of `firmware.visit`). A copy after the first is marked 重打; data of
    a profile that nobody has checked is marked 未经核实."""
    marks = [REPRINT] if visit["receipt"]["copies"] > 0 else []
    if not verified:
        marks.append(UNVERIFIED)
    number = visit["settlement"]["settlement"]
    blocks: "list[Block]" = [Rule()]
    blocks.extend(_head(visit))
    blocks.append(Rule())
    for line in visit["lines"]:
        blocks.extend(_line(line))
    blocks.append(Rule())
    blocks.extend(_amounts(visit["settlement"]))
    blocks.append(Rule())
    blocks.append(Text("结算编号 " + number))
    blocks.append(Pair("医生", clinic["doctor"]["name"]))
    blocks.append(Feed(1))  # a QR code is read with four modules of white around it (ISO/IEC 18004)
    blocks.append(Qr(visit["number"] + "|" + number))
    blocks.append(Cut())
    return Document("医保结算单", clinic["institution"]["name"], SLIP, marks, blocks)


def _head(visit: "Json") -> "list[Block]":
    person = visit["person"]
    return [
        Pair("单号", visit["number"]),
        Pair("时间", civil.stamp(visit["settlement"]["settled_at"])),
        Pair("姓名", person["name"]),
        Pair("险种", _INSURANCES.get(person["insurance"], person["insurance"])),
        Text("诊断 " + visit["diagnosis"]["name"]),
    ]


def _line(line: "Json") -> "list[Block]":
    each = "  " + str(line["quantity"]) + line["unit"] + " × " + to_yuan(line["price_fen"])
    blocks: "list[Block]" = [
        Text(line["name"] + " " + line["specification"]),
        Pair(each, to_yuan(line["quantity"] * line["price_fen"])),
    ]
    for box in line["boxes"]:
        blocks.append(Text("  追溯码 " + box["code"]))
    return blocks


def _amounts(settled: "Json") -> "list[Block]":
    blocks: "list[Block]" = [
        Pair("医疗费总额", to_yuan(settled["total_fen"])),
        Pair("基金支付", to_yuan(settled["fund_fen"])),
    ]
    if settled["account_fen"]:
        blocks.append(Pair("个人账户支付", to_yuan(settled["account_fen"])))
    blocks.append(Pair("现金支付", to_yuan(settled["cash_fen"])))
    blocks.append(Pair("个人负担", to_yuan(settled["own_fen"]), True))
    return blocks
