"""Classes that tests define."""

import ast
from typing import TYPE_CHECKING

from core.mocks.doubles.record import Stand
from core.mocks.doubles.values import LocalClass, LocalFunction, Real, Scope
from core.mocks.symbols import ClassSymbol

if TYPE_CHECKING:
    from core.mocks.doubles.machine import Machine


def make(machine: "Machine", node: ast.ClassDef, scope: Scope) -> LocalClass:
    """Its body is read at once, as Python does."""
    bases = [machine.evaluate(base, scope) for base in node.bases]
    inner = Scope(scope.module, scope)
    cls = LocalClass(node, inner, bases)
    machine.run(node.body, inner)
    for value in inner.names.values():
        if isinstance(value, LocalFunction) and value.owner is None:
            value.owner = cls
    # Python's methods do not see the names of the class body.
    _hide_body(cls, scope)
    for base in bases:
        if isinstance(base, Real) and isinstance(base.symbol, ClassSymbol) and base.symbol.module.is_own:
            machine.record.stands.append(Stand(machine.sight(node, scope), cls, base.symbol, "inherits"))
    return cls


def _hide_body(cls: LocalClass, outer: Scope) -> None:
    for value in cls.scope.names.values():
        if isinstance(value, LocalFunction) and value.scope is cls.scope:
            value.scope = outer
