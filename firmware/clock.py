"""Times at the edge: UTC seconds inside, China standard time on the wire, on paper and in file dates."""

ZONE = "Asia/Shanghai"
_ZONE_SECONDS = 8 * 3600  # no summer time since 1991
_DAYS_BEFORE_MONTH = (0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334)


def civil(utc_s: int) -> "tuple[int, int, int, int, int, int]":
    """(year, month, day, hour, minute, second) in China of a UTC time. `time.gmtime` is not used: its epoch differs."""
    local = utc_s + _ZONE_SECONDS
    days = local // 86400
    rest = local % 86400
    # Days since 0000-03-01, so that the leap day is the last day of the counted year.
    era_day = days + 719468
    era = era_day // 146097
    day_of_era = era_day % 146097
    year_of_era = (day_of_era - day_of_era // 1460 + day_of_era // 36524 - day_of_era // 146096) // 365
    day_of_year = day_of_era - (365 * year_of_era + year_of_era // 4 - year_of_era // 100)
    shifted = (5 * day_of_year + 2) // 153
    day = day_of_year - (153 * shifted + 2) // 5 + 1
    month = shifted + 3 if shifted < 10 else shifted - 9
    year = year_of_era + era * 400 + (1 if month <= 2 else 0)
    return year, month, day, rest // 3600, rest % 3600 // 60, rest % 60


def stamp(utc_s: int) -> str:
    """`yyyy-MM-dd HH:mm:ss`."""
    year, month, day, hour, minute, second = civil(utc_s)
    return f"{year:04d}-{month:02d}-{day:02d} {hour:02d}:{minute:02d}:{second:02d}"


def compact(utc_s: int) -> str:
    """`yyyyMMddHHmmss`."""
    year, month, day, hour, minute, second = civil(utc_s)
    return f"{year:04d}{month:02d}{day:02d}{hour:02d}{minute:02d}{second:02d}"


def date(utc_s: int) -> str:
    """`yyyy-MM-dd`."""
    return stamp(utc_s)[:10]


def utc(text: str) -> int:
    """The UTC seconds of `yyyy-MM-dd HH:mm:ss` in China. ValueError when it is not of that form."""
    year, month, day = int(text[:4]), int(text[5:7]), int(text[8:10])
    if not 1 <= month <= 12:
        raise ValueError("not a date")
    leaps = year // 4 - year // 100 + year // 400
    if month <= 2 and year % 4 == 0 and (year % 100 != 0 or year % 400 == 0):
        leaps -= 1
    days = year * 365 + leaps + _DAYS_BEFORE_MONTH[month - 1] + day - 1 - 719527
    utc_s = days * 86400 + int(text[11:13]) * 3600 + int(text[14:16]) * 60 + int(text[17:19]) - _ZONE_SECONDS
    if stamp(utc_s) != text:  # `int` takes signs, blanks and digits of other scripts, and February has no 30th
        raise ValueError("not a time")
    return utc_s
