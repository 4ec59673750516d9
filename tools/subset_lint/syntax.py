"""Rules about syntax: MP101 to MP118."""

import ast
from collections.abc import Iterator

from tools.subset_lint import tables
from tools.subset_lint.source import Source

COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


def statements(node: ast.AST, _source: Source) -> Iterator[str]:
    """Statements that MicroPython does not parse."""
    if isinstance(node, ast.Match):
        yield "MP101"
    if isinstance(node, ast.arguments) and node.posonlyargs:
        yield "MP102"
    if isinstance(node, ast.TryStar):
        yield "MP105"
    if type(node).__name__ == "TypeAlias" or getattr(node, "type_params", None):  # Python 3.12
        yield "MP106"


def displays(node: ast.AST, source: Source) -> Iterator[str]:
    """Unpacking inside `{}`, `[]` and `()`, and slices with a step."""
    if isinstance(node, ast.Dict) and None in node.keys:
        yield "MP103"
    if (
        isinstance(node, ast.Starred)
        and isinstance(node.ctx, ast.Load)
        and not isinstance(source.parent(node), ast.Call)
    ):
        yield "MP104"
    if isinstance(node, ast.Slice) and node.step is not None and ast.unparse(node.step) != "1":
        yield "MP115"


def classes(node: ast.AST, _source: Source) -> Iterator[str]:
    """What classes cannot do."""
    if isinstance(node, ast.ClassDef) and node.keywords:
        yield "MP107"
    if isinstance(node, ast.ClassDef) and len(node.bases) > 1:
        yield "MP108"
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name in tables.UNCALLED_METHODS:
        yield "MP112"


def asynchronous(node: ast.AST, source: Source) -> Iterator[str]:
    """Comprehensions and generators that are asynchronous."""
    if isinstance(node, ast.comprehension) and node.is_async:
        yield "MP109"
    if isinstance(node, ast.Await) and _inside_comprehension(node, source):
        yield "MP110"
    if isinstance(node, ast.Yield) and isinstance(source.function_around(node), ast.AsyncFunctionDef):
        yield "MP111"


def _inside_comprehension(node: ast.AST, source: Source) -> bool:
    inner = node
    for outer in source.around(node):
        if isinstance(outer, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            return False
        if isinstance(outer, COMPREHENSIONS) and inner is not outer.generators[0]:
            return True
        if isinstance(outer, ast.comprehension) and inner is not outer.iter:
            return True
        inner = outer
    return False


def generators(node: ast.AST, source: Source) -> Iterator[str]:
    """Generators that hold something open."""
    if not isinstance(node, ast.With | ast.Try) or (isinstance(node, ast.Try) and not node.finalbody):
        return
    function = source.function_around(node)
    if any(isinstance(inner, ast.Yield | ast.YieldFrom) for inner in source.own_nodes(function)):
        yield "MP113"


def aliases(node: ast.AST, source: Source) -> Iterator[str]:
    """Types that are computed at run time."""
    if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name):
        is_alias = node.value.id in tables.GENERIC_TYPES - source.bound
    elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
        is_alias = _is_type(node.left) or _is_type(node.right) or _is_second_of_isinstance(node, source)
    else:
        is_alias = False
    if is_alias:
        yield "MP114"


def _is_type(node: ast.expr) -> bool:
    return (isinstance(node, ast.Constant) and node.value is None) or (
        isinstance(node, ast.Name) and node.id in tables.PLAIN_TYPES
    )


def _is_second_of_isinstance(node: ast.AST, source: Source) -> bool:
    call = source.parent(node)
    return isinstance(call, ast.Call) and ast.unparse(call.func) == "isinstance" and node in call.args[1:]


def function_attributes(node: ast.AST, source: Source) -> Iterator[str]:
    """`f.x = 1` on a function of this module."""
    if (
        isinstance(node, ast.Attribute)
        and isinstance(node.ctx, ast.Store)
        and isinstance(node.value, ast.Name)
        and node.value.id in source.functions
    ):
        yield "MP116"


def floats(node: ast.AST, source: Source) -> Iterator[str]:
    """Floats in the firmware, where every quantity is an int."""
    if not source.in_firmware:
        return
    if isinstance(node, ast.Constant) and isinstance(node.value, float):
        yield "MP117"
    if isinstance(node, ast.Name) and node.id == "float" and isinstance(node.ctx, ast.Load):
        yield "MP117"
    if isinstance(node, ast.BinOp | ast.AugAssign) and isinstance(node.op, ast.Div):
        yield "MP118"


CHECKS = (statements, displays, classes, asynchronous, generators, aliases, function_attributes, floats)
