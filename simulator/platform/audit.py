"""Audit of a prescription before it is given out (3101) and before it is settled (3102), with the same rules.

Source: NHSA interface specification, transactions 3101 and 3102: `result` is empty when nothing was found; sev_deg is
1 明确违规, 2 高度可疑, 3 轻度可疑. Which rules there are is the authority's secret: those of `audit.toml` are the kinds
that published rule libraries have.
"""

import hashlib
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from .audit_rules import DrugRule
from .envelope import Request, Row
from .money import to_fen, to_yuan
from .office import Office
from .refusal import Refused

_ITEM, _COUNTED = "2", "1"  # vola_bhvr_type 项目类, vola_amt_stas 正常
_OFFENDING = "1"  # vola_item_type 违规项
Finding = tuple[DrugRule, list[dict[str, Any]], str]


def analyse(office: Office, request: Request) -> dict[str, Any]:
    """3101 and 3102: every finding with its severity and the orders that it is about."""
    data = request.input["data"]
    if not data.get("trig_scen") and not data.get("rule_ids"):
        raise Refused("FSI-触发场景(trig_scen)与规则标识集合(rule_ids)不能同时为空")
    wanted = data.get("rule_ids") or []
    if not isinstance(wanted, list):
        raise Refused("FSI-规则标识集合(rule_ids)应为集合")
    rows = []
    for patient in data["patient_dtos"]:
        for visit in patient["fsi_encounter_dtos"]:
            orders = [order for order in visit["fsi_order_dtos"] if order.get("curr_drord_flag") != "0"]
            found = _findings(office, request, patient, visit, orders)
            rows += [
                _result(request, patient, visit, finding)
                for finding in found
                if not wanted or finding[0].rule_id in wanted
            ]
    return {"result": rows}


def _findings(
    office: Office, request: Request, patient: dict[str, Any], visit: dict[str, Any], orders: list[dict[str, Any]]
) -> Iterator[Finding]:
    for rule in office.audit.drugs:
        concerned = [order for order in orders if order["hilist_code"] in rule.drugs]
        for order in concerned:
            if why := _breach(rule, order, patient, visit, request.now.date()):
                yield rule, [order], why
    if rule_of_twins := office.audit.duplicate:
        for code in dict.fromkeys(order["hilist_code"] for order in orders):
            twins = [order for order in orders if order["hilist_code"] == code]
            if len(twins) > 1:
                yield rule_of_twins, twins, f"同一处方中{twins[0]['hilist_name']}重复开具{len(twins)}次"


def _breach(rule: DrugRule, order: dict[str, Any], patient: dict[str, Any], visit: dict[str, Any], today: date) -> str:
    """What is wrong with an order by this rule, or ""."""
    name = order["hilist_name"]
    match rule.kind:
        case "sex":
            return f"{name}限{'男' if rule.gend == '1' else '女'}性使用" if patient["gend"] != rule.gend else ""
        case "age":
            born = date.fromisoformat(patient["brdy"])
            age = today.year - born.year - ((today.month, today.day) < (born.month, born.day))
            return "" if rule.from_age <= age <= rule.to_age else f"{name}限{rule.from_age}至{rule.to_age}岁使用"
        case "level":
            return f"{name}限二级及以上医疗机构使用" if visit["medins_lv"].lstrip("0") not in rule.levels else ""
        case "quantity":
            return f"{name}数量超过{rule.most}" if Row(order).number("cnt") > rule.most else ""
        case _:
            return ""


def _result(request: Request, patient: dict[str, Any], visit: dict[str, Any], finding: Finding) -> dict[str, Any]:
    rule, orders, why = finding
    amounts = [to_fen(Row(order).number("sumamt") or Decimal(0)) for order in orders]
    named = "/".join([request.msgid, rule.rule_id, *(str(order["rx_id"]) for order in orders)])
    number = hashlib.sha256(named.encode()).hexdigest()[:32]
    details = request.transaction.output("judge_result_detail_dtos")
    return request.transaction.output("result").fill(
        jr_id=number,
        rule_id=rule.rule_id,
        rule_name=rule.name,
        vola_cont=why,
        patn_id=patient["patn_id"],
        mdtrt_id=visit["mdtrt_id"],
        vola_amt=to_yuan(sum(amounts)),
        vola_amt_stas=_COUNTED,
        sev_deg=rule.severity,
        vola_evid=rule.evidence,
        vola_bhvr_type=_ITEM,
    ) | {
        "judge_result_detail_dtos": [
            details.fill(
                jrd_id=f"{number}{place:02d}",
                patn_id=patient["patn_id"],
                mdtrt_id=visit["mdtrt_id"],
                rx_id=order["rx_id"],
                vola_item_type=_OFFENDING,
                vola_amt=to_yuan(fen),
            )
            for place, (order, fen) in enumerate(zip(orders, amounts, strict=True))
        ]
    }
