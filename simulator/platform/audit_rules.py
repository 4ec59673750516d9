"""The rules of the audit, read from `audit.toml`."""

import tomllib
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class DrugRule:
    """A limit that concerns the drugs whose codes are named.

    kind  "sex" (`gend` may have it), "age" (`from_age` to `to_age` full years), "level" (`levels` of hosp_lv that may),
          "quantity" (at most `most` in one visit)
    """

    rule_id: str
    name: str
    kind: str
    severity: str
    evidence: str
    drugs: tuple[str, ...]
    gend: str = ""
    from_age: int = 0
    to_age: int = 200
    levels: tuple[str, ...] = ()
    most: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class AuditRules:
    """All rules. The one for the same drug twice in a visit has no drugs of its own; None: there is no such rule."""

    drugs: tuple[DrugRule, ...]
    duplicate: DrugRule | None


def read_audit_rules(file: Path) -> AuditRules:
    """The rules of an `audit.toml`."""
    rules = [_rule(row) for row in tomllib.loads(file.read_text(encoding="utf-8"))["rule"]]
    duplicate = next((rule for rule in rules if rule.kind == "duplicate"), None)
    return AuditRules(tuple(rule for rule in rules if rule is not duplicate), duplicate)


def _rule(row: dict[str, Any]) -> DrugRule:
    lists = {name: tuple(row.get(name, ())) for name in ("drugs", "levels")}
    return DrugRule(**row | lists | {"most": Decimal(row.get("most", "0"))})
