"""What an identity card says, whichever of the four layouts it has."""

from firmware.identity.identity_number import compact
from firmware.identity.nations import nation_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from firmware.identity.identity_number import Today


class IdentityCard:
    """An identity card. What a layout does not have is "". Dates are `YYYY-MM-DD`.

    `kind` is `CITIZEN`, `HMT_PERMIT`, `FOREIGNER_2017` or `FOREIGNER_2023`.

    `name` is the Chinese one, cut by the card after 15 characters; a foreigner's card of either year may have none, and
    then `name` is the `english_name` (surname and given name as the card writes them).

    `sex` is "male", "female" or "unknown"; `nation` is a Chinese name, "" when `nation_code` is not in GB/T 3304;
    `nationality` is a code of GB/T 2659: three letters on a card of 2017, three digits on one of 2023.

    `valid_until` is None on a long-term card (长期). `permit_number` is the travel permit to the mainland that a
    residence permit belongs to, `issue_count` how often the card was issued ("01" first) or renewed.
    """

    def __init__(
        self, kind: str, number: str, sex: str, birth: str, valid_from: str, valid_until: "str | None"
    ) -> None:
        self.kind = kind
        self.number = number
        self.sex = sex
        self.birth = birth
        self.valid_from = valid_from
        self.valid_until = valid_until
        self.name = ""
        self.english_name = ""
        self.nation_code = ""
        self.nationality = ""
        self.address = ""
        self.authority = ""
        self.permit_number = ""
        self.issue_count = ""

    def __repr__(self) -> str:
        return "IdentityCard(" + self.kind + ", *)"

    @property
    def nation(self) -> str:
        """The Chinese name of the nation, or ""."""
        return nation_name(self.nation_code) if self.nation_code else ""

    def expired(self, today: "Today") -> bool:
        """Whether the card's last day is over. A reason to warn, never to refuse a patient."""
        return self.valid_until is not None and compact(today) > self.valid_until.replace("-", "")
