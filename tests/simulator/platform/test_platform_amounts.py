"""Properties of the amounts, whatever the drugs, and of the vectors that the interface's samples give."""

from dataclasses import replace
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from simulator.platform.benefits import Aid, Benefit, Drug, Shares, Split, read_drugs, read_rules, settle, split_row
from simulator.platform.entitlements import Used
from simulator.platform.money import part, to_fen, to_yuan
from tests.simulator.platform.counter import DATA

DRUGS = list(read_drugs(DATA / "drugs.toml").values())
BENEFITS = read_rules(DATA / "benefits.toml").benefits
AID = Aid("2303", Decimal("0.50"), 30_000, "610100", "")
COUNTS = st.decimals("0.0001", "500", places=4)
PRICES = st.decimals("0", "3000", places=6)
ROWS = st.lists(st.tuples(st.sampled_from(DRUGS), COUNTS, PRICES, st.sampled_from("012")), min_size=1, max_size=8)


def split_of(rows: list[tuple[Drug, Decimal, Decimal, str]]) -> list[tuple[int, Split]]:
    """The fee and its split for each row."""
    fees = [to_fen(cnt * pric) for _, cnt, pric, _ in rows]
    return [
        (fee, split_row(drug, fee, cnt, pric, flag)) for fee, (drug, cnt, pric, flag) in zip(fees, rows, strict=True)
    ]


@given(ROWS)
def test_the_four_parts_of_a_row_are_the_fee(rows: list[tuple[Drug, Decimal, Decimal, str]]) -> None:
    for fee, split in split_of(rows):
        parts = (split.fulamt_ownpay_amt, split.overlmt_amt, split.preselfpay_amt, split.inscp_scp_amt)
        assert sum(parts) == fee
        assert min(parts) >= 0


@given(
    ROWS,
    st.sampled_from(BENEFITS),
    st.integers(0, 60_000),
    st.builds(Used, *[st.integers(0, 300_000)] * 4),
    st.integers(0, 300_000),
    st.none() | st.integers(0, 20_000),
    st.sampled_from((None, AID)),
)
def test_a_bill_adds_up_for_any_mix_of_drugs(
    rows: list[tuple[Drug, Decimal, Decimal, str]],
    rules: Benefit,
    deductible: int,
    used: Used,
    account: int,
    day_limit: int | None,
    aid: Aid | None,
) -> None:
    benefit = replace(rules, deductible=deductible, day_limit=day_limit)
    total = sum((split for _, split in split_of(rows)), Split())
    shares = settle(total, benefit, used, account, aid=aid)
    assert shares.medfee_sumamt == sum(fee for fee, _ in split_of(rows))
    assert shares.medfee_sumamt == shares.fund_pay_sumamt + shares.psn_part_amt
    assert shares.psn_part_amt == shares.acct_pay + shares.psn_cash_pay
    assert (
        shares.medfee_sumamt
        == shares.fulamt_ownpay_amt + shares.overlmt_selfpay + shares.preselfpay_amt + shares.inscp_scp_amt
    )
    assert 0 <= shares.hifp_pay <= max(0, rules.year_limit - used.fund)
    assert shares.hifp_pay + shares.act_pay_dedc <= shares.inscp_scp_amt
    assert day_limit is None or shares.hifp_pay <= shares.counted <= max(0, day_limit - used.counted)
    assert 0 <= shares.maf_pay <= (max(0, aid.year_limit - used.aid) if aid else 0)
    assert shares.acct_pay == min(account, shares.psn_part_amt)
    assert shares.acct_pay <= account
    assert min(shares.psn_cash_pay, shares.act_pay_dedc) >= 0
    refund = -shares
    assert -refund == shares


def test_a_bill_below_the_deductible_paid_from_the_account() -> None:
    """4.52 with 5 % first share: 0.23 and 4.29; all of it below the deductible; the account pays and keeps 1373.63."""
    drug = Drug("X", "测试药", "02", "09", Decimal("0.05"), Decimal(999999))
    split = split_row(drug, 452, Decimal(1), Decimal("4.52"), "0")
    assert split == Split(0, 0, 23, 429)
    rules = Benefit("310", 100_000, Decimal("0.70"), 200_000, "310100", "", True)
    shares = settle(split, rules, Used(), account=137_815)
    assert shares == Shares(452, 0, 0, 23, 429, act_pay_dedc=429, fund_pay_sumamt=0, acct_pay=452, psn_cash_pay=0)
    assert to_yuan(137_815 - shares.acct_pay) == Decimal("1373.63")


def test_a_bill_of_drugs_outside_the_catalogue_is_all_cash() -> None:
    rules = Benefit("310", 0, Decimal("0.70"), 200_000, "310100", "", True)
    shares = settle(Split(fulamt_ownpay_amt=120_000), rules, Used(), account=0)
    assert (shares.fund_pay_sumamt, shares.acct_pay, shares.psn_cash_pay) == (0, 0, 120_000)


def test_half_a_fen_is_rounded_up() -> None:
    assert [to_fen(Decimal(text)) for text in ("0.005", "0.0149", "-0.005", "2.675")] == [1, 1, -1, 268]
    assert [part(50, Decimal("0.01")), part(49, Decimal("0.01"))] == [1, 0]
    assert str(to_yuan(1260)) == "12.60"
