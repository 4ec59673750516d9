"""The outpatient transactions, in the words of the counter. Wire names do not leave this room.

A person is the dict that `person` returns. A credential is what the patient showed: `kind` `insurance_code` (`number` =
the token of 6101), `identity_card`, `identity_number` or `social_card` (`number` = the card's number, `card_id` = its
identification code); `document` says whose identity number it carries (`citizen`, `hmt_permit`, `foreigner_2017`,
`foreigner_2023`). A registration is the platform's visit id (`mdtrt_id`, opaque).
Source: national interface specification, transactions 1101 and 2201-2208, 2601, 5201, 5203.
"""

from firmware import clock as civil
from firmware.insurance.amounts import fee_split, settlement_amounts
from firmware.insurance.errors import InsuranceError, UnknownOutcome
from firmware.insurance.wire import fen, rows, text
from firmware.money import MoneyError, to_yuan

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from firmware.insurance.client import InsuranceClient

    Json = dict[str, Any]

IDENTITY_CARD = "identity_card"
IDENTITY_NUMBER = "identity_number"
INSURANCE_CODE = "insurance_code"
SOCIAL_CARD = "social_card"

# mdtrt_cert_type. That the cards of others than citizens go by 02 as well is assumed: the list has no type for them.
_CERT_TYPES = {INSURANCE_CODE: "01", IDENTITY_CARD: "02", IDENTITY_NUMBER: "02", SOCIAL_CARD: "03"}
# psn_cert_type. 01 is sure; the others stand in one province's dictionary. 04 to 06 there are travel permits and
# passports of Hong Kong, Macao and Taiwan people, whose numbers are others than the one of the residence permit.
_DOCUMENTS = {"citizen": "01", "hmt_permit": "17", "foreigner_2017": "07", "foreigner_2023": "07"}
_CUT_NAMES = (15, 46)  # identity cards cut longer names here (Chinese, English); the field of 1101 may be empty
_LONGEST_ASKED_NAME = 50  # psn_name of 1101
_LONGEST_NAME = 20  # psn_name of 2201 and 2206, mandatory: what the platform itself calls the person may be longer
_EMPLOYEES = "310"
_NORMAL = "1"  # psn_insu_stas
_ORDINARY_OUTPATIENT = "11"  # med_type
_BY_ITEM = "01"  # psn_setlway
_ALL_BATCHES = "0000"


