"""`app.dependency_overrides[get_db] = ...`: what a web framework hands out in the place of a dependency."""

import ast
from typing import TYPE_CHECKING

from core.mocks.doubles import attributes, functions, telling
from core.mocks.doubles.arguments import Arguments
from core.mocks.doubles.values import Double, Keyed, LocalFunction, Method, Real, Scope, Sight, Value
from core.mocks.symbols import ClassSymbol, FunctionSymbol

if TYPE_CHECKING:
    from core.mocks.doubles.machine import Machine


def assign_item(machine: "Machine", target: ast.Subscript, value: Value, scope: Scope) -> None:
    base = target.value
    key = machine.evaluate(target.slice, scope)
    changed = machine.evaluate(base, scope)
    if isinstance(changed, Keyed):
        changed.is_open = True
    if not isinstance(base, ast.Attribute) or base.attr != "dependency_overrides":
        return
    sight = machine.sight(target, scope)
    symbol = key.symbol if isinstance(key, Real) else key.function if isinstance(key, Method) else None
    if isinstance(symbol, FunctionSymbol | ClassSymbol):
        _provide(machine, symbol, value, sight)


def _provide(machine: "Machine", symbol: FunctionSymbol | ClassSymbol, value: Value, sight: Sight) -> None:
    if not isinstance(value, LocalFunction):
        return
    given = functions.inline(machine, value, Arguments(), sight)
    cls = symbol if isinstance(symbol, ClassSymbol) else telling.returned_class(machine.lookup, symbol)
    if isinstance(given, Double) and isinstance(cls, ClassSymbol):
        how = f"it overrides the dependency {attributes.label(symbol)}"
        attributes.stand_for_instance(given, cls, sight, how)
