"""What nobody honest sends, and what ends in the middle: the platform answers, refuses, and starts again."""

import asyncio
import base64
import io
import json
import zipfile
from pathlib import Path

import pytest

from simulator.certificates import make_certificates, server_context
from simulator.platform import sm2
from simulator.platform.faults import UnknownFault
from simulator.platform.front import parts
from simulator.platform.gateways import APP_ID, open_gateway
from simulator.platform.gateways.contract import TurnedAway
from simulator.platform_keys import gateway_secret, sm2_keys
from tests.simulator.platform.counter import LI_FANG, NOON, PATHS, SECRET, Counter
from tests.simulator.platform.test_gateways import KEYS, OWN, wrapped
from tests.simulator.platform.test_reconciliation import asked

FORM = "multipart/form-data; boundary=B"
SIGN_IN = "/fsi/api/" + PATHS["9001"]


def test_a_part_whose_head_never_ends() -> None:
    hostile = b"--B\r\n" + b"content-disposition:" * 200_000
    assert parts(FORM, hostile) == (b"", b"")
    assert parts(FORM, hostile + b'; name="jsonStr"\r\n\r\n{}\r\n--B--\r\n') == (b"", b"")


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_zip_of_another_method(counter: Counter, method: int) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", method) as archive:
        archive.writestr("detail.txt", "0\t" * 100)
    content = packed.getvalue()
    begin = content.index(b"detail.txt") + len("detail.txt")
    torn = content[:begin] + bytes(byte ^ 0xFF for byte in content[begin : begin + 12]) + content[begin + 12 :]
    for each in (content, torn):
        assert "文件不正确" in counter.refusal("3202", asked(counter, each, 1))


@pytest.mark.parametrize("open_ended", ["[", '{"a":'])
def test_nesting_of_any_depth_is_answered(counter: Counter, open_ended: str) -> None:
    close = {"[": "]", '{"a":': "}"}[open_ended]
    message = json.dumps(counter.envelope("9001", {"signIn": {}}))[:-1]
    for depth in range(300, 1100, 7):
        body = f'{message},"more":{open_ended * depth}1{close * depth}}}'
        status, answer = counter.post(SIGN_IN, body.encode())
        assert (status, json.loads(answer)["infcode"]) == (200, -1)


@pytest.mark.parametrize("rule_ids", [5, True, "R1", {"R1": 1}])
def test_rules_that_are_no_list(counter: Counter, rule_ids: object) -> None:
    patient = {"patn_id": "1", "patn_name": "测试甲", "gend": "1", "brdy": "1990-01-01", "poolarea": "999900"}
    day = {"adm_date": "2026-03-02", "dscg_date": "2026-03-02"}
    texts: tuple[str, ...] = (
        "mdtrt_id",
        "medins_id",
        "medins_name",
        "medins_admdvs",
        "medins_type",
        "medins_lv",
        "med_type",
    )
    texts += ("dscg_main_dise_codg", "dscg_main_dise_name", "dr_codg", "adm_dept_codg", "adm_dept_name", "matn_stas")
    texts += ("dscg_dept_codg", "dscg_dept_name", "med_mdtrt_type", "insutype", "reim_flag", "out_setl_flag")
    numbers = dict.fromkeys(("medfee_sumamt", "ownpay_amt", "selfpay_amt", "setl_totlnum"), "1")
    names: tuple[str, ...] = ("dise_id", "inout_dise_type", "maindise_flag", "dias_srt_no", "dise_codg", "dise_name")
    disease = dict.fromkeys(names, "1") | {"dise_date": "2026-03-02"}
    names = ("rx_id", "rxno", "long_drord_flag", "hilist_type", "chrg_type", "drord_bhvr", "hilist_name", "hilist_lv")
    names += ("hosplist_code", "hosplist_name", "spec", "spec_unt", "drord_dept_codg", "drord_dept_name")
    names += ("drord_dr_codg", "drord_dr_name", "drord_dr_profttl", "curr_drord_flag", "hilist_code")
    amounts = dict.fromkeys(("hilist_pric", "cnt", "pric", "sumamt", "ownpay_amt", "selfpay_amt"), "1")
    order = dict.fromkeys(names, "1") | amounts | {"drord_begn_date": "2026-03-02"}
    visit = dict.fromkeys(texts, "1") | numbers | day | {"fsi_diagnose_dtos": [disease]}
    visit |= {"fsi_order_dtos": [order, order | {"rx_id": "2"}]}
    data = {"patient_dtos": [patient | {"curr_mdtrt_id": "1", "fsi_encounter_dtos": [visit]}], "trig_scen": "1"}
    assert counter.ask("3101", {"data": data})["result"]  # the same drug twice
    assert "rule_ids" in counter.refusal("3101", {"data": data | {"rule_ids": rule_ids}})
    assert counter.ask("3101", {"data": data | {"rule_ids": [rule_ids]}}) == {"result": []}