class Outpatient:
    """The transactions of an outpatient visit. Every method raises the errors of `InsuranceClient.call`."""

    def __init__(self, client: "InsuranceClient", clinic: "Json") -> None:
        self._client = client
        self._institution = clinic["institution"]
        self._doctor = clinic["doctor"]

    async def person(self, credential: "Json") -> "Json":
        """1101. `number` (psn_no), `name`, `identity_number`, `identity_kind`, `sex`, `birth`, `age`, `insurance`,
        `group`, `insured`, `region`, `balance_fen`. Of several insurances the one in force is taken, residents' and
        employees' alike."""
        name = credential.get("name", "")
        data = {
            "mdtrt_cert_type": _CERT_TYPES[credential["kind"]],
            "mdtrt_cert_no": credential["number"],
            "card_sn": credential.get("card_id", ""),
            "begntime": "",
            "psn_cert_type": _DOCUMENTS[credential.get("document", "citizen")],
            "certno": credential.get("identity_number", ""),
            "psn_name": "" if len(name) in _CUT_NAMES or len(name) > _LONGEST_ASKED_NAME else name,
        }
        output = await self._client.call("1101", {"data": data})
        base = output.get("baseinfo")
        insurances = rows(output.get("insuinfo"))
        if type(base) is not dict or not base.get("psn_no") or not insurances:
            raise InsuranceError("insurance.bad_answer", "1101")
        try:
            person = _person(base, insurances)
        except MoneyError:
            raise InsuranceError("insurance.bad_answer", "1101 balance")
        asked = credential.get("identity_number", "")
        if asked and person["identity_number"].upper() not in ("", asked, asked[:6] + asked[8:17]):  # of 15 digits
            raise InsuranceError("insurance.bad_answer", "1101 answered with another person")
        return person

    async def register(self, person: "Json", credential: "Json", number: str, opened_s: int, msgid: str) -> str:
        """2201: registers the visit under the clinic's own `number`; returns the registration."""
        data = {
            "psn_no": person["number"],
            "insutype": person["insurance"],
            "begntime": civil.stamp(opened_s),
            "ipt_otp_no": number,
            "psn_type": person["group"],
            "psn_name": person["name"][:_LONGEST_NAME],
            "atddr_no": self._doctor["code"],
            "dr_name": self._doctor["name"],
            "dept_code": self._institution["department_code"],
            "dept_name": self._institution["department_name"],
            "caty": self._institution["department_code"],
        }
        data.update(_credential(person, credential))
        output = await self._client.call("2201", {"data": data}, person["region"], msgid)
        node = output.get("data")
        registration = text(node.get("mdtrt_id")) if type(node) is dict else ""
        if not registration:
            raise UnknownOutcome("insurance.bad_answer", "2201 without mdtrt_id")
        return registration

    async def find_registration(self, person: "Json", number: str, since_s: int, until_s: int) -> str:
        """5201: the registration that the platform has under the clinic's `number`, or ""."""
        data = {
            "psn_no": person["number"],
            "begntime": civil.stamp(since_s - 86400),
            "endtime": civil.stamp(until_s + 86400),
            "med_type": _ORDINARY_OUTPATIENT,
        }
        output = await self._client.call("5201", {"data": data}, person["region"])
        for row in rows(output.get("mdtrtinfo")):
            if text(row.get("ipt_otp_no")) == number:
                return text(row.get("mdtrt_id"))
        return ""

    async def unregister(self, person: "Json", registration: str, number: str) -> None:
        """2202: withdraws a registration without fees."""
        data = {"psn_no": person["number"], "mdtrt_id": registration, "ipt_otp_no": number}
        await self._client.call("2202", {"data": data}, person["region"])

    async def upload_diagnosis(
        self, person: "Json", registration: str, diagnosis: "Json", former: "Json | None", now_s: int
    ) -> None:
        """2203: visit type and diagnosis `{"code", "name"}`; a former one is voided in the same message."""
        visit = {
            "mdtrt_id": registration,
            "psn_no": person["number"],
            "med_type": _ORDINARY_OUTPATIENT,
            "begntime": civil.stamp(now_s),
            "main_cond_dscr": "",
            "dise_codg": diagnosis["code"],
            "dise_name": diagnosis["name"],
        }
        diseases = [self._disease(diagnosis, "1", now_s)]
        if former is not None:
            diseases.append(self._disease(former, "0", now_s))
        await self._client.call("2203", {"mdtrtinfo": visit, "diseinfo": diseases}, person["region"])

    async def upload_fees(
        self, person: "Json", registration: str, bill: "Json", fees: "list[Json]", msgid: str
    ) -> "dict[str, int]":
        """2204: the fee rows `{"sequence", "code", "own_code", "quantity", "price_fen", "amount_fen"}` of one bill
        (`{"batch", "prescription", "diagnosis", "at_s"}`). Returns the split of `fee_split`."""
        details = [self._fee(person, registration, bill, fee) for fee in fees]
        return fee_split(await self._client.call("2204", {"feedetail": details}, person["region"], msgid))

    async def remove_fees(self, person: "Json", registration: str) -> None:
        """2205: removes all fee rows that are not settled."""
        data = {"mdtrt_id": registration, "chrg_bchno": _ALL_BATCHES, "psn_no": person["number"]}
        await self._client.call("2205", {"data": data}, person["region"])

    async def preview(self, person: "Json", credential: "Json", registration: str, bill: "Json") -> "Json":
        """2206: what the settlement would be, as `settlement_amounts`. `insurance.wrong_sums` when it does not add
        up."""
        data = self._payment(person, credential, registration, bill)
        data["psn_type"] = person["group"]
        data["psn_name"] = person["name"][:_LONGEST_NAME]
        amounts = settlement_amounts(await self._client.call("2206", {"data": data}, person["region"]))
        if not amounts["agree"] or amounts["total_fen"] != bill["total_fen"]:
            raise InsuranceError("insurance.wrong_sums", "2206")
        return amounts

    async def settle(self, person: "Json", credential: "Json", registration: str, bill: "Json", msgid: str) -> "Json":
        """2207: settles. `settlement_amounts` with `settlement` (setl_id) and `settled_at` (0 when unreadable).
        `bill["split"]` comes from `upload_fees`.

        An answer that cannot be read is an `UnknownOutcome`: it is settled there, and must be asked for or reversed.
        """
        data = self._payment(person, credential, registration, bill)
        split = bill["split"]
        data["fulamt_ownpay_amt"] = to_yuan(split["full_own_fen"])
        data["overlmt_selfpay"] = to_yuan(split["over_limit_fen"])
        data["preselfpay_amt"] = to_yuan(split["first_share_fen"])
        data["inscp_scp_amt"] = to_yuan(split["in_scope_fen"])
        output = await self._client.call("2207", {"data": data}, person["region"], msgid)
        try:
            settlement = settlement_amounts(output)
            info = rows(output["setlinfo"])[0]
            settlement["settlement"] = text(info.get("setl_id"))
        except InsuranceError as error:
            raise UnknownOutcome("insurance.bad_answer", "2207 " + error.cause)
        if not settlement["settlement"]:
            raise UnknownOutcome("insurance.bad_answer", "2207 without setl_id")
        try:
            settlement["settled_at"] = civil.utc(text(info.get("setl_time")))
        except ValueError:
            settlement["settled_at"] = 0  # settled all the same: an odd time is no reason to undo it
        return settlement

    async def reverse(self, person: "Json", infno: str, msgid: str) -> None:
        """2601: undoes the transaction that was sent as `msgid`, if it was done."""
        data = {"psn_no": person["number"], "omsgid": msgid, "oinfno": infno}
        await self._client.call("2601", {"data": data}, person["region"])

    async def cancel_settlement(self, person: "Json", registration: str, settlement: str, msgid: str) -> None:
        """2208: cancels a settlement; the platform books negative amounts."""
        data = {"setl_id": settlement, "mdtrt_id": registration, "psn_no": person["number"]}
        await self._client.call("2208", {"data": data}, person["region"], msgid)

    async def is_cancelled(self, person: "Json", registration: str, settlement: str) -> bool:
        """5203: whether a settlement has been cancelled."""
        data = {"psn_no": person["number"], "setl_id": settlement, "mdtrt_id": registration}
        output = await self._client.call("5203", {"data": data}, person["region"])
        found = rows(output.get("setlinfo"))
        if not found:
            raise InsuranceError("insurance.bad_answer", "5203")
        return text(found[0].get("refd_setl_flag")) == "1"

    def _disease(self, diagnosis: "Json", valid: str, now_s: int) -> "Json":
        return {
            "diag_type": "1",
            "diag_srt_no": "1" if valid == "1" else "2",
            "diag_code": diagnosis["code"],
            "diag_name": diagnosis["name"],
            "diag_dept": self._institution["department_name"],
            "dise_dor_no": self._doctor["code"],
            "dise_dor_name": self._doctor["name"],
            "diag_time": civil.stamp(now_s),
            "vali_flag": valid,
        }

    def _payment(self, person: "Json", credential: "Json", registration: str, bill: "Json") -> "Json":
        data = {
            "psn_no": person["number"],
            "med_type": _ORDINARY_OUTPATIENT,
            "medfee_sumamt": to_yuan(bill["total_fen"]),
            "psn_setlway": _BY_ITEM,
            "mdtrt_id": registration,
            "chrg_bchno": bill["batch"],
            "acct_used_flag": "1" if person["insurance"] == _EMPLOYEES else "0",
            "insutype": person["insurance"],
        }
        data.update(_credential(person, credential))
        return data

    def _fee(self, person: "Json", registration: str, bill: "Json", fee: "Json") -> "Json":
        return {
            "feedetl_sn": fee["sequence"],
            "mdtrt_id": registration,
            "psn_no": person["number"],
            "chrg_bchno": bill["batch"],
            "dise_codg": bill["diagnosis"],
            "rxno": bill["prescription"],
            "rx_circ_flag": "0",
            "fee_ocur_time": civil.stamp(bill["at_s"]),
            "med_list_codg": fee["code"],
            "medins_list_codg": fee["own_code"],
            "det_item_fee_sumamt": to_yuan(fee["amount_fen"]),
            "cnt": str(fee["quantity"]),
            "pric": to_yuan(fee["price_fen"]),
            "bilg_dept_codg": self._institution["department_code"],
            "bilg_dept_name": self._institution["department_name"],
            "bilg_dr_codg": self._doctor["code"],
            "bilg_dr_name": self._doctor["name"],
            "hosp_appr_flag": "1",
        }


def _credential(person: "Json", credential: "Json") -> "Json":
    return {
        "mdtrt_cert_type": _CERT_TYPES[credential["kind"]],
        "mdtrt_cert_no": credential["number"],
        "card_sn": credential.get("card_id", ""),
        "psn_cert_type": person["identity_kind"],
        "certno": person["identity_number"],
    }


def _person(base: "Json", insurances: "list[Json]") -> "Json":
    chosen = insurances[0]
    for row in insurances:
        if text(row.get("psn_insu_stas")) == _NORMAL:
            chosen = row
            break
    return {
        "number": text(base.get("psn_no")),
        "name": text(base.get("psn_name")),
        "identity_number": text(base.get("certno")),
        "identity_kind": text(base.get("psn_cert_type")) or "01",
        "sex": text(base.get("gend")),
        "birth": text(base.get("brdy"))[:10],
        "age": text(base.get("age")).partition(".")[0],
        "insurance": text(chosen.get("insutype")),
        "group": text(chosen.get("psn_type")),
        "insured": "yes" if text(chosen.get("psn_insu_stas")) == _NORMAL else "no",
        "region": text(chosen.get("insuplc_admdvs")),
        "balance_fen": fen(chosen.get("balc")),
    }
