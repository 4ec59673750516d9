"""The language of scenario files: one statement per line, `#` begins a comment, `include other.txt` takes in a file.

A file is read completely, with everything it includes, before anything is done; a line that cannot be understood is
refused then. What the statements mean is in docs/scenarios.md; `simulator.player` does them.
"""

import re
from dataclasses import dataclass, replace
from pathlib import Path

INCLUDE_DEPTH = 8
STATEMENTS_LIMIT = 2000


class ScenarioError(Exception):
    """A scenario that cannot be read or did not go as it says; begins with the file and line."""


@dataclass(frozen=True)
class Statement:
    """One line. `kind` is the shape it matched, `values` what stood in its places, `within_s` its own time limit."""

    where: str  # "one-visit.txt:12"
    text: str
    kind: str
    values: dict[str, str]
    within_s: float | None = None


_TIME = re.compile(r"(?P<rest>.*?)\s+within\s+(?P<seconds>\d{1,4})\s*s$")

_SHAPES: dict[str, re.Pattern[str]] = {
    kind: re.compile(shape)
    for kind, shape in {
        # what hands do at the counter: the world knows the details
        "do": r"(?P<line>(card|social|scan|scanner|paper|cover|cable|printer|reader|stick|office|fault) .+)",
        # what the doctor does on the screen
        "sign in": r"sign in (?P<name>\S+) (?P<pin>\d{6})",
        "press": r"press (?P<action>known|settle|finish|cancel|price|print|came-out|reprint|office|set-aside|scan"
        r"|dismiss|export|import)",
        "choose diagnosis": r"choose diagnosis (?P<code>\S+)",
        "choose drugs": r"choose drugs (?P<lines>[\w-]+ x\d{1,4}(\s*,\s*[\w-]+ x\d{1,4})*)",
        "type number": r"type number (?P<number>\w+)",
        "resume": r"resume first",
        "terminal": r"terminal (?P<what>kill|stop|start)",
        # what shall be seen
        "expect step": r"expect step (?P<step>\w+)",
        "expect no visit": r"expect no visit",
        "expect patient": r"expect patient (?P<name>.+)",
        "expect notice": r"expect notice (?P<code>[\w.]+)",
        "expect no notice": r"expect no notice",
        "expect scanned": r"expect scanned (?P<count>\d{1,4})",
        "expect kept": r"expect kept (?P<count>\d{1,4})",
        "expect uploads": r"expect uploads (?P<count>\d{1,6})",
        "expect share": r"expect (?P<share>own|fund) (?P<yuan>\d{1,8}\.\d\d)",
        "expect receipt": r"expect receipt contains (?P<text>.+)",
        "expect receipt is": r"expect receipt is (?P<state>none|printing|printed|failed|unsure)",
        "expect platform": r"expect platform (?P<infno>\w{4,6}) x(?P<count>\d{1,4})",
        "expect settlements": r"expect settlements (?P<count>\d{1,6})",
        "expect device": r"expect device (?P<device>\w+) (?P<state>\w+)( (?P<code>[\w.]+))?",
        "expect network": r"expect network (?P<state>online|offline|unknown)",
    }.items()
}


def read_scenario(path: Path) -> list[Statement]:
    """All statements of `path` and the files it includes, in order. Raises `ScenarioError`."""
    statements = _read(path, "", INCLUDE_DEPTH)
    if not statements:
        raise ScenarioError(f"{path.name}: there is nothing to do in it")
    return statements


def parse(line: str, where: str) -> Statement | None:
    """The statement on `line`, or None for an empty one. `where` is used in errors ("one-visit.txt:12")."""
    text = re.sub(r"\s+", " ", re.sub(r"(^|\s)#.*", "", line)).strip()
    if not text:
        return None
    timed = _TIME.fullmatch(text) if text.startswith("expect ") else None
    if timed is not None:
        statement = parse(timed["rest"], where)
        return None if statement is None else replace(statement, text=text, within_s=float(timed["seconds"]))
    for kind, shape in _SHAPES.items():
        match = shape.fullmatch(text)
        if match is not None:
            return Statement(where, text, kind, {name: value or "" for name, value in match.groupdict().items()})
    raise ScenarioError(f"{where}: cannot understand “{text}”")


def _read(path: Path, asked_by: str, depth: int) -> list[Statement]:
    if depth == 0:
        raise ScenarioError(f"{asked_by}: files include each other in a circle")
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise ScenarioError(f"{asked_by or path}: cannot read {path.name}: {error}") from error
    statements: list[Statement] = []
    for number, line in enumerate(lines, 1):
        where = f"{path.name}:{number}"
        include = re.fullmatch(r"\s*include\s+(?P<name>[^#]+?)\s*(#.*)?", line)
        if include is not None:
            statements += _read(path.parent / include["name"], where, depth - 1)
        else:
            statement = parse(line, where)
            statements += [] if statement is None else [statement]
        if len(statements) > STATEMENTS_LIMIT:
            raise ScenarioError(f"{where}: more than {STATEMENTS_LIMIT} statements")
    return statements
