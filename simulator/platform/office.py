"""The platform's back office: what every transaction looks things up in, and the look-ups that many of them share."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from .audit_rules import AuditRules, read_audit_rules
from .benefits import Drug, Rules, read_drugs, read_rules
from .catalogues import Catalogues
from .envelope import Request, Row
from .institutions import Institution, read_institutions
from .ledger import Ledger, Visit
from .people import People, Person
from .refusal import Refused

UNKNOWN_PERSON = (
    "MBS-cn.hsa.ais.common.exception.HygeiaException: 请求失败,错误原因：本地查询错误:该参保人的基本信息为空null"
)


@dataclass(slots=True)
class Office:
    """People, institutions, catalogues and rules as data, and the ledger."""

    people: People
    institutions: dict[str, Institution]
    drugs: dict[str, Drug]
    catalogues: Catalogues
    rules: Rules
    audit: AuditRules
    ledger: Ledger

    @classmethod
    def open(cls, data: Path, ledger: Ledger, full: bool = False) -> "Office":
        """Read the folder `data`. `full`: with catalogues of the size that they have in life, made up by rule."""
        drugs = read_drugs(data / "drugs.toml")
        rules = read_rules(data / "benefits.toml")
        catalogues = Catalogues(data, drugs, rules.region, full)
        return cls(
            People.read(data / "people.toml", data / "insured.toml"),
            read_institutions(data / "institutions.toml"),
            drugs | catalogues.invented_drugs(),
            catalogues,
            rules,
            read_audit_rules(data / "audit.toml"),
            ledger,
        )

    @property
    def region(self) -> str:
        """The insurance region of everybody."""
        return self.rules.region

    def balance(self, person: Person) -> int:
        """The fen on the person's account."""
        return self.ledger.balances.setdefault(person.psn_no, person.first_balance)

    def level(self, fixmedins_code: str) -> str:
        """The level (hosp_lv) of an institution, "" of one that is not known."""
        known = self.institutions.get(fixmedins_code)
        return known.hosp_lv if known else ""

    def identify(self, row: Row, now: datetime) -> Person:
        """The person whose credential (mdtrt_cert_type, mdtrt_cert_no, card_sn) is in `row`, or `Refused`."""
        number = row.text("mdtrt_cert_no")
        match row.text("mdtrt_cert_type"):
            case "01":  # 医保电子凭证
                return self._bearer(number, now)
            case "02":  # 居民身份证
                person = self.people.by_certificate(number)
            case "03":  # 社会保障卡
                if not row.text("card_sn"):
                    raise Refused("FSI-就诊凭证类型为社会保障卡时，卡识别码(card_sn)不能为空")
                person = self.people.by_card(number, row.text("card_sn"))
            case _:
                raise Refused("FSI-就诊凭证类型(mdtrt_cert_type)不正确")
        if person is None:
            raise Refused(UNKNOWN_PERSON)
        return person

    def _bearer(self, ec_token: str, now: datetime) -> Person:
        token = self.ledger.tokens.get(ec_token)
        if token is None or token.until <= now.timestamp():
            raise Refused("FSI-电子凭证令牌(ecToken)无效或已过期，请重新扫码")
        person = self.people.by_number(token.psn_no)
        if person is None:
            raise Refused(UNKNOWN_PERSON)
        return person

    def person(self, request: Request, row: Row) -> Person:
        """The person of `psn_no`, insured in the region that the envelope names, or `Refused`."""
        person = self.people.by_number(row.text("psn_no"))
        if person is None:
            raise Refused(UNKNOWN_PERSON)
        if request.insuplc_admdvs != self.region:
            raise Refused("FSI-参保地医保区划(insuplc_admdvs)与参保信息不一致")
        return person

    def bearer(self, request: Request, row: Row) -> Person:
        """The person of `psn_no`, whose credential was presented as well, or `Refused`."""
        person = self.person(request, row)
        if self.identify(row, request.now) is not person:
            raise Refused("FSI-就诊凭证与人员编号不一致")
        return person

    def visit(self, request: Request, row: Row) -> Visit:
        """The institution's own registration `mdtrt_id` of this person, or `Refused`."""
        self.person(request, row)
        visit = self.ledger.visits.get(row.text("mdtrt_id"))
        if visit is None or visit.fixmedins_code != request.fixmedins_code or visit.psn_no != row.text("psn_no"):
            raise Refused("FSI-未查询到就诊信息，请先办理门诊挂号(2201)")
        if visit.cancelled:
            raise Refused("FSI-该就诊挂号已撤销")
        return visit
