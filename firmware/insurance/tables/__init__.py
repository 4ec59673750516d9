"""The field tables of the national interface as data, one text for each transaction, to be held against the document.

The first line of a text: the name, how well the transaction is known (`2+` the field names agree in at least two
independent public sources; `1` one source), and the path that provinces with a path for each transaction use (behind
`?` where no public source has it: an assumption, which the province's profile overrides; misspelt where the platform
misspells it). Then the nodes: `>` of the request, `<` of the answer; `*` many rows; `-` no node, the members lie in
`output` itself. A field: name, type and length, marks, meaning. Types: C characters, N number (digits.decimals), D
date, DT date and time, L a list (of the node of the same name, where there is one), O an object, B a file. Marks: `!`
mandatory (of an answer: not null), `§` the value comes from a code list, `?` one province only. `= number node` takes
the fields of another table; a field that comes again replaces the one before.

Source: provincial edition V1.1.27 (Hunan, 2024-10-14) of the interface specification for designated institutions,
compared with independent client programs. Where the document contradicts itself or what was seen on the wire, the table
has what works: names of persons, their documents and numbers are optional in 1101; `psn_type` has six characters, as
1101 answers, and is of its list (printed C3); `feedetl_sn` is a text; `ver` of 1301 to 1315 has 30 characters (printed
C20; names of versions with 21 were seen); `oinfno` has six characters (2207A); `fixmedins_name` has 200; `psn_cash_pay`
of 2208 is printed `pdn_cash_pay`; `hilist_code` of 3101 has 50, as in 5205 (printed C20, too short for the 23 of a
national code); a trace code that is there has 1 to 100 characters (printed C30 in 3505, optional everywhere); 3505A
keeps the single code of 3505, which is given up; the invoices of 3503A may be left out (printed as mandatory since
2024); `file_qury_no` of 9102 has 40, as 1301 gives it (printed C30); 1304 may be asked for by names and codes as long
as it answers (printed C20), its `pacspec` has 200 (printed C3), and its answer is without the columns about who entered
a row.
"""

from firmware.insurance.tables import audit, catalogues, goods, outpatient, person, queries, reconciliation

ENVELOPE = """
infno C6! 交易编号
msgid C30! 发送方报文ID
mdtrtarea_admvs C6! 就医地医保区划
insuplc_admdvs C6 参保地医保区划
recer_sys_code C10! 接收方系统代码
dev_no C100 设备编号
dev_safe_info C2000 设备安全信息
cainfo C1024 数字签名信息
signtype C10 签名类型
infver C6! 接口版本号
opter_type C3!§ 经办人类别
opter C30! 经办人
opter_name C50! 经办人姓名
inf_time DT! 交易时间
fixmedins_code C12! 定点医药机构编号
fixmedins_name C200! 定点医药机构名称
sign_no C30 交易签到流水号
input O! 交易输入
"""

# Transactions that share the table of another.
_SAME = {
    "1162": "6101",
    "2203A": "2203",
    "2206A": "2206",
    "2207A": "2207",
    "3102": "3101",
}
_DOWNLOADS = ("1302", "1303", "1305", "1306", "1307", "1308", "1309", "1310", "1311", "1313", "1314", "1315")
_CHAPTERS = (outpatient, person, goods, queries, audit, reconciliation, catalogues)
_PATHS = {
    "2203A": "outpatientDocInfoService/outpatientMdtrtinfoUpA",
    "2206A": "outpatientSettleService/preSettletmentA",
    "2207A": "outpatientSettleService/saveSettletmentA",
    "3102": "riskConService/courseAnalyze",
}


def table(infno: str) -> str:
    """The text of a transaction. `KeyError` for one that is not here."""
    kept = "1301" if infno in _DOWNLOADS else _SAME.get(infno, infno)
    for chapter in _CHAPTERS:
        if kept in chapter.TABLES:
            return str(chapter.TABLES[kept])
    raise KeyError(infno)


def numbers() -> "list[str]":
    """Every transaction that is here, in order."""
    known = list(_SAME) + list(_DOWNLOADS)
    for chapter in _CHAPTERS:
        known += list(chapter.TABLES)
    return sorted(known)


def path(infno: str) -> str:
    """Where provinces with a path for each transaction expect it; "" when nobody knows."""
    if infno in _DOWNLOADS:
        return "catalogdownservice/downCatalog" + infno
    found = _PATHS.get(infno) or table(infno).strip().split("\n")[0].split(" ")[-1]
    return found.lstrip("?")
