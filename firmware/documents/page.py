"""A document on an office printer: one HTML page that needs nothing else, printed by the browser that shows it.

No script, nothing from elsewhere; `STYLE_SOURCE` lets a content policy allow the page's own style and nothing more. The
heads of tables are printed again on every sheet, with the marks in them.
"""

import binascii
import hashlib

from firmware.documents import layout
from firmware.documents.markup import escape

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from firmware.documents.picture import QrRows

_STYLE = """
@page { margin: 12mm; }
@page wide { size: A4 landscape; margin: 10mm; }
body { max-width: 124mm; margin: 0 auto; padding: 4mm; color: #000; background: #fff;
  font: 12pt/1.5 "Noto Sans CJK SC", "Source Han Sans SC", "Microsoft YaHei", "PingFang SC", SimSun, sans-serif; }
body.A4 { page: wide; max-width: none; font-size: 10pt; }
h1 { margin: 0; font-size: 18pt; text-align: center; }
h2 { margin: 4mm 0 1mm; font-size: 12pt; break-after: avoid; }
h2.large { font-size: 16pt; }
p { margin: 0; white-space: pre-wrap; overflow-wrap: anywhere; }
.subtitle, .mark, .centre { text-align: center; }
.right { text-align: right; }
.mark b, .again b { border: 0.5mm solid #000; padding: 0 3mm; margin: 0 1mm; }
.mark { margin-top: 2mm; }
.note { margin-top: 3mm; font-size: 9pt; }
.pair { display: flex; justify-content: space-between; gap: 6mm; }
.pair span { white-space: pre-wrap; overflow-wrap: anywhere; }
.pair span + span { text-align: right; }
.strong { font-size: 16pt; font-weight: bold; }
hr { margin: 1.5mm 0; border: 0; border-top: 0.3mm solid #000; }
hr.cut { border-top-style: dashed; break-after: page; }
table { width: 100%; border-collapse: collapse; table-layout: fixed; }
thead { display: table-header-group; }
tr { break-inside: avoid; }
th, td { border: 0.3mm solid #000; padding: 1mm; overflow-wrap: anywhere; vertical-align: top; }
td { white-space: pre-wrap; height: 11mm; }
th { background: #eee; }
th.again { border: 0; background: none; text-align: right; font-weight: normal; }
.fields { display: flex; flex-wrap: wrap; gap: 2mm 8mm; margin-top: 6mm; break-inside: avoid; }
.blank { display: inline-block; min-height: 9mm; border-bottom: 0.3mm solid #000; vertical-align: bottom; }
.code { width: fit-content; margin: 3mm auto; }
.code.framed { padding: 4mm; border: 0.3mm solid #000; font-family: monospace; overflow-wrap: anywhere; }
.code svg { display: block; width: 30mm; height: 30mm; }
@media print { body { padding: 0; } }
"""

STYLE_SOURCE = "'sha256-" + binascii.b2a_base64(hashlib.sha256(_STYLE.encode()).digest()).strip().decode() + "'"


def page_of(document: layout.Document, qr_rows: "QrRows | None" = None) -> str:
    """`document` as HTML. A document for a slip fits A5 and A4. A QR code is drawn from the rows of modules of
    `qr_rows`, as in a picture; without it, and for bar codes, its data stands there in a frame."""
    page = _Page(document, qr_rows)
    blocks = list(document.blocks)
    while blocks and isinstance(blocks[-1], (layout.Feed, layout.Cut)):
        blocks.pop()  # the sheet ends by itself
    for block in blocks:
        page.add(block)
    return page.html()


class _Page:
    """The blocks drawn so far."""

    def __init__(self, document: layout.Document, qr_rows: "QrRows | None") -> None:
        self._document = document
        self._qr_rows = qr_rows
        self._parts: "list[str]" = []
        self._draw: "dict[type, Callable[[Any], str]]" = {
            layout.Heading: lambda block: _tag("h2", block.text, "large" if block.scale > 1 else ""),
            layout.Text: lambda block: _tag("p", block.text, "" if block.align == "left" else block.align),
            layout.Note: lambda block: _tag("p", block.text, "note"),
            layout.Pair: _pair,
            layout.Rule: lambda _: "<hr>",
            layout.Table: self._table,
            layout.Fields: _fields,
            layout.Qr: self._qr,
            layout.Barcode: lambda block: _tag("div", block.data, "code framed"),
            layout.Feed: lambda block: "<br>" * block.lines,
            layout.Cut: lambda _: '<hr class="cut">',
        }

    def add(self, block: "layout.Block") -> None:
        """The next block."""
        self._parts.append(self._draw[type(block)](block))

    def html(self) -> str:
        """The whole page."""
        document = self._document
        marks = self._marks()
        head = ['<!DOCTYPE html><html lang="zh-CN"><head><meta charset="utf-8">', _tag("title", document.title)]
        head += ["<style>", _STYLE, "</style></head>", '<body class="', "A4" if document.paper == layout.A4 else "slip"]
        head += ['">', _tag("h1", document.title), _tag("p", document.subtitle, "subtitle")]
        head.append('<p class="mark">' + marks + "</p>" if marks else "")
        return "".join(head + self._parts + ["</body></html>"])

    def _marks(self) -> str:
        return "".join([_tag("b", mark) for mark in self._document.marks])

    def _table(self, table: layout.Table) -> str:
        whole = sum([column.weight for column in table.columns])
        shares = [str(column.weight * 100 // whole) + "%" for column in table.columns]
        parts = ["<table><colgroup>"] + ['<col width="' + share + '">' for share in shares] + ["</colgroup><thead>"]
        if self._document.marks:
            across = str(len(table.columns))
            parts.append('<tr><th class="again" colspan="' + across + '">' + self._marks() + "</th></tr>")
        parts += ["<tr>", "".join([_tag("th", column.title) for column in table.columns]), "</tr></thead><tbody>"]
        for row in table.rows:
            parts.append("<tr>")
            for column, cell in zip(table.columns, row):
                parts.append(_tag("td", cell, "" if column.align == "left" else column.align))
            parts.append("</tr>")
        parts.append("</tbody></table>")
        return "".join(parts)

    def _qr(self, code: layout.Qr) -> str:
        if self._qr_rows is None or not code.drawable:
            return _tag("div", code.data, "code framed")
        rows = self._qr_rows(code.data)
        size = str(len(rows))
        parts = ['<div class="code"><svg viewBox="0 0 ', size, " ", size, '"><path d="']
        for y, row in enumerate(rows):
            parts += ["M" + str(x) + " " + str(y) + "h1v1h-1z" for x, dark in enumerate(row) if dark]
        parts.append('"/></svg></div>')
        return "".join(parts)


def _tag(name: str, text: str, kind: str = "") -> str:
    named = ' class="' + kind + '"' if kind else ""
    return "<" + name + named + ">" + escape(text) + "</" + name + ">"


def _pair(pair: layout.Pair) -> str:
    kind = "pair strong" if pair.strong else "pair"
    return '<div class="' + kind + '">' + _tag("span", pair.label) + _tag("span", pair.value) + "</div>"


def _fields(fields: layout.Fields) -> str:
    parts = ['<div class="fields">']
    for label, room in fields.fields:
        # Full-width blanks: half an ideograph is one Latin character.
        parts += ["<div>", _tag("span", label + "："), _tag("span", "\u3000" * ((room + 1) // 2), "blank"), "</div>"]
    parts.append("</div>")
    return "".join(parts)
