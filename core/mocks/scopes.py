"""How a name comes to be bound, and what happens when it is bound again."""

import ast
from dataclasses import dataclass, field

from core.mocks.model import Place
from core.mocks.symbols import Binding, ClassSymbol, FunctionSymbol, ImportBinding, ModuleSymbol, VariableSymbol


@dataclass(slots=True)
class Scope:
    """The top of a module, or a class body when it has an `owner`."""

    module: ModuleSymbol
    owner: ClassSymbol | None
    names: dict[str, Binding]
    others: dict[str, tuple[Binding, ...]]
    typing_names: dict[str, Binding]
    methods: list[tuple[ast.FunctionDef | ast.AsyncFunctionDef, FunctionSymbol]] = field(default_factory=list)


def variable(
    scope: Scope, node: ast.AST, value: ast.expr | None = None, annotation: ast.expr | None = None
) -> VariableSymbol:
    """A variable of the scope, at the node's line."""
    place = Place(scope.module.path, getattr(node, "lineno", 1))
    return VariableSymbol("", scope.module, place, annotation, value, scope.owner)


def bind(scope: Scope, name: str, binding: Binding, branch: str, *, is_overload: bool = False) -> None:
    """Binds a name. `branch` is empty for what always runs; then the last one wins, else the first is kept."""
    if isinstance(binding, VariableSymbol):
        binding.name = name
    if branch == "typing":
        scope.typing_names.setdefault(name, binding)
        return
    if branch == "elsewhere":
        scope.others[name] = (*scope.others.get(name, ()), binding)
        return
    known = scope.names.get(name)
    if known is None:
        scope.names[name] = binding
    elif isinstance(known, VariableSymbol) and isinstance(binding, VariableSymbol):
        merge_values(known, binding)
    elif is_overload and isinstance(known, FunctionSymbol):
        known.has_variants = True
        scope.others[name] = (*scope.others.get(name, ()), binding)
    elif branch:
        scope.others[name] = (*scope.others.get(name, ()), binding)
        _mark_variants(known, binding)
    else:
        scope.names[name] = binding
        _note_overloads(known, scope, name)
        if isinstance(known, VariableSymbol) and known.is_field:
            scope.others[name] = (*scope.others.get(name, ()), known)


def _note_overloads(known: Binding, scope: Scope, name: str) -> None:
    """An implementation takes the place of its overloads; an import or a guarded binding may still be the one."""
    if isinstance(known, FunctionSymbol) and known.has_variants:
        scope.others.pop(name, None)


def _mark_variants(known: Binding, binding: Binding) -> None:
    if isinstance(known, FunctionSymbol) and isinstance(binding, FunctionSymbol) and _called_alike(known, binding):
        return
    for symbol in (known, binding):
        if isinstance(symbol, FunctionSymbol | ClassSymbol):
            symbol.has_variants = True
        elif isinstance(symbol, ImportBinding):
            symbol.is_guarded = True
        else:
            symbol.is_rebound = True


def _called_alike(one: FunctionSymbol, other: FunctionSymbol) -> bool:
    shapes = [
        [(parameter.name, parameter.kind, parameter.has_default) for parameter in function.parameters]
        for function in (one, other)
    ]
    return shapes[0] == shapes[1] and one.is_async == other.is_async


def merge_values(known: VariableSymbol, later: VariableSymbol) -> None:
    """A variable that is given a second value: `None` gives way, two different ones make it rebound."""
    known.annotation = known.annotation or later.annotation
    known.is_rebound = known.is_rebound or later.is_rebound
    known.on_instance = known.on_instance and later.on_instance
    if later.value is None:
        known.is_rebound = known.is_rebound or later.annotation is None
    elif known.value is None or _is_none(known.value):
        known.value = later.value
    elif not _is_none(later.value) and ast.dump(known.value) != ast.dump(later.value):
        known.is_rebound = True


def _is_none(value: ast.expr) -> bool:
    return isinstance(value, ast.Constant) and value.value is None
