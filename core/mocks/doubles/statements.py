"""Reading the statements of a test in order, branches side by side."""

import ast
import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from core.mocks.doubles import attributes, classes, expressions, imports, overrides, slips, withs
from core.mocks.doubles.values import (
    UNKNOWN,
    Double,
    Instance,
    Items,
    LocalFunction,
    LocalInstance,
    Scope,
    Value,
)
from core.mocks.statements import every_node, names_stored

if TYPE_CHECKING:
    from core.mocks.doubles.machine import Machine


_CONDITIONAL = re.compile(r"TYPE_CHECKING|version|platform|\bPY\d|os\.name|^not? ?has_|^HAS_|^IS_", re.I)
"""Conditions under which what is named need not exist here."""


def run(machine: "Machine", body: list[ast.stmt], scope: Scope) -> bool:
    for node in body:
        if machine.is_spent:
            return False
        handler = _HANDLERS.get(type(node))
        if handler is not None and handler(machine, node, scope):
            return True
    return False


def _expression(machine: "Machine", node: ast.Expr, scope: Scope) -> bool:
    if isinstance(node.value, ast.Constant):
        return False
    slips.judge_statement(machine, node.value, scope)
    machine.evaluate(node.value, scope)
    return _is_skip(machine, node.value, scope)


_ENDINGS = frozenset({"skipTest", "fail", "exit", "skip", "xfail"})


def _is_skip(machine: "Machine", node: ast.expr, scope: Scope) -> bool:
    """`pytest.skip(...)`, `pytest.fail(...)` and `self.skipTest(...)`: what follows them never runs."""
    if not isinstance(node, ast.Call):
        return False
    last = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    if last not in _ENDINGS:
        return False
    name = ast.unparse(node.func)
    if name in ("self.skipTest", "self.fail", "pytest.fail", "pytest.exit", "sys.exit"):
        return True
    if name not in ("pytest.skip", "skip", "pytest.xfail"):
        return False
    if machine.frame.function is None:
        scope.module.dormant = True
        return False
    return True


def _assign(machine: "Machine", node: ast.Assign, scope: Scope) -> bool:
    value = machine.evaluate(node.value, scope)
    for target in node.targets:
        assign(machine, target, value, scope)
    return False


def _annotated(machine: "Machine", node: ast.AnnAssign, scope: Scope) -> bool:
    if node.value is None:
        return False
    value = machine.evaluate(node.value, scope)
    if isinstance(value, Double):
        cls = expressions.annotated_class(machine, node.annotation, scope)
        if cls is not None:
            how = f"it is annotated as {cls.name}"
            attributes.stand_for_instance(value, cls, machine.sight(node, scope), how)
    assign(machine, node.target, value, scope)
    return False


def assign(machine: "Machine", target: ast.expr, value: Value, scope: Scope) -> None:
    if isinstance(target, ast.Name):
        if isinstance(value, Double):
            value.names.add(target.id)
        scope.names[target.id] = value
    elif isinstance(target, ast.Attribute):
        owner = machine.evaluate(target.value, scope)
        expressions.note_untold(machine, target, owner, scope)
        if isinstance(value, Double):
            value.names.add(target.attr)
        attributes.set_member(machine, owner, target.attr, value, machine.sight(target, scope))
    elif isinstance(target, ast.Tuple | ast.List):
        _unpack(machine, target, value, scope)
    elif isinstance(target, ast.Starred):
        assign(machine, target.value, UNKNOWN, scope)
    elif isinstance(target, ast.Subscript):
        overrides.assign_item(machine, target, value, scope)


def _unpack(machine: "Machine", target: ast.Tuple | ast.List, value: Value, scope: Scope) -> None:
    fits = isinstance(value, Items) and len(value.items) == len(target.elts)
    fits = fits and not any(isinstance(each, ast.Starred) for each in target.elts)
    values = value.items if isinstance(value, Items) and fits else [UNKNOWN] * len(target.elts)
    for each, part in zip(target.elts, values, strict=True):
        assign(machine, each, part, scope)


