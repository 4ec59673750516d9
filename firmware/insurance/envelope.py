"""The envelope around every message: eighteen members on the way out, the answer's members on the way in."""

from firmware import clock as civil
from firmware.insurance.errors import NotSignedIn, Refused, TurnedAway, UnknownOutcome
from firmware.insurance.schema import check_envelope
from firmware.insurance.wire import loads, text
from firmware.money import MoneyError, from_decimal

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from hal.ports import Board

    Json = dict[str, Any]

_CODE_DECIMALS = 4  # more than any infcode has
_NOT_SIGNED_IN = "签到"  # in the platform's sentence: it does not know our sign-in (any more)
# Nodes and members that some platforms write otherwise than the document: how, and what is meant.
_MISSPELT = {"expContent": "exp_content", "pdn_cash_pay": "psn_cash_pay", "dld_endtime": "dld_end_time"}
_ENVELOPE = (
    ("infcode", "inf_refmsgid", "refmsg_time", "respond_time", "err_msg", "output", "warn_msg")
    + ("cainfo", "signtype", "enctype", "type")
)  # fmt: skip


class Envelope:
    """Makes the envelopes of one institution."""

    def __init__(self, board: "Board") -> None:
        self._board = board
        self._gateway = board.province["gateway"]
        self._institution = board.clinic["institution"]
        self._doctor = board.clinic["doctor"]
        self._stamp = (0, "")  # the last time that was written out, and how

    def header(self, infno: str, sent_as: str, person_region: str, msgid: str, sign_no: str) -> "Json":
        """Every member but `input`, checked. `sent_as` is the number of `infno` here, `person_region` may be "".
        `InsuranceError` `insurance.bad_message`."""
        gateway = self._gateway
        receivers = gateway["receivers"]
        header: "Json" = {
            "infno": sent_as,
            "msgid": msgid,
            "mdtrtarea_admvs": self._institution["region"],
            "insuplc_admdvs": person_region,
            "recer_sys_code": receivers.get(infno) or receivers.get(sent_as) or gateway["receiver"],
            "dev_no": "",
            "dev_safe_info": "",
            "cainfo": "",
            "signtype": gateway["sign_type"],
            "infver": gateway["interface_version"],
            "opter_type": "1",
            "opter": self._doctor["code"],
            "opter_name": self._doctor["name"],
            "inf_time": self.time(),
            "fixmedins_code": self._institution["code"],
            "fixmedins_name": self._institution["name"],
            "sign_no": sign_no,
            "input": {},
        }
        check_envelope(header)
        return header

    def time(self) -> str:
        """`yyyy-MM-dd HH:mm:ss`. Many messages leave in the same second."""
        now_s = self._board.clock.wall_s()
        if self._stamp[0] != now_s:
            self._stamp = (now_s, civil.stamp(now_s))
        return self._stamp[1]


def opened(infno: str, body: bytes) -> "tuple[Json, int]":
    """The `output` of an answer, its nodes objects or lists, and the platform's own time (UTC seconds, 0 without one).

    A node that lies beside `output` instead of in it is found; an `output`, or a node, that is JSON in a text is read;
    misspelt members have their right names as well. `UnknownOutcome` `insurance.bad_answer` for what is no envelope;
    `Refused` with the platform's sentence, `NotSignedIn` when that speaks of signing in, `TurnedAway` when it is about
    the sign-in itself (9001).
    """
    message = loads(body)
    if type(message) is not dict or "infcode" not in message:
        raise UnknownOutcome("insurance.bad_answer", infno + " no envelope")
    if not _is_zero(infno, message["infcode"]):
        sentence = sentence_of(message.get("err_msg"))
        if infno == "9001":
            raise TurnedAway("insurance.refused", infno, {"platform": sentence, "infno": infno})
        if _NOT_SIGNED_IN in sentence:
            raise NotSignedIn("insurance.refused", infno, {"platform": sentence, "infno": infno})
        raise Refused("insurance.refused", infno, {"platform": sentence, "infno": infno})
    output = _unfolded(message.get("output"))
    if type(output) is list and output:  # 5204 answers so
        output = {"output": output}
    if type(output) is not dict:
        output = {}
    for name in message:
        if name not in _ENVELOPE and name not in output:
            output[name] = message[name]
    for name in output:
        output[name] = _unfolded(output[name])
    _respell(output)
    return output, time_of(message.get("respond_time"))


def _is_zero(infno: str, infcode: "Any") -> bool:
    """Whether it says that all is well: 0, "0" or 0.0. What is no number says neither that nor the contrary."""
    try:
        if type(infcode) in (int, str):
            return from_decimal(text(infcode).strip(), _CODE_DECIMALS) == 0
    except MoneyError:
        pass  # as what is neither
    raise UnknownOutcome("insurance.bad_answer", infno + " infcode")


def sentence_of(value: "Any") -> str:
    """What a platform says to people, at most 500 characters of one line."""
    if type(value) is not str:
        return ""
    return " ".join(value[:500].split())


def _unfolded(value: "Any") -> "Any":
    """What a text that is a JSON object or list says; anything else as it is."""
    if type(value) is str and value[:1] in ("{", "["):
        try:
            return loads(value)
        except UnknownOutcome:
            return value
    return value


def _respell(output: "Json") -> None:
    rows = [output]
    for name in output:
        node = output[name]
        rows += [row for row in (node if type(node) is list else [node]) if type(row) is dict]
    for row in rows:
        for wrong, right in _MISSPELT.items():
            if wrong in row and right not in row:
                row[right] = row[wrong]


def time_of(digits: "Any") -> int:
    """`yyyyMMddHHmmss`, with or without milliseconds, as UTC seconds; 0 when it is none."""
    told = text(digits)
    if len(told) not in (14, 17) or not all([char in "0123456789" for char in told]):
        return 0
    date = told[:4] + "-" + told[4:6] + "-" + told[6:8]
    try:
        return civil.utc(date + " " + told[8:10] + ":" + told[10:12] + ":" + told[12:14])
    except ValueError:
        return 0
