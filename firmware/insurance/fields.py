"""Field tables of what the terminal sends: national interface of the insurance platform, institution side.

One text for each input node, in the notation of the specification: name, type and length, `!` when mandatory. C
characters, N number (digits.decimals), I integer, D date, DT date and time. The names and types agree in at least two
public sources (provincial specification of Hunan V1.1.27 and independent client programs); mandatory marks follow the
stricter one. `psn_type` is printed as C3 in 2201 and 2206; the code list has four characters and 1101 answers up to
six, so it is C6 here.
"""

from firmware.insurance.errors import InsuranceError
from firmware.money import MoneyError, from_decimal

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Entry = tuple[str, str, int, bool]

ENVELOPE = (
    "infno C6! msgid C30! mdtrtarea_admvs C6! insuplc_admdvs C6 recer_sys_code C10! dev_no C100 dev_safe_info C2000"
    " cainfo C1024 signtype C10 infver C6! opter_type C3! opter C30! opter_name C50! inf_time DT! fixmedins_code C12!"
    " fixmedins_name C200! sign_no C30"
)

_PAYMENT = (
    "psn_no C30! mdtrt_cert_type C3! mdtrt_cert_no C50! card_sn C32 psn_cert_type C3! certno C20! {extra}med_type C6!"
    " medfee_sumamt N16.2! psn_setlway C6! mdtrt_id C30! chrg_bchno C30! acct_used_flag C1! insutype C6!"
    " exp_content C4000"
)

_SALE = (
    "med_list_codg C50! fixmedins_hilist_id C30! fixmedins_hilist_name C200! fixmedins_bchno C30!{prescriber}"
    " setl_id C30 psn_no C30 psn_cert_type C6 certno C50 psn_name C50 manu_lotnum C30! manu_date D! expy_end D"
    " rx_flag C3!"
    " trdn_flag C3! finl_trns_pric N16.6{receipt} sel_retn_cnt N16.4! sel_retn_time DT!"
    " sel_retn_opter_name C50! memo C500"
)

INPUT = {
    "9001": {"signIn": "opter_no C20! mac C20! ip C20!"},
    "1101": {
        "data": "mdtrt_cert_type C3! mdtrt_cert_no C50! card_sn C32 begntime DT psn_cert_type C6 certno C50"
        " psn_name C50"
    },
    "6101": {
        "InData": "orgId C40! businessType C5! businessInfo C200 operatorId C20! operatorName C30! officeId C20!"
        " officeName C30! deviceType C30"
    },
    "2201": {
        "data": "psn_no C30! insutype C6! begntime DT! mdtrt_cert_type C3! mdtrt_cert_no C50! card_sn C32"
        " psn_cert_type C3!"
        " certno C20! psn_type C6! psn_name C20! ipt_otp_no C30! atddr_no C30 dr_name C50 dept_code C30!"
        " dept_name C100!"
        " caty C10! exp_content C4000"
    },
    "2202": {"data": "psn_no C30! mdtrt_id C30! ipt_otp_no C30! exp_content C4000"},
    "2203": {
        "mdtrtinfo": "mdtrt_id C30! psn_no C30! med_type C6! begntime DT! main_cond_dscr C1000 dise_type_code C30"
        " dise_codg C30! dise_name C500! exp_content C4000",
        "diseinfo": "diag_type C3! diag_srt_no N2! diag_code C20! diag_name C100! diag_dept C50! dise_dor_no C30!"
        " dise_dor_name C50! diag_time DT! vali_flag C3!",
    },
    "2204": {
        "feedetail": "feedetl_sn C30! mdtrt_id C30! psn_no C30! chrg_bchno C30! dise_codg C30 rxno C30"
        " rx_circ_flag C3!"
        " fee_ocur_time DT! med_list_codg C50! medins_list_codg C150! det_item_fee_sumamt N16.2! cnt N16.4!"
        " pric N16.6!"
        " bilg_dept_codg C30! bilg_dept_name C100! bilg_dr_codg C30! bilg_dr_name C50! hosp_appr_flag C3!"
        " exp_content C4000"
    },
    "2205": {"data": "mdtrt_id C30! chrg_bchno C30! psn_no C30! exp_content C4000"},
    "2206": {"data": _PAYMENT.replace("{extra}", "psn_type C6! psn_name C20! ")},
    "2207": {
        "data": _PAYMENT.replace("{extra}", "")
        + " invono C20 fulamt_ownpay_amt N16.2! overlmt_selfpay N16.2! preselfpay_amt N16.2! inscp_scp_amt N16.2!"
    },
    "2208": {"data": "setl_id C30! mdtrt_id C30! psn_no C30! exp_content C4000"},
    "2601": {"data": "psn_no C30! omsgid C30! oinfno C6!"},
    "3505": {
        "selinfo": _SALE.replace(
            "{prescriber}", " prsc_dr_name C50! phar_name C50! phar_prac_cert_no C50! hi_feesetl_type C6 mdtrt_sn C30!"
        ).replace("{receipt}", " rxno C40 rx_circ_flag C3 rtal_docno C40! MDTRT_SETL_TYPE C6 drugtracinfo L!")
    },
    "3506": {"selinfo": _SALE.replace("{prescriber}", "").replace("{receipt}", " mdtrt_sn C30! drugtracinfo L!")},
    "3513": {"data": "fixmedins_code C30! fixmedins_bchno C30 begndate D enddate D drug_trac_codg C30"},
    "5201": {"data": "psn_no C30! begntime DT! endtime DT! med_type C6! mdtrt_id C30"},
    "5203": {"data": "psn_no C30! setl_id C30! mdtrt_id C30!"},
}

