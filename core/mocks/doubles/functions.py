"""Calling functions of the tests: their bodies are read with the arguments that they get."""

import ast
import functools
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from core.mocks.doubles import attributes, expressions
from core.mocks.doubles.arguments import Arguments
from core.mocks.doubles.replay import SET_UPS
from core.mocks.doubles.values import (
    UNKNOWN,
    Const,
    Double,
    Instance,
    Items,
    Keyed,
    LocalFunction,
    LocalInstance,
    Nothing,
    Patcher,
    Real,
    Scope,
    Sight,
    Special,
    Value,
)
from core.mocks.statements import every_node

if TYPE_CHECKING:
    from core.mocks.doubles.machine import Machine


def inline(machine: "Machine", function: LocalFunction, arguments: Arguments, sight: Sight) -> Value:
    """What a call of a function of the tests gives, with everything that it does to mocks on the way."""
    receiver = function.receiver.cls if isinstance(function.receiver, LocalInstance) else function.receiver
    key = (function.node, id(receiver))
    is_plain = _is_plain(function) and not _hands_on(arguments)
    if is_plain and key in machine.results:
        return machine.results[key]
    if function.name in SET_UPS and not arguments.positional and not arguments.keywords:
        return machine.replays.run(function, lambda: _inline(machine, function, arguments, sight))
    value = _inline(machine, function, arguments, sight)
    if is_plain and isinstance(value, Nothing | Const | Instance | Real):
        machine.results[key] = value
    return value


_TELLING = re.compile(
    r"mock|patch|autospec|spec_set|assert_\w*(?:call|await)|setattr|return_value|side_effect|useFixture|stub_out|^spy$",
    re.I,
)


@functools.lru_cache(1 << 15)
def _is_telling(name: str) -> bool:
    return _TELLING.search(name) is not None


def _is_plain(function: LocalFunction) -> bool:
    """Whether a function neither names mocks nor sets attributes, so that reading it once is enough."""
    known, node = function.scope.module.parsed.plain, function.node
    found = known.get(node)
    if found is None:
        found = known[node] = _has_no_effect(node)
    return found


def _has_no_effect(node: ast.AST) -> bool:
    own: set[str] = set()
    changed: list[ast.expr] = []
    for each in every_node(node):
        if isinstance(each, ast.Name):
            if _is_telling(each.id):
                return False
            if isinstance(each.ctx, ast.Store):
                own.add(each.id)
        elif isinstance(each, ast.Attribute):
            if _is_telling(each.attr):
                return False
            if not isinstance(each.ctx, ast.Load):
                changed.append(each.value)
        elif isinstance(each, ast.Yield | ast.Lambda):
            return False
    # What a function's own names hold was mostly made there.
    return all(isinstance(each, ast.Name) and each.id in own for each in changed)


def is_worth_reading(function: LocalFunction, arguments: Arguments) -> bool:
    """Whether a constructor names mocks or is given something of the tests, so that its object matters."""
    known, node = function.scope.module.parsed.telling, function.node
    found = known.get(node)
    if found is None:
        names = (getattr(each, "attr", "") or getattr(each, "id", "") for each in every_node(node))
        found = known[node] = any(_is_telling(each) for each in names)
    return found or _hands_on(arguments)


def _hands_on(arguments: Arguments) -> bool:
    """Whether a call is given something that belongs to the tests."""
    pending = [*arguments.positional, *arguments.keywords.values()]
    while pending:
        each = pending.pop()
        if isinstance(each, Items):
            pending.extend(each.items)
        elif isinstance(each, Keyed):
            pending.extend(each.items.values())
        elif not isinstance(each, Nothing | Const | Instance | Real | Special):
            return True
    return False


def _inline(machine: "Machine", function: LocalFunction, arguments: Arguments, sight: Sight) -> Value:
    node = function.node
    too_deep = len(machine.frames) > 7 or any(
        frame.function is not None and frame.function.node is node for frame in machine.frames
    )
    if too_deep or machine.is_spent:
        return UNKNOWN
    machine.inlined.add(node)
    scope = Scope(function.scope.module, function.scope)
    bind(machine, function, arguments, scope, sight)
    if isinstance(node, ast.Lambda):
        return machine.evaluate(node.body, scope)
    with machine.entered(function, sight) as frame:
        active = dict(machine.active)
        patchers = decorate(machine, function, scope, leading=len(arguments.positional))
        machine.run(node.body, scope)
        if patchers:
            machine.active = active
    if frame.yields:
        return expressions.merge(frame.yields)
    return expressions.merge(frame.returns) if frame.returns else UNKNOWN


