"""Takes a module's symbols from its syntax tree, so that the tree can be dropped."""

import ast
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from core.mocks.conditions import holds_here
from core.mocks.decorating import hands_back
from core.mocks.hazards import mark_hazards, may_be_hazardous
from core.mocks.model import Place
from core.mocks.named_tuples import take_named_tuple
from core.mocks.receivers import take_receiver_attributes
from core.mocks.scopes import Scope, bind, variable
from core.mocks.statements import bodies_of, is_generator, target_names
from core.mocks.symbols import (
    ClassSymbol,
    FunctionKind,
    FunctionSymbol,
    ImportBinding,
    ModuleSymbol,
    Parameter,
    VariableSymbol,
)
from core.mocks.trimming import trim

DEEPEST_CLASS = 40

_PROPERTIES = frozenset({"setter", "getter", "deleter"})
_IMPLICIT_CLASSMETHODS = ("__init_subclass__", "__class_getitem__")
_NO_WORDS: frozenset[str] = frozenset()
_Definition = ast.FunctionDef | ast.AsyncFunctionDef
_Branch = Literal["", "guarded", "typing", "elsewhere"]


@dataclass(slots=True)
class _Table:
    module: ModuleSymbol
    top: Scope
    package: str
    """What relative imports start from."""
    has_global: bool
    has_walrus: bool
    has_yield: bool
    star_imports: list[str] = field(default_factory=list)


def take_symbols(
    tree: ast.Module, content: bytes, *, name: str, path: str, is_own: bool, is_package: bool, is_stub: bool = False
) -> ModuleSymbol:
    """The module's table. `content` is only searched for words, to spare walks."""
    module = ModuleSymbol(name, path, is_own, is_package, is_stub=is_stub)
    top = Scope(module, None, {}, {}, {})
    package = name if is_package else name.rpartition(".")[0]
    table = _Table(module, top, package, b"global" in content, b":=" in content, b"yield" in content)
    try:
        _take_body(table, tree.body, top, "")
        if may_be_hazardous(content):
            mark_hazards(tree, content, top)
    except RecursionError:
        module.unknown = "is nested too deeply to be read"
    module.names, module.others, module.typing_names = top.names, top.others, top.typing_names
    module.star_imports = tuple(table.star_imports)
    if "__getattr__" in top.names and not module.unknown and not is_stub:
        module.unknown = "defines __getattr__"
    return module


def _take_body(table: _Table, body: Iterable[ast.stmt], scope: Scope, branch: _Branch) -> None:
    for statement in body:
        take = _TAKERS.get(type(statement))
        if take is not None:
            take(table, statement, scope, branch)
        if table.has_walrus and not isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            _take_walrus(statement, scope, branch)


def _take_walrus(statement: ast.stmt, scope: Scope, branch: _Branch) -> None:
    for node in ast.walk(statement):
        if isinstance(node, ast.NamedExpr):
            bind(scope, node.target.id, variable(scope, node.target, value=trim(node.value)), branch)


def _take_function(table: _Table, node: ast.FunctionDef | ast.AsyncFunctionDef, scope: Scope, branch: _Branch) -> None:
    last = _last_decorator_words(node.decorator_list) if node.decorator_list else _NO_WORDS
    symbol = _build_function(node, scope, last)
    symbol.is_generator = table.has_yield and is_generator(node)
    if _PROPERTIES & last and node.name in scope.names:
        return
    is_overload = "overload" in last
    bind(scope, node.name, symbol, branch, is_overload=is_overload)
    if scope.owner is not None:
        scope.methods.append((node, symbol))
    if table.has_global:
        _take_globals(table, node.body)
    if scope.owner is None and isinstance(node.body[-1], ast.Return) and not scope.module.is_stub:
        symbol.hands_back = hands_back(node)


def _take_globals(table: _Table, body: list[ast.stmt]) -> None:
    """Names that functions declare `global` are bound by whoever calls them, so they count as bound."""
    pending: list[ast.stmt] = list(body)
    while pending:
        statement = pending.pop()
        if isinstance(statement, ast.Global):
            for name in statement.names:
                symbol = variable(table.top, statement)
                symbol.is_rebound = True
                known = table.top.names.get(name)
                if known is None:
                    table.top.names[name] = symbol
                elif isinstance(known, VariableSymbol):
                    known.is_rebound = True
                else:
                    bind(table.top, name, symbol, "guarded")
        for inner in bodies_of(statement):
            pending.extend(inner)