def _augmented(machine: "Machine", node: ast.AugAssign, scope: Scope) -> bool:
    machine.evaluate(node.value, scope)
    if isinstance(node.target, ast.Name):
        scope.names[node.target.id] = UNKNOWN
    return False


def _if(machine: "Machine", node: ast.If, scope: Scope) -> bool:
    machine.evaluate(node.test, scope)
    guards = scope.module.parsed.guards
    guarded = guards.get(node.test)
    if guarded is None:
        unsure = _CONDITIONAL.search(ast.unparse(node.test)) is not None
        guarded = guards[node.test] = unsure or expressions.asks_for_members(node.test)
    truth = expressions.truth(machine, node.test, scope) if machine.frame.function is not None else None
    if truth is not None:
        with machine.meant(guarded):
            return run(machine, node.body if truth else node.orelse, scope)
    return _either(machine, [(node.body, guarded), (node.orelse, guarded)], scope)


def _either(machine: "Machine", branches: list[tuple[list[ast.stmt], bool]], scope: Scope) -> bool:
    before = dict(scope.names)
    ends: list[dict[str, Value]] = []
    machine.frame.branch += 1
    for body, is_meant in branches:
        scope.names = dict(before)
        with machine.meant(is_meant):
            if not run(machine, body, scope):
                ends.append(scope.names)
    machine.frame.branch -= 1
    scope.names = _joined(ends) if ends else before
    return not ends


def _joined(ends: list[dict[str, Value]]) -> dict[str, Value]:
    if len(ends) == 1:
        return ends[0]
    first, *others = ends
    joined = dict(first)
    for other in others:
        for name in other:
            joined.setdefault(name, UNKNOWN)
        for name, value in joined.items():
            found = other.get(name, UNKNOWN)
            if found is not value and not expressions.same(value, found):
                joined[name] = UNKNOWN
    return joined


def _loop(machine: "Machine", node: ast.For | ast.AsyncFor | ast.While, scope: Scope) -> bool:
    element: Value = UNKNOWN
    if isinstance(node, ast.While):
        machine.evaluate(node.test, scope)
    else:
        found = machine.evaluate(node.iter, scope)
        if isinstance(found, Items) and len(found.items) == 1:
            element = found.items[0]
    known = scope.module.parsed.stored
    stored = known.get(node)
    if stored is None:
        stored = known[node] = names_stored(*node.body)
    for name in stored:
        if name in scope.names:
            scope.names[name] = UNKNOWN
    if not isinstance(node, ast.While):
        assign(machine, node.target, element, scope)
    machine.frame.branch += 1
    run(machine, node.body, scope)
    machine.frame.branch -= 1
    run(machine, node.orelse, scope)
    return False


def _try(machine: "Machine", node: ast.Try, scope: Scope) -> bool:
    before = dict(scope.names)
    with machine.meant(bool(node.handlers)):
        ended = run(machine, node.body, scope)
    ended = ended or run(machine, node.orelse, scope)
    ends = [] if ended else [scope.names]
    machine.frame.branch += 1
    for handler in node.handlers:
        scope.names = dict(before)
        if handler.name:
            scope.names[handler.name] = UNKNOWN
        if not run(machine, handler.body, scope):
            ends.append(scope.names)
    machine.frame.branch -= 1
    if ends:
        scope.names = _fallback(ends) if machine.frame.function is None else _joined(ends)
    return run(machine, node.finalbody, scope) or not ends


def _fallback(ends: list[dict[str, Value]]) -> dict[str, Value]:
    """At the top of a file, what an import that fails leaves behind is whatever the first way gives."""
    joined: dict[str, Value] = {}
    for end in reversed(ends):
        joined.update(end)
    return {name: value if _agrees(name, value, ends) else UNKNOWN for name, value in joined.items()}


def _agrees(name: str, value: Value, ends: list[dict[str, Value]]) -> bool:
    return all(name not in each or expressions.same(each[name], value) for each in ends)


