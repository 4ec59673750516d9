"""What a gateway says that refuses before the platform sees the message. Such an answer has no envelope.

Sources: Hunan, the provincial specification V1.1.27 (`{"code":401,"message":"签名时间戳超时!"}`; the HTTP status is not
said, so a code of 4xx in the body counts as much as one of HTTP); nginx, ngx_http_special_response.c, for what a front
end says that misses a client's certificate.
"""

from firmware import log
from firmware.insurance.envelope import sentence_of
from firmware.insurance.errors import TurnedAway, UnknownOutcome
from firmware.insurance.retry_after import told_s
from firmware.insurance.wire import loads, text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from hal.ports import HttpAnswer

CLOCK_REFUSED = "insurance.clock_refused"
MAINTENANCE = "insurance.maintenance"
_REQUEST_TIMEOUT = 408
_MINDS_TIME = ("时间戳", "timestamp", "签名过期", "签名已过期")
_NO_CERTIFICATE = (b"No required SSL certificate was sent", b"The SSL certificate error")
_ENVELOPE = b'"infcode"'
# In a page or a text instead of an answer: somebody works on the platform, and tells when it will be back. The same
# words in GBK.
_IN_MAINTENANCE = ("维护", "升级")
_IN_MAINTENANCE_GBK = (b"\xce\xac\xbb\xa4", b"\xc9\xfd\xbc\xb6")
_MOST_PAGE = 4096
_UNREADABLE = "\ufffd"
_MOST_GBK = 300  # bytes of a sentence: a board without a codec takes some milliseconds for each character


def refuse_gateway(infno: str, answer: "HttpAnswer", from_gb18030: "Callable[[bytes], str]") -> None:
    """Raise what a gateway's refusal means, if the answer is one. Only 4xx proves that nothing was done; what a 5xx did
    is unknown, and so is what one did that shows a page instead of an answer. `UnknownOutcome`, `TurnedAway`."""
    notice = "" if 400 <= answer.status < 500 else _notice(answer.body, from_gb18030)
    if notice:
        log.event("platform.maintenance", infno + " HTTP " + str(answer.status))
        raise UnknownOutcome(MAINTENANCE, infno + " HTTP " + str(answer.status), {"platform": notice, "infno": infno})
    if answer.status >= 500 or answer.status == _REQUEST_TIMEOUT:
        raise UnknownOutcome("insurance.no_answer", infno + " HTTP " + str(answer.status))
    if _ENVELOPE in answer.body:  # whatever the status, the platform has looked at it
        return
    code, sentence = _said(answer.body)
    status = max(answer.status, code)
    if status < 400:
        return
    log.event("gateway.refused", infno + " HTTP " + str(status))
    minds_time = any([words in sentence.lower() for words in _MINDS_TIME])
    error_code = CLOCK_REFUSED if minds_time else "insurance.gateway_refused"
    if any([words in answer.body for words in _NO_CERTIFICATE]):
        error_code = "insurance.own_certificate"
    refusal = TurnedAway(error_code, infno + " HTTP " + str(status), {"platform": sentence, "infno": infno})
    refusal.told_s = told_s(answer) if minds_time else 0
    raise refusal


def _notice(body: bytes, from_gb18030: "Callable[[bytes], str]") -> str:
    """The sentence of a page, or of a plain text, that speaks of maintenance; "" when it does not. What is no UTF-8 may
    be GBK, whatever its headers say: many say nothing."""
    if body.lstrip()[:1] in (b"{", b"[", b""):
        return ""
    if len(body) > _MOST_PAGE:
        body = body[: body.rfind(b"<", 0, _MOST_PAGE)]
    try:
        page = body.decode()
    except UnicodeError:
        page = from_gb18030(_gbk_sentence(body[:_MOST_PAGE]))
        if page[-1:] == _UNREADABLE:  # a character that was cut
            page = page[:-1]
        if _UNREADABLE in page:
            return ""
    sentence = ""
    for piece in page.split("<"):  # a tag, and the text behind it
        words = sentence_of(piece[piece.find(">") + 1 :])
        if len(words) > len(sentence) and any([word in words for word in _IN_MAINTENANCE]):
            sentence = words
    return sentence


def _gbk_sentence(body: bytes) -> bytes:
    """The longest text between the tags of a page in GBK that speaks of maintenance, or b"". No byte of a character
    is a "<" or ">"."""
    longest = b""
    for piece in body.split(b"<"):
        words = piece[piece.find(b">") + 1 :].strip()
        if len(words) > len(longest) and any([word in words for word in _IN_MAINTENANCE_GBK]):
            longest = words
    return longest[:_MOST_GBK]


def _said(body: bytes) -> "tuple[int, str]":
    """A gateway's own code, 0 when it is none of 4xx, and its sentence."""
    if body[:1] != b"{":
        return 0, ""
    try:
        message = loads(body)
    except UnknownOutcome:
        return 0, ""  # the status alone says it
    code = text(message.get("code"))
    is_refusal = len(code) == 3 and code[0] == "4" and code != str(_REQUEST_TIMEOUT) and code.isdigit()
    return int(code) if is_refusal else 0, sentence_of(message.get("message"))
