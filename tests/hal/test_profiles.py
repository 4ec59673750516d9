"""The profiles: the samples are accepted as they are, and every kind of mistake is named with its path."""

import copy
import json
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware.insurance.gateway import SCHEMES
from hal import profiles
from hal.errors import ConfigError
from hal.province import SCHEMES as OFFERED
from hal.province import SIGNATURES, read_province

CONFIGS = Path(__file__).resolve().parents[2] / "board_configs"

Json = dict[str, Any]
MISSING = object()


def _toml(name: str) -> Json:
    return tomllib.loads((CONFIGS / name).read_text("utf-8"))


SAMPLES: dict[str, tuple[Callable[[Json], Any], Json]] = {
    "clinic": (profiles.read_clinic, _toml("clinics/sample-village.toml")),
    "province": (read_province, _toml("provinces/sample.toml")),
    "policy": (profiles.read_policy, _toml("policies/sample-residents.toml")),
    "diagnoses": (
        lambda values: {"rows": profiles.read_diagnoses(values), "source": values["source"]},
        json.loads((CONFIGS / "catalogues/village-diagnoses.json").read_text("utf-8")),
    ),
}


@pytest.mark.parametrize("name", SAMPLES)
def test_a_sample_comes_out_as_it_went_in(name: str) -> None:
    read, values = SAMPLES[name]
    came_out = read(copy.deepcopy(values))
    for drug in came_out.get("drug", []):
        assert drug.pop("device_ids") == []  # optional, and the sample has none
    for table, optional in (("gateway", ("one_path", "receivers", "numbers", "renames")), ("audit", ("system",))):
        for key in optional:
            assert not came_out.get(table, {}).pop(key, "")  # the sample has none
    assert came_out.get("gateway", {}).pop("signature", "raw") == "raw"  # nor how a signature is written
    assert came_out.pop("year", {}) == {}  # provincial, and the sample knows none
    assert came_out == values


