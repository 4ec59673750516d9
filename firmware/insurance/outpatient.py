"""The outpatient transactions, in the words of the counter. Wire names do not leave this room.

A person is the dict that `person` returns, a credential what the patient showed (`firmware.insurance.persons`), the
kind of a visit one of `firmware.insurance.entitlements`. A registration is the platform's visit id (`mdtrt_id`,
opaque). A bill has `batch`, `prescription`, `diagnosis` (the code that decides what is paid: of a chronic visit the
filed disease), `at_s`, `total_fen`, `kind` (ordinary without it), `split` (from `upload_fees`) and `codes`: the trace
codes of its boxes as `{"sequence", "code", "split"}`, by the sequence of the fee row, for provinces that want them.
Source: national interface specification, transactions 1101 and 2201-2208, 2601, 5201, 5203, 5204.
"""

from firmware import clock as civil
from firmware.insurance import entitlements as kinds
from firmware.insurance.amounts import fee_split, settlement_amounts
from firmware.insurance.answers import ID, Row, node, node_rows
from firmware.insurance.charges import fee_row, payment, trace_rows, with_split
from firmware.insurance.errors import InsuranceError, UnknownOutcome
from firmware.insurance.evidence import evidence
from firmware.insurance.fee_rows import fees_in, fees_question
from firmware.insurance.institution import institution_of, institution_question
from firmware.insurance.persons import credential_fields, person_of, person_question
from firmware.insurance.refund import refund_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from firmware.insurance.client import InsuranceClient

    Json = dict[str, Any]

_LONGEST_NAME = 20  # psn_name of 2201 and 2206, mandatory: what the platform itself calls the person may be longer
_LONGEST_DIAGNOSIS = 100  # diag_name of 2203; catalogues have some that are longer, and the code counts
_ALL_BATCHES = "0000"
_MOST_MSGID = 60
_A_YEAR_S = 366 * 86400


