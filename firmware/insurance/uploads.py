"""Sales and returns of drugs (3505, 3506): what is uploaded about every box, and the courier that the outbox sends
with.

Source: national interface specification, stock transactions. The plain numbers carry one object: one message for each
line.
"""

from firmware import clock as civil
from firmware.insurance.errors import InsuranceError, Refused, TurnedAway, UnknownOutcome, Unreachable
from firmware.insurance.wire import rows, text
from firmware.money import to_yuan
from firmware.vault import ABSENT, DELIVERED, REFUSED, UNKNOWN

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from firmware.insurance.client import InsuranceClient

    Json = dict[str, Any]

SALE = "3505"
SALE_RETURN = "3506"


def sale(clinic: "Json", bill: "Json", line: "Json") -> "Json":
    """3505 for one line, as `{"region", "input"}`: the person's insurance region goes into the envelope.

    `bill`: `visit_number`, `registration`, `settlement`, `at_s`, `person`. `line`: `row_number` (unique in the
    institution), `drug` (the clinic's id), `name`, `national_code`, `prescription_only` and `price_fen` as they
    were settled, `batch` (`lot`, `made`, `expires`), `quantity`, `codes` (trace codes, one for each box).
    """
    person = bill["person"]
    record = _common(bill, line)
    record.update(
        {
            "prsc_dr_name": clinic["doctor"]["name"],
            "phar_name": clinic["pharmacist"]["name"],
            "phar_prac_cert_no": clinic["pharmacist"]["certificate"],
            "hi_feesetl_type": "1",
            "setl_id": bill["settlement"],
            "psn_no": person["number"],
            "psn_cert_type": person["identity_kind"],
            "certno": person["identity_number"],
            "psn_name": person["name"],
            "rxno": bill["visit_number"],
            "rx_circ_flag": "0",
            "rtal_docno": bill["visit_number"],
            "MDTRT_SETL_TYPE": "1",
            "sel_retn_opter_name": clinic["doctor"]["name"],
        }
    )
    return {"region": person["region"], "input": {"selinfo": record}}


def sale_return(clinic: "Json", bill: "Json", line: "Json") -> "Json":
    """3506: the goods of a cancelled settlement come back. Arguments as for `sale`."""
    person = bill["person"]
    record = _common(bill, line)
    record.update(
        {
            "setl_id": bill["settlement"],
            "psn_no": person["number"],
            "psn_cert_type": person["identity_kind"],
            "certno": person["identity_number"],
            "psn_name": person["name"],
            "sel_retn_opter_name": clinic["doctor"]["name"],
        }
    )
    return {"region": person["region"], "input": {"selinfo": record}}


def _common(bill: "Json", line: "Json") -> "Json":
    return {
        "med_list_codg": line["national_code"],
        "fixmedins_hilist_id": line["drug"],
        "fixmedins_hilist_name": line["name"],
        "fixmedins_bchno": line["row_number"],
        "mdtrt_sn": bill["registration"],
        "manu_lotnum": line["batch"]["lot"],
        "manu_date": line["batch"]["made"],
        "expy_end": line["batch"]["expires"],
        "rx_flag": "1" if line["prescription_only"] else "0",
        "trdn_flag": "0",
        "finl_trns_pric": to_yuan(line["price_fen"]),
        "sel_retn_cnt": str(line["quantity"]),
        "sel_retn_time": civil.stamp(bill["at_s"]),
        "drugtracinfo": [{"drug_trac_codg": code} for code in line["codes"]],
    }


class UploadCourier:
    """Carries the outbox's messages to the platform (the `Courier` of `firmware.vault.outbox.message`)."""

    def __init__(self, client: "InsuranceClient", institution: str) -> None:
        self._client = client
        self._institution = institution

    async def new_msgid(self) -> str:
        """A message number that was never used before."""
        return await self._client.new_msgid()

    async def send(self, message: "Json") -> "tuple[str, str, int]":
        """Send one message: how it ended, the platform's sentence when it refused, and the seconds for which it wants
        to hear nothing."""
        try:
            payload = message["payload"]
            await self._client.call(message["infno"], payload["input"], payload["region"], message["msgid"])
        except (Unreachable, TurnedAway) as error:
            return ABSENT, "", error.retry_after_s
        except UnknownOutcome as error:
            return UNKNOWN, "", error.retry_after_s
        except Refused as error:
            return REFUSED, str(error.params["platform"]), 0
        except InsuranceError as error:
            return REFUSED, error.code, 0
        return DELIVERED, "", 0

    async def ask(self, message: "Json") -> "tuple[str, str, int]":
        """3513: whether the platform has it. It lists the boxes that are sold and not returned: a sale is there when
        its row is listed, a return when the row is not."""
        row_number = message["row"]
        query = {"fixmedins_code": self._institution, "fixmedins_bchno": row_number}
        try:
            output = await self._client.call("3513", {"data": query})
        except (Unreachable, UnknownOutcome, TurnedAway) as error:
            return UNKNOWN, "", error.retry_after_s
        except InsuranceError as error:
            return REFUSED, str(error.params.get("platform", error.code)), 0  # a person must look
        listed = any([text(row.get("fixmedinsBchno")) == row_number for row in rows(output.get("output"))])
        return (DELIVERED if listed == (message["infno"] == SALE) else ABSENT), "", 0
