"""The profile of a province: its gateway, and what its platform offers and wants. Read key by key into plain dicts."""

from hal.config import Section, fits
from hal.profiles import REGION, printable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    Json = dict[str, Any]

SCHEMES = ("plain", "hunan", "x-tif", "x-ca", "sm2-cainfo", "sm2-sm4")
SIGNATURES = ("raw", "der")
TRANSACTIONS = ("9999", "9999A")  # the shapes of their numbers
_PATH_CHARACTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789/_-."


def read_province(values: "Json") -> "Json":
    """Everything about a province's interface (docs/board-config.md): `province`, `gateway`, `uploads`,
    `retention`, `audit`, `day_end`, `sales` and `paths`. `ConfigError` names the key that is wrong."""
    profile = Section(values, "province")
    about = profile.section("province")
    checked: "Json" = {
        "province": {
            "name": about.text("name"),
            "region": about.code("region", (REGION,)),
            "verified": about.flag("verified"),
        }
    }
    about.done()
    checked["gateway"] = _gateway(profile.section("gateway"))
    checked["uploads"] = _uploads(profile.section("uploads"))
    checked["retention"] = _retention(profile.section("retention"))
    checked["audit"] = _audit(profile.section("audit"))
    checked["day_end"] = _day_end(profile.section("day_end"))
    checked["sales"] = _sales(profile.section("sales"))
    checked["paths"] = _table(profile, "paths", _path)
    profile.done()
    return checked


def _gateway(section: Section) -> "Json":
    """`one_path`: where all transactions go, "" when each has a path of its own; `receivers` (recer_sys_code of single
    transactions), `numbers` (transactions that go by another number), `renames` (members written otherwise) and
    `signature` (how SM2 in `cainfo` is written: r and s, or DER)."""
    gateway = {
        "scheme": section.choice("scheme", SCHEMES),
        "account": printable(section, "account", 64),
        "content_type": _header(section, "content_type", 60),
        "one_path": _path(section, "one_path") if section.has("one_path") else "",
        "receiver": printable(section, "receiver", 10),
        "receivers": _table(section, "receivers", lambda table, key: printable(table, key, 10)),
        "interface_version": printable(section, "interface_version", 6),
        "sign_type": printable(section, "sign_type", 10),
        "signature": section.choice("signature", SIGNATURES) if section.has("signature") else SIGNATURES[0],
        "numbers": _table(section, "numbers", lambda table, key: table.code(key, TRANSACTIONS)),
        "renames": _table(section, "renames", lambda table, key: printable(table, key, 30), None),
        "nothing_to_reverse": section.texts("nothing_to_reverse"),
    }
    section.done()
    return gateway


def _table(
    section: Section, key: str, read: "Callable[[Section, str], str]", shapes: "tuple[str, ...] | None" = TRANSACTIONS
) -> "dict[str, str]":
    """A table with a text for each transaction (or for each name, without `shapes`); empty without the key."""
    if not section.has(key):
        return {}
    table = section.section(key)
    found = {}
    for name in table.names():
        if shapes is not None and not any([fits(name, shape) for shape in shapes]):
            raise table.wrong(name, "is not the number of a transaction, such as 2207")
        found[name] = read(table, name)
    return found


def _audit(section: Section) -> "Json":
    """`before` (3101 while prescribing), `during` (3102 before settling), `scene` (trig_scen) and `system` (syscode,
    "" where nobody asks for it)."""
    audit = {
        "before": section.flag("before"),
        "during": section.flag("during"),
        "scene": printable(section, "scene", 3),
        "system": printable(section, "system", 10) if section.has("system") else "",
    }
    section.done()
    return audit


def _day_end(section: Section) -> "Json":
    """`totals` (3201) and `details` (3202) are offered; `equal`: the results (stmt_rslt) that say so; `settled_by`:
    the agency (setl_optins) of the residents and employees of this province."""
    day_end = {
        "totals": section.flag("totals"),
        "details": section.flag("details"),
        "equal": section.texts("equal"),
        "settled_by": section.code("settled_by", (REGION,)),
    }
    section.done()
    return day_end


def _sales(section: Section) -> "Json":
    """`many_rows`: sales go as 3505A, all rows of a visit in one message; `codes_in_settlement`: 2207 carries the trace
    codes as well."""
    sales = {"many_rows": section.flag("many_rows"), "codes_in_settlement": section.flag("codes_in_settlement")}
    section.done()
    return sales


def _uploads(section: Section) -> "Json":
    uploads = {
        "spread_s": section.number("spread_s", 0, 3600),
        "batch": section.number("batch", 1, 50),
        "lanes": section.number("lanes", 1, 4),
    }
    section.done()
    return uploads


def _retention(section: Section) -> "Json":
    retention = {"erase": section.flag("erase"), "reprint_days": section.number("reprint_days", 1, 3650)}
    section.done()
    return retention


def _header(section: Section, key: str, most: int) -> str:
    """The value of a header. A full-width semicolon is soon typed, and no line takes it."""
    value = section.text(key, most)
    if not all([" " <= char <= "~" for char in value]):
        raise section.wrong(key, "must be of ASCII characters only")
    return value


def _path(section: Section, key: str) -> str:
    value = section.text(key, 120)
    if value[0] == "/" or not all([char in _PATH_CHARACTERS for char in value]):
        raise section.wrong(key, "must be a path without a leading slash, of letters, digits and / _ - .")
    return value
