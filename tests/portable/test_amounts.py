"""Amounts of fees and settlements: published samples (identities replaced) as vectors. Runs on CPython and
MicroPython."""

import unittest

from firmware.insurance import InsuranceError
from firmware.insurance.amounts import fee_split
from firmware.insurance.amounts import settlement_amounts as amounts_of
from firmware.insurance.refund import refund_of
from firmware.insurance.wire import loads

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

# Fee rows of 2204: 10 x 120 wholly self-paid; 1 x 4.52 with a first share of 5 %.
WHOLLY_SELF_PAID = b"""{"det_item_fee_sumamt":1200,"cnt":10,"pric":120,"pric_uplmt_amt":99999999.000000,
"selfpay_prop":1.0000,"fulamt_ownpay_amt":1200,"overlmt_amt":0,"preselfpay_amt":0,"inscp_scp_amt":0}"""
FIRST_SHARE = b"""{"det_item_fee_sumamt":4.52,"cnt":1,"pric":4.52,"selfpay_prop":0.05,"fulamt_ownpay_amt":0,
"overlmt_amt":null,"preselfpay_amt":0.23,"inscp_scp_amt":4.29,"feedetl_sn":"yp570"}"""
# A settlement paid wholly from the personal account.
FROM_ACCOUNT = """{"setlinfo":{"medfee_sumamt":4.52,"fulamt_ownpay_amt":0,"overlmt_selfpay":0,"preselfpay_amt":0.23,
"inscp_scp_amt":4.29,"act_pay_dedc":4.29,"fund_pay_sumamt":0,"psn_part_amt":4.52,"acct_pay":4.52,"psn_cash_pay":0,
"balc":1373.63,"hosp_part_amt":0,"clr_type":"11",
"setl_time":"2021-11-29 18:09:52","setl_id":"400125241","expContent":null},
"setldetail":[{"fund_pay_type":"310200","fund_payamt":4.52,"inscp_scp_amt":4.29,"crt_payb_lmt_amt":null,
"fund_pay_type_name":"城镇职工基本医疗保险个人账户基金"}]}"""
# A settlement with every part of the identities, one of them the institution's own share.
EVERY_PART = b"""{"setlinfo":{"medfee_sumamt":23442.46,"fulamt_ownpay_amt":2533.97,"overlmt_selfpay":1396.89,
"preselfpay_amt":703.44,"inscp_scp_amt":18808.16,"fund_pay_sumamt":18785.39,"psn_part_amt":4152.06,"acct_pay":170.04,
"psn_cash_pay":3982.02,"hosp_part_amt":505.01},
"setldetail":[{"fund_pay_type":"330101","fund_payamt":18785.39},{"fund_pay_type":"999996","fund_payamt":505.01},
{"fund_pay_type":"310201","fund_payamt":170.04}]}"""
# A cancellation: negative, with nulls where nothing is paid back.
CANCELLED = b"""{"setlinfo":{"medfee_sumamt":-25.1,"acct_pay":-25.1,"preselfpay_amt":-0.23,"inscp_scp_amt":-24.87,
"act_pay_dedc":-24.87,"psn_part_amt":null,"acct_mulaid_pay":null,"hosp_part_amt":null},
"setldetail":{"fund_pay_type":"310200","fund_payamt":-25.1}}"""


FUNDS = (
    "pooled_fen",
    "civil_servants_fen",
    "enterprise_fen",
    "serious_illness_fen",
    "large_sums_fen",
    "medical_aid_fen",
    "disabled_fen",
    "other_funds_fen",
    "honoured_fen",
)


def settlement_amounts(output: "dict[str, Any]") -> "dict[str, Any]":
    return amounts_of("2207", output)


def refusal(call: "Callable[[Any], Any]", value: "Any") -> str:
    try:
        call(value)
    except InsuranceError as error:
        return error.code
    return ""


class Fees(unittest.TestCase):
    def test_a_row_that_is_wholly_self_paid(self) -> None:
        self.assertEqual(
            fee_split({"result": [loads(WHOLLY_SELF_PAID)]}),
            {
                "full_own_fen": 120000,
                "over_limit_fen": 0,
                "first_share_fen": 0,
                "in_scope_fen": 0,
                "total_fen": 120000,
            },
        )

    def test_rows_are_added_up(self) -> None:
        self.assertEqual(
            fee_split({"result": [loads(WHOLLY_SELF_PAID), loads(FIRST_SHARE), loads(FIRST_SHARE)]}),
            {
                "full_own_fen": 120000,
                "over_limit_fen": 0,
                "first_share_fen": 46,
                "in_scope_fen": 858,
                "total_fen": 120904,
            },
        )

    def test_one_row_may_come_without_its_array(self) -> None:
        self.assertEqual(fee_split({"result": loads(FIRST_SHARE)})["total_fen"], 452)
        self.assertEqual(fee_split({})["total_fen"], 0)

    def test_a_row_whose_parts_are_not_its_whole(self) -> None:
        row = loads(FIRST_SHARE)
        row["inscp_scp_amt"] = "4.30"
        self.assertEqual(refusal(fee_split, {"result": [row]}), "insurance.wrong_sums")

    def test_an_amount_that_is_none(self) -> None:
        amounts: "tuple[Any, ...]" = ("4.521", "x", True, [], "4,52")
        for bad in amounts:
            row = loads(FIRST_SHARE)
            row["det_item_fee_sumamt"] = bad
            self.assertEqual(refusal(fee_split, {"result": [row]}), "insurance.bad_answer")


