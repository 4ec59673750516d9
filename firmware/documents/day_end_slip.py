"""The slip of a day end: what was settled, whether the platform says the same, what is not sent yet, and the head of
the journal. It names nobody."""

from firmware import clock as civil
from firmware.documents.layout import REPRINT, SLIP, UNVERIFIED, Cut, Document, Feed, Heading, Pair, Qr, Rule, Text
from firmware.money import to_yuan

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from firmware.documents.layout import Block

    Json = dict[str, Any]

_VERDICTS = {
    "equal": "对账结果：平",
    "unequal": "对账结果：不平",
    "explained": "对账结果：不平，都已处理",
    "unexplained": "对账结果：不平，没有查出是哪一笔",
    "not_compared": "没有和医保对账（本省没有开通）",
}
_INSURANCES = {"310": "职工", "390": "居民"}
_KINDS = {
    "amounts": "金额不同",
    "here": "只有本机有",
    "there": "只有医保有",
    "undone": "医保已自行冲销",
    "twice": "医保记了两次",
    "other_day": "记在另一天",
}
_STATES = {
    "asking": "正在核实",
    "confirmed": "已核实医保有",
    "missing": "医保没有",
    "reversing": "正在冲正",
    "reversed": "已冲正",
    "gone": "已无需冲正",
    "still_there": "冲正后医保仍有",
    "refused": "医保没有同意",
    "noted": "已备注",
}
_MOST_LISTED = 30
_LINK_DIGITS = 16  # as on the screen of the terminal; the code has all of them


def day_end_slip_of(day_end: "Json", copies: int, clinic: "Json", verified: bool) -> Document:
    """The slip of a finished `day_end` (the view of `firmware.day_end`; `unsent` and `held` are the numbers of records
    that have not reached the platform). `copies`: how many there are already."""
    marks = [REPRINT] if copies > 0 else []
    if not verified:
        marks.append(UNVERIFIED)
    sums = day_end["sums"]
    finished = civil.stamp(day_end["finished_at"])
    blocks: "list[Block]" = [Rule(), Pair("日期", _days(day_end)), Pair("完成", finished), Rule()]
    blocks += [
        Pair("笔数", str(sums["count"])),
        Pair("其中退费", str(sums["refunds"])),
        Pair("总费用", to_yuan(sums["total_fen"])),
        Pair("基金支付", to_yuan(sums["fund_fen"])),
        Pair("个人账户支付", to_yuan(sums["account_fen"])),
        Pair("现金支付", to_yuan(sums["cash_fen"]), True),
        Rule(),
    ]
    blocks += [Pair(_group(group), to_yuan(group["total_fen"])) for group in day_end["groups"] if group["count"]]
    blocks += [Heading(_VERDICTS[day_end["verdict"]])]
    blocks += _differences(day_end)
    blocks += [Rule(), Pair("未上传", str(day_end["unsent"])), Pair("退回", str(day_end["held"]))]
    blocks += _journal(day_end["head"])
    blocks += [Pair("医生", clinic["doctor"]["name"]), Feed(2), Text("签字：________________"), Cut()]
    return Document("日终对账单", clinic["institution"]["name"], SLIP, marks, blocks)


def _days(day_end: "Json") -> str:
    begin, end = str(day_end["begin"]), str(day_end["end"])
    return begin if begin == end else begin + " 至 " + end[5:]


def _group(group: "Json") -> str:
    kind = "退费" if group["refund"] else "结算"
    insurance = str(group["insurance"])
    return _INSURANCES.get(insurance, insurance) + kind + " " + str(group["count"]) + " 笔"


def _differences(day_end: "Json") -> "list[Block]":
    blocks: "list[Block]" = []
    for difference in day_end["differences"][:_MOST_LISTED]:
        side = difference["here"] or difference["there"] or {"total_fen": 0}
        state = _STATES.get(difference["state"], "未处理")
        blocks.append(Pair(_KINDS[difference["kind"]], to_yuan(side["total_fen"])))
        blocks.append(Pair("  " + (difference["settlement"] or "报文 " + difference["msgid"][-8:]), state))
    left = len(day_end["differences"]) - _MOST_LISTED + day_end["more"]
    if left > 0:
        blocks.append(Text("还有 " + str(left) + " 笔，请看屏幕"))
    return blocks


def _journal(head: "Json") -> "list[Block]":
    link = head["link"][:_LINK_DIGITS]
    groups = " ".join([link[index : index + 4] for index in range(0, _LINK_DIGITS, 4)])
    return [
        Pair("账本", "第 " + str(head["sequence"]) + " 条"),
        Text(groups),
        Feed(1),
        Qr(str(head["sequence"]) + "|" + head["link"]),
        Feed(1),
    ]