def _build_function(node: _Definition, scope: Scope, decorated: frozenset[str]) -> FunctionSymbol:
    return FunctionSymbol(
        node.name,
        scope.module,
        Place(scope.module.path, node.lineno),
        _kind_of(node.name, scope, decorated),
        parameters_of(node.args),
        isinstance(node, ast.AsyncFunctionDef),
        returns=node.returns,
        decorators=tuple(node.decorator_list),
        owner=scope.owner,
        is_abstract=any(word.startswith("abstract") for word in decorated) or _only_refuses(node.body),
    )


def _kind_of(name: str, scope: Scope, decorated: frozenset[str]) -> FunctionKind:
    if decorated and (_PROPERTIES & decorated or any(word.lower().endswith("property") for word in decorated)):
        return "property"
    if scope.owner is None:
        return "function"
    if "staticmethod" in decorated:
        return "staticmethod"
    if name in _IMPLICIT_CLASSMETHODS or any(word.endswith("classmethod") for word in decorated):
        return "classmethod"
    return "method"


def _last_decorator_words(decorators: list[ast.expr]) -> frozenset[str]:
    words = set()
    for decorator in decorators:
        called = decorator.func if isinstance(decorator, ast.Call) else decorator
        if isinstance(called, ast.Attribute):
            words.add(called.attr)
        elif isinstance(called, ast.Name):
            words.add(called.id)
    return frozenset(words)


def _only_refuses(body: list[ast.stmt]) -> bool:
    """Whether a function does nothing but raise NotImplementedError, so that subclasses must define it."""
    last = body[-1]
    raised = last.exc if isinstance(last, ast.Raise) and len(body) <= 2 else None
    raised = raised.func if isinstance(raised, ast.Call) else raised
    says_more = len(body) == 2 and not (isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant))
    return isinstance(raised, ast.Name) and raised.id == "NotImplementedError" and not says_more


def parameters_of(arguments: ast.arguments) -> tuple[Parameter, ...]:
    """All parameters in order, the receiver included."""
    found: list[Parameter] = []
    positional = [*arguments.posonlyargs, *arguments.args]
    first_default = len(positional) - len(arguments.defaults)
    for index, argument in enumerate(positional):
        kind: Literal["positional", "either"] = "positional" if index < len(arguments.posonlyargs) else "either"
        found.append(Parameter(argument.arg, kind, index >= first_default, argument.annotation))
    if arguments.vararg:
        found.append(Parameter(arguments.vararg.arg, "varargs", True, arguments.vararg.annotation))
    for argument, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
        found.append(Parameter(argument.arg, "keyword", default is not None, argument.annotation))
    if arguments.kwarg:
        found.append(Parameter(arguments.kwarg.arg, "varkw", True, arguments.kwarg.annotation))
    return tuple(found)


def _take_class(table: _Table, node: ast.ClassDef, scope: Scope, branch: _Branch) -> None:
    outer = scope.owner
    symbol = ClassSymbol(
        f"{outer.name}.{node.name}" if outer else node.name,
        scope.module,
        Place(scope.module.path, node.lineno),
        tuple(node.bases),
        tuple(node.keywords),
        tuple(node.decorator_list),
    )
    bind(scope, node.name, symbol, branch)
    if symbol.name.count(".") >= DEEPEST_CLASS:
        symbol.unknown = "is nested too deeply to be read"
        return
    _take_class_body(table, node, symbol)


def _take_class_body(table: _Table, node: ast.ClassDef, symbol: ClassSymbol) -> None:
    inner = Scope(symbol.module, symbol, {}, {}, {})
    _take_body(table, node.body, inner, "")
    for definition, method in inner.methods:
        if method.kind != "staticmethod" or method.name == "__new__":
            take_receiver_attributes(definition, method, inner)
    symbol.members, symbol.others = inner.names, inner.others


