"""Seeded drift: changes of production that leave the tests behind, and the lines of tests that then lie.

Seeds are found by syntax, not by what the audit understands, so that what it does not understand counts as missed.
Only where a changed signature matters the links come from the audit, since syntax cannot tell which function is meant.
"""

import ast
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import NamedTuple

from core.mocks.batch import read_case
from core.mocks.doubles.meaning import walk
from core.mocks.doubles.values import Const, Double, Shape
from core.mocks.ground import AuditOptions, Ground
from core.mocks.rules.finding import Case
from core.mocks.sources import Sources
from core.mocks.symbols import FunctionSymbol, Unknown
from core.mocks.trail import Trails

_TELLING_NAME = re.compile(r"^(?!__)(?=.*[a-z0-9](?:_|[A-Z])[A-Za-z0-9])")
"""Of several words: libraries have short names too, and a test may mean theirs."""
AFTER = "_in_another_way"
"""What a renamed name ends in."""

_CONFIGURED = frozenset({"return_value", "side_effect", "call_count", "called", "call_args", "call_args_list"})
_OBJECT_FORMS = ("patch.object", "monkeypatch.setattr", "mocker.patch.object", "mocker.spy")
_STRING_FORMS = ("patch", "mocker.patch", "monkeypatch.setattr")


class Use(NamedTuple):
    """Lines of a test, from the first to the last of an expression, that name what will be changed."""

    path: str
    first: int
    last: int
    begins: int = 1 << 30
    """Lines of the test or fixture that they lie in; without one they lie in none."""
    ends: int = 0


@dataclass(frozen=True, slots=True)
class Seed:
    """One change of production, and what ought to be reported."""

    kind: str
    name: str
    uses: tuple[Use, ...]
    path: str = ""
    """The file and line of the definition, where the change is made there."""
    line: int = 0


def find_seeds(sources: Sources) -> Iterator[Seed]:
    """Every change that some test ought to notice."""
    yield from _renames(sources)
    case, _ = read_case(Ground(sources, AuditOptions()), tuple(sources.tests()))
    yield from _signatures(case)


def changed(sources: Sources, seed: Seed) -> Sources:
    """The same files, as they would be in memory after the change; the folder is never written."""
    contents = dict(sources.contents)
    if seed.kind == "added argument":
        contents[seed.path] = _with_argument(contents[seed.path], seed.line)
    elif seed.kind == "sync to async":
        contents[seed.path] = _made_async(contents[seed.path], seed.line)
        call = re.compile(rb"(?<![\w.])(?<!def )(?<!await )((?:\w+(?:\(\))?\.)*" + seed.name.encode() + rb"\()")
        for path in sources.production():
            contents[path] = call.sub(rb"await \1", contents[path])
    else:
        word = re.compile(rb"\b" + seed.name.encode() + rb"\b")
        for path in sources.production():
            contents[path] = word.sub(seed.name.encode() + AFTER.encode(), contents[path])
    return replace(sources, contents=contents, warnings=[], unparsable={}, trails=Trails())


def mentioning(sources: Sources, seed: Seed) -> frozenset[str]:
    """Test files that a change of a name could be seen in: all others read the same as before."""
    paths = {path for path in sources.tests() if seed.name.encode() in sources.contents[path]}
    return frozenset(paths | {use.path for use in seed.uses})


def _renames(sources: Sources) -> Iterator[Seed]:
    names = _unique_names(sources)
    packages = {part for path in sources.production() for part in path.removesuffix(".py").split("/")}
    found: dict[tuple[str, str], list[Use]] = defaultdict(list)
    for path in sources.tests():
        tree = sources.parse(path)
        if tree is not None:
            foreign, blocks = _foreign_names(tree, packages), list(_blocks(tree))
            for kind, name, node in _named(tree, foreign, sources):
                if name in names and (kind != "configured member" or names[name] == "method"):
                    found[kind, name].append(_use(path, node, blocks))
    yield from (Seed(kind, name, tuple(dict.fromkeys(uses))) for (kind, name), uses in found.items())


def _blocks(tree: ast.Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Functions of the module and of its classes."""
    for holder in [tree, *(each for each in ast.walk(tree) if isinstance(each, ast.ClassDef))]:
        yield from (each for each in holder.body if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef))


def _use(path: str, node: ast.expr, blocks: list[ast.FunctionDef | ast.AsyncFunctionDef]) -> Use:
    first, last = node.lineno, node.end_lineno or node.lineno
    for block in blocks:
        begins = min([block.lineno, *(each.lineno for each in block.decorator_list)])
        if begins <= first <= (block.end_lineno or 0):
            return Use(path, first, last, begins, block.end_lineno or last)
    return Use(path, first, last)


def _unique_names(sources: Sources) -> dict[str, str]:
    """Names that production binds once, by a definition of a module or of a class: `method` or `global`."""
    bound: Counter[str] = Counter()
    kinds: dict[str, str] = {}
    for path in sources.production():
        tree = sources.parse(path)
        if tree is None:
            continue
        bound.update(_bound(tree))
        for holder in [tree, *(each for each in ast.walk(tree) if isinstance(each, ast.ClassDef))]:
            kind = "method" if isinstance(holder, ast.ClassDef) else "global"
            for statement in holder.body:
                if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                    kinds[statement.name] = kind
    return {name: kind for name, kind in kinds.items() if bound[name] == 1 and _TELLING_NAME.search(name)}


def _bound(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.Attribute | ast.Name) and not isinstance(node.ctx, ast.Load):
            yield node.attr if isinstance(node, ast.Attribute) else node.id
        elif isinstance(node, ast.arg | ast.keyword) and node.arg:
            yield node.arg
        elif isinstance(node, ast.alias) and node.asname:
            yield node.asname


def _foreign_names(tree: ast.Module, packages: set[str]) -> set[str]:
    """What a test imports from elsewhere: its members are none of production's."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {
                (each.asname or each.name).partition(".")[0]
                for each in node.names
                if each.name.partition(".")[0] not in packages
            }
        elif isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] not in packages | {""}:
            found |= set() if node.level else {each.asname or each.name for each in node.names}
    return found


