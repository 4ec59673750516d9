"""The lines of the catalogues that the platform gives as files (1301 to 1315): which column means what.

A file is a ZIP with one text: a row a line, the columns by position between tabs, UTF-8, `null` for nothing. `LAYOUTS`
says which columns are used; the first line of a text is the transaction and how well its columns are known (`2+` they
agree in at least two independent public sources, `1` one source). A column of ours may come from several of theirs: the
first that is not empty. Source: provincial edition V1.1.27 (Hunan, 2024-10-14) of the interface specification, chapter
on catalogue downloads, and the column lists of two client programs of other provinces (Guangdong, Jiangxi), which have
fewer columns at the end (1301: 92 of 97; 1303: 78 of 83); so what is asked is only that the columns that are needed are
there. The three agree column by column but for 1311, where the client of Guangdong has the version's name before the
content (9, 10) and the two others behind it (11): there the version is read wherever its stamp stands.
"""

_MOST_COLUMNS = 200
_LONGEST_VALUE = 2000
_LONGEST_NAME = 200
_LONGEST_CODE = 50
_INVALID = "0"

LAYOUTS = {
    "diagnoses": """
1307 2+
code 11 诊断代码
name 12 诊断名称
valid 19 有效标志
version 24 23 版本名称, 版本号
""",
    "tcm_diseases": """
1314 2+
code 6 疾病分类代码
name 7 疾病分类名称
valid 9 有效标志
version 14 13 版本名称, 版本号
""",
    "tcm_syndromes": """
1315 2+
code 6 证候分类代码
name 7 证候分类名称
valid 9 有效标志
version 14 13 版本名称, 版本号
""",
    "drugs": """
1301 2+
code 1 医疗目录编码
name 8 4 2 注册名称, 通用名, 商品名
other_name 2 商品名
typed 51 拼音助记码
form 11 16 剂型名称, 注册剂型
specification 17 14 注册规格, 规格
pack 32 包装规格
pack_count 33 包装数量
unit 45 最小包装单位名称
maker 54 生产企业名称
approval 62 批准文号
over_counter 28 非处方药标志
basic 71 基本药物标志
limits 57 限制使用范围
notes 69 医保药品目录备注
grade 92 甲乙类标识
begins 37 开始日期
ends 38 结束日期
valid 79 有效标志
version 84 83 版本名称, 版本号
""",
    "herbs": """
1302 2+
code 1 医疗目录编码
name 2 20 单味药名称, 药材名称
other_name 20 药材名称
notes 25 国家医保支付政策
limits 26 省级医保支付政策
begins 12 开始日期
ends 13 结束日期
valid 14 有效标志
version 19 18 版本名称, 版本号
""",
    "services": """
1305 2+
code 1 医疗目录编码
name 10 医疗服务项目名称
unit 3 计价单位名称
content 6 项目内涵
notes 4 说明
limits 5 除外内容
begins 12 开始日期
ends 13 结束日期
valid 7 有效标志
version 16 15 版本名称, 版本号
""",
    "chronic": """
1309 2+
code 1 门慢门特病种目录代码
name 15 3 2 病种名称, 细分类名称, 大类名称
region 4 医保区划
content 11 病种内涵
valid 6 有效标志
version 10 版本号
""",
    "preparations": """
1303 2+
code 1 医疗目录编码
name 53 2 注册名称, 药品商品名
other_name 2 3 药品商品名, 别名
form 6 7 剂型名称, 注册剂型
specification 13 11 注册规格, 药品规格
pack 25 包装规格
pack_count 27 包装数量
unit 52 最小包装单位名称
maker 41 生产企业名称
approval 44 批准文号
over_counter 21 非处方药标志
limits 51 限制使用范围
notes 59 国家医保药品目录备注
begins 66 开始时间
ends 67 结束时间
valid 65 有效标志
version 72 71 版本名称, 版本号
""",
    "consumables": """
1306 2+
code 1 医疗目录编码
name 2 5 耗材名称, 医保通用名
other_name 5 医保通用名
specification 10 8 6 规格型号, 规格, 产品型号
pack 13 包装规格
pack_count 14 包装数量
unit 16 包装单位
maker 60 生产企业名称
approval 51 注册备案号
limits 35 医保限用范围
begins 47 开始日期
ends 48 结束日期
valid 68 有效标志
version 71 70 版本名称, 版本号
""",
    "operations": """
1308 2+
code 11 手术操作代码
name 12 手术操作名称
other_name 17 15 临床版手术操作名称, 团标版手术操作名称
notes 18 备注
valid 19 有效标志
version 24 23 版本名称, 版本号
""",
    "case_payments": """
1310 2+
code 2 按病种结算病种目录代码
name 3 按病种结算病种名称
operation 5 限定手术操作名称
content 11 病种内涵
notes 12 备注
valid 6 有效标志
version 13 10 版本名称, 版本号
""",
    "day_surgery": """
1311 2+
code 2 日间手术病种目录代码
name 3 日间手术病种名称
operation 14 手术操作名称
valid 4 有效标志
version 11 9 8 版本名称, 版本名称, 版本号
""",
    "tumours": """
1313 2+
code 4 形态学分类代码
name 5 形态学分类
other_name 3 肿瘤/细胞类型
valid 6 有效标志
version 11 10 版本名称, 版本号
""",
}
CATALOGUE_KINDS = (
    ("diagnoses", "tcm_diseases", "tcm_syndromes", "drugs", "herbs", "services", "chronic", "preparations")
    + ("consumables", "operations", "case_payments", "day_surgery", "tumours")
)  # fmt: skip


