"""Named tuples that are made by a call are classes like any other."""

import ast

from core.mocks.model import Place
from core.mocks.scopes import Scope, bind
from core.mocks.symbols import ClassSymbol, VariableSymbol


def take_named_tuple(name: str, node: ast.Assign, scope: Scope, branch: str) -> bool:
    """`Point = namedtuple("Point", "x y")` and its typed sister are classes."""
    call = node.value
    if not (isinstance(call, ast.Call) and len(call.args) == 2):
        return False
    called = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    if called not in ("namedtuple", "NamedTuple"):
        return False
    fields = field_names(call.args[1])
    symbol = ClassSymbol(
        f"{scope.owner.name}.{name}" if scope.owner else name, scope.module, Place(scope.module.path, node.lineno)
    )
    symbol.bases = (ast.Name("typing.NamedTuple", ast.Load()),)
    if fields is None:
        symbol.unknown = "has computed fields"
    has_defaults = any(keyword.arg == "defaults" for keyword in call.keywords)
    given = ast.Constant(...) if has_defaults else None
    symbol.members = {
        name: VariableSymbol(name, scope.module, symbol.place, annotation, given, symbol, is_field=True)
        for name, annotation in (fields or {}).items()
    }
    bind(scope, name, symbol, branch)
    return True


def field_names(given: ast.expr) -> dict[str, ast.expr] | None:
    """The fields of a functional named tuple with their annotations; None when they are computed."""
    unknown = ast.Name("typing.Any", ast.Load())
    if isinstance(given, ast.Constant) and isinstance(given.value, str):
        return dict.fromkeys(given.value.replace(",", " ").split(), unknown)
    if not isinstance(given, ast.List | ast.Tuple):
        return None
    fields: dict[str, ast.expr] = {}
    for part in given.elts:
        name: ast.expr = part
        annotation: ast.expr = unknown
        if isinstance(part, ast.Tuple) and len(part.elts) == 2:
            name, annotation = part.elts[0], part.elts[1]
        if not (isinstance(name, ast.Constant) and isinstance(name.value, str)):
            return None
        fields[name.value] = annotation
    return fields
