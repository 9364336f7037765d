"""Attributes that methods set on `self` or `cls`."""

import ast
from collections.abc import Iterator

from core.mocks.model import Place
from core.mocks.scopes import Scope, merge_values
from core.mocks.statements import bodies_of, target_attributes
from core.mocks.symbols import FunctionSymbol, VariableSymbol
from core.mocks.trimming import trim

_IDLE = (ast.Expr, ast.Return, ast.Raise, ast.Import, ast.ImportFrom, ast.Pass, ast.Assert)
"""Statements that neither set an attribute nor hold one that does."""
_Set = tuple[ast.Attribute, ast.expr | None, ast.expr | None]
"""Target, value and annotation."""


def take_receiver_attributes(
    definition: ast.FunctionDef | ast.AsyncFunctionDef, method: FunctionSymbol, scope: Scope
) -> None:
    """Adds to the class scope what the method sets on its first parameter, nested functions included."""
    if not method.parameters or method.parameters[0].kind not in ("either", "positional"):
        return
    receiver = method.parameters[0].name
    annotations = {parameter.name: parameter.annotation for parameter in method.parameters[1:]}
    on_instance = method.kind in ("method", "property")
    for target, value, annotation in _assignments(definition, receiver):
        name = target.attr
        if isinstance(value, ast.Name) and annotation is None and value.id in annotations:
            annotation = annotations[value.id]  # noqa: PLW2901 - the parameter's, where the target has none
        symbol = VariableSymbol(
            mangle(name, scope),
            scope.module,
            Place(scope.module.path, target.lineno),
            annotation,
            trim(value),
            scope.owner,
            on_instance,
        )
        _add(scope, symbol)


def mangle(name: str, scope: Scope) -> str:
    """`__name` as Python stores it in a class."""
    if scope.owner is None or not name.startswith("__") or name.endswith("__"):
        return name
    return f"_{scope.owner.name.rpartition('.')[2].lstrip('_')}{name}"


def _add(scope: Scope, symbol: VariableSymbol) -> None:
    known = scope.names.get(symbol.name)
    if known is None:
        scope.names[symbol.name] = symbol
    elif isinstance(known, VariableSymbol) and known.is_field:
        # Its default is what the class body says, whatever a method sets later.
        known.on_instance = known.on_instance and symbol.on_instance
    elif isinstance(known, VariableSymbol):
        merge_values(known, symbol)
    elif isinstance(known, FunctionSymbol) and known.kind != "property":
        known.has_variants = True


def _assignments(definition: ast.FunctionDef | ast.AsyncFunctionDef, receiver: str) -> Iterator[_Set]:
    pending: list[ast.stmt] = list(definition.body)
    # Grows while it is read, so that assignments come in the order in which they stand.
    for statement in pending:
        if type(statement) in _IDLE:
            continue
        for target, value, annotation in _targets(statement):
            if isinstance(target.value, ast.Name) and target.value.id == receiver:
                yield target, value, annotation
        if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef):
            arguments = statement.args
            if all(argument.arg != receiver for argument in (*arguments.posonlyargs, *arguments.args)):
                pending.extend(statement.body)
        else:
            for body in bodies_of(statement):
                pending.extend(body)


def _targets(statement: ast.stmt) -> Iterator[_Set]:
    kind = type(statement)
    if kind is ast.Assign:
        assert isinstance(statement, ast.Assign)
        for target in statement.targets:
            if isinstance(target, ast.Attribute):
                yield target, statement.value, None
            else:
                yield from _unpacked(target, statement.value)
    elif isinstance(statement, ast.AnnAssign | ast.AugAssign):
        if isinstance(statement.target, ast.Attribute):
            is_annotated = isinstance(statement, ast.AnnAssign)
            yield statement.target, statement.value if is_annotated else None, getattr(statement, "annotation", None)
    elif isinstance(statement, ast.For | ast.AsyncFor):
        yield from ((target, None, None) for target in target_attributes(statement.target))
    elif isinstance(statement, ast.With | ast.AsyncWith):
        for item in statement.items:
            if item.optional_vars is not None:
                yield from ((target, None, None) for target in target_attributes(item.optional_vars))


def _unpacked(target: ast.expr, value: ast.expr) -> Iterator[_Set]:
    if isinstance(target, ast.Tuple | ast.List) and isinstance(value, ast.Tuple | ast.List):  # noqa: SIM102
        if len(target.elts) == len(value.elts):
            for part, given in zip(target.elts, value.elts, strict=True):
                if isinstance(part, ast.Attribute):
                    yield part, given, None
                else:
                    yield from _unpacked(part, given)
            return
    yield from ((part, None, None) for part in target_attributes(target))