class CatalogueRow:
    """One row of a file. `values` belong to `CatalogueLayout.columns`, "" for nothing; the first is the code."""

    def __init__(self, values: "list[str]", valid: bool, version: str) -> None:
        self.values = values
        self.valid = valid
        self.version = version


class CatalogueLayout:
    """Where the columns of a kind of catalogue stand in the platform's file."""

    def __init__(self, kind: str) -> None:
        """`KeyError` for a kind that is not in `CATALOGUE_KINDS`."""
        lines = LAYOUTS[kind].strip().split("\n")
        self.kind = kind
        self.infno = lines[0].split()[0]
        self.columns: "list[str]" = []
        self._places: "list[list[int]]" = []
        for line in lines[1:]:
            words = line.split()
            places = [int(word) - 1 for word in words[1:] if word[0] in "0123456789"]
            if words[0] == "valid":
                self._valid = places[0]
            elif words[0] == "version":
                self._version = places
            else:
                self.columns.append(words[0])
                self._places.append(places)
        # The columns without which a row says nothing: its code, its flag, and the older form of its version.
        self._least = 1 + max(self._places[0][0], self._valid, self._version[-1], min(self._places[1]))

    def row(self, line: bytes) -> "CatalogueRow | None":
        """One line, without its end; None when it is none of this catalogue."""
        try:
            fields = line.decode().split("\t")
        except ValueError:  # UnicodeError is one
            return None
        if not self._least <= len(fields) <= _MOST_COLUMNS:
            return None
        values = [_first(fields, places) for places in self._places]
        flag = _value(fields, self._valid)
        if not is_code(values[0]) or flag not in ("", _INVALID, "1"):
            return None
        if flag != _INVALID and not 0 < len(values[1]) <= _LONGEST_NAME:
            return None  # one that is taken away needs no name
        return CatalogueRow(values, flag != _INVALID, self._version_of(fields))

    def _version_of(self, fields: "list[str]") -> str:
        """The name of the version where it is a stamp, otherwise its number; "" for what can be neither."""
        for place in self._version[:-1]:
            name = _value(fields, place)
            if is_code(name) and _is_stamp(name):
                return name
        number = _value(fields, self._version[-1])
        return number if is_code(number) else ""


def is_code(code: str) -> bool:
    """Whether it can be a code of a catalogue: 1 to 50 signs of ASCII without blanks (`A01.000x005+J17.0*`)."""
    return 0 < len(code) <= _LONGEST_CODE and all(["!" <= char <= "~" for char in code])


def newer(version: str, than: str) -> bool:
    """Whether a version comes after another: numbers by value, names by their letters, as platforms seem to do."""
    if is_number(version) and is_number(than):
        return int(version) > int(than)
    return version > than


def _first(fields: "list[str]", places: "list[int]") -> str:
    for place in places:
        value = _value(fields, place)
        if value:
            return value
    return ""


def _value(fields: "list[str]", place: int) -> str:
    """A column as one line of text: no controls, at most 2000 characters; "" where it is null or missing."""
    value = fields[place].strip() if place < len(fields) else ""
    return "" if value in ("null", "NULL") else one_line(value[:_LONGEST_VALUE])


def one_line(value: str) -> str:
    """A text without control characters."""
    if all([char >= " " for char in value]):
        return value
    return "".join([max(char, " ") for char in value]).strip()


def _is_stamp(name: str) -> bool:
    """Whether the name of a version tells when it was made, such as F001_20211013000000_C."""
    parts = name.split("_")
    return len(parts) > 1 and len(parts[1]) == 14 and is_number(parts[1])


def is_number(value: str) -> bool:
    """Whether it is a whole number of at most 20 digits."""
    return 0 < len(value) <= 20 and all(["0" <= char <= "9" for char in value])
