"""村卫生室门诊医保手工结算登记表: what is written down by hand when a visit cannot be settled online, and what the
township clinic enters later (补录).

The official form was not found. The columns are proposed from what the rules ask the form to prove: why there was no
online settlement, what was given, the patient's signature and thumb print, the reviewer's signature, and the difference
after the later entry. The form says so itself.
"""

from firmware import clock as civil
from firmware.documents.layout import A4, Column, Document, Fields, Heading, Note, Table
from firmware.money import to_yuan
from hal.ports import CENTRE, LEFT, RIGHT

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from firmware.documents.layout import Block

    Json = dict[str, Any]

_PROPOSED = "样式未经核实"
_TITLE = "村卫生室门诊医保手工结算登记表"
_NUMBER = ("", "序号", 5, CENTRE)
_NAME = ("name", "姓名", 8, LEFT)
# (heading, [(key of a row, title, weight, alignment)]): more columns than fit beside each other, so four tables. Number
# and name stand in each: a signature must not be laid beside another patient's money.
_PARTS = [
    (
        "一、就诊",
        [
            ("at_s", "日期时间", 10, LEFT),
            _NAME,
            ("sex", "性别", 5, CENTRE),
            ("age", "年龄", 5, CENTRE),
            ("identity_number", "证件号", 18, LEFT),
            ("region", "参保地", 10, LEFT),
            ("category", "人员类别", 10, LEFT),
            ("kind", "就诊类型（普通/两病/新冠/慢特病）", 14, LEFT),
            ("diagnosis", "诊断（编码）", 18, LEFT),
        ],
    ),
    (
        "二、费用",
        [
            _NAME,
            ("items", "药品/项目明细（数量、单价、金额、追溯码）", 40, LEFT),
            ("visit_fee_fen", "一般诊疗费", 8, RIGHT),
            ("total_fen", "总费用", 8, RIGHT),
            ("deductible_fen", "起付扣除", 8, RIGHT),
            ("rate", "报销比例", 8, RIGHT),
            ("fund_fen", "测算统筹支付", 9, RIGHT),
            ("own_fen", "个人应付（实收）", 9, RIGHT),
            ("reason", "未联网原因（断网/断电/设备故障/平台故障/无凭证/其他）", 18, LEFT),
        ],
    ),
    (
        "三、签字",
        [
            _NAME,
            ("", "患者签名", 18, LEFT),
            ("", "手印", 12, LEFT),
            ("phone", "电话", 14, LEFT),
            ("", "代办人及关系", 18, LEFT),
            ("", "村医签名", 18, LEFT),
            ("", "提交日期", 12, LEFT),
        ],
    ),
    (
        "四、审核和补录",
        [
            _NAME,
            ("", "卫生院审核意见/人/日期", 28, LEFT),
            ("", "补录日期", 12, LEFT),
            ("", "补录结算单号", 18, LEFT),
            ("", "实际统筹支付", 12, RIGHT),
            ("", "差额", 10, RIGHT),
            ("", "多退少补签字", 18, LEFT),
        ],
    ),
]


def manual_settlement_form(clinic: "Json", rows: "list[Json]") -> Document:
    """The form for `rows`, one for a visit. A row may have `at_s` (UTC seconds), `name`, `sex`, `age`,
    `identity_number`, `region`, `category`, `kind`, `diagnosis`, `items` (a text for each), amounts in 分
    (`visit_fee_fen`, `total_fen`, `deductible_fen`, `fund_fen`, `own_fen`), `rate`, `reason` and `phone`; what it lacks
    stays empty, to be written by hand."""
    institution = clinic["institution"]
    blocks: "list[Block]" = []
    for heading, part in _PARTS:
        columns = [_NUMBER] + part
        blocks.append(Heading(heading))
        titles = [Column(title, weight, align) for _, title, weight, align in columns]
        blocks.append(Table(titles, [_cells(columns, row, index + 1) for index, row in enumerate(rows)]))
    blocks.append(Fields([("村医签名", 16), ("卫生院审核人签名", 16), ("日期", 12), ("盖章", 12)]))
    blocks.append(Note(_PROPOSED + "：没有找到官方样式，本表的栏目是拟定的，不是官方表格。"))
    return Document(_TITLE, institution["name"] + " " + institution["code"], A4, [_PROPOSED], blocks)


def _cells(columns: "list[tuple[str, str, int, str]]", row: "Json", number: int) -> "list[str]":
    return [str(number)] + [_cell(key, row.get(key)) for key, _, _, _ in columns[1:]]


def _cell(key: str, value: "Any") -> str:
    if value is None:
        return ""
    if key == "at_s":
        return civil.stamp(value)[:16]
    if key == "items":
        return "；".join(value)
    return to_yuan(value) if key.endswith("_fen") else str(value)
