"""Rules about errors and coroutines: MP401 and MP402."""

import ast
from collections.abc import Iterator

from tools.subset_lint.source import Source

SUPERVISOR = "firmware/supervisor.py"
COROUTINES_OF_AIO = frozenset({"aio.sleep_ms", "aio.within", "sleep_ms", "within"})


def broad_except(node: ast.AST, source: Source) -> Iterator[str]:
    """`except:` anywhere, `except BaseException` anywhere, `except Exception` outside the supervisor."""
    if not isinstance(node, ast.ExceptHandler):
        return
    allowed = {"Exception"} if str(source.path) == SUPERVISOR else set()
    caught = {name.id for name in ast.walk(node.type) if isinstance(name, ast.Name)} if node.type else {"BaseException"}
    if (caught & {"Exception", "BaseException"}) - allowed:
        yield "MP401"


def forgotten_await(node: ast.AST, source: Source) -> Iterator[str]:
    """A statement that only makes a coroutine: of this module, of this class, or of `hal.aio`."""
    if not isinstance(node, ast.Expr) or not isinstance(node.value, ast.Call):
        return
    called = node.value.func
    name = ast.unparse(called)
    is_of_module = isinstance(called, ast.Name) and name in source.coroutines
    is_of_aio = name in COROUTINES_OF_AIO and name.split(".", maxsplit=1)[0] in source.bound
    if is_of_module or is_of_aio or name in _own_coroutines(source.class_around(node)):
        yield "MP402"


def _own_coroutines(own_class: ast.ClassDef | None) -> set[str]:
    body = own_class.body if own_class else []
    return {f"self.{part.name}" for part in body if isinstance(part, ast.AsyncFunctionDef)}


CHECKS = (broad_except, forgotten_await)
