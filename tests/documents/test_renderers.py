"""The same document by all renderers, read back with readers of others: nothing is lost, and no text becomes markup."""

from __future__ import annotations

import base64
import hashlib
import re
from html.parser import HTMLParser
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware.documents import STYLE_SOURCE, Document, manual_settlement_form, page_of, picture_of, receipt_of, slip_of
from firmware.documents.layout import (
    A4,
    SLIP,
    Barcode,
    Column,
    Cut,
    Feed,
    Fields,
    Heading,
    Note,
    Pair,
    Qr,
    Rule,
    Table,
    Text,
    printable,
)
from hal.linux import devices
from hal.ports import PrintBarcode, PrintLine, PrintQr
from tests.portable.sample_profiles import clinic
from tests.portable.test_receipt import visit

if TYPE_CHECKING:
    from firmware.documents.layout import Block

HOSTILE = """</p></style><script>alert(1)</script><img src=x onerror=alert(1)>&amp;"'<!--]]>\x1b@\x00\ud800"""
SVG = "{http://www.w3.org/2000/svg}"
EMPTY = ("meta", "hr", "br", "col")


class Page(HTMLParser):
    """What a browser finds in a page: its elements, and the text in each kind of them."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[tuple[str, str]] = []
        self._open: list[str] = []
        self.feed(page)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in EMPTY and self.get_starttag_text()[-2:] != "/>":  # type: ignore[index]  # there is one here
            self._open.append(tag)
            self.texts.append((tag, ""))

    def handle_endtag(self, tag: str) -> None:
        if self._open[-1:] == [tag]:
            self._open.pop()

    def handle_data(self, data: str) -> None:
        if self._open:
            tag, before = self.texts.pop()
            self.texts.append((tag, before + data))

    def of(self, *tags: str) -> list[str]:
        return [text for tag, text in self.texts if tag in tags]


def slip_text(document: Document, width: int) -> list[str]:
    texts = []
    for element in slip_of(document, width):
        if isinstance(element, PrintLine):
            texts.append(element.text)
        elif isinstance(element, PrintQr | PrintBarcode):
            texts.append(element.data)
    return [text for text in texts if text]


def picture_text(svg: str) -> list[str]:
    return [element.text or "" for element in ET.fromstring(svg).iter(SVG + "text")]


def everything(text: str) -> Document:
    """A document with `text` wherever there can be one."""
    table = Table([Column(text, 2), Column("金额", 1, "right")], [[text, text], [text]])
    blocks: list[Block] = [Heading(text, 2), Text(text, "centre"), Note(text), Pair(text, text)]
    blocks += [
        Pair(text, text, strong=True),
        Rule(),
        table,
        Fields([(text, 5)]),
        Qr(text),
        Barcode(text),
        Feed(2),
        Cut(),
    ]
    return Document(text, text, SLIP, [text], blocks)


DOCUMENTS = {
    "receipt": receipt_of(visit(receipt={"copies": 1}), clinic(), verified=False),
    "form": manual_settlement_form(clinic(), [{"name": "张三"}, {}]),
    "hostile": everything(HOSTILE),
}


@pytest.mark.parametrize("name", DOCUMENTS)
@pytest.mark.parametrize("width", [32, 42, 48])
def test_the_picture_shows_the_text_of_the_slip(name: str, width: int) -> None:
    svg = picture_of(slip_of(DOCUMENTS[name], width), width)
    assert picture_text(svg) == slip_text(DOCUMENTS[name], width)


def test_the_picture_has_the_size_of_the_paper_and_keeps_its_columns() -> None:
    svg = ET.fromstring(picture_of(slip_of(DOCUMENTS["receipt"], 32), 32))
    assert int(svg.attrib["width"]) == 384 + 2 * 24
    foot = 0
    for text in svg.iter(SVG + "text"):
        left, long = int(text.attrib["x"]), int(text.attrib.get("textLength", 0))
        assert left >= 24
        assert left + long <= 384 + 24
        assert int(text.attrib["y"]) > foot
        foot = int(text.attrib["y"])
    assert foot < int(svg.attrib["height"])


def test_a_qr_code_is_drawn_where_there_is_an_encoder() -> None:
    modules = [b"\1\0", b"\0\1"]
    document = Document("题", "", SLIP, [], [Qr("A1")])
    asked: list[str] = []

    def rows(data: str) -> list[bytes]:
        asked.append(data)
        return modules

    svg = ET.fromstring(picture_of(slip_of(document, 32), 32, rows))
    squares = [(int(rect.attrib["x"]), int(rect.attrib["y"])) for rect in svg.iter(SVG + "rect") if "x" in rect.attrib]
    assert [(x - squares[0][0], y - squares[0][1]) for x, y in squares] == [(0, 0), (6, 6)]
    page = Page(page_of(document, rows))
    assert [attributes["d"] for tag, attributes in page.elements if tag == "path"] == ["M0 0h1v1h-1zM1 1h1v1h-1z"]
    assert asked == ["A1", "A1"]
    assert "A1" in Page(page_of(document)).of("div")


def test_every_cell_of_the_form_is_on_the_page() -> None:
    row = {
        "at_s": 1790000000,
        "name": "张三",
        "sex": "男",
        "age": 76,
        "identity_number": "11010519491231002X",
        "region": "测试市",
        "category": "城乡居民",
        "kind": "普通",
        "diagnosis": "急性鼻咽炎（J00.x00）",
        "items": ["阿司匹林肠溶片 2盒 81000171234567890123", "蒙脱石散 1盒"],
        "visit_fee_fen": 1000,
        "total_fen": 3900,
        "deductible_fen": 0,
        "rate": "85%",
        "fund_fen": 3198,
        "own_fen": 702,
        "reason": "断网",
        "phone": "13800000000",
    }
    form = manual_settlement_form(clinic(), [row, {}])
    assert form.paper == A4
    page = Page(page_of(form))
    written = ["2026-09-21 22:13", "张三", "男", "76", "11010519491231002X", "测试市", "城乡居民", "普通"]
    written += [
        "急性鼻咽炎（J00.x00）",
        "阿司匹林肠溶片 2盒 81000171234567890123；蒙脱石散 1盒",
        "10.00",
        "39.00",
        "0.00",
    ]
    written += ["85%", "31.98", "7.02", "断网", "13800000000"]
    assert [cell for cell in page.of("td") if cell and cell not in ("1", "2")] == [
        *written[:9],
        "张三",
        *written[9:17],
        "张三",
        "13800000000",
        "张三",
    ]
    titles = [title for title in page.of("th") if title not in ("", "序号", "姓名")]
    assert len(titles) == 28  # the thirty proposed columns without number and name, which stand in every part
    assert titles[-6:] == ["卫生院审核意见/人/日期", "补录日期", "补录结算单号", "实际统筹支付", "差额", "多退少补签字"]
    assert [label for label in page.of("span") if label.endswith("：")] == [
        "村医签名：",
        "卫生院审核人签名：",
        "日期：",
        "盖章：",
    ]


def test_the_form_says_on_every_sheet_that_its_layout_is_not_official() -> None:
    page = Page(page_of(manual_settlement_form(clinic(), [{}])))
    assert page.of("b") == ["样式未经核实"] * 5  # below the title, and in the repeated head of each of the four tables
    assert page.of("p")[-1].startswith("样式未经核实：")
    assert ("body", {"class": "A4"}) in page.elements


def test_the_receipt_on_an_office_printer() -> None:
    page = Page(page_of(DOCUMENTS["receipt"]))
    assert page.of("h1") == ["医保结算单"]
    assert page.of("b") == ["重打", "示例数据 未经核实"]
    spans = page.of("span")
    assert dict(zip(spans[::2], spans[1::2], strict=True))["个人负担"] == "3.78"
    assert "  追溯码 81000171234567890124" in page.of("p")
    assert page.elements[-1][0] != "br"  # neither the feed nor the cut of a roll


@pytest.mark.parametrize("data", ["9" * 3000, "单号", ""])
def test_a_code_that_no_encoder_draws_does_not_cost_the_page(data: str) -> None:
    page = page_of(Document("题", "卫生室", SLIP, [], [Qr(data)]), devices.qr_rows)
    assert Page(page).of("div") == [data]


def test_the_page_needs_nothing_else() -> None:
    for document in DOCUMENTS.values():
        page = page_of(document)
        style = re.search(r"<style>(.*?)</style>", page, re.DOTALL)
        assert style is not None
        digest = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()
        assert f"'sha256-{digest}'" == STYLE_SOURCE
        elements = Page(page).elements
        assert {tag for tag, _ in elements}.isdisjoint(
            {"script", "img", "link", "iframe", "object", "base", "form", "a"}
        )
        names = {name for _, attributes in elements for name in attributes}
        assert names <= {"lang", "charset", "class", "colspan", "width", "viewbox", "d"}
        assert not re.search(r"url\(|@import|https?:", style[1])


@given(st.text(max_size=60))
def test_hostile_text_stays_text(text: str) -> None:
    document = everything(text)
    clean = printable(text)
    shown = slip_text(document, 32)
    assert [line for line in picture_text(picture_of(slip_of(document, 32), 32)) if line] == shown
    assert clean in "".join(shown)
    page = page_of(document)
    page.encode()
    found = Page(page)
    assert found.of("h1", "title") == [clean, clean]
    assert found.of("td") == [clean, clean, clean, ""]
    assert found.of("p") == [clean, "", clean, clean]  # subtitle, the paragraph of marks, text, note
    assert len(found.elements) == len(Page(page_of(everything(""))).elements)
    for element in slip_of(document, 32):
        assert all(char >= " " for char in getattr(element, "text", ""))
