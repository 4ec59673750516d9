"""Sign-in and sign-out, person, insurance code, institution, entitlements. Notation: see the front door."""

TABLES = {
    "9001": """
签到 2+ signInSignOutService/signIn
> signIn
opter_no C20! 操作员编号
mac C20! 签到MAC地址
ip C20! 签到IP地址
< signinoutb
sign_time D! 签到时间
sign_no C30! 签到编号
""",
    "9002": """
签退 2+ signInSignOutService/signOut
> signOut
sign_no C30! 签到编号
opter_no C20! 操作员编号
< signoutoutb
sign_time D! 签退时间
""",
    "1101": """
人员信息获取 2+ fsiPsnInfoService/queryPsnInfo
> data
mdtrt_cert_type C3!§ 就诊凭证类型
mdtrt_cert_no C50! 就诊凭证编号
card_sn C32 卡识别码
begntime DT 开始时间
psn_cert_type C6§ 人员证件类型
certno C50 证件号码
psn_name C50 人员姓名
< baseinfo
psn_no C30! 人员编号
psn_cert_type C6!§ 人员证件类型
certno C50! 证件号码
psn_name C50! 人员姓名
gend C6!§ 性别
naty C3§ 民族
brdy D 出生日期
age N4.1! 年龄
exp_content C4000 字段扩展
< insuinfo *
balc N16.2! 余额
insutype C6!§ 险种类型
psn_type C6!§ 人员类别
psn_insu_stas C6§ 人员参保状态
psn_insu_date D 个人参保日期
paus_insu_date D 暂停参保日期
cvlserv_flag C3!§ 公务员标志
insuplc_admdvs C6! 参保地医保区划
emp_name C200 单位名称
< idetinfo *
psn_idet_type C3!§ 人员身份类别
psn_type_lv C3§ 人员类别等级
memo C500 备注
begntime DT! 开始时间
endtime DT 结束时间
""",
    "6101": """
解析医保电子凭证二维码 2+ hsecfc/localQrCodeQuery
> InData
orgId C40! 机构ID
businessType C5!§ 用码业务类型
businessInfo C200 用码业务信息
operatorId C20! 操作员工号
operatorName C30! 操作员姓名
officeId C20! 医保科室编号
officeName C30! 科室名称
deviceType C30 设备类型
< OutData
userName C50! 用户姓名
idNo C30! 证件号码
idType C3!§ 证件类型
ecToken C40! 身份核验令牌
insuOrg C6!§ 参保地行政区划
authNo C40 授权流水号
ecIndexNo C32 外部索引号
gender C3 性别
birthday C10 出生日期
nationality C40 国籍
email C40 电子邮箱
""",
    "1201": """
医药机构信息获取 2+ fsiFixMedInsService/queryFixMedIns
> medinsinfo
fixmedins_type C6!§ 定点医疗服务机构类型
fixmedins_name C200 定点医药机构名称
fixmedins_code C12 定点医药机构编号
< medinsinfo *
fixmedins_code C12! 定点医药机构编号
fixmedins_name C200! 定点医药机构名称
uscc C50! 统一社会信用代码
fixmedins_type C6!§ 定点医疗服务机构类型
hosp_lv C6§ 医院等级
exp_content C4000 扩展字段
""",
    "2001": """
人员待遇享受检查 2+ fsiPsnPriorityInfoService/queryPsnPriorityInfo
> data
psn_no C30! 人员编号
insutype C6!§ 险种类型
fixmedins_code C12! 定点医药机构编号
med_type C6!§ 医疗类别
begntime DT! 开始时间
endtime DT 结束时间
dise_codg C30 病种编码
dise_name C500 病种名称
oprn_oprt_code C30 手术操作代码
oprn_oprt_name C500 手术操作名称
matn_type C6§ 生育类别
birctrl_type C6§ 计划生育手术类别
exp_content C4000 字段扩展
< trtinfo *
psn_no C30! 人员编号
trt_chk_type C6!§ 待遇检查类型
fund_pay_type C6!§ 基金支付类型
trt_enjymnt_flag C3!§ 基金款项待遇享受标志
begndate D! 开始日期
enddate D 结束日期
trt_chk_rslt C500 待遇检查结果
exp_content C4000 字段扩展
""",
    "5205": """
人员慢特病用药记录查询 2+ ?fsiIntegratedQueryService/queryPsnMedcRecord
> data
psn_no C30! 人员编号
begntime DT! 开始时间
endtime DT 结束时间
< feedetail *
feedetl_sn C30! 费用明细流水号
rx_drord_no C30 处方/医嘱号
fixmedins_code C12 定点医药机构编号
fixmedins_name C200! 定点医药机构名称
psn_no C30! 人员编号
med_type C6!§ 医疗类别
fee_ocur_time DT! 费用发生时间
cnt N16.4! 数量
pric N16.6! 单价
chrgitm_lv C3§ 收费项目等级
hilist_code C50! 医保目录编码
hilist_name C200! 医保目录名称
list_type C6!§ 目录类别
med_list_codg C50! 医疗目录编码
medins_list_codg C150! 医药机构目录编码
medins_list_name C100! 医药机构目录名称
med_chrgitm_type C6!§ 医疗收费项目类别
prodname C200 商品名
spec C200! 规格
dosform_name C200 剂型名称
lmt_used_flag C3§ 限制使用标志
hosp_prep_flag C3§ 医院制剂标志
hosp_appr_flag C3§ 医院审批标志
tcmdrug_used_way C6§ 中药使用方式
prodplac_type C6§ 生产地类别
bas_medn_flag C3§ 基本药物标志
hi_nego_drug_flag C3§ 医保谈判药品标志
chld_medc_flag C3§ 儿童用药标志
etip_flag C3§ 外检标志
etip_hosp_code C30 外检医院编码
dscg_tkdrug_flag C3§ 出院带药标志
list_sp_item_flag C3§ 目录特项标志
matn_fee_flag C6§ 生育费用标志
""",
    "5206": """
人员累计信息查询 2+ fsiIntegratedQueryService/queryFixmedinsPracPsnSum
> data
psn_no C30! 人员编号
cum_ym C6 累计年月
< cuminfo *
insutype C6!§ 险种类型
year C4! 年度
cum_ym C6! 累计年月
cum_type_code C10! 累计类别代码
cum N16.2! 累计值
""",
    "5301": """
人员慢特病备案查询 2+ fsiIntegratedQueryService/queryPsnOpspReg
> data
psn_no C30! 人员编号
< feedetail *
opsp_dise_code C30! 门慢门特病种目录代码
opsp_dise_name C300! 门慢门特病种名称
begndate D! 开始日期
enddate D 结束日期
""",
    "5302": """
人员定点信息查询 2+ ?fsiIntegratedQueryService/queryPsnFixmedins
> data
psn_no C30! 人员编号
biz_appy_type C3! 业务申请类型
< psnfixmedin *
psn_no C30! 人员编号
insutype C6§ 险种类型
fix_srt_no C3! 定点排序号
fixmedins_code C12! 定点医药机构编号
fixmedins_name C200! 定点医药机构名称
begndate D! 开始日期
enddate D 结束日期
memo C500 备注
""",
}