_REMEMBERED = 4  # the envelope, and what is sent in series
_read: "dict[str, tuple[list[Entry], set[str]]]" = {}


def check(infno: str, payload: "dict[str, Any]") -> None:
    """Refuse a message that does not fit its table. `InsuranceError` `insurance.bad_message` naming the field."""
    for node in INPUT[infno]:
        value = payload.get(node)
        rows = value if type(value) is list else [value]
        if not rows:
            raise _bad(node)
        for row in rows:
            if type(row) is not dict:
                raise _bad(node)
            check_row(INPUT[infno][node], row)


def check_row(table: str, row: "dict[str, Any]") -> None:
    """Check one object against a table text; a member that the table does not have is refused as well."""
    entries, names = _read_once(table)
    for entry in entries:
        value = row.get(entry[0], "")
        if type(value) is str and entry[1] == "C" and 0 < len(value) <= entry[2]:
            continue  # most of them
        _check_field(entry, value)
    if not names.issuperset(row):
        for name in row:
            if name not in names:
                raise _bad(name)


def _check_field(entry: "Entry", value: "Any") -> None:
    name, kind, length, mandatory = entry
    if value == "" or value is None:
        if mandatory:
            raise _bad(name)
        return
    if kind == "L":
        good = type(value) is list and len(value) > 0
    elif type(value) is not str:
        good = False
    elif kind == "C":
        good = len(value) <= length
    elif kind == "D":
        good = len(value) == 10
    elif kind == "DT":
        good = len(value) == 19
    else:
        good = _is_number(value, length)
    if not good:
        raise _bad(name)


def _is_number(text: str, decimals: int) -> bool:
    try:
        from_decimal(text, decimals)
    except MoneyError:
        return False
    return True


def _read_once(table: str) -> "tuple[list[Entry], set[str]]":
    """The fields of a table, and their names; those of the last tables are kept, because they come again and again."""
    found = _read.get(table)
    if found is None:
        if len(_read) >= _REMEMBERED:
            _read.clear()
        entries = _entries(table)
        found = (entries, {entry[0] for entry in entries})
        _read[table] = found
    return found


def _entries(table: str) -> "list[Entry]":
    """(name, kind, length or decimals, mandatory) of each field of a table text."""
    words = table.split()
    entries = []
    for index in range(0, len(words), 2):
        notation = words[index + 1]
        mandatory = notation[-1] == "!"
        if mandatory:
            notation = notation[:-1]
        if notation in ("D", "DT", "L"):
            entries.append((words[index], notation, 0, mandatory))
        elif notation[0] == "N":
            entries.append((words[index], "N", int(notation.partition(".")[2] or "0"), mandatory))
        else:
            entries.append((words[index], notation[0], int(notation[1:]), mandatory))
    return entries


def _bad(field: str) -> InsuranceError:
    return InsuranceError("insurance.bad_message", field, {"field": field})