def read_class_body(node: ast.ClassDef, symbol: ClassSymbol, module: ModuleSymbol) -> None:
    """Gives a class of a stub the members that a separately parsed body defines."""
    package = module.name if module.is_package else module.name.rpartition(".")[0]
    top = Scope(module, None, {}, {}, {})
    _take_class_body(_Table(module, top, package, False, False, False), node, symbol)


def _take_assign(table: _Table, node: ast.Assign, scope: Scope, branch: _Branch) -> None:
    value = node.value
    for target in node.targets:
        if isinstance(target, ast.Name):
            if target.id == "__all__" and scope.owner is None:
                _take_exports(table, value)
            if not take_named_tuple(target.id, node, scope, branch):
                bind(scope, target.id, variable(scope, node, value=trim(value)), branch)
        elif isinstance(target, ast.Tuple | ast.List):
            _take_unpacking(target, value, scope, branch)
        elif isinstance(target, ast.Attribute):
            _take_attribute(target, value, scope)


def _take_attribute(target: ast.Attribute, value: ast.expr, scope: Scope) -> None:
    """`Class.name = value` at the top of the module adds a member, as does `function.name` to a function."""
    owner = scope.names.get(target.value.id) if isinstance(target.value, ast.Name) else None
    if isinstance(owner, ClassSymbol) and isinstance(owner.members, dict):
        symbol = variable(scope, target, value=trim(value))
        owner.members.setdefault(target.attr, replace(symbol, owner=owner))


def _take_unpacking(target: ast.Tuple | ast.List, value: ast.expr, scope: Scope, branch: _Branch) -> None:
    values = value.elts if isinstance(value, ast.Tuple | ast.List) else []
    pairs = len(values) == len(target.elts) and not any(isinstance(part, ast.Starred) for part in target.elts)
    for index, part in enumerate(target.elts):
        if pairs and isinstance(part, ast.Name):
            bind(scope, part.id, variable(scope, part, value=trim(values[index])), branch)
        else:
            for name in target_names(part):
                bind(scope, name, variable(scope, part), branch)


def _take_exports(table: _Table, value: ast.expr) -> None:
    if isinstance(value, ast.List | ast.Tuple):
        named = [part.value for part in value.elts if isinstance(part, ast.Constant) and isinstance(part.value, str)]
        table.module.exports = tuple(named) if len(named) == len(value.elts) else None


def _take_annotated(table: _Table, node: ast.AnnAssign, scope: Scope, branch: _Branch) -> None:
    if not isinstance(node.target, ast.Name):
        return
    symbol = variable(scope, node, value=trim(node.value), annotation=node.annotation)
    symbol.is_field = scope.owner is not None
    symbol.on_instance = symbol.is_field and node.value is None and not scope.module.is_stub
    if scope.owner is None and node.value is None and not scope.module.is_stub:
        # `name: int` alone binds nothing at run time; another statement, or `global`, has to.
        scope.typing_names.setdefault(node.target.id, symbol)
        return
    if node.target.id == "__all__" and node.value is not None:
        _take_exports(table, node.value)
    bind(scope, node.target.id, symbol, branch)


def _take_augmented(table: _Table, node: ast.AugAssign, scope: Scope, branch: _Branch) -> None:
    if not isinstance(node.target, ast.Name):
        return
    if node.target.id == "__all__":
        known = table.module.exports
        table.module.exports = None
        if known is not None and isinstance(node.value, ast.List | ast.Tuple):
            _take_exports(table, node.value)
            more = table.module.exports
            table.module.exports = None if more is None else (*known, *more)
        return
    symbol = variable(scope, node)
    symbol.is_rebound = True
    bind(scope, node.target.id, symbol, "guarded")


def _take_import(_table: _Table, node: ast.Import, scope: Scope, branch: _Branch) -> None:
    place = Place(scope.module.path, node.lineno)
    for alias in node.names:
        name = alias.asname or alias.name.split(".")[0]
        dotted = alias.name if alias.asname else name
        bind(scope, name, ImportBinding(dotted, None, place, bool(branch)), branch)


