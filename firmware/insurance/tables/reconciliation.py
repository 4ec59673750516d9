"""Accounts compared with the platform, and the files that go with it. Notation: see the front door."""

TABLES = {
    "3201": """
对总账 2+ ybSettlementStmtService/stmtTotal
> data
insutype C6!§ 险种
clr_type C6!§ 清算类别
setl_optins C6! 结算经办机构
stmt_begndate D! 对账开始日期
stmt_enddate D! 对账结束日期
medfee_sumamt N16.2! 医疗费总额
fund_pay_sumamt N16.2! 基金支付总额
acct_pay N16.2! 个人账户支付金额
fixmedins_setl_cnt N10! 定点医药机构结算笔数
refd_setl_flag C6? 退费结算标志
fixmedins_refd_setl_flag C6!? 定点医药机构退费结算标志
< stmtinfo
setl_optins C6 结算经办机构
stmt_rslt C6!§ 对账结果
stmt_rslt_dscr C200 对账结果说明
""",
    "3202": """
对明细账 2+ ybSettlementStmtService/stmtDetail
> data
setl_optins C6! 结算经办机构
file_qury_no C30! 文件查询号
stmt_begndate D! 对账开始日期
stmt_enddate D! 对账结束日期
medfee_sumamt N16.2! 医疗费总额
fund_pay_sumamt N16.2! 基金支付总额
cash_payamt N16.2! 现金支付金额
fixmedins_setl_cnt N10! 定点医药机构结算笔数
clr_type C6!§? 清算类别
refd_setl_flag C3§? 退费结算标志
fixmedins_refd_setl_flag C6!? 定点医药机构退费结算标志
< fileinfo
file_qury_no C30! 文件查询号
filename C200! 文件名称
dld_endtime DT! 下载截止时间
""",
    "9101": """
文件上传 2+ fileupload/upload
> fsUploadIn
in B! 文件数据
filename C200! 文件名
fixmedins_code C30! 医药机构编号
< -
file_qury_no C30! 文件查询号
filename C200! 文件名
fixmedins_code C30! 医药机构编号
dld_endtime C30 截止时间
""",
    "9102": """
文件下载 2+ fileupload/download
> fsDownloadIn
file_qury_no C40! 文件查询号
filename C200! 文件名
fixmedins_code C30! 医药机构编号
""",
}
