"""The names of China's nations by their two digits (GB/T 3304), as they stand on an identity card."""

_NAMES = (  # noqa: SIM905 -- 56 quoted words would be harder to check against the standard
    "汉 蒙古 回 藏 维吾尔 苗 彝 壮 布依 朝鲜 "  # 01
    "满 侗 瑶 白 土家 哈尼 哈萨克 傣 黎 傈僳 "  # 11
    "佤 畲 高山 拉祜 水 东乡 纳西 景颇 柯尔克孜 土 "  # 21
    "达斡尔 仫佬 羌 布朗 撒拉 毛南 仡佬 锡伯 阿昌 普米 "  # 31
    "塔吉克 怒 乌孜别克 俄罗斯 鄂温克 德昂 保安 裕固 京 塔塔尔 "  # 41
    "独龙 鄂伦春 赫哲 门巴 珞巴 基诺"  # 51
).split(" ")
_OTHERS = {"97": "其他", "98": "外国血统中国籍人士"}


def nation_name(code: str) -> str:
    """The name of the nation `code` ("01" to "56", "97", "98"), or "" for digits that the standard does not give."""
    index = int(code) - 1
    if 0 <= index < len(_NAMES):
        return _NAMES[index]
    return _OTHERS.get(code, "")