def _take_import_from(table: _Table, node: ast.ImportFrom, scope: Scope, branch: _Branch) -> None:
    place = Place(scope.module.path, node.lineno)
    module = absolute_module(node.module or "", node.level, table.package)
    for alias in node.names:
        if alias.name == "*":
            if scope.owner is None and branch != "typing":
                table.star_imports.append(module)
        else:
            bind(scope, alias.asname or alias.name, ImportBinding(module, alias.name, place, bool(branch)), branch)


def absolute_module(module: str, level: int, package: str) -> str:
    """The absolute name of what `from ..module` means inside a package."""
    if not level:
        return module
    parts = package.split(".")
    kept = ".".join(parts[: len(parts) - (level - 1)])
    return f"{kept}.{module}" if module and kept else kept or module


def _take_if(table: _Table, node: ast.If, scope: Scope, branch: _Branch) -> None:
    words = {part.attr if isinstance(part, ast.Attribute) else part.id for part in _names_in(node.test)}
    if "TYPE_CHECKING" in words and isinstance(node.test, ast.Name | ast.Attribute):
        _take_body(table, node.body, scope, branch if scope.module.is_stub else "typing")
        _take_body(table, node.orelse, scope, branch)
        return
    verdict = holds_here(node.test) if scope.module.is_stub else None
    taken: _Branch = branch or ("guarded" if verdict is None else "")
    if verdict is None:
        _take_body(table, node.body, scope, taken)
        _take_body(table, node.orelse, scope, taken)
    else:
        chosen, other = (node.body, node.orelse) if verdict else (node.orelse, node.body)
        _take_body(table, chosen, scope, taken)
        _take_body(table, other, scope, "elsewhere")


def _names_in(test: ast.expr) -> list[ast.Name | ast.Attribute]:
    return [part for part in ast.walk(test) if isinstance(part, ast.Name | ast.Attribute)]


def _take_try(table: _Table, node: ast.Try | ast.TryStar, scope: Scope, branch: _Branch) -> None:
    inside: _Branch = branch or ("guarded" if node.handlers else "")
    _take_body(table, node.body, scope, inside)
    _take_body(table, node.orelse, scope, inside)
    for handler in node.handlers:
        _take_body(table, handler.body, scope, branch or "guarded")
    _take_body(table, node.finalbody, scope, branch)


def _take_loop(table: _Table, node: ast.For | ast.AsyncFor, scope: Scope, branch: _Branch) -> None:
    for name in target_names(node.target):
        bind(scope, name, variable(scope, node), branch)
    _take_body(table, node.body, scope, branch or "guarded")
    _take_body(table, node.orelse, scope, branch or "guarded")


def _take_with(table: _Table, node: ast.With | ast.AsyncWith, scope: Scope, branch: _Branch) -> None:
    for item in node.items:
        if item.optional_vars is not None:
            for name in target_names(item.optional_vars):
                bind(scope, name, variable(scope, node), branch)
    _take_body(table, node.body, scope, branch)


def _take_nested(table: _Table, node: ast.While | ast.Match, scope: Scope, branch: _Branch) -> None:
    for body in bodies_of(node):
        _take_body(table, body, scope, branch or "guarded")


def _take_delete(_table: _Table, node: ast.Delete, scope: Scope, branch: _Branch) -> None:
    for target in node.targets:
        if isinstance(target, ast.Name) and not branch:
            gone = scope.names.pop(target.id, None)
            if gone is not None:
                scope.others[target.id] = (*scope.others.get(target.id, ()), gone)


_TAKERS: dict[type[ast.stmt], Callable[[_Table, Any, Scope, _Branch], None]] = {
    ast.FunctionDef: _take_function,
    ast.AsyncFunctionDef: _take_function,
    ast.ClassDef: _take_class,
    ast.Assign: _take_assign,
    ast.AnnAssign: _take_annotated,
    ast.AugAssign: _take_augmented,
    ast.Import: _take_import,
    ast.ImportFrom: _take_import_from,
    ast.If: _take_if,
    ast.Try: _take_try,
    ast.TryStar: _take_try,
    ast.For: _take_loop,
    ast.AsyncFor: _take_loop,
    ast.With: _take_with,
    ast.AsyncWith: _take_with,
    ast.While: _take_nested,
    ast.Match: _take_nested,
    ast.Delete: _take_delete,
}