# profile, keys down to the value, the value, the sentence
WRONG: list[tuple[str, tuple[str | int, ...], object, str]] = [
    ("clinic", ("institution", "code"), "P99999900001", "clinic.institution.code must be a text like H99999999999"),
    ("clinic", ("institution", "code"), "H9999990001", "clinic.institution.code must be"),
    ("clinic", ("institution", "region"), 999900, "clinic.institution.region must be a text like 999999"),
    (
        "clinic",
        ("institution", "department_code"),
        "A 02",
        "clinic.institution.department_code must have Latin letters",
    ),
    ("clinic", ("doctor", "code"), "医生", "clinic.doctor.code must have Latin letters"),
    ("clinic", ("doctor", "name"), "很" * 31, "clinic.doctor.name must be a text in quotes, of 1 to 30"),
    ("clinic", ("pharmacist", "certificate"), MISSING, "clinic.pharmacist.certificate is missing"),
    ("clinic", ("pharmacists",), {}, "clinic.pharmacists is not a key"),
    ("clinic", ("drug",), [], "clinic.drug must be a list of tables"),
    ("clinic", ("drug", 2, "price_fen"), 15.2, "clinic.drug[3].price_fen must be a whole number"),
    ("clinic", ("drug", 2, "price_fen"), 0, "clinic.drug[3].price_fen must be a whole number from 1"),
    ("clinic", ("drug", 2, "price"), 1520, "clinic.drug[3].price is not a key"),
    ("clinic", ("drug", 0, "national_code"), "XB01ACA056A01203010155", "clinic.drug[1].national_code must be"),
    ("clinic", ("drug", 0, "national_code"), "TB01ACA056A012030101554", "clinic.drug[1].national_code must be"),
    ("clinic", ("drug", 0, "code_status"), "real", 'clinic.drug[1].code_status must be one of "public", "synthetic"'),
    ("clinic", ("drug", 0, "prescription_only"), "no", "clinic.drug[1].prescription_only must be true or false"),
    ("clinic", ("drug", 0, "grade"), "甲", 'clinic.drug[1].grade must be one of "01", "02", "03"'),
    ("clinic", ("drug", 0, "initials"), "ASP", "clinic.drug[1].initials must be small letters"),
    (
        "clinic",
        ("drug", 0, "trace_prefixes"),
        ["7100017"],
        "clinic.drug[1].trace_prefixes must be a list of texts like 8",
    ),
    ("clinic", ("drug", 0, "trace_prefixes"), ["81000170"], "clinic.drug[1].trace_prefixes must be"),
    ("clinic", ("drug", 0, "trace_prefixes"), [], "clinic.drug[1].trace_prefixes and gtins are both empty"),
    (
        "clinic",
        ("drug", 1, "trace_prefixes"),
        ["8100017"],
        "clinic.drug[2].trace_prefixes has 8100017, which came before",
    ),
    ("clinic", ("drug", 0, "trace_prefixes"), ["8100017"] * 2, "clinic.drug[1].trace_prefixes has 8100017, which came"),
    ("clinic", ("drug", 9, "gtins"), ["02000000000016"], "clinic.drug[10].gtins has a wrong check digit"),
    (
        "clinic",
        ("drug", 9, "gtins"),
        ["6901234567892"],
        "clinic.drug[10].gtins must be a list of texts like 99999999999999",
    ),
    (
        "clinic",
        ("drug", 10, "gtins"),
        ["02000000000015"],
        "clinic.drug[11].gtins has 02000000000015, which came before",
    ),
    (
        "clinic",
        ("drug", 0, "device_ids"),
        ["MA.156.M0.100761.2123"],
        "clinic.drug[1].device_ids must be a list of texts",
    ),
    ("clinic", ("drug", 0, "device_ids"), ["MA.156.M1.100761.21234561"], "clinic.drug[1].device_ids must be"),
    ("clinic", ("drug", 0, "device_ids"), ["MA.156.M0.100761.2123456-"], "clinic.drug[1].device_ids must be"),
    ("clinic", ("drug", 0, "device_ids"), ["MF12345678901234"], "clinic.drug[1].device_ids must be"),
    ("clinic", ("drug", 0, "device_ids"), ["6901234"], "clinic.drug[1].device_ids must be"),
    ("clinic", ("drug", 0, "device_ids"), ["MF12"] * 2, "clinic.drug[1].device_ids has MF12, which came before"),
    ("clinic", ("drug", 1, "id"), "aspirin", "clinic.drug[2].id has aspirin, which came before"),
    ("clinic", ("drug", 0, "batches"), [], "clinic.drug[1].batches must be a list of tables"),
    ("clinic", ("drug", 0, "batches", 0, "made"), "2026-02-29", "clinic.drug[1].batches[1].made must be a date"),
    (
        "clinic",
        ("drug", 0, "batches", 0, "made"),
        "2026-3-1",
        "clinic.drug[1].batches[1].made must be a text like 9999-99-99",
    ),
    ("clinic", ("drug", 0, "batches", 0, "expires"), "2026-03-01", "clinic.drug[1].batches[1].expires must be later"),
    ("clinic", ("drug", 0, "batches", 0, "quantity"), -1, "clinic.drug[1].batches[1].quantity must be a whole number"),
    ("policy", ("limit", 0, "severity"), 4, "policy.limit[1].severity must be a whole number from 1 to 3"),
    ("policy", ("limit", 0, "least_level"), MISSING, "policy.limit[1].id names a rule without any condition"),
    ("policy", ("limit", 1, "places"), ["home"], "policy.limit[2].places must be a list of some of outpatient"),
    ("policy", ("limit", 2, "sex"), "other", 'policy.limit[3].sex must be one of "male", "female"'),
    ("policy", ("limit", 3, "most_years"), MISSING, "policy.limit[4].most_years is missing"),
    ("policy", ("limit", 3, "most_years"), -1, "policy.limit[4].most_years must be a whole number"),
    ("policy", ("limit", 3, "names"), [], "policy.limit[4].codes and names are both empty"),
    ("policy", ("limit", 5, "box_days"), 0, "policy.limit[6].box_days must be a whole number"),
    ("policy", ("limit", 1, "id"), "women", "policy.limit[3].id has women, which came before"),
    ("policy", ("year",), {"deductible_fen": "D1"}, "policy.year.fund_fen is missing"),
    ("province", ("province", "verified"), MISSING, "province.province.verified is missing"),
    ("province", ("gateway", "scheme"), "x-rio", 'province.gateway.scheme must be one of "plain", "hunan"'),
    ("province", ("gateway", "signature"), "hex", 'province.gateway.signature must be one of "raw", "der"'),
    ("province", ("gateway", "account"), "a\tb", "province.gateway.account must be a text"),
    ("province", ("gateway", "account"), "账号", "province.gateway.account must have Latin letters"),
    ("province", ("gateway", "content_type"), "text/plain；x", "province.gateway.content_type must be of ASCII"),
    (
        "province",
        ("gateway", "nothing_to_reverse"),
        [""],
        "province.gateway.nothing_to_reverse must be a list of texts",
    ),
    ("province", ("paths", "2207"), "/pay", "province.paths.2207 must be a path without a leading slash"),
    ("province", ("paths", "2207"), "pay now", "province.paths.2207 must be a path"),
    ("province", ("paths", "pay"), "x", "province.paths.pay is not the number of a transaction"),
    ("province", ("gateway", "numbers"), {"2207": "A"}, "province.gateway.numbers.2207 must be a text like 9999"),
    ("province", ("gateway", "receivers"), {"1101": ""}, "province.gateway.receivers.1101 must be a text"),
    ("province", ("day_end", "settled_by"), "1", "province.day_end.settled_by must be a text like 999999"),
    ("policy", ("policy", "begins"), "2026-13-01", "policy.policy.begins must be a date"),
    (
        "policy",
        ("benefit", 0, "rate_permille"),
        1001,
        "policy.benefit[1].rate_permille must be a whole number from 0 to 1000",
    ),
    ("policy", ("benefit", 1, "insurance"), "390", "policy.benefit[2].insurance has 390, which came before"),
    ("policy", ("first_share", 1, "grade"), "01", "policy.first_share[2].grade has 01, which came before"),
    ("diagnoses", ("rows", 1, "code"), "J00.x00", "diagnoses.rows[2].code has J00.x00, which came before"),
    ("diagnoses", ("rows", 0, "common"), MISSING, "diagnoses.rows[1].common is missing"),
    ("diagnoses", ("rows",), {"code": "x"}, "diagnoses.rows must be a list of tables"),
]