def parameters(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) -> list[str]:
    """Names that a call fills by position."""
    return [each.arg for each in (*node.args.posonlyargs, *node.args.args)]


def bind(machine: "Machine", function: LocalFunction, arguments: Arguments, scope: Scope, sight: Sight) -> None:
    node = function.node
    names = parameters(node)
    values: list[Value] = list(arguments.positional)
    if function.receiver is not None and names:
        values.insert(0, function.receiver)
    for name in (*names, *(each.arg for each in node.args.kwonlyargs)):
        scope.names[name] = UNKNOWN
    if not arguments.open_keywords:
        _defaults(machine, function, scope)
    for name, value in zip(names, values, strict=False):
        scope.names[name] = value
    for name, value in arguments.keywords.items():
        if name in scope.names:
            scope.names[name] = value
    if node.args.vararg is not None:
        scope.names[node.args.vararg.arg] = UNKNOWN
    if node.args.kwarg is not None:
        more = {name: value for name, value in arguments.keywords.items() if name not in scope.names}
        scope.names[node.args.kwarg.arg] = Keyed(more, is_open=True)
    if function.receiver is not None or not isinstance(node, ast.Lambda):
        _note_annotations(machine, function, scope, sight)


def _defaults(machine: "Machine", function: LocalFunction, scope: Scope) -> None:
    args = function.node.args
    names = parameters(function.node)
    for name, default in zip(reversed(names), reversed(args.defaults), strict=False):
        scope.names[name] = _default(machine, default, function.scope)
    for each, other in zip(args.kwonlyargs, args.kw_defaults, strict=True):
        if other is not None:
            scope.names[each.arg] = _default(machine, other, function.scope)


def _default(machine: "Machine", node: ast.expr, scope: Scope) -> Value:
    return machine.evaluate(node, scope) if isinstance(node, ast.Constant | ast.Name | ast.Attribute) else UNKNOWN


def _note_annotations(machine: "Machine", function: LocalFunction, scope: Scope, sight: Sight) -> None:
    args = function.node.args
    for each in (*args.posonlyargs, *args.args, *args.kwonlyargs):
        value = scope.names.get(each.arg)
        if each.annotation is not None and isinstance(value, Double) and not value.parent:
            cls = expressions.annotated_class(machine, each.annotation, function.scope)
            if cls is not None:
                how = f"the test annotates it as {cls.name}"
                attributes.stand_for_instance(value, cls, sight, how)


def decorate(machine: "Machine", function: LocalFunction, scope: Scope, *, leading: int = 0) -> list[Patcher]:
    """Begin the patches of a function's decorators and bind the mocks that they inject after `leading` arguments."""
    patchers = patchers_of(machine, function)
    inject(machine, function, patchers, scope, leading + (function.receiver is not None))
    return patchers


def patchers_of(machine: "Machine", function: LocalFunction) -> list[Patcher]:
    """The patches of a function's decorators in the order in which they inject."""
    node = function.node
    if isinstance(node, ast.Lambda) or not node.decorator_list:
        return []
    outer = function.owner.scope if function.owner is not None else function.scope
    found: list[Patcher] = []
    dotted = list(machine.dotted)
    for each in reversed(node.decorator_list):
        value = machine.evaluate(each, outer)
        if isinstance(value, Patcher):
            found.append(value)
            # The patches below are in force by the time that this one looks for its target.
            machine.dotted += [slot.dotted for slot in value.slots if slot.dotted]
    machine.dotted = dotted
    return found


def inject(
    machine: "Machine", function: LocalFunction, patchers: Sequence[Patcher], scope: Scope, skipped: int | None
) -> None:
    """Begin patches and bind their mocks to the parameters after those skipped; None binds none."""
    names = parameters(function.node)[skipped:] if skipped is not None else []
    given: list[Value] = []
    for patcher in patchers:
        value = machine.begin(patcher)
        if patcher.by_name:
            scope.names.update({slot.name: slot.value for slot in patcher.slots if isinstance(slot.value, Double)})
        elif patcher.injects:
            given.append(value)
    for name, value in zip(names, given, strict=False):
        scope.names[name] = value
        if isinstance(value, Double):
            value.names.add(name)
    _note_annotations(machine, function, scope, machine.sight(function.node, scope))
