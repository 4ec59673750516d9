"""What the headers of an answer say of time: for how long a gateway wants to hear nothing (Retry-After, RFC 9110,
section 10.2.3), and what time it is there (Date, section 6.6.1)."""

from firmware import clock as civil

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hal.ports import HttpAnswer

MOST_S = 3600  # a wrong clock, theirs or ours, must not silence the terminal for days
_ASKS = (429, 503)
_MOST_DIGITS = 10
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_CHINA_S = 8 * 3600  # `civil.utc` reads times of China


def retry_after_s(answer: "HttpAnswer", now_s: int) -> int:
    """Seconds, at most an hour; 0 when the answer is none that asks for it, or says nothing that can be read. A date is
    compared with that of the answer itself, where it has one: this clock may be wrong (`now_s`)."""
    value = answer.headers.get("retry-after", "").strip()
    if answer.status not in _ASKS or not value:
        return 0
    if all(["0" <= char <= "9" for char in value]):
        return min(MOST_S, int(value)) if len(value) <= _MOST_DIGITS else MOST_S
    return min(MOST_S, max(0, _date_s(value) - (told_s(answer) or now_s)))


def told_s(answer: "HttpAnswer") -> int:
    """The UTC seconds of the header Date; 0 when there is none that can be read."""
    return _date_s(answer.headers.get("date", ""))


def _date_s(value: str) -> int:
    """UTC seconds of an IMF-fixdate, `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110, section 5.6.7); 0 when it is none."""
    words = value.split()
    if len(words) != 6 or words[5] != "GMT" or words[2] not in _MONTHS:
        return 0
    month = _MONTHS.index(words[2]) + 1
    try:
        return civil.utc(words[3] + "-" + f"{month:02d}" + "-" + words[1] + " " + words[4]) + _CHINA_S
    except ValueError:
        return 0
