"""A picture of the paper strip: thermal print on a grid of columns, so that Chinese and Latin characters align."""

from collections.abc import Iterable
from itertools import groupby
from xml.sax.saxutils import escape

from simulator.devices.printed import (
    CENTRE,
    DOTS_PER_COLUMN,
    DOTS_PER_ROW,
    LEFT,
    Cut,
    Gap,
    Glyph,
    Printed,
    PrintedFrame,
    PrintedImage,
    PrintedLine,
    Style,
)

MARGIN = 40  # 58 mm paper has 5 mm on both sides of the 48 mm that are printed
_BASELINE = 20  # of a character cell 24 high
_INK = "#2b2b33"
_HEAD = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
    'class="paper"><rect width="{width}" height="{height}" fill="#fbfaf5"/>'
    '<g fill="{ink}" font-size="24" xml:space="preserve" '
    "font-family=\"'Noto Sans Mono CJK SC','Sarasa Mono SC','Noto Sans CJK SC','Microsoft YaHei',monospace\">"
)


def draw(items: Iterable[Printed], columns: int) -> str:
    """An SVG document with `items` from the top, on paper for `columns` characters; one unit is one dot."""
    printable = columns * DOTS_PER_COLUMN
    width = printable + 2 * MARGIN
    y = MARGIN
    parts = []
    for item in items:
        match item:
            case PrintedLine():
                left = _left(item.align, item.width * DOTS_PER_COLUMN, printable)
                parts.append(_line(item, left, y))
            case PrintedImage():
                parts.append(_image(item, _left(item.align, item.width, printable), y))
            case PrintedFrame():
                parts.append(_frame(item, _left(item.align, item.width, printable), y))
            case Cut():
                parts.append(f'<path d="M0 {y}H{width}" stroke="#999" stroke-width="2" stroke-dasharray="8 8"/>')
            case Gap():
                pass
        y += item.height
    head = _HEAD.format(width=width, height=y + MARGIN, ink=_INK)
    return head + "".join(parts) + "</g></svg>"


def _left(align: str, width: int, printable: int) -> int:
    spare = max(0, printable - width)
    if align == LEFT:
        return MARGIN
    return MARGIN + (spare // 2 if align == CENTRE else spare)


def _line(line: PrintedLine, left: int, top: int) -> str:
    parts = []
    for style, run in groupby(line.glyphs, key=lambda glyph: glyph.style):
        glyphs = list(run)
        parts.append(_run(glyphs, style, left, top + line.rise - style.high * DOTS_PER_ROW))
        left += sum(glyph.width for glyph in glyphs) * DOTS_PER_COLUMN
    return "".join(parts)


def _run(glyphs: list[Glyph], style: Style, left: int, top: int) -> str:
    """Characters of one style, each put at its own column whatever the font's widths are."""
    weight = ' font-weight="bold"' if style.bold else ""
    place = f'transform="translate({left} {top}) scale({style.wide} {style.high})"'
    parts = []
    x = 0
    for glyph in glyphs:
        if glyph.char != " ":
            parts.append(f'<tspan x="{x}">{_escaped(glyph.char)}</tspan>')
        x += glyph.cells * DOTS_PER_COLUMN
    text = f'<text y="{_BASELINE}" {place}{weight}>{"".join(parts)}</text>' if parts else ""
    # Drawn, because viewers do not underline blanks.
    return text + (f'<path {place} d="M0 22h{x}v2h-{x}z"/>' if style.underline else "")


def _image(image: PrintedImage, left: int, top: int) -> str:
    """The black points, joined to runs, as one path."""
    path = []
    for y, row in enumerate(image.rows):
        x = 0
        for black, run in groupby(row):
            length = len(list(run))
            if black:
                path.append(f"M{x} {y}h{length}v1h-{length}z")
            x += length
    place = f"translate({left} {top}) scale({image.dot_wide} {image.dot_high})"
    return f'<path shape-rendering="crispEdges" transform="{place}" d="{"".join(path)}"/>'


def _frame(frame: PrintedFrame, left: int, top: int) -> str:
    caption = "".join(map(_escaped, f"{frame.symbology} {frame.payload}"))
    box = f'<rect x="{left}" y="{top}" width="{frame.width}" height="{frame.height}" fill="none" stroke="{_INK}"/>'
    middle = f'x="{left + frame.width // 2}" y="{top + frame.height // 2}" text-anchor="middle"'
    return box + f'<text {middle} textLength="{frame.width - DOTS_PER_COLUMN}">{caption}</text>'


def _escaped(char: str) -> str:
    """`char` as XML text; what XML cannot carry becomes the replacement character."""
    allowed = char >= " " and not "\ud800" <= char <= "\udfff" and char not in "\ufffe\uffff"
    return escape(char) if allowed else "\ufffd"