class Refunds(unittest.TestCase):
    SETTLED = {"total_fen": 2510, "account_fen": 2510, "own_fen": 2510, "first_share_fen": 23, "in_scope_fen": 2487}

    def test_nulls_are_no_difference(self) -> None:
        settled = dict(self.SETTLED, deductible_fen=2487, hospital_fen=0, family_account_fen=0)
        refund = refund_of(loads(CANCELLED), settled)
        want = {"total_fen": -2510, "fund_fen": 0, "account_fen": -2510, "cash_fen": 0}
        self.assertEqual((refund["agree"], refund["amounts"]), (True, want))
        self.assertEqual((refund["settlement"], refund["settled_at"]), ("", 0))
        self.assertEqual(refund["answer"]["setlinfo"]["acct_pay"], "-25.1")

    def test_any_other_amount_is_a_difference(self) -> None:
        for name in sorted(self.SETTLED):
            settled = dict(self.SETTLED)
            settled[name] += 1
            self.assertEqual(refund_of(loads(CANCELLED), settled)["agree"], name == "own_fen")

    def test_what_it_leaves_out_is_the_opposite_of_what_was_settled(self) -> None:
        answer = loads(CANCELLED)
        answer["setlinfo"]["fund_pay_sumamt"] = None
        refund = refund_of(answer, dict(self.SETTLED, fund_fen=2000, cash_fen=0))
        self.assertEqual((refund["agree"], refund["amounts"]["fund_fen"]), (True, -2000))

    def test_without_the_settlement_nothing_may_be_positive(self) -> None:
        answer = loads(CANCELLED)
        self.assertTrue(refund_of(answer)["agree"])
        answer["setlinfo"]["psn_cash_pay"] = "0.01"
        self.assertFalse(refund_of(answer)["agree"])

    def test_it_is_cancelled_whatever_the_answer_looks_like(self) -> None:
        outputs: "tuple[Any, ...]" = (
            {},
            {"setlinfo": None},
            {"setlinfo": [{}, {}]},
            {"setlinfo": {"medfee_sumamt": "x"}},
            {"setlinfo": {"medfee_sumamt": "25.10"}},
            {"setlinfo": {}},
        )
        for output in outputs:
            refund = refund_of(output, self.SETTLED)
            self.assertEqual((refund["agree"], refund["amounts"]), (False, None))

    def test_a_number_and_a_time(self) -> None:
        answer = loads(CANCELLED)
        answer["setlinfo"]["setl_id"] = 400125242
        for time, want in (("2021-11-29 18:09:52", 1638180592), ("soon", 0), (None, 0)):
            answer["setlinfo"]["setl_time"] = time
            refund = refund_of(answer)
            self.assertEqual((refund["settlement"], refund["settled_at"]), ("400125242", want))


