"""The import rules: which room of the house may import which, and the floors inside `firmware/`.

`python -m tools.import_rules` prints `path:line: message` for each import that breaks a rule and ends with 1 when there
is one. Imports that only types need (`if TYPE_CHECKING:`) and imports by a literal name (`__import__("x")`,
`import_module("x")`) are under the same rules.
"""

import ast
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]

# Room -> the parts of the project it may import besides itself. The longest name that fits a module is its room.
CONTRACTS = ("hal.ports", "hal.errors", "hal.aio")
MAY_IMPORT: dict[str, tuple[str, ...]] = {
    "firmware": CONTRACTS,
    "firmware.main": ("firmware", *CONTRACTS, "hal.board"),
    "hal": (),
    "hal.ports": (),
    "hal.errors": (),
    "hal.aio": (),
    "hal.board": ("hal",),
    "hal.config": CONTRACTS,
    "hal.policy_limits": (*CONTRACTS, "hal.config"),
    "hal.profiles": (*CONTRACTS, "hal.config", "hal.policy_limits"),
    "hal.province": (*CONTRACTS, "hal.config", "hal.profiles"),
    "hal.drivers": CONTRACTS,
    "hal.segments": CONTRACTS,
    "hal.gm": CONTRACTS,
    "hal.linux": (*CONTRACTS, "hal.config", "hal.profiles", "hal.province", "hal.drivers", "hal.segments", "hal.gm"),
    "hal.esp32": (*CONTRACTS, "hal.config", "hal.profiles", "hal.province", "hal.drivers", "hal.segments", "hal.gm"),
    "simulator": (),
    "tools": ("firmware", "hal"),
    "tests": ("firmware", "hal", "simulator", "tools", "tests"),
}
HOUSES = frozenset(room.split(".")[0] for room in MAY_IMPORT)

# Room of the firmware -> floor. Imports run downwards; on the same floor a room imports only itself.
FLOORS = {
    **dict.fromkeys(("__main__", "main", "terminal"), 6),
    **dict.fromkeys(("console",), 5),
    **dict.fromkeys(("visit", "day_end", "fleet"), 4),
    **dict.fromkeys(("stock", "documents", "catalogue"), 3),
    **dict.fromkeys(("identity", "trace", "policy", "insurance"), 2),
    **dict.fromkeys(("vault",), 1),
    **dict.fromkeys(("errors", "money", "clock", "canonical", "text", "backoff", "supervisor", "log"), 0),
}
SHARED_FLOORS = frozenset({0, 6})  # made of single files that are one room together

EMPTY_NAMES = frozenset({"utils", "util", "common", "helpers", "helper", "misc", "base", "manager", "managers"})


@dataclass(frozen=True, order=True)
class Violation:
    """An import, or the name of a file, that breaks a rule."""

    path: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.message}"


@dataclass(frozen=True)
class Import:
    """`module` is the module whose code is asked for, resolved as far as the files tell."""

    line: int
    module: str


def check_tree(root: Path = ROOT) -> list[Violation]:
    """All violations in the project below `root`."""
    violations: list[Violation] = []
    for path in _python_files(root):
        shown = path.relative_to(root).as_posix()
        module = _module_name(path.relative_to(root))
        violations += _names_that_say_nothing(shown)
        try:
            imports = list(_imports(root, path, module))
        except SyntaxError as error:
            violations.append(Violation(shown, error.lineno or 1, "this is not Python"))
            continue
        refused = ((imported.line, refusal(root, module, imported.module)) for imported in imports)
        violations += [Violation(shown, line, message) for line, message in refused if message]
    return sorted(violations)