class Outpatient:
    """The transactions of an outpatient visit. Every method raises the errors of `InsuranceClient.call`."""

    def __init__(self, client: "InsuranceClient", clinic: "Json", codes_in_settlement: bool = False) -> None:
        """`codes_in_settlement`: the province wants the trace codes in 2207, too."""
        self._client = client
        self._institution = clinic["institution"]
        self._doctor = clinic["doctor"]
        self._codes_in_settlement = codes_in_settlement

    # ---- before the visit

    async def person(self, credential: "Json") -> "Json":
        """1101: who this is (`persons.person_of`)."""
        region = credential.get("region", "")
        return person_of(await self._client.call("1101", person_question(credential), region), credential)

    async def institution(self) -> "Json | None":
        """1201: this institution as the platform knows it (`institution.institution_of`)."""
        code = str(self._institution["code"])
        return institution_of(await self._client.call("1201", institution_question(code)), code)

    async def entitlements(
        self, person: "Json", visit_kind: str, now_s: int, disease: "Json | None" = None
    ) -> "list[Json]":
        """2001: which funds would pay for a visit of this kind, and why not (`entitlements.entitlements_of`)."""
        asked = kinds.entitlement_question(person, self._institution["code"], visit_kind, now_s, disease)
        return kinds.entitlements_of(await self._client.call("2001", asked, person["region"]))

    async def used_this_year(self, person: "Json") -> "list[Json]":
        """5206: what the person has used up (`entitlements.used_of`)."""
        output = await self._client.call("5206", kinds.used_question(person, ""), person["region"])
        return kinds.used_of(output)

    async def chronic_filings(self, person: "Json") -> "list[Json]":
        """5301: the chronic diseases that the person has filed (`entitlements.filings_of`)."""
        output = await self._client.call("5301", kinds.filings_question(person), person["region"])
        return kinds.filings_of(output)

    async def chronic_drugs(self, person: "Json", now_s: int) -> "list[Json]":
        """5205: the drugs for chronic diseases of the last year (`entitlements.drugs_of`)."""
        asked = kinds.drugs_question(person, now_s - _A_YEAR_S, now_s)
        return kinds.drugs_of(await self._client.call("5205", asked, person["region"]))

    async def designated(self, person: "Json", purpose: str) -> "list[Json]":
        """5302: where the person is signed up for `purpose` (`entitlements.designated_of`)."""
        output = await self._client.call("5302", kinds.designated_question(person, purpose), person["region"])
        return kinds.designated_of(output)

    # ---- the visit

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
        data.update(credential_fields(person, credential))
        output = await self._client.call("2201", {"data": data}, person["region"], msgid)
        try:
            row = node("2201", output, "data")
            registration = row.needed("mdtrt_id", ID)
            ours = _says(row, "psn_no", person["number"]) and _says(row, "ipt_otp_no", number)
        except InsuranceError as error:
            raise UnknownOutcome("insurance.bad_answer", error.cause)
        if not ours:
            raise UnknownOutcome("insurance.bad_answer", "2201 answered with another visit")
        return registration

    async def find_registration(
        self, person: "Json", number: str, since_s: int, until_s: int, visit_kind: str = kinds.ORDINARY
    ) -> str:
        """5201: the registration that the platform has under the clinic's `number`, or ""."""
        data = {
            "psn_no": person["number"],
            "begntime": civil.stamp(since_s - 86400),
            "endtime": civil.stamp(until_s + 86400),
            "med_type": kinds.MED_TYPES[visit_kind],
        }
        output = await self._client.call("5201", {"data": data}, person["region"])
        for row in node_rows("5201", output, "mdtrtinfo"):
            if row.word("ipt_otp_no", ID) == number:
                return row.needed("mdtrt_id", ID)
        return ""

    async def unregister(self, person: "Json", registration: str, number: str) -> None:
        """2202: withdraws a registration without fees."""
        data = {"psn_no": person["number"], "mdtrt_id": registration, "ipt_otp_no": number}
        await self._client.call("2202", {"data": data}, person["region"])

    async def upload_diagnosis(
        self,
        person: "Json",
        registration: str,
        diagnosis: "Json",
        former: "Json | None",
        now_s: int,
        visit_kind: str = kinds.ORDINARY,
        disease: "Json | None" = None,
    ) -> None:
        """2203: visit type and diagnosis `{"code", "name"}`; a former one is voided in the same message. `disease` is
        the filed one of a chronic visit."""
        decides = disease or diagnosis
        visit = {
            "mdtrt_id": registration,
            "psn_no": person["number"],
            "med_type": kinds.MED_TYPES[visit_kind],
            "begntime": civil.stamp(now_s),
            "main_cond_dscr": "",
            "dise_codg": decides["code"],
            "dise_name": decides["name"],
        }
        diseases = [self._disease(diagnosis, "1", now_s)]
        if former is not None:
            diseases.append(self._disease(former, "0", now_s))
        await self._client.call("2203", {"mdtrtinfo": visit, "diseinfo": diseases}, person["region"])

    async def upload_fees(
        self, person: "Json", registration: str, bill: "Json", fees: "list[Json]", msgid: str
    ) -> "dict[str, int]":
        """2204: the fee rows of one bill (`charges.fee_row`). Returns the split of `fee_split`; `insurance.wrong_sums`
        for rows that are not those that were sent."""
        details = [fee_row(self._institution, self._doctor, person, registration, bill, fee) for fee in fees]
        output = await self._client.call("2204", {"feedetail": details}, person["region"], msgid)
        told = [row.word("feedetl_sn", ID) for row in node_rows("2204", output, "result")]
        if any(told) and sorted(told) != sorted([fee["sequence"] for fee in fees]):
            raise InsuranceError("insurance.wrong_sums", "2204 rows")
        return fee_split(output)

    async def remove_fees(self, person: "Json", registration: str) -> None:
        """2205: removes all fee rows that are not settled."""
        data = {"mdtrt_id": registration, "chrg_bchno": _ALL_BATCHES, "psn_no": person["number"]}
        await self._client.call("2205", {"data": data}, person["region"])

    # ---- money

    async def preview(self, person: "Json", credential: "Json", registration: str, bill: "Json") -> "Json":
        """2206: what the settlement would be, as `settlement_amounts`. `insurance.wrong_sums` when it does not add
        up."""
        data = payment(person, credential, registration, bill)
        data["psn_type"] = person["group"]
        data["psn_name"] = person["name"][:_LONGEST_NAME]
        msgid = await self._client.new_msgid()
        output = await self._client.call("2206", {"data": data}, person["region"], msgid)
        if not _is_to(msgid, person, registration, node("2206", output, "setlinfo")):
            raise InsuranceError("insurance.bad_answer", "2206 answered another message")
        amounts = settlement_amounts("2206", output)
        if not amounts["agree"] or amounts["total_fen"] != bill["total_fen"]:
            raise InsuranceError("insurance.wrong_sums", "2206")
        return amounts

    async def settle(self, person: "Json", credential: "Json", registration: str, bill: "Json", msgid: str) -> "Json":
        """2207: settles. `settlement_amounts` with `settlement` (setl_id), `settled_at` (0 when unreadable) and
        `answer` (`evidence`).

        An answer that cannot be read, or is to another message, is an `UnknownOutcome`: it is settled there, and must
        be asked for or reversed.
        """
        data = with_split(payment(person, credential, registration, bill), bill["split"])
        message: "Json" = {"data": data}
        codes = bill.get("codes")
        if self._codes_in_settlement and codes:
            message["drug_trac_info"] = trace_rows(codes)
        output = await self._client.call("2207", message, person["region"], msgid)
        try:
            row = node("2207", output, "setlinfo")
            settlement = settlement_amounts("2207", output)
            settlement["settlement"] = row.needed("setl_id", ID)
            ours = _is_to(msgid, person, registration, row)
        except InsuranceError as error:
            raise UnknownOutcome("insurance.bad_answer", error.cause)
        if not ours:
            raise UnknownOutcome("insurance.bad_answer", "2207 answered another message")
        try:
            settlement["settled_at"] = row.moment("setl_time")
        except InsuranceError:
            settlement["settled_at"] = 0  # settled all the same: an odd time is no reason to undo it
        settlement["answer"] = evidence("2207", output)
        return settlement

    async def reverse(self, person: "Json", infno: str, msgid: str) -> None:
        """2601: undoes the transaction that was sent as `msgid`, if it was done."""
        data = {"psn_no": person["number"], "omsgid": msgid, "oinfno": self._client.sent_as(infno)}
        await self._client.call("2601", {"data": data}, person["region"])

    async def cancel_settlement(
        self, person: "Json", registration: str, settlement: str, msgid: str, settled: "Json | None" = None
    ) -> "Json":
        """2208: cancels a settlement; the platform books negative amounts, which are returned as by `refund_of`.
        `settled` are the amounts that were settled. `UnknownOutcome` for the answer to another message."""
        data = {"setl_id": settlement, "mdtrt_id": registration, "psn_no": person["number"]}
        output = await self._client.call("2208", {"data": data}, person["region"], msgid)
        try:
            ours = _is_to(msgid, person, registration, node("2208", output, "setlinfo"))
        except InsuranceError:
            ours = True  # it says nothing that can be read, and no: it is cancelled
        if not ours:
            raise UnknownOutcome("insurance.bad_answer", "2208 answered another message")
        return refund_of(output, settled)

    async def settlement_of(self, person: "Json", registration: str, settlement: str) -> "Json":
        """5203: what the platform has of a settlement: `settlement_amounts` with `settled_at`, `msgid` (of the message
        that made it) and `cancelled`: `yes`, `no`, or `unknown` without a word."""
        row, output = await self._on_record(person, registration, settlement)
        amounts = settlement_amounts("5203", output)
        amounts["settled_at"] = row.moment("setl_time")
        amounts["msgid"] = row.word("medins_setl_id", _MOST_MSGID)
        amounts["cancelled"] = row.flag("refd_setl_flag")
        return amounts

    async def is_cancelled(self, person: "Json", registration: str, settlement: str) -> bool:
        """5203: whether a settlement has been cancelled."""
        row, _ = await self._on_record(person, registration, settlement)
        return row.flag("refd_setl_flag") == "yes"

    async def fees_of(self, person: "Json", registration: str, settlement: str) -> "list[Json]":
        """5204: the fees of a settlement, as the platform has them (`fee_rows.fees_in`)."""
        question = fees_question(person, registration, settlement)
        return fees_in(await self._client.call("5204", question, person["region"]), settlement)

    async def _on_record(self, person: "Json", registration: str, settlement: str) -> "tuple[Row, Json]":
        data = {"psn_no": person["number"], "setl_id": settlement, "mdtrt_id": registration}
        output = await self._client.call("5203", {"data": data}, person["region"])
        row = node("5203", output, "setlinfo")
        if row.word("setl_id", ID) not in ("", settlement):
            raise InsuranceError("insurance.bad_answer", "5203 answered with another settlement")
        return row, output

    def _disease(self, diagnosis: "Json", valid: str, now_s: int) -> "Json":
        return {
            "diag_type": "1",
            "diag_srt_no": "1" if valid == "1" else "2",
            "diag_code": diagnosis["code"],
            "diag_name": diagnosis["name"][:_LONGEST_DIAGNOSIS],
            "diag_dept": self._institution["department_name"],
            "dise_dor_no": self._doctor["code"],
            "dise_dor_name": self._doctor["name"],
            "diag_time": civil.stamp(now_s),
            "vali_flag": valid,
        }


def _is_to(msgid: str, person: "Json", registration: str, row: Row) -> bool:
    """Whether a settlement is the answer to this message, whose number comes back as medins_setl_id, and about this
    person and visit."""
    about = _says(row, "psn_no", person["number"]) and _says(row, "mdtrt_id", registration)
    return about and _says(row, "medins_setl_id", msgid)


def _says(row: Row, name: str, ours: str) -> bool:
    """Whether a member is ours, or missing."""
    return row.word(name, _MOST_MSGID) in ("", ours)
