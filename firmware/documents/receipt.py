"""The receipt of a settled visit. From 2026 it carries the trace codes of what was handed over."""

from firmware import clock as civil
from firmware.money import to_yuan
from firmware.text import spread, wrap
from hal.ports import CENTRE, PrintCut, PrintFeed, PrintLine, PrintQr

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Json = dict[str, Any]
    Element = PrintLine | PrintQr | PrintFeed | PrintCut

_INSURANCES = {"310": "职工基本医疗保险", "390": "城乡居民基本医疗保险"}


def receipt_of(visit: "Json", clinic: "Json", verified: bool, columns: int) -> "list[Element]":
    """The receipt of a settled `visit` (the record of `firmware.visit`), `columns` wide. A copy after the first is
    marked 重打; data of a profile that nobody has checked is marked 未经核实."""
    page = _Page(columns)
    settled = visit["settlement"]
    person = visit["person"]
    page.centre("医保结算单", 2)
    page.centre(clinic["institution"]["name"], 1)
    if visit["receipt"]["copies"] > 0:
        page.centre("【重打】", 2)
    if not verified:
        page.centre("（示例数据 未经核实）", 1)
    page.rule()
    page.pair("单号", visit["number"])
    page.pair("时间", civil.stamp(settled["settled_at"]))
    page.pair("姓名", person["name"])
    page.pair("险种", _INSURANCES.get(person["insurance"], person["insurance"]))
    page.text("诊断 " + visit["diagnosis"]["name"])
    page.rule()
    for line in visit["lines"]:
        _line(page, line)
    page.rule()
    page.pair("医疗费总额", to_yuan(settled["total_fen"]))
    page.pair("基金支付", to_yuan(settled["fund_fen"]))
    if settled["account_fen"]:
        page.pair("个人账户支付", to_yuan(settled["account_fen"]))
    page.pair("现金支付", to_yuan(settled["cash_fen"]))
    page.strong("个人负担", to_yuan(settled["own_fen"]))
    page.rule()
    page.text("结算编号 " + settled["settlement"])
    page.pair("医生", clinic["doctor"]["name"])
    page.elements.append(PrintQr(visit["number"] + "|" + settled["settlement"]))
    page.elements.append(PrintFeed(3))
    page.elements.append(PrintCut())
    return page.elements


def _line(page: "_Page", line: "Json") -> None:
    page.text(line["name"] + " " + line["specification"])
    amount = line["quantity"] * line["price_fen"]
    page.pair("  " + str(line["quantity"]) + line["unit"] + " × " + to_yuan(line["price_fen"]), to_yuan(amount))
    for box in line["boxes"]:
        page.text("  追溯码 " + box["code"])


class _Page:
    """Lines of one width."""

    def __init__(self, columns: int) -> None:
        self.columns = columns
        self.elements: "list[Element]" = []

    def text(self, text: str) -> None:
        """Plain text, wrapped."""
        for line in wrap(text, self.columns):
            self.elements.append(PrintLine(line))

    def centre(self, text: str, scale: int) -> None:
        """A centred line."""
        for line in wrap(text, self.columns // scale):
            self.elements.append(PrintLine(line, scale, True, CENTRE))

    def pair(self, label: str, value: str) -> None:
        """A label at the left and a value at the right."""
        self.elements.append(PrintLine(spread(label, value, self.columns)))

    def strong(self, label: str, value: str) -> None:
        """A pair in double size: what the patient pays."""
        self.elements.append(PrintLine(spread(label, value, self.columns // 2), 2, True))

    def rule(self) -> None:
        """A line across."""
        self.elements.append(PrintLine("-" * self.columns))