def refusal(root: Path, importer: str, imported: str) -> str:
    """Why the module `importer` may not import the module `imported`, or "" when it may."""
    if imported.split(".", maxsplit=1)[0] not in HOUSES:
        return ""
    room = _room(importer)
    if not _is_within(imported, _room_itself(room)) and not any(
        _is_within(imported, part) for part in MAY_IMPORT[room]
    ):
        allowed = ", ".join(MAY_IMPORT[room]) or "nothing else of the project"
        return f"{room} may not import {imported}; it may import {allowed}"
    if imported.startswith("firmware.") and importer.startswith("firmware."):
        message = _floor_refusal(importer, imported)
        if message:
            return message
    return _front_door_refusal(root, importer, imported)


def _floor_refusal(importer: str, imported: str) -> str:
    own_room, other_room = importer.split(".")[1], imported.split(".")[1]
    for room in (own_room, other_room):
        if room not in FLOORS:
            return f"firmware.{room} has no floor; give it one in tools/import_rules.py and in the design"
    own, other = FLOORS[own_room], FLOORS[other_room]
    if own_room == other_room or (own == other and own in SHARED_FLOORS) or other < own:
        return ""
    return (
        f"firmware.{own_room} (floor {own}) may not import firmware.{other_room} (floor {other}); imports run downwards"
    )


def _front_door_refusal(root: Path, importer: str, imported: str) -> str:
    """A room of the firmware is entered through its `__init__`; tests may look inside."""
    parts = imported.split(".")
    is_inside_a_room = parts[0] == "firmware" and len(parts) > 2 and (root / "firmware" / parts[1]).is_dir()
    if not is_inside_a_room or importer.startswith("tests.") or _is_within(importer, f"firmware.{parts[1]}"):
        return ""
    return f"{imported} is inside a room; import it from firmware.{parts[1]}"


def _room(module: str) -> str:
    return max((room for room in MAY_IMPORT if _is_within(module, room)), key=len)


def _room_itself(room: str) -> str:
    """What a room may import of itself. `hal/__init__.py` is a room that has nothing but itself."""
    return "" if room == "hal" else room


def _is_within(module: str, package: str) -> bool:
    return bool(package) and (module == package or module.startswith(package + "."))


def _python_files(root: Path) -> list[Path]:
    return sorted(
        path
        for house in HOUSES
        for path in (root / house).rglob("*.py")
        if "node_modules" not in path.relative_to(root).parts
    )


def _module_name(path: Path) -> str:
    parts = path.with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _imports(root: Path, path: Path, module: str) -> Iterator[Import]:
    package = module if path.name == "__init__.py" else module.rpartition(".")[0]
    for node in ast.walk(ast.parse(path.read_text("utf-8"), str(path))):
        if isinstance(node, ast.Import):
            yield from (Import(node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            source = _absolute(package, node)
            yield from (Import(node.lineno, _deepest(root, source, alias.name)) for alias in node.names)
        elif isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] in {"__import__", "import_module"}:
            yield from (Import(node.lineno, name) for name in _literal_names(node))


def _absolute(package: str, node: ast.ImportFrom) -> str:
    if node.level == 0:
        return node.module or ""
    parts = package.split(".")
    return ".".join([*parts[: len(parts) - node.level + 1], *([node.module] if node.module else [])])


def _deepest(root: Path, source: str, name: str) -> str:
    """`from firmware.vault import sealing` names a module where there is such a file, otherwise something inside."""
    place = root.joinpath(*source.split("."), name)
    return f"{source}.{name}" if place.is_dir() or place.with_suffix(".py").is_file() else source


def _literal_names(call: ast.Call) -> list[str]:
    return [
        argument.value
        for argument in call.args[:1]
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str)
    ]


def _names_that_say_nothing(shown: str) -> list[Violation]:
    names = {part.removesuffix(".py") for part in shown.split("/")} & EMPTY_NAMES
    return [Violation(shown, 1, f'"{name}" says nothing; name the file after what it knows') for name in sorted(names)]


def main() -> int:
    """Check the project."""
    violations = check_tree()
    for violation in violations:
        sys.stdout.write(f"{violation}\n")
    sys.stdout.write(f"import_rules: {len(violations)} violations\n")
    return 1 if violations else 0


if __name__ == "__main__":
    sys.exit(main())