class Settlements(unittest.TestCase):
    def test_from_the_account(self) -> None:
        account = {
            "type": "310200",
            "name": "城镇职工基本医疗保险个人账户基金",
            "fen": 452,
            "in_scope_fen": 429,
            "limit_fen": 0,
            "process": "",
        }
        want = {
            "total_fen": 452,
            "fund_fen": 0,
            "own_fen": 452,
            "account_fen": 452,
            "cash_fen": 0,
            "hospital_fen": 0,
            "balance_fen": 137363,
            "deductible_fen": 429,
            "family_account_fen": 0,
            "full_own_fen": 0,
            "over_limit_fen": 0,
            "first_share_fen": 23,
            "in_scope_fen": 429,
            "ratio": 0,
            "clearing": "11",
            "clearing_way": "",
            "agency": "",
            "funds": [account],
            "agree": True,
            "fund_with_account": False,
        }
        for name in FUNDS:
            want[name] = 0
        self.assertEqual(settlement_amounts(loads(FROM_ACCOUNT.encode())), want)

    def test_every_part(self) -> None:
        amounts = settlement_amounts(loads(EVERY_PART))
        self.assertTrue(amounts["agree"])
        self.assertEqual(amounts["hospital_fen"], 50501)
        self.assertEqual([fund["fen"] for fund in amounts["funds"]], [1878539, 50501, 17004])

    def test_each_identity_counts(self) -> None:
        for name in ("medfee_sumamt", "fund_pay_sumamt", "psn_part_amt", "acct_pay", "psn_cash_pay", "hosp_part_amt"):
            self.disagree(name)
        for name in ("fulamt_ownpay_amt", "overlmt_selfpay", "preselfpay_amt", "inscp_scp_amt"):
            self.disagree(name)

    def disagree(self, name: str) -> None:
        answer = loads(EVERY_PART)
        answer["setlinfo"][name] = "0.01"
        self.assertFalse(settlement_amounts(answer)["agree"])

    def told(self, **changes: "Any") -> "dict[str, Any]":
        """EVERY_PART with other members."""
        answer = loads(EVERY_PART)
        answer["setlinfo"].update(changes)
        return settlement_amounts(answer)

    def test_the_single_funds_are_what_all_funds_pay(self) -> None:
        amounts = self.told(hifp_pay="10000.00", maf_pay="8785.39", hifmi_pay=None, pool_prop_selfpay="0.85")
        self.assertEqual((amounts["agree"], amounts["fund_with_account"]), (True, False))
        self.assertEqual((amounts["pooled_fen"], amounts["medical_aid_fen"], amounts["ratio"]), (1000000, 878539, 8500))
        self.assertFalse(self.told(hifp_pay="10000.00", maf_pay="8785.38")["agree"])
        self.assertFalse(self.told(hifp_pay="0.00")["agree"])

    def test_a_platform_may_count_the_account_among_the_funds(self) -> None:
        for columns in ({}, {"hifp_pay": "18785.39"}):
            amounts = self.told(fund_pay_sumamt="18955.43", **columns)
            self.assertEqual((amounts["agree"], amounts["fund_with_account"]), (True, True))
            self.assertEqual(
                (amounts["fund_fen"], amounts["own_fen"], amounts["hospital_fen"]), (1895543, 415206, 50501)
            )
        self.assertFalse(self.told(fund_pay_sumamt="18955.43", hifp_pay="18955.43")["agree"])

    def test_a_ratio_finer_than_due_is_cut(self) -> None:
        self.assertEqual(self.told(pool_prop_selfpay="0.66667")["ratio"], 6666)
        self.assertEqual(self.told(pool_prop_selfpay=1)["ratio"], 10000)
        self.unreadable({"pool_prop_selfpay": "-0.85"})

    def test_a_ratio_of_nothing_as_java_writes_it(self) -> None:
        amounts = settlement_amounts({"setlinfo": loads('{"medfee_sumamt":0E-8,"pool_prop_selfpay":0E-10}')})
        self.assertEqual((amounts["ratio"], amounts["total_fen"]), (0, 0))

    def test_nothing_is_negative_but_what_the_hospital_bears(self) -> None:
        for name in ("medfee_sumamt", "fund_pay_sumamt", "psn_part_amt", "acct_pay", "psn_cash_pay", "hifp_pay"):
            self.unreadable({name: "-0.01"})
        self.assertTrue(self.told(hosp_part_amt="-0.01", medfee_sumamt="22937.44", inscp_scp_amt="18303.14")["agree"])

    def test_the_query_calls_two_amounts_otherwise_and_leaves_the_hospital_out(self) -> None:
        answer = loads(EVERY_PART)
        info = answer["setlinfo"]
        info["psn_pay"] = info.pop("psn_part_amt")
        info["cash_payamt"] = info.pop("psn_cash_pay")
        del info["hosp_part_amt"]
        amounts = amounts_of("5203", answer)
        self.assertEqual((amounts["agree"], amounts["hospital_fen"], amounts["cash_fen"]), (True, 50501, 398202))
        info["fund_pay_sumamt"] = "19290.41"  # more than there is
        self.assertFalse(amounts_of("5203", answer)["agree"])
        for name in list(info):
            info[name] = "-" + info[name]
        info["fund_pay_sumamt"] = "-18785.39"
        self.assertTrue(amounts_of("5203", answer)["agree"])

    def test_what_cannot_be_read(self) -> None:
        outputs: "tuple[Any, ...]" = (
            {},
            {"setlinfo": None},
            {"setlinfo": []},
            {"setlinfo": "x"},
            {"setlinfo": [{}, {}]},
        )
        for output in outputs:
            self.assertEqual(refusal(settlement_amounts, output), "insurance.bad_answer")
        for name in ("medfee_sumamt", "balc", "inscp_scp_amt"):
            self.unreadable({name: "1,234.00"})
        self.assertEqual(
            refusal(settlement_amounts, {"setlinfo": {}, "setldetail": [{"fund_payamt": "x"}]}), "insurance.bad_answer"
        )

    def unreadable(self, change: "dict[str, Any]") -> None:
        answer = loads(EVERY_PART)
        answer["setlinfo"].update(change)
        self.assertEqual(refusal(settlement_amounts, answer), "insurance.bad_answer")
