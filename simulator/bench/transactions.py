"""Names of the insurance transactions, as the NHSA interface specification has them."""

NAMES: dict[str, str] = {
    "9001": "签到",
    "9002": "签退",
    "1101": "人员信息获取",
    "2001": "人员待遇享受检查",
    "6101": "电子凭证解码",
    "2201": "门诊挂号",
    "2202": "门诊挂号撤销",
    "2203": "门诊就诊信息上传",
    "2204": "门诊费用明细上传",
    "2205": "门诊费用明细撤销",
    "2206": "门诊预结算",
    "2207": "门诊结算",
    "2208": "门诊结算撤销",
    "2601": "冲正交易",
    "3505": "商品销售",
    "3506": "商品销售退货",
    "3513": "商品销售追溯码查询",
    "5201": "就诊信息查询",
    "5203": "结算信息查询",
}


def name_of(infno: str) -> str:
    """The Chinese name of transaction `infno`, or "" for one that the simulated platform does not know."""
    return NAMES.get(infno, "")
