"""The outpatient visit: registration, diagnoses, fees, settlement, reversal. Notation: see the front door."""

TABLES = {
    "2201": """
门诊挂号 2+ outpatientDocInfoService/outpatientRregistration
> data
psn_no C30! 人员编号
insutype C6!§ 险种类型
begntime DT! 开始时间
mdtrt_cert_type C3!§ 就诊凭证类型
mdtrt_cert_no C50! 就诊凭证编号
card_sn C32? 卡识别码
psn_cert_type C3!? 证件类型
certno C20!? 证件号码
psn_type C6!§? 人员类别
psn_name C20!? 人员姓名
ipt_otp_no C30! 住院/门诊号
atddr_no C30 医师编码
dr_name C50 医师姓名
dept_code C30! 科室编码
dept_name C100! 科室名称
caty C10!§ 科别
exp_content C4000? 字段扩展
< data
mdtrt_id C30! 就诊ID
psn_no C30! 人员编号
ipt_otp_no C30! 住院/门诊号
exp_content C4000 字段扩展
""",
    "2202": """
门诊挂号撤销 2+ outpatientDocInfoService/outpatientRegistrationCancel
> data
psn_no C30! 人员编号
mdtrt_id C30! 就诊ID
ipt_otp_no C30! 住院/门诊号
exp_content C4000 字段扩展
""",
    "2203": """
门诊就诊信息上传 2+ outpatientDocInfoService/outpatientMdtrtinfoUp
> mdtrtinfo
mdtrt_id C30! 就诊ID
psn_no C30! 人员编号
med_type C6!§ 医疗类别
begntime DT! 开始时间
main_cond_dscr C1000 主要病情描述
dise_type_code C30§? 病种类型代码
dise_codg C30! 病种编码
dise_name C500! 病种名称
birctrl_type C6§ 计划生育手术类别
birctrl_matn_date D 计划生育手术或生育日期
exp_content C4000 字段扩展
> diseinfo *
diag_type C3!§ 诊断类别
diag_srt_no N2! 诊断排序号
diag_code C20! 诊断代码
diag_name C100! 诊断名称
diag_dept C50! 诊断科室
dise_dor_no C30! 诊断医生编码
dise_dor_name C50! 诊断医生姓名
diag_time DT! 诊断时间
vali_flag C3!§ 有效标志
""",
    "2204": """
门诊费用明细信息上传 2+ outpatientDocInfoService/outpatientFeeListUp
> feedetail *
feedetl_sn C30! 费用明细流水号
mdtrt_id C30! 就诊ID
psn_no C30! 人员编号
chrg_bchno C30! 收费批次号
dise_codg C30 病种编码
rxno C30 处方号
rx_circ_flag C3!§ 外购处方标志
fee_ocur_time DT! 费用发生时间
med_list_codg C50! 医疗目录编码
medins_list_codg C150! 医药机构目录编码
det_item_fee_sumamt N16.2! 明细项目费用总额
cnt N16.4! 数量
pric N16.6! 单价
sin_dos_dscr C200 单次剂量描述
used_frqu_dscr C200 使用频次描述
prd_days N4.2 周期天数
medc_way_dscr C200 用药途径描述
bilg_dept_codg C30! 开单科室编码
bilg_dept_name C100! 开单科室名称
bilg_dr_codg C30! 开单医生编码
bilg_dr_name C50! 开单医师姓名
acord_dept_codg C30 受单科室编码
acord_dept_name C100 受单科室名称
orders_dr_code C30 受单医生编码
orders_dr_name C50 受单医生姓名
hosp_appr_flag C3!§ 医院审批标志
tcmdrug_used_way C6§ 中药使用方式
etip_flag C3§ 外检标志
etip_hosp_code C30 外检医院编码
dscg_tkdrug_flag C3§ 出院带药标志
matn_fee_flag C6§ 生育费用标志
memo C1000? 备注
comb_no C3? 组套编码
exp_content C4000? 字段扩展
< result *
feedetl_sn C30! 费用明细流水号
det_item_fee_sumamt N16.2! 明细项目费用总额
cnt N16.4! 数量
pric N16.6! 单价
pric_uplmt_amt N16.6! 定价上限金额
selfpay_prop N5.4 自付比例
fulamt_ownpay_amt N16.2 全自费金额
overlmt_amt N16.2 超限价金额
preselfpay_amt N16.2 先行自付金额
inscp_scp_amt N16.2 符合政策范围金额
chrgitm_lv C3!§ 收费项目等级
med_chrgitm_type C6!§ 医疗收费项目类别
bas_medn_flag C3§ 基本药物标志
hi_nego_drug_flag C3§ 医保谈判药品标志
chld_medc_flag C3§ 儿童用药标志
list_sp_item_flag C3§ 目录特项标志
lmt_used_flag C3!§ 限制使用标志
drt_reim_flag C3§ 直报标志
memo C500 备注
exp_content C4000 字段扩展
""",
    "2205": """
门诊费用明细信息撤销 2+ outpatientDocInfoService/outpatientFeeListUpCancel
> data
mdtrt_id C30! 就诊ID
chrg_bchno C30! 收费批次号
psn_no C30! 人员编号
exp_content C4000 字段扩展
""",
    "2206": """
门诊预结算 2+ outpatientSettleService/preSettletment
> data
psn_no C30! 人员编号
mdtrt_cert_type C3!§ 就诊凭证类型
mdtrt_cert_no C50! 就诊凭证编号
card_sn C32? 卡识别码
psn_cert_type C3!? 证件类型
certno C20!? 证件号码
psn_type C6!§? 人员类别
psn_name C20!? 人员姓名
med_type C6!§ 医疗类别
medfee_sumamt N16.2! 医疗费总额
psn_setlway C6!§ 个人结算方式
mdtrt_id C30! 就诊ID
chrg_bchno C30! 收费批次号
acct_used_flag C1!§ 个人账户使用标志
insutype C6!§ 险种类型
exp_content C4000? 字段扩展
pub_hosp_rfom_flag C6? 公立医院改革标志
< setlinfo
= 2207 setlinfo
< setldetail *
= 2207 setldetail
""",
    "2207": """
门诊结算 2+ outpatientSettleService/saveSettletment
> data
psn_no C30! 人员编号
mdtrt_cert_type C3!§ 就诊凭证类型
mdtrt_cert_no C50! 就诊凭证编号
card_sn C32 卡识别码
psn_cert_type C3! 证件类型
certno C20! 证件号码
med_type C6!§ 医疗类别
medfee_sumamt N16.2! 医疗费总额
psn_setlway C6!§ 个人结算方式
mdtrt_id C30! 就诊ID
chrg_bchno C30! 收费批次号
insutype C6!§ 险种类型
acct_used_flag C1!§ 个人账户使用标志
invono C20 发票号
fulamt_ownpay_amt N16.2! 全自费金额
overlmt_selfpay N16.2! 超限价金额
preselfpay_amt N16.2! 先行自付金额
inscp_scp_amt N16.2! 符合政策范围金额
exp_content C4000 字段扩展
pub_hosp_rfom_flag C6 公立医院改革标志
> drug_trac_info * ?
feedetl_sn C30! 费用明细流水号
drug_trac_codg C30! 药品追溯码
trdn_flag C2! 拆零标志
< setlinfo
mdtrt_id C30! 就诊ID
setl_id C30! 结算ID
psn_no C30! 人员编号
psn_name C50! 人员姓名
psn_cert_type C6!§ 人员证件类型
certno C50! 证件号码
gend C6§ 性别
naty C3§ 民族
brdy D 出生日期
age N4.1 年龄
insutype C6§ 险种类型
psn_type C6!§ 人员类别
cvlserv_flag C3!§ 公务员标志
setl_time DT! 结算时间
mdtrt_cert_type C3§ 就诊凭证类型
med_type C6!§ 医疗类别
medfee_sumamt N16.2! 医疗费总额
fulamt_ownpay_amt N16.2! 全自费金额
overlmt_selfpay N16.2! 超限价自费费用
preselfpay_amt N16.2! 先行自付金额
inscp_scp_amt N16.2! 符合政策范围金额
act_pay_dedc N16.2 实际支付起付线
hifp_pay N16.2! 基本医疗保险统筹基金支出
pool_prop_selfpay N5.4! 基本医疗保险统筹基金支付比例
cvlserv_pay N16.2! 公务员医疗补助资金支出
hifes_pay N16.2! 企业补充医疗保险基金支出
hifmi_pay N16.2! 居民大病保险资金支出
hifob_pay N16.2! 职工大额医疗费用补助基金支出
maf_pay N16.2! 医疗救助基金支出
oth_pay N16.2! 其他支出
fund_pay_sumamt N16.2! 基金支付总额
psn_part_amt N16.2! 个人负担总金额
acct_pay N16.2! 个人账户支出
psn_cash_pay N16.2! 个人现金支出
hosp_part_amt N16.2! 医院负担金额
balc N16.2! 余额
acct_mulaid_pay N16.2! 个人账户共济支付金额
medins_setl_id C30! 医药机构结算ID
clr_optins C6 清算经办机构
clr_way C6§ 清算方式
clr_type C6!§ 清算类别
hifdm_pay N16.2! 伤残人员医疗保障基金支出
exp_content C4000 字段扩展
< setldetail *
fund_pay_type C6!§ 基金支付类型
inscp_scp_amt N16.2! 符合政策范围金额
crt_payb_lmt_amt N16.2! 本次可支付限额金额
fund_payamt N16.2! 基金支付金额
fund_pay_type_name C200 基金支付类型名称
setl_proc_info C4000 结算过程信息
""",
    "2208": """
门诊结算撤销 2+ outpatientSettleService/cancleSettletment
> data
setl_id C30! 结算ID
mdtrt_id C30! 就诊ID
psn_no C30! 人员编号
exp_content C4000 字段扩展
< setlinfo
mdtrt_id C30! 就诊ID
setl_id C30! 结算ID
clr_optins C6 清算经办机构
setl_time DT! 结算时间
medfee_sumamt N16.2! 医疗费总额
fulamt_ownpay_amt N16.2! 全自费金额
overlmt_selfpay N16.2! 超限价自费费用
preselfpay_amt N16.2! 先行自付金额
inscp_scp_amt N16.2! 符合政策范围金额
act_pay_dedc N16.2 实际支付起付线
hifp_pay N16.2! 基本医疗保险统筹基金支出
pool_prop_selfpay N5.4! 基本医疗保险统筹基金支付比例
cvlserv_pay N16.2! 公务员医疗补助资金支出
hifes_pay N16.2! 企业补充医疗保险基金支出
hifmi_pay N16.2! 居民大病保险资金支出
hifob_pay N16.2! 职工大额医疗费用补助基金支出
maf_pay N16.2! 医疗救助基金支出
oth_pay N16.2! 其他支出
fund_pay_sumamt N16.2! 基金支付总额
psn_part_amt N16.2! 个人负担总金额
acct_pay N16.2! 个人账户支出
balc N16.2! 余额
acct_mulaid_pay N16.2! 个人账户共济支付金额
hosp_part_amt N16.2! 医院负担金额
medins_setl_id C30! 医药机构结算ID
psn_cash_pay N16.2! 个人现金支出
hifdm_pay N16.2! 伤残人员医疗保障基金支出
psn_no C30 人员编号
psn_name C50 人员姓名
psn_cert_type C6§ 人员证件类型
certno C50 证件号码
gend C6§ 性别
naty C3§ 民族
brdy D 出生日期
age N 年龄
insutype C6§ 险种类型
psn_type C6§ 人员类别
cvlserv_flag C3§ 公务员标志
mdtrt_cert_type C3§ 就诊凭证类型
med_type C6§ 医疗类别
exp_content C4000 字段扩展
clr_type C6§ 清算类别
clr_way C6§ 清算方式
< setldetail *
= 2207 setldetail
""",
    "2601": """
冲正交易 2+ reverseService/revsMethod
> data
psn_no C30! 人员编号
omsgid C30! 原发送方报文ID
oinfno C6! 原交易编号
""",
}
