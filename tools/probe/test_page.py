"""The test page: what a technician must be able to read before a printer goes to a clinic."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hal.ports import (
    CENTRE,
    RIGHT,
    PrintBarcode,
    PrintCut,
    PrintFeed,
    PrintLine,
    PrintQr,
    PrintRule,
)

if TYPE_CHECKING:
    from hal.ports import PrintElement

_CHINESE = ("医保结算单 村卫生室", "阿莫西林胶囊 ￥12.60 ①【】《》")  # no wider than the narrowest paper
_RARE = "生僻字：䶮㭎𬭎"  # the first two are of four bytes in GB18030, or missing in GBK


def test_page(profile_name: str, columns: int) -> list[PrintElement]:
    """The elements of the page for a printer of `columns`."""
    ruler = "".join(str(column % 10) for column in range(1, columns + 1))
    return [
        PrintLine("村医通 测试页", 2, bold=True, align=CENTRE),
        PrintLine(f"{profile_name}, {columns} columns", align=CENTRE),
        PrintRule(),
        PrintLine(ruler),  # must end exactly at the right edge, on one line
        PrintLine("汉" * (columns // 2)),
        PrintRule(),
        *[PrintLine(line) for line in _CHINESE],
        PrintLine(_RARE),
        PrintLine("ABCDEFGHIJ abcdefghij 0123456789"),
        PrintLine("右对齐", align=RIGHT),
        PrintLine("加粗", bold=True),
        PrintLine("三倍", 3),
        PrintQr("CUNYITONG TEST 0123456789"),
        PrintFeed(1),
        PrintBarcode("CYT0123456789"),
        PrintFeed(3),
        PrintCut(),
    ]
