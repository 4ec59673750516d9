"""Catalogues and how own goods are mapped to them. Notation: see the front door."""

TABLES = {
    "3301": """
目录对照上传 2+ catalogCompService/catalogCompUp
> data *
fixmedins_hilist_id C30! 定点医药机构目录编号
fixmedins_hilist_name C200! 定点医药机构目录名称
list_type C30!§ 目录类别
med_list_codg C30! 医疗目录编码
begndate D! 开始日期
enddate D! 结束日期
aprvno C30 批准文号
dosform C200 剂型
exct_cont C2000 除外内容
item_cont C2000 项目内涵
prcunt C100 计价单位
spec C200 规格
pacspec C100 包装规格
memo C500 备注
""",
    "3302": """
目录对照撤销 2+ ?catalogCompService/catalogCompCancel
> data
fixmedins_code C30! 定点医药机构编号
fixmedins_hilist_id C30! 定点医药机构目录编号
list_type C30! 目录类别
med_list_codg C30! 医疗目录编码
""",
    "1301": """
目录下载 2+ catalogdownservice/downCatalog1301
> data
ver C30! 版本号
< -
file_qury_no C40! 文件查询号
filename C200! 文件名
dld_end_time DT 下载截止时间
data_cnt N10 数据量
""",
    "1304": """
民族药品目录查询 2+ catalogqueryservice/queryNatyPreparedByPage
> data
med_list_codg C50 医疗目录编码
genname_codg C100 通用名编号
drug_genname C500 药品通用名
drug_prodname C500 药品商品名
tcmherb_name C30 中草药名称
cpnd_flag C255 中草药单复方标志
vali_flag C3§ 有效标志
rid C30 唯一记录号
ver C20 版本号
opt_begn_time D 经办开始时间
opt_end_time D 经办结束时间
updt_time D! 更新时间
page_num N4! 当前页数
page_size N4! 本页数据量
< data *
med_list_codg C50! 医疗目录编码
drug_prodname C500 药品商品名
genname_codg C20 通用名编号
drug_genname C500 药品通用名
ethdrug_type C3§ 民族药种类
chemname C100 化学名称
alis C100 别名
eng_name C500 英文名称
dosform C500 剂型
each_dos C2000 每次用量
used_frqu C30 使用频次
nat_drug_no C20 国家药品编号
used_mtd C2000 用法
ing C500 成分
chrt C500 性状
defs C1000 不良反应
tabo C500 禁忌
mnan C500 注意事项
stog C500 贮藏
drug_spec C500 药品规格
prcunt_type C3§ 计价单位类型
otc_flag C3§ 非处方药标志
pacmatl C500 包装材质
pacspec C200 包装规格
min_useunt C30 最小使用单位
min_salunt C30 最小销售单位
manl C2000 说明书
rute C30 给药途径
begndate D 开始日期
enddate D 结束日期
pham_type C40 药理分类
memo C500 备注
pac_cnt C20 包装数量
min_unt C30 最小计量单位
min_pac_cnt N20 最小包装数量
min_pacunt C30 最小包装单位
min_prepunt C30 最小制剂单位
drug_expy C100 药品有效期
efcc_atd C2000 功能主治
min_prcunt C50 最小计价单位
wubi C30 五笔助记码
pinyin C30 拼音助记码
vali_flag C3!§ 有效标志
rid C40! 唯一记录号
updt_time D! 数据更新时间
ver C20! 版本号
""",
    "1312": """
医保目录信息查询 2+ catalogqueryservice/queryHilist
> data
query_date D 查询时间点
hilist_code C30 医保目录编码
insu_admdvs C6§ 参保机构医保区划
begndate D 开始日期
hilist_name C200 医保目录名称
wubi C30 五笔助记码
pinyin C30 拼音助记码
med_chrgitm_type C6§ 医疗收费项目类别
chrgitm_lv C3§ 收费项目等级
lmt_used_flag C3§ 限制使用标志
list_type C30 目录类别
med_use_flag C3§ 医疗使用标志
matn_used_flag C3§ 生育使用标志
hilist_use_type C3§ 医保目录使用类别
lmt_cpnd_type C3§ 限复方使用类型
vali_flag C3§ 有效标志
updt_time D! 更新时间
page_num N4! 当前页数
page_size N4! 本页数据量
< data *
hilist_code C30! 医保目录编码
hilist_name C200! 医保目录名称
insu_admdvs C6!§ 参保机构医保区划
begndate D! 开始日期
enddate D 结束日期
med_chrgitm_type C6!§ 医疗收费项目类别
chrgitm_lv C3!§ 收费项目等级
lmt_used_flag C3!§ 限制使用标志
list_type C3!§ 目录类别
med_use_flag C3!§ 医疗使用标志
matn_used_flag C3!§ 生育使用标志
hilist_use_type C3!§ 医保目录使用类别
lmt_cpnd_type C3!§ 限复方使用类型
wubi C30 五笔助记码
pinyin C30 拼音助记码
memo C500 备注
vali_flag C3!§ 有效标志
rid C40! 唯一记录号
updt_time D! 更新时间
poolarea_no C6§ 统筹区
""",
    "1316": """
医疗目录与医保目录匹配信息查询 2+ catalogqueryservice/queryMedinsHilistMapByPage
> data
query_date D 查询时间点
med_list_codg C30 定点医药机构目录编号
hilist_code C30 医保目录编码
list_type C30 目录类别
insu_admdvs C6§ 参保机构医保区划
begndate D 开始日期
vali_flag C3§ 有效标志
updt_time D! 更新时间
page_num N4! 当前页数
page_size N4! 本页数据量
< data *
med_list_codg C30! 医疗目录编码
hilist_code C30! 医保目录编码
list_type C3!§ 目录类别
insu_admdvs C6!§ 参保机构医保区划
begndate D! 开始日期
enddate D 结束日期
memo C500 备注
vali_flag C3!§ 有效标志
rid C40! 唯一记录号
updt_time D! 更新时间
poolarea_no C6§ 统筹区
""",
    "1317": """
医药机构目录匹配信息查询 2+ catalogqueryservice/queryMedListMapByPage
> data
query_date D 查询时间点
fixmedins_code C30 定点医药机构编号
medins_list_codg C30 定点医药机构目录编号
medins_list_name C200 定点医药机构目录名称
insu_admdvs C6§ 参保机构医保区划
list_type C30 目录类别
med_list_codg C30 医疗目录编码
begndate D 开始日期
vali_flag C3§ 有效标志
updt_time D! 更新时间
page_num N4! 当前页数
page_size N4! 本页数据量
< data *
fixmedins_code C30! 定点医药机构编号
medins_list_codg C30! 定点医药机构目录编号
medins_list_name C200 定点医药机构目录名称
insu_admdvs C6!§ 参保机构医保区划
list_type C3!§ 目录类别
med_list_codg C30! 医疗目录编码
begndate D! 开始日期
enddate D 结束日期
aprvno C30 批准文号
dosform C200 剂型
exct_cont C2000 除外内容
item_cont C2000 项目内涵
prcunt C100 计价单位
spec C200 规格
pacspec C100 包装规格
memo C500 备注
vali_flag C3!§ 有效标志
rid C40! 唯一记录号
updt_time D! 更新时间
poolarea_no C6§ 统筹区
""",
    "1318": """
医保目录限价信息查询 2+ catalogqueryservice/queryLmtprcByPage
> data
query_date D 查询时间点
hilist_code C30 医保目录编码
hilist_lmtpric_type C6§ 医保目录限价类型
overlmt_dspo_way C6§ 医保目录超限处理方式
insu_admdvs C6§ 参保机构医保区划
begndate D 开始日期
enddate D 结束日期
vali_flag C3§ 有效标志
rid C40 唯一记录号
tabname C100 表名
poolarea_no C6§ 统筹区
updt_time D! 更新时间
page_num N4! 当前页数
page_size N4! 本页数据量
< data *
hilist_code C30! 医保目录编码
hilist_lmtpric_type C6!§ 医保目录限价类型
overlmt_dspo_way C6!§ 医保目录超限处理方式
insu_admdvs C6!§ 参保机构医保区划
begndate D! 开始日期
enddate D 结束日期
hilist_pric_uplmt_amt N16! 医保目录定价上限金额
vali_flag C3!§ 有效标志
rid C40! 唯一记录号
updt_time D! 更新时间
tabname C100 表名
poolarea_no C6 统筹区
""",
    "1319": """
医保目录先自付比例信息查询 2+ catalogqueryservice/querySelfpayByPage
> data
query_date D 查询时间点
hilist_code C30 医保目录编码
selfpay_prop_psn_type C6§ 医保目录自付比例人员类别
selfpay_prop_type C6§ 目录自付比例类别
insu_admdvs C6§ 参保机构医保区划
begndate D 开始日期
enddate D 结束日期
vali_flag C3§ 有效标志
rid C40 唯一记录号
tabname C100 表名
poolarea_no C6§ 统筹区
updt_time D! 更新时间
page_num N4! 当前页数
page_size N4! 本页数据量
< data *
hilist_code C30! 医保目录编码
selfpay_prop_psn_type C6!§ 医保目录自付比例人员类别
selfpay_prop_type C6!§ 目录自付比例类别
insu_admdvs C6!§ 参保机构医保区划
begndate D! 开始日期
enddate D 结束日期
selfpay_prop N5!§ 自付比例
vali_flag C3!§ 有效标志
rid C40! 唯一记录号
updt_time D! 更新时间
tabname C100 表名
poolarea_no C6§ 统筹区
""",
}