def _with(machine: "Machine", node: ast.With | ast.AsyncWith, scope: Scope) -> bool:
    return withs.run_with(machine, node, scope)


def _function(machine: "Machine", node: ast.FunctionDef | ast.AsyncFunctionDef, scope: Scope) -> bool:
    scope.names[node.name] = LocalFunction(node, scope)
    return False


def _class(machine: "Machine", node: ast.ClassDef, scope: Scope) -> bool:
    scope.names[node.name] = classes.make(machine, node, scope)
    return False


def _return(machine: "Machine", node: ast.Return, scope: Scope) -> bool:
    machine.frame.returns.append(machine.evaluate(node.value, scope) if node.value is not None else UNKNOWN)
    return True


def _assert(machine: "Machine", node: ast.Assert, scope: Scope) -> bool:
    slips.judge_assert(machine, node.test, scope)
    machine.evaluate(node.test, scope)
    _narrow(machine, node.test, scope)
    return False


def _narrow(machine: "Machine", test: ast.expr, scope: Scope) -> None:
    """After `assert isinstance(x, ...)` a name may be of a narrower class than its maker says."""
    parsed = scope.module.parsed
    if not parsed.says_in(b"isinstance", test):
        return
    narrowed = parsed.narrowed.get(test)
    if narrowed is None:
        narrowed = parsed.narrowed[test] = tuple(_names_asked(test))
    for name in narrowed:
        if isinstance(scope.find(name), Instance | LocalInstance):
            scope.names[name] = UNKNOWN


def _names_asked(test: ast.expr) -> Iterator[str]:
    for each in every_node(test):
        if isinstance(each, ast.Call) and isinstance(each.func, ast.Name) and each.func.id == "isinstance":
            subject = each.args[0] if each.args else None
            if isinstance(subject, ast.Name):
                yield subject.id


def _raise(machine: "Machine", node: ast.Raise, scope: Scope) -> bool:
    machine.evaluate(node.exc, scope)
    return True


def _stop(_machine: "Machine", _node: ast.stmt, _scope: Scope) -> bool:
    return True


def _import(machine: "Machine", node: ast.Import, scope: Scope) -> bool:
    imports.run_import(machine, node, scope)
    return False


def _import_from(machine: "Machine", node: ast.ImportFrom, scope: Scope) -> bool:
    imports.run_from(machine, node, scope)
    return False


def _delete(_machine: "Machine", node: ast.Delete, scope: Scope) -> bool:
    for each in node.targets:
        if isinstance(each, ast.Name):
            scope.names.pop(each.id, None)
    return False


def _global(machine: "Machine", node: ast.Global | ast.Nonlocal, scope: Scope) -> bool:
    for name in node.names:
        scope.names.pop(name, None)
        scope.module.scope.names[name] = UNKNOWN
    return False


def _match(machine: "Machine", node: ast.Match, scope: Scope) -> bool:
    machine.evaluate(node.subject, scope)
    _either(machine, [(case.body, True) for case in node.cases] + [([], False)], scope)
    return False


_HANDLERS: dict[type[ast.stmt], Callable[["Machine", Any, Scope], bool]] = {
    ast.Expr: _expression,
    ast.Assign: _assign,
    ast.AnnAssign: _annotated,
    ast.AugAssign: _augmented,
    ast.If: _if,
    ast.For: _loop,
    ast.AsyncFor: _loop,
    ast.While: _loop,
    ast.Try: _try,
    ast.With: _with,
    ast.AsyncWith: _with,
    ast.FunctionDef: _function,
    ast.AsyncFunctionDef: _function,
    ast.ClassDef: _class,
    ast.Return: _return,
    ast.Assert: _assert,
    ast.Raise: _raise,
    ast.Break: _stop,
    ast.Continue: _stop,
    ast.Import: _import,
    ast.ImportFrom: _import_from,
    ast.Delete: _delete,
    ast.Global: _global,
    ast.Nonlocal: _global,
    ast.Match: _match,
}
if hasattr(ast, "TryStar"):
    _HANDLERS[ast.TryStar] = _try