@pytest.mark.parametrize(("name", "keys", "value", "sentence"), WRONG)
def test_a_mistake_is_named_with_its_path(name: str, keys: tuple[str | int, ...], value: object, sentence: str) -> None:
    read, sample = SAMPLES[name]
    values: Any = copy.deepcopy(sample)
    table = values
    for key in keys[:-1]:
        table = table[key]
    if value is MISSING:
        del table[keys[-1]]
    else:
        table[keys[-1]] = value
    with pytest.raises(ConfigError) as refused:
        read(values)
    assert refused.value.cause.startswith(sentence)


@pytest.mark.parametrize("values", [[], "x", None, 7])
def test_a_file_that_is_no_table_is_refused(values: Any) -> None:
    with pytest.raises(ConfigError, match="diagnoses must be a table"):
        profiles.read_diagnoses(values)


@given(st.integers(min_value=0, max_value=10**13 - 1))
def test_exactly_one_check_digit_is_right(number: int) -> None:
    assert sum(profiles.right_gtin(f"{number:013d}{digit}") for digit in range(10)) == 1


@pytest.mark.parametrize("gtin", ["06972831641803", "06901234567892", "07032069804988"])
def test_real_gtins_are_right(gtin: str) -> None:
    assert profiles.right_gtin(gtin)


def test_a_drug_can_go_by_its_device_codes_alone() -> None:
    values = copy.deepcopy(SAMPLES["clinic"][1])
    drug = values["drug"][0]
    drug["trace_prefixes"], drug["gtins"] = [], []
    drug["device_ids"] = ["MA.156.M0.100761.21234561", "MA.156.M0.100350.01004YA10017", "MF1234567890123"]
    assert profiles.read_clinic(values)["drug"][0]["device_ids"] == drug["device_ids"]
    assert profiles.read_clinic(SAMPLES["clinic"][1])["drug"][0]["device_ids"] == []


@pytest.mark.parametrize("signature", SIGNATURES)
def test_how_a_signature_is_written(signature: str) -> None:
    values = copy.deepcopy(SAMPLES["province"][1])
    values["gateway"]["signature"] = signature
    assert read_province(values)["gateway"]["signature"] == signature


def test_a_leap_day_is_a_date() -> None:
    values = copy.deepcopy(SAMPLES["policy"][1])
    values["policy"]["begins"] = "2028-02-29"
    assert profiles.read_policy(values)["policy"]["begins"] == "2028-02-29"


def test_a_province_may_name_every_gateway_scheme() -> None:
    assert sorted(OFFERED) == sorted(SCHEMES)
