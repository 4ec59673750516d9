"""Stock, purchases and sales with their trace codes. Notation: see the front door."""

TABLES = {
    "3501": """
商品盘存上传 2+ goodsService/goodsUpload
> invinfo
med_list_codg C50! 医疗目录编码
fixmedins_hilist_id C30! 定点医药机构目录编号
fixmedins_hilist_name C200! 定点医药机构目录名称
rx_flag C3!§ 处方药标志
invdate D! 盘存日期
inv_cnt N16.2! 库存数量
manu_lotnum C30 生产批号
fixmedins_bchno C30! 定点医药机构批次流水号
manu_date D! 生产日期
expy_end D! 有效期止
memo C500 备注
drugtracinfo L 溯源码节点信息
> drugtracinfo *
drug_trac_codg C100! 药品追溯码
""",
    "3502": """
商品库存变更 2+ goodsService/goodsUpdate
> invinfo
med_list_codg C50! 医疗目录编码
inv_chg_type C6!§ 库存变更类型
fixmedins_hilist_id C30! 定点医药机构目录编号
fixmedins_hilist_name C200! 定点医药机构目录名称
fixmedins_bchno C30! 定点医药机构批次流水号
pric N16.6! 单价
cnt N16.4! 数量
rx_flag C3!§ 处方药标志
inv_chg_time DT! 库存变更时间
inv_chg_opter_name C50 库存变更经办人姓名
memo C500 备注
trdn_flag C2 拆零标志
""",
    "3503": """
商品采购 2+ goodsService/goodsBuy
> purcinfo
med_list_codg C50! 医疗目录编码
fixmedins_hilist_id C30! 定点医药机构目录编号
fixmedins_hilist_name C200! 定点医药机构目录名称
dynt_no C50 随货单号
fixmedins_bchno C30! 定点医药机构批次流水号
spler_name C200! 供应商名称
spler_pmtno C50 供应商许可证号
manu_lotnum C30! 生产批号
prodentp_name C200! 生产厂家名称
aprvno C100! 批准文号
manu_date D! 生产日期
expy_end D! 有效期止
finl_trns_pric N16.6 最终成交单价
purc_retn_cnt N16.4! 采购/退货数量
purc_invo_codg C50 采购发票编码
purc_invo_no C50 采购发票号
rx_flag C3! 处方药标志
purc_retn_stoin_time DT! 采购/退货入库时间
purc_retn_opter_name C50! 采购/退货经办人姓名
prod_geay_flag C3§ 商品赠送标志
memo C500 备注
""",
    "3504": """
商品采购退货 2+ goodsService/goodsBuyReturn
> purcinfo
med_list_codg C50! 医疗目录编码
fixmedins_hilist_id C30! 定点医药机构目录编号
fixmedins_hilist_name C200! 定点医药机构目录名称
fixmedins_bchno C30! 定点医药机构批次流水号
spler_name C200! 供应商名称
spler_pmtno C50 供应商许可证号
manu_date D! 生产日期
expy_end D! 有效期止
finl_trns_pric N16.6 最终成交单价
purc_retn_cnt N16.4! 采购/退货数量
purc_invo_codg C50 采购发票编码
purc_invo_no C50! 采购发票号
rx_flag C3!§ 处方药标志
purc_retn_stoin_time DT! 采购/退货入库时间
purc_retn_opter_name C50! 采购/退货经办人姓名
memo C500 备注
medins_prod_purc_no C50 商品采购流水号
""",
    "3505": """
商品销售 2+ goodsService/goodsSell
> selinfo
med_list_codg C50! 医疗目录编码
fixmedins_hilist_id C30! 定点医药机构目录编号
fixmedins_hilist_name C200! 定点医药机构目录名称
fixmedins_bchno C30! 定点医药机构批次流水号
prsc_dr_cert_type C6§ 开方医师证件类型
prsc_dr_certno C50 开方医师证件号码
prsc_dr_name C50! 开方医师姓名
phar_cert_type C6§ 药师证件类型
phar_certno C50 药师证件号码
phar_name C50! 药师姓名
phar_prac_cert_no C50! 药师执业资格证号
hi_feesetl_type C6§ 医保费用结算类型
setl_id C30 结算ID
mdtrt_sn C30! 就医流水号
psn_no C30 人员编号
psn_cert_type C6§ 人员证件类型
certno C50 证件号码
psn_name C50 人员姓名
manu_lotnum C30! 生产批号
manu_date D! 生产日期
expy_end D 有效期止
rx_flag C3!§ 处方药标志
trdn_flag C3!§ 拆零标志
finl_trns_pric N16.6 最终成交单价
rxno C40 处方号
rx_circ_flag C3§ 外购处方标志
rtal_docno C40! 零售单据号
stoout_no C40 销售出库单据号
bchno C30 批次号
drug_trac_codg C30 药品追溯码
drug_prod_barc C30 药品条形码
shelf_posi C20 货架位
sel_retn_cnt N16.4! 销售/退货数量
sel_retn_time DT! 销售/退货时间
sel_retn_opter_name C50! 销售/退货经办人姓名
memo C500 备注
MDTRT_SETL_TYPE C6 就诊结算类型
drugtracinfo L! 溯源码节点信息
> drugtracinfo *
drug_trac_codg C100! 药品追溯码
""",
    "3506": """
商品销售退货 2+ goodsService/goodsSellReturn
> selinfo
med_list_codg C50! 医疗目录编码
fixmedins_hilist_id C30! 定点医药机构目录编号
fixmedins_hilist_name C200! 定点医药机构目录名称
fixmedins_bchno C30! 定点医药机构批次流水号
setl_id C30 结算ID
psn_no C30 人员编号
psn_cert_type C6§ 人员证件类型
certno C50 证件号码
psn_name C50 人员姓名
manu_lotnum C30! 生产批号
manu_date D! 生产日期
expy_end D 有效期止
rx_flag C3!§ 处方药标志
trdn_flag C3!§ 拆零标志
finl_trns_pric N16.6 最终成交单价
sel_retn_cnt N16.4! 销售/退货数量
sel_retn_time DT! 销售/退货时间
sel_retn_opter_name C50! 销售/退货经办人姓名
memo C500 备注
medins_prod_sel_no C50 商品销售流水号
mdtrt_sn C30! 就医流水号
drugtracinfo L 溯源码节点信息
> drugtracinfo *
drug_trac_codg C100! 药品追溯码
""",
    "3507": """
商品信息删除 2+ goodsService/goodsInfoDelete
> data
fixmedins_bchno C30! 定点医药机构批次流水号
inv_data_type C30!§ 进销存数据类型
""",
    "3592B": """
获取虚拟药品追溯码 1 ?goodsService/queryVirtualTrace
> data
med_list_codg C50! 医疗目录编码
fixmedins_hilist_id C30! 定点医药机构目录编号
fixmedins_hilist_name C200! 定点医药机构目录名称
fixmedins_bchno C30! 定点医药机构批次流水号
memo C500 备注
< result *
med_list_codg C50 医疗目录编码
fixmedins_hilist_id C30! 定点医药机构目录编号
fixmedins_hilist_name C200! 定点医药机构目录名称
drug_trac_codg C500! 药品追溯码
""",
    "3512": """
定点医药机构入库商品追溯信息查询 2+ ?goodsService/queryGoodsInTrace
> data
fixmedins_code C30! 定点医药机构编号
medins_list_codg C150 医药机构目录编码
fixmedins_bchno C30 定点医药机构批次流水号
begndate D! 开始日期
enddate D! 结束日期
med_list_codg C50 医疗目录编码
drug_trac_codg C30 药品追溯码
< output *
fixmedinsCode C30 定点医药机构编号
medinsListCodg C150 医药机构目录编码
fixmedinsBchno C30 定点医药机构批次流水号
medListCodg C50 医疗目录编码
medinsListName C150 医药机构目录名称
drugTracCodg C30 药品追溯码
valiFlag C3§ 有效标志
opterId C20 经办人ID
crterName C50 创建人姓名
crterId C20 创建人ID
optinsNo C20 经办机构编号
fixBlngAdmdvs C6 定点归属医保区划
""",
    "3513": """
定点医药机构商品销售追溯信息查询 2+ ?goodsService/queryGoodsSellTrace
> data
fixmedins_code C30! 定点医药机构编号
medins_list_codg C150 医药机构目录编码
fixmedins_bchno C30 定点医药机构批次流水号
begndate D 开始日期
enddate D 结束日期
med_list_codg C50 医疗目录编码
mdtrt_id C30 就诊ID
psn_no C30 人员编号
psn_cert_type C6§ 人员证件类型
certno C600 证件号码
psn_name C50 人员姓名
drug_trac_codg C30 药品追溯码
< output *
fixmedinsCode C50 定点医药机构编号
medListCodg C6 医疗目录编码
medinsListCodg C30 医药机构目录编码
medinsListName C20 医药机构目录名称
fixmedinsBchno C150 定点医药机构批次流水号
mdtrtId C30 就诊ID
mdtrtSetlType C§ 就诊结算类型
bkkpSn C100 记账流水号
drugTracCodg C30 药品追溯码
psnNo C30 人员编号
psnCertType C6§ 人员证件类型
certno C30 证件号码
psnName C50 人员姓名
memo C500 备注
trdnFlag C3 拆零标志
updtTime DT 数据更新时间
opterName C50 经办人姓名
rid C40 数据唯一记录号
crteTime DT 数据创建时间
optTime DT 经办时间
opterId C20 经办人ID
crterName C50 创建人姓名
crterId C20 创建人ID
optinsNo C20 经办机构编号
fixBlngAdmdvs C6 定点归属医保区划
""",
    "3501A": """
商品盘存批量上传 2+ ?goodsService/goodsUploadA
> invinfoDetail *
= 3501 invinfo
pric N16.6! 单价
> drugtracinfo *
= 3501 drugtracinfo
< invinfoErrDetail *
fixmedins_bchno C30! 定点医药机构批次流水号
retRslt C6 处理结果
msgRslt C500 处理说明
""",
    "3502A": """
商品库存变更批量上传 2+ ?goodsService/goodsUpdateA
> invinfoDetail *
= 3502 invinfo
drugtracinfo L 溯源码节点信息
trac_codg_pac_hery C3§ 追溯码包装层级
> drugtracinfo *
= 3501 drugtracinfo
< invinfoErrDetail *
= 3501A invinfoErrDetail
""",
    "3503A": """
商品采购批量上传 2+ ?goodsService/goodsBuyA
> purcinfoDetail *
= 3503 purcinfo
finl_trns_pric N16.6! 最终成交单价
purc_invo_file_List L? 采购发票文件
< purcinfoDetail *
= 3501A invinfoErrDetail
medins_prod_purc_no C50 商品采购流水号
""",
    "3504A": """
商品采购退货批量上传 2+ ?goodsService/goodsBuyReturnA
> purcinfoDetail *
= 3504 purcinfo
< purcinfoErrDetail *
= 3501A invinfoErrDetail
""",
    "3505A": """
商品销售批量上传 2+ ?goodsService/goodsSellA
> selinfoDetail *
= 3505 selinfo
finl_trns_pric N16.6! 最终成交单价
drug_prod_barc C500! 药品条形码
prsc_dr_no C50 开方医师编号
phar_no C50 医保药师编号
> drugtracinfo *
= 3505 drugtracinfo
< selinfoDetail *
= 3501A invinfoErrDetail
medins_prod_sel_no C50 商品销售流水号
""",
    "3506A": """
商品销售退货批量上传 2+ ?goodsService/goodsSellReturnA
> selinfoDetail *
= 3506 selinfo
> drugtracinfo *
= 3506 drugtracinfo
< selinfoErrDetail *
= 3501A invinfoErrDetail
medins_prod_sel_no C50 商品销售流水号
""",
    "3507A": """
商品信息批量删除 2+ ?goodsService/goodsInfoDeleteA
> goodDetail *
= 3507 data
< goodErrDetail *
= 3501A invinfoErrDetail
""",
}
