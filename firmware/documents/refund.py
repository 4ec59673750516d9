"""The slip of a cancelled settlement: what the patient gets back."""

from firmware import clock as civil
from firmware.documents.layout import REPRINT, SLIP, UNVERIFIED, Cut, Document, Feed, Pair, Rule, Text
from firmware.money import to_yuan

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from firmware.documents.layout import Block

    Json = dict[str, Any]


def refund_slip_of(visit: "Json", clinic: "Json", verified: bool) -> Document:
    """The refund slip of a cancelled `visit` (the record of `firmware.visit`, with its `refund`). Amounts that are not
    the opposite of what was settled are said to be so; a copy after the first is marked 重打."""
    marks = [REPRINT] if visit["receipt"]["copies"] > 0 else []
    if not verified:
        marks.append(UNVERIFIED)
    settled = visit["settlement"]
    refund = visit["refund"]
    blocks: "list[Block]" = [Rule(), Pair("单号", visit["number"])]
    if refund["settled_at"]:
        blocks.append(Pair("退费时间", civil.stamp(refund["settled_at"])))
    blocks.append(Pair("姓名", visit["person"]["name"]))
    blocks.append(Rule())
    blocks.append(Pair("退医疗费总额", to_yuan(-settled["total_fen"])))
    blocks.append(Pair("退基金支付", to_yuan(-settled["fund_fen"])))
    if settled["account_fen"]:
        blocks.append(Pair("退回个人账户", to_yuan(-settled["account_fen"])))
    blocks.append(Pair("退还现金", to_yuan(settled["cash_fen"]), True))
    if not refund["agree"]:
        blocks.append(Text("平台退费金额与结算不一致，请向医保经办机构核对"))
    blocks.append(Rule())
    blocks.append(Text("原结算编号 " + settled["settlement"]))
    if refund["settlement"]:
        blocks.append(Text("退费结算编号 " + refund["settlement"]))
    blocks.append(Feed(1))
    blocks.append(Text("病人签字："))
    blocks.append(Cut())
    return Document("医保退费单", clinic["institution"]["name"], SLIP, marks, blocks)
