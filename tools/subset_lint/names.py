"""Rules about modules and names: MP201 to MP205."""

import ast
from collections.abc import Iterator

from tools.subset_lint import tables
from tools.subset_lint.source import Source


def modules(node: ast.AST, source: Source) -> Iterator[str]:
    """Imports outside the allow-list."""
    if isinstance(node, ast.Import):
        imported = [alias.name for alias in node.names]
    elif isinstance(node, ast.ImportFrom) and node.level == 0:
        imported = [node.module or ""]
    else:
        return
    if any(name.split(".")[0] not in _allowed(source) for name in imported):
        yield "MP201"


def _allowed(source: Source) -> frozenset[str]:
    if str(source.path) == "hal/aio.py":
        return tables.MODULES_OF_AIO
    allowed = tables.MODULES | tables.OWN_MODULES
    return allowed | tables.MODULES_OF_TESTS if source.in_tests else allowed


def module_names(node: ast.AST, source: Source) -> Iterator[str]:
    """Names that a module does not have on MicroPython."""
    if isinstance(node, ast.ImportFrom):
        module, wanted = node.module or "", [alias.name for alias in node.names]
    elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and _is_module(node.value.id, source):
        module, wanted = node.value.id, [node.attr]
    else:
        return
    if module in tables.MODULE_NAMES and not tables.MODULE_NAMES[module].issuperset(wanted):
        yield "MP202"


def _is_module(name: str, source: Source) -> bool:
    """Whether `name` was bound by `import name` (and not, say, a variable called `time`)."""
    return any(
        isinstance(node, ast.Import) and any(alias.name == name and not alias.asname for alias in node.names)
        for node in source.nodes
    )


def builtins(node: ast.AST, source: Source) -> Iterator[str]:
    """Built-in names that MicroPython lacks."""
    if (
        isinstance(node, ast.Name)
        and isinstance(node.ctx, ast.Load)
        and node.id in tables.ABSENT_BUILTINS - source.bound
    ):
        yield "MP203"


def attributes(node: ast.AST, _source: Source) -> Iterator[str]:
    """Special attributes that MicroPython lacks."""
    if isinstance(node, ast.Attribute) and node.attr in tables.ABSENT_ATTRIBUTES:
        yield "MP204"


def platform(node: ast.AST, _source: Source) -> Iterator[str]:
    """Questions about the board or the interpreter."""
    if isinstance(node, ast.Attribute) and ast.unparse(node) in {
        "sys.platform",
        "sys.implementation",
        "os.uname",
        "os.name",
    }:
        yield "MP205"
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "platform":
        yield "MP205"


CHECKS = (modules, module_names, builtins, attributes, platform)
