"""One source file, prepared for the rules: what runs, who is inside whom, and what its names stand for."""

import ast
import io
import re
import tokenize
from collections.abc import Callable, Iterator
from pathlib import PurePosixPath

TYPE_CHECKING_TEST = re.compile(r"(\w+\.)?TYPE_CHECKING$")
Function = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
EXCUSE = re.compile(r"#\s*subset:(.*)")


class Source:
    """A parsed file of the portable subset. `path` is relative to the root of the project.

    Raises SyntaxError when `text` is not Python.
    """

    def __init__(self, path: PurePosixPath, text: str) -> None:
        self.path = path
        self.tree = ast.parse(text)
        self.excuses = _excuses(text)
        self.parents: dict[ast.AST, ast.AST] = {}
        self.nodes = list(self._running(self.tree))
        self.bound = {name for node in self.nodes for name in _names_bound_by(node)}
        self.functions = {
            node.name for node in self.tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        }
        self.coroutines = {node.name for node in self.tree.body if isinstance(node, ast.AsyncFunctionDef)}
        self.bytearrays = self._assigned_from(lambda call: _called_name(call) == "bytearray")
        self.hashes = self._assigned_from(lambda call: _called_name(call) in {"hashlib.sha256", "hmac.new", "sha256"})

    @property
    def in_firmware(self) -> bool:
        """Whether the stricter rules of the firmware hold (no floats, no platform tests)."""
        return self.path.parts[0] == "firmware"

    @property
    def in_tests(self) -> bool:
        """Whether it is a portable test."""
        return self.path.parts[0] == "tests"

    def parent(self, node: ast.AST) -> ast.AST | None:
        """The node around `node`."""
        return self.parents.get(node)

    def around(self, node: ast.AST) -> Iterator[ast.AST]:
        """The nodes around `node`, from the inside out."""
        outer = self.parents.get(node)
        while outer is not None:
            yield outer
            outer = self.parents.get(outer)

    def function_around(self, node: ast.AST) -> ast.AST:
        """The function that `node` runs in, or the module."""
        return next((outer for outer in self.around(node) if isinstance(outer, Function)), self.tree)

    def class_around(self, node: ast.AST) -> ast.ClassDef | None:
        """The class that `node` is written in."""
        return next((outer for outer in self.around(node) if isinstance(outer, ast.ClassDef)), None)

    def own_nodes(self, function: ast.AST) -> Iterator[ast.AST]:
        """The nodes of `function` without those of functions inside it."""
        return (node for node in self.nodes if self.function_around(node) is function)

    def _running(self, node: ast.AST) -> Iterator[ast.AST]:
        yield node
        for child in _running_children(node):
            self.parents[child] = node
            yield from self._running(child)

    def _assigned_from(self, is_wanted: Callable[[ast.Call], bool]) -> set[str]:
        found: set[str] = set()
        for node in self.nodes:
            if (
                isinstance(node, ast.Assign | ast.AnnAssign)
                and isinstance(node.value, ast.Call)
                and is_wanted(node.value)
            ):
                targets = node.targets if isinstance(node, ast.Assign) else [node.target]
                found.update(ast.unparse(target) for target in targets)
        return found


def _called_name(call: ast.Call) -> str:
    return ast.unparse(call.func)


def _running_children(node: ast.AST) -> Iterator[ast.AST]:
    """Children without annotations and without what only a type checker reads."""
    skipped: set[str] = {"returns", "annotation", "type_comment"}
    if isinstance(node, ast.If) and TYPE_CHECKING_TEST.match(ast.unparse(node.test)):
        skipped.add("body")
    for name, value in ast.iter_fields(node):
        if name not in skipped:
            yield from (
                child for child in (value if isinstance(value, list) else [value]) if isinstance(child, ast.AST)
            )


def _names_bound_by(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
        return [node.id]
    if isinstance(node, ast.arg):
        return [node.arg]
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return [node.name]
    if isinstance(node, ast.alias):
        return [(node.asname or node.name).split(".")[0]]
    return []


def _excuses(text: str) -> dict[int, str]:
    """Line number -> reason of each `# subset:` comment."""
    found = {}
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.COMMENT and (match := EXCUSE.search(token.string)):
            found[token.start[0]] = match.group(1).strip()
    return found