def test_no_other_spelling_of_a_signature_is_taken() -> None:
    gateway = open_gateway("sm2-sm4", "", SECRET, KEYS)
    _, body = wrapped(b'{"infno":"9001"}', NOON, SECRET, APP_ID)
    assert gateway.open(body, NOON) == b'{"infno":"9001"}'
    outer = json.loads(body)
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    last = outer["signData"][85]
    for spare in range(1, 16):  # the last letter has four bits that decode to nothing
        other = outer["signData"][:85] + letters[letters.index(last) + spare] + "=="
        assert base64.b64decode(other) == base64.b64decode(outer["signData"])
        with pytest.raises(TurnedAway, match="签名不一致"):
            gateway.open(json.dumps(outer | {"signData": other}).encode(), NOON)


def test_a_busy_hour_refuses_nobody() -> None:
    counter = Counter()
    gateway = open_gateway("x-tif", "", SECRET)
    for number in range(20_500):
        gateway.admit(counter.headers(f"n{number}"), b"", NOON)
    with pytest.raises(TurnedAway, match="请求重复"):
        gateway.admit(counter.headers("n20499"), b"", NOON)


def test_a_fault_that_could_never_happen_is_refused(counter: Counter) -> None:
    for name, *arguments in (
        ("platform.refuse", "2999", "不行"),
        ("network.cut_after", "1102"),
        ("platform.clock_skew", 10**11),
        ("platform.clock_skew", -(10**11)),
    ):
        with pytest.raises(UnknownFault, match=str(name)):
            counter.platform.fault(str(name), *arguments)
    assert counter.platform.active_faults() == []


def test_a_fault_hits_a_transaction_under_its_other_number(counter: Counter) -> None:
    counter.platform.fault("platform.refuse", "1162", "系统繁忙")
    _, answer = counter.post("/fsi/api/" + PATHS["6101"], json.dumps(counter.envelope("1162", qr())).encode())
    assert json.loads(answer)["message"] == "系统繁忙"


def qr() -> dict[str, dict[str, str]]:
    """The input of 6101 with a code that nobody has."""
    names = ("orgId", "businessType", "businessInfo", "operatorId", "operatorName", "officeId", "officeName")
    return {"InData": dict.fromkeys(names, "01101")}


def test_a_file_can_be_spoilt_as_well(counter: Counter) -> None:
    info = counter.ask("1301", {"data": {"ver": "0"}})
    wanted = {"file_qury_no": info["file_qury_no"], "filename": info["filename"], "fixmedins_code": "plc"}

    def fetched() -> bytes:
        body = json.dumps(counter.envelope("9102", {"fsDownloadIn": wanted})).encode()
        return asyncio.run(counter.platform.handle("/fsi/api/" + PATHS["9102"], counter.headers(), body))[2]

    right = fetched()
    for seed in range(8):
        counter.platform.fault("platform.fuzz", "9102", seed)
        assert fetched() != right
        assert fetched() == right


def test_no_account_is_overdrawn_by_a_reversal(counter: Counter) -> None:
    first = counter.settled(LI_FANG, account="1")
    msgid = counter.msgid()
    counter.ask("2208", counter.named(first), msgid)
    balances = counter.platform._office.ledger.balances  # as if it had been spent elsewhere
    balances[LI_FANG[0]] = 100
    lost = {"data": counter.lost(msgid, LI_FANG)["data"] | {"oinfno": "2208"}}
    assert "余额不足" in counter.refusal("2601", lost)
    assert balances[LI_FANG[0]] == 100
    assert counter.platform.effective_settlements() == []


def test_secrets_are_whole_after_an_end_in_the_middle(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def killed(*_: object, **__: object) -> int:
        raise KeyboardInterrupt

    for make in (gateway_secret, sm2_keys, make_certificates):
        with monkeypatch.context() as patched:
            patched.setattr(Path, "write_bytes", killed)
            patched.setattr(Path, "write_text", killed)
            with pytest.raises(KeyboardInterrupt):
                make(tmp_path)
    assert len(gateway_secret(tmp_path)) == 32
    assert sm2_keys(tmp_path).institution != sm2.public_of(OWN)
    make_certificates(tmp_path)
    server_context(tmp_path, lambda: "")
    for name in ("gateway-secret", "sign-key", "platform-private", "server.pem", "client-key.pem"):
        assert (tmp_path / name).stat().st_mode & 0o777 == 0o600