def _named(tree: ast.Module, foreign: set[str], sources: Sources) -> Iterator[tuple[str, str, ast.expr]]:
    """Kind, name and expression of everything that patches or configures something by name."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and node.args:
            form, first = _dotted(node.func), node.args[0]
            second = node.args[1] if len(node.args) > 1 else None
            if _is_text(first) and form.endswith(_STRING_FORMS) and "." in first.value:
                holder, _, name = first.value.rpartition(".")
                if _defines(sources, holder, name):
                    yield "patch string", name, node
            elif _is_text(second) and form.endswith(_OBJECT_FORMS) and _root(first) not in foreign:
                yield "object patch", second.value, node
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Attribute):
            is_telling = node.attr in _CONFIGURED or node.attr.startswith("assert_")
            if is_telling and _root(node) not in foreign:
                yield "configured member", node.value.attr, node.value


def _is_text(node: ast.expr | None) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def _dotted(node: ast.expr) -> str:
    try:
        return ast.unparse(node)
    except RecursionError:
        return ""


def _root(node: ast.expr) -> str:
    while isinstance(node, ast.Attribute | ast.Call | ast.Subscript):
        node = node.func if isinstance(node, ast.Call) else node.value
    return node.id if isinstance(node, ast.Name) else ""


def _defines(sources: Sources, holder: str, name: str) -> bool:
    """Whether a module (or the module of a class) of production, by its dotted name, contains the name."""
    parts = holder.split(".")
    for count in (len(parts), len(parts) - 1):
        stem = "/".join(parts[:count])
        for path in sources.production() if stem else ():
            bare = path.removesuffix(".py").removesuffix("/__init__")
            if (bare == stem or bare.endswith("/" + stem)) and name.encode() in sources.contents[path]:
                return True
    return False


def _signatures(case: Case) -> Iterator[Seed]:
    arguments: dict[FunctionSymbol, list[Use]] = defaultdict(list)
    asyncs: dict[FunctionSymbol, list[Use]] = defaultdict(list)
    for double in walk(case.record.doubles):
        meaning = case.meanings.of(double)
        symbol = meaning.symbol if meaning is not None else None
        if not isinstance(symbol, FunctionSymbol) or not symbol.module.is_own or symbol.kind == "property":
            continue
        arguments[symbol] += [Use(*place, place.line) for place in _judged_calls(double)]
        if _is_plain(double):
            asyncs[symbol].append(Use(*double.sight.place, double.sight.place.line))
    for kind, links in (("added argument", arguments), ("sync to async", asyncs)):
        for symbol, uses in links.items():
            signature = case.lookup.signature(symbol, bound=True)
            is_plain = not isinstance(signature, Unknown) and not signature.is_async and not symbol.is_generator
            if uses and (kind == "added argument" or is_plain):
                name = symbol.name.rpartition(".")[2]
                yield Seed(kind, name, tuple(dict.fromkeys(uses)), symbol.place.path, symbol.place.line)


def _judged_calls(double: Double) -> Iterable[tuple[str, int]]:
    return (call.sight.place for call in double.calls if not _is_open(call.shape))


def _is_open(shape: Shape) -> bool:
    return shape.open_positional or shape.open_keywords


def _is_plain(double: Double) -> bool:
    """A mock whose author chose a plain kind, and a plain value."""
    is_chosen = double.is_async is False and not double.spec_kind and double.side_effect is None
    return is_chosen and (double.returns is None or isinstance(double.returns, Const))


def _function_at(content: bytes, line: int) -> ast.FunctionDef | ast.AsyncFunctionDef | None:
    for node in ast.walk(ast.parse(content)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            first = min([node.lineno, *(each.lineno for each in node.decorator_list)])
            if first <= line <= node.body[0].lineno and node.lineno >= line:
                return node
    return None


def _with_argument(content: bytes, line: int) -> bytes:
    """A required keyword is added: no call that fits today fits then."""
    node = _function_at(content, line)
    if node is None:
        return content
    node.args.kwonlyargs.append(ast.arg("added" + AFTER))
    node.args.kw_defaults.append(None)
    return _rewritten(content, node)


def _made_async(content: bytes, line: int) -> bytes:
    node = _function_at(content, line)
    if not isinstance(node, ast.FunctionDef):
        return content
    fields = {name: getattr(node, name) for name in node._fields}
    where = {name: getattr(node, name) for name in node._attributes}
    return _rewritten(content, ast.AsyncFunctionDef(**fields, **where))


def _rewritten(content: bytes, node: ast.FunctionDef | ast.AsyncFunctionDef) -> bytes:
    lines = content.splitlines(keepends=True)
    first = min([node.lineno, *(each.lineno for each in node.decorator_list)]) - 1
    text = ast.unparse(node).encode()
    indent = b" " * node.col_offset
    body = b"".join(indent + each + b"\n" for each in text.split(b"\n"))
    return b"".join([*lines[:first], body, *lines[node.end_lineno :]])
