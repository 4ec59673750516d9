"""Rules about calls: MP301 to MP315."""

import ast
import re
from collections.abc import Iterator

from tools.subset_lint import tables
from tools.subset_lint.source import Source

# What MicroPython's engine takes literally or refuses: counted repeats, every `(?` but `(?:`, escapes other than the
# six classes and punctuation, and classes of characters beyond ASCII.
UNSUPPORTED_PATTERN = re.compile(r"(?<!\\)\{\d*,?\d*\}|\(\?(?!:)|\\(?![dDsSwW])[A-Za-z0-9]|\[[^\]]*[^\x00-\x7f]")
HASH_MAKERS = ("hashlib.", "hmac.new(", "sha256(")


def methods(node: ast.AST, source: Source) -> Iterator[str]:
    """Methods that MicroPython's types lack. A call on `self` is to a method of our own."""
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
        return
    receiver, name = ast.unparse(node.func.value), node.func.attr
    if receiver in {"self", "cls"}:
        return
    if name in tables.ABSENT_METHODS | tables.ABSENT_TUPLE_METHODS:
        yield "MP301"
    if name in tables.ABSENT_RE_METHODS and receiver != "re":
        yield "MP306"
    if name in tables.ABSENT_MATCH_METHODS or (name == "group" and len(node.args) > 1):
        yield "MP307"
    if name == "hexdigest" or (name == "copy" and (receiver in source.hashes or receiver.startswith(HASH_MAKERS))):
        yield "MP308"
    if name in tables.ABSENT_BYTEARRAY_METHODS and receiver in source.bytearrays:
        yield "MP312"
    if (name in tables.CALENDAR_METHODS and re.search(r"(^|\.)date(time)?$", receiver)) or name in {
        "strftime",
        "strptime",
    }:
        yield "MP315"


def encodings(node: ast.AST, _source: Source) -> Iterator[str]:
    """`encode` and `decode` with anything but UTF-8, or with a way to treat errors."""
    if not isinstance(node, ast.Call):
        return
    arguments = list(node.args)
    if isinstance(node.func, ast.Name) and node.func.id in {"str", "bytes"}:
        arguments = arguments[1:]
    elif not isinstance(node.func, ast.Attribute) or node.func.attr not in {"encode", "decode"}:
        return
    arguments += [keyword.value for keyword in node.keywords if keyword.arg == "encoding"]
    if arguments and _is_text(arguments[0]) and ast.literal_eval(arguments[0]).lower() not in {"utf-8", "utf8"}:
        yield "MP302"
    if any(_is_text(argument) for argument in arguments[1:]) or any(
        keyword.arg == "errors" for keyword in node.keywords
    ):
        yield "MP303"


def _is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def json_options(node: ast.AST, _source: Source) -> Iterator[str]:
    """Options of the JSON writer and reader."""
    if not isinstance(node, ast.Call):
        return
    is_json = ast.unparse(node.func) in {"json.dumps", "json.dump", "json.loads", "json.load"}
    if is_json and any(keyword.arg != "separators" for keyword in node.keywords):
        yield "MP304"


def sorting(node: ast.AST, _source: Source) -> Iterator[str]:
    """Sort keys that leave equal elements in an order of their own. Named key functions are not looked into."""
    if not isinstance(node, ast.Call):
        return
    is_sorted = isinstance(node.func, ast.Name) and node.func.id == "sorted"
    if not is_sorted and not (isinstance(node.func, ast.Attribute) and node.func.attr == "sort"):
        return
    for keyword in node.keywords:
        if (
            keyword.arg == "key"
            and isinstance(keyword.value, ast.Lambda)
            and not isinstance(keyword.value.body, ast.Tuple)
        ):
            yield "MP305"


def patterns(node: ast.AST, _source: Source) -> Iterator[str]:
    """Regular expressions, as far as they are literals."""
    if not isinstance(node, ast.Call) or not ast.unparse(node.func).startswith("re.") or not node.args:
        return
    pattern = node.args[0]
    if isinstance(pattern, ast.Constant) and isinstance(pattern.value, str | bytes):
        text = pattern.value if isinstance(pattern.value, str) else pattern.value.decode("latin-1")
        if UNSUPPORTED_PATTERN.search(text):
            yield "MP306"


def keywords(node: ast.AST, _source: Source) -> Iterator[str]:
    """Keywords where MicroPython takes positions, and the arguments of `deque` and `to_bytes`."""
    if not isinstance(node, ast.Call):
        return
    given = {keyword.arg for keyword in node.keywords}
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    table = tables.KEYWORDS_OF_METHODS if isinstance(node.func, ast.Attribute) else tables.KEYWORDS_OF_FUNCTIONS
    if given & table.get(name, frozenset()):
        yield "MP310"
    if name == "deque" and (given or len(node.args) != 2):
        yield "MP311"
    if name == "to_bytes" and isinstance(node.func, ast.Attribute) and _may_be_negative(node.func.value, given):
        yield "MP309"


def _may_be_negative(number: ast.expr, given: set[str | None]) -> bool:
    return "signed" in given or (isinstance(number, ast.UnaryOp) and isinstance(number.op, ast.USub))


def deletions(node: ast.AST, source: Source) -> Iterator[str]:
    """`del b[:n]` on a bytearray."""
    if (
        isinstance(node, ast.Subscript)
        and isinstance(node.ctx, ast.Del)
        and ast.unparse(node.value) in source.bytearrays
    ):
        yield "MP312"


def integers(node: ast.AST, source: Source) -> Iterator[str]:
    """`isinstance(v, int)` in a function that does not ask for bool as well."""
    if not isinstance(node, ast.Call) or ast.unparse(node.func) != "isinstance" or len(node.args) != 2:
        return
    asked = {name.id for name in ast.walk(node.args[1]) if isinstance(name, ast.Name)}
    if "int" not in asked or "bool" in asked:
        return
    value = ast.unparse(node.args[0])
    others = {ast.unparse(other) for other in source.own_nodes(source.function_around(node))}
    if not others & {f"isinstance({value}, bool)", f"type({value}) is bool", f"type({value}) is not bool"}:
        yield "MP313"


def error_numbers(node: ast.AST, _source: Source) -> Iterator[str]:
    """`error.errno == 2`."""
    if isinstance(node, ast.Compare):
        sides = [node.left, *node.comparators]
        if any(isinstance(side, ast.Attribute) and side.attr == "errno" for side in sides) and any(
            isinstance(side, ast.Constant) and isinstance(side.value, int) for side in sides
        ):
            yield "MP314"


CHECKS = (
    *(methods, encodings, json_options, sorting, patterns, keywords, deletions, integers),
    error_numbers,
)
