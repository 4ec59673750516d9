"""Sign-in (9001) and sign-out (9002), person information (1101) and the e-voucher's QR code (6101, 1162)."""

import hashlib
import secrets
from decimal import Decimal
from typing import Any

from .envelope import Request
from .ledger import SignIn, Token
from .money import to_yuan
from .office import Office
from .people import Person
from .refusal import Refused

TOKEN_LIFE_S = 3600  # an assumption: no source says how long an ecToken lives
_FIRST_SIGN_NO = 680000
_WRONG_QR = 500159


def sign_in(office: Office, request: Request) -> dict[str, Any]:
    """9001: a new sign_no; numbers of earlier days are forgotten."""
    ledger = office.ledger
    if request.fixmedins_code not in office.institutions:
        raise Refused("FSI-未查询到定点医药机构信息，请核对定点医药机构编号(fixmedins_code)")
    for no in [no for no, row in ledger.sign_ins.items() if row.day != request.today]:
        del ledger.sign_ins[no]
    sign_no = str(_FIRST_SIGN_NO + ledger.next_serial())
    ledger.sign_ins[sign_no] = SignIn(request.fixmedins_code, request.today, request.row("signIn").text("opter_no"))
    table = request.transaction.output("signinoutb")
    return {"signinoutb": table.fill(sign_no=sign_no, sign_time=request.today + " 00:00:00")}


def sign_out(office: Office, request: Request) -> dict[str, Any]:
    """9002: the institution's sign_no are no longer valid, all of them; everything is refused until the next 9001.

    The document asks for a sign_no of the day. That the others of the institution end with it is an assumption: the
    totals of a day are drawn up when nobody of the institution works on.
    """
    row = request.row("signOut")
    if row.text("sign_no") != request.sign_no:
        raise Refused("FSI-签到编号(sign_no)与交易签到流水号不一致")
    ledger = office.ledger
    for no in [no for no, row in ledger.sign_ins.items() if row.fixmedins_code == request.fixmedins_code]:
        del ledger.sign_ins[no]
    return {"signoutoutb": request.transaction.output("signoutoutb").fill(sign_time=request.time)}


def require_sign_in(office: Office, request: Request) -> None:
    """Raise `Refused` unless the envelope carries a sign_no its institution got today. The sentence is invented."""
    row = office.ledger.sign_ins.get(request.sign_no)
    if row is None or row.fixmedins_code != request.fixmedins_code or row.day != request.today:
        raise Refused("FSI-签到流水号(sign_no)无效，请先办理签到(9001)")


def person_info(office: Office, request: Request) -> dict[str, Any]:
    """1101: who the bearer of a credential is and how insured; an unknown person is a refusal, not an empty list."""
    row = request.row()
    person = office.identify(row, request.now)
    known_by = (("psn_cert_type", person.psn_cert_type), ("certno", person.certno), ("psn_name", person.psn_name))
    for name, known in known_by:
        if row.text(name) not in ("", known):
            raise Refused(f"FSI-{name}与参保信息不一致")
    return {
        "baseinfo": request.transaction.output("baseinfo").fill(**personal(person, request)),
        "insuinfo": _insuinfo(office, request, person),
        "idetinfo": [
            request.transaction.output("idetinfo").fill(
                psn_idet_type=one.psn_idet_type,
                begntime=f"{one.begins} 00:00:00",
                endtime=f"{one.ends} 23:59:59" if one.ends else None,
            )
            for one in person.identities
        ],
    }


def _insuinfo(office: Office, request: Request, person: Person) -> list[dict[str, Any]]:
    """Every insurance of a person; the account belongs to the first."""
    table = request.transaction.output("insuinfo")
    return [
        table.fill(
            balc=to_yuan(0 if place else office.balance(person)),
            insutype=one.insutype,
            psn_type=one.psn_type,
            psn_insu_stas=one.psn_insu_stas,
            psn_insu_date=one.psn_insu_date,
            paus_insu_date=one.paus_insu_date,
            cvlserv_flag=person.cvlserv_flag,
            insuplc_admdvs=office.region,
            emp_name=one.emp_name,
        )
        for place, one in enumerate(person.insurances)
    ]


def personal(person: Person, request: Request) -> dict[str, Any]:
    """The members about a person that several answers share."""
    return {
        "psn_no": person.psn_no,
        "psn_cert_type": person.psn_cert_type,
        "certno": person.certno,
        "psn_name": person.psn_name,
        "gend": person.gend,
        "naty": person.naty,
        "brdy": person.born.isoformat(),
        "age": Decimal(person.age(request.now.date())).quantize(Decimal("0.1")),
    }


def decode_qr(office: Office, request: Request) -> dict[str, Any]:
    """6101: the person behind the QR code in `businessInfo`, with a fresh ecToken.

    That the request has the national envelope with the node InData is an assumption: sources show only the fields and
    the bare answer. Tokens expire; used ones are not used up, since one token serves 1101, 2201, 2206 and 2207.
    """
    row = request.row("InData")
    person = office.people.by_qr(row.text("businessInfo"))
    if person is None:
        raise Refused("请使用医保电子凭证二维码", _WRONG_QR)
    now = request.now.timestamp()
    for text in [text for text, token in office.ledger.tokens.items() if token.until <= now]:
        del office.ledger.tokens[text]
    ec_token = secrets.token_hex(20)
    office.ledger.tokens[ec_token] = Token(person.psn_no, now + TOKEN_LIFE_S)
    return request.transaction.output("OutData").fill(
        userName=person.psn_name,
        idNo=person.certno,
        idType=person.psn_cert_type,
        ecToken=ec_token,
        insuOrg=office.region,
        ecIndexNo=hashlib.sha256(person.psn_no.encode()).hexdigest()[:32],
        chnlId=hashlib.sha256(request.fixmedins_code.encode()).hexdigest()[:32],
        ecQrCode=person.qr,
    )
