"""Context managers: patches for as long as they last, expected errors, and whatever else gives a value."""

import ast
from typing import TYPE_CHECKING

from core.mocks.doubles import functions, patching, telling
from core.mocks.doubles.arguments import Arguments
from core.mocks.doubles.values import (
    UNKNOWN,
    Double,
    Instance,
    LocalFunction,
    LocalInstance,
    Patcher,
    Scope,
    Special,
    Value,
)
from core.mocks.symbols import ClassSymbol, FunctionSymbol, Yes

if TYPE_CHECKING:
    from core.mocks.doubles.machine import Machine

_EXPECT = frozenset({
    "raises", "assertRaises", "assertRaisesRegex", "assertRaisesRegexp", "suppress", "assertRaisesMessage",
    "warns", "RaisesGroup", "assertRaisesWithMessage", "assertLogs", "subTest", "assertFailsWith", "deprecated_call",
})  # fmt: skip
_NOT_ERRORS = frozenset({"warns", "assertLogs", "subTest", "deprecated_call"})


def run_with(machine: "Machine", node: ast.With | ast.AsyncWith, scope: Scope) -> bool:
    entered: list[tuple[Patcher, dict[tuple[int, str], Value]]] = []
    expects = False
    for item in node.items:
        expects = expects or _expects_error(item.context_expr)
        with machine.meant(expects):
            manager = machine.evaluate(item.context_expr, scope)
        if isinstance(manager, Patcher):
            entered.append((manager, dict(machine.active)))
        value = enter(machine, manager, node, scope)
        if item.optional_vars is not None:
            machine.assign(item.optional_vars, value, scope)
    with machine.meant(expects):
        ended = machine.run(node.body, scope)
    for manager, before in reversed(entered):
        patching.end(machine, manager, before)
    return ended and not expects


def _expects_error(node: ast.expr) -> bool:
    if not isinstance(node, ast.Call):
        return False
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    return (name in _EXPECT or "raises" in name.lower()) and name not in _NOT_ERRORS


def enter(machine: "Machine", manager: Value, node: ast.AST, scope: Scope) -> Value:
    """What `with manager as x` binds."""
    if isinstance(manager, Patcher):
        return machine.begin(manager)
    sight = machine.sight(node, scope)
    name = "__aenter__" if isinstance(node, ast.AsyncWith) else "__enter__"
    if isinstance(manager, Double):
        entering = manager.child(name, sight)
        return entering.returns if entering.returns is not None else entering.child("()", sight)
    if isinstance(manager, Instance):
        answer = machine.lookup.member(manager.cls, name, exact=manager.exact)
        if isinstance(answer, Yes) and isinstance(answer.symbol, FunctionSymbol):
            cls = telling.returned_class(machine.lookup, answer.symbol)
            if cls is manager.cls:
                return manager
            return Instance(cls, exact=False) if isinstance(cls, ClassSymbol) else UNKNOWN
        return UNKNOWN
    if isinstance(manager, LocalInstance):
        method = machine.attribute(manager, name, ast.Name(id="self", ctx=ast.Load()), scope)
        return functions.inline(machine, method, Arguments(), sight) if isinstance(method, LocalFunction) else UNKNOWN
    if isinstance(manager, Special) and manager.name.endswith(
        ("ExitStack", "MonkeyPatch.context", "monkeypatch.context")
    ):
        return Special("monkeypatch") if "onkey" in manager.name else manager
    return UNKNOWN
