"""What an expression of a test may be."""

import ast
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from core.mocks.doubles import imports, words
from core.mocks.doubles.record import Untold
from core.mocks.doubles.telling import is_telling
from core.mocks.doubles.values import (
    UNKNOWN,
    Const,
    Double,
    Instance,
    Items,
    Keyed,
    LocalFunction,
    Real,
    Scope,
    Special,
    TestFile,
    Value,
)
from core.mocks.statements import every_node
from core.mocks.symbols import ClassSymbol, No

if TYPE_CHECKING:
    from core.mocks.doubles.machine import Machine

_MAKES_MODULES = re.compile(rb"\bexec\(|\bsys\.modules\[[^\]\n]+\]\s*=[^=]")
"""How a test file puts modules, or names into them, where production's are looked for."""
_OF_MOCKS = words.ASSERTIONS | words.CALLS | words.SETTABLE
MAX_TEXT = 400
"""Longer strings are no targets."""


def same(one: Value, two: Value) -> bool:
    """Whether two values are surely the same thing."""
    if one is two:
        return True
    if isinstance(one, Const) and isinstance(two, Const):
        return type(one.value) is type(two.value) and one.value == two.value
    if isinstance(one, Special) and isinstance(two, Special):
        return one.name == two.name and one.receiver is two.receiver
    if isinstance(one, Real) and isinstance(two, Real):
        return one.symbol is two.symbol
    if isinstance(one, TestFile) and isinstance(two, TestFile):
        return one.module is two.module
    return False


def merge(values: list[Value]) -> Value:
    """One value for what may be any of several."""
    first = values[0] if values else UNKNOWN
    return first if all(same(first, each) for each in values) else UNKNOWN


def evaluate_other(machine: "Machine", node: ast.expr, scope: Scope) -> Value:
    """An expression whose value is never known; what it is made of may still call something."""
    if machine.is_spent:
        return UNKNOWN
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.expr):
            machine.evaluate(child, scope)
    return UNKNOWN


def _constant(_machine: "Machine", node: ast.Constant, _scope: Scope) -> Value:
    return Const(node.value)


def _name(machine: "Machine", node: ast.Name, scope: Scope) -> Value:
    name, looked_in = node.id, scope
    found = looked_in.names.get(name)
    while found is None and looked_in.parent is not None:
        looked_in = looked_in.parent
        found = looked_in.names.get(name)
    if found is not None:
        return found
    if node.id == "__name__":
        return Const(scope.module.path.removesuffix(".py").replace("/", "."))
    if node.id in (
        "setattr",
        "getattr",
        "delattr",
        "super",
        "hasattr",
        "type",
        "property",
        "staticmethod",
        "classmethod",
    ):
        return Special(f"builtins.{node.id}")
    return UNKNOWN


def note_untold(machine: "Machine", node: ast.Attribute, value: Value, scope: Scope) -> None:
    """`anything.name.assert_called()`, where `anything` cannot be told: `value` is all of it but the last name."""
    if value is UNKNOWN and isinstance(node.value, ast.Attribute) and node.attr in _OF_MOCKS:
        machine.record.untold.append(Untold(machine.sight(node, scope), node.value.attr))


def _attribute(machine: "Machine", node: ast.Attribute, scope: Scope) -> Value:
    value = machine.evaluate(node.value, scope)
    note_untold(machine, node, value, scope)
    return machine.attribute(value, node.attr, node, scope)


def _call(machine: "Machine", node: ast.Call, scope: Scope) -> Value:
    return machine.call(machine.evaluate(node.func, scope), node, scope)


def _items(machine: "Machine", node: ast.Tuple | ast.List, scope: Scope) -> Value:
    values = [machine.evaluate(each, scope) for each in node.elts]
    if any(isinstance(each, ast.Starred) for each in node.elts):
        return UNKNOWN
    return Items(values, isinstance(node, ast.List))


def _dict(machine: "Machine", node: ast.Dict, scope: Scope) -> Value:
    found: dict[str, Value] = {}
    known = True
    for key, each in zip(node.keys, node.values, strict=True):
        value = machine.evaluate(each, scope)
        name = machine.evaluate(key, scope) if key is not None else UNKNOWN
        if isinstance(name, Const) and isinstance(name.value, str):
            found[name.value] = value
        else:
            known = False
    return Keyed(found) if known else UNKNOWN


def _lambda(_machine: "Machine", node: ast.Lambda, scope: Scope) -> Value:
    return LocalFunction(node, scope)


def _joined(machine: "Machine", node: ast.JoinedStr, scope: Scope) -> Value:
    parts: list[str] = []
    known = True
    for each in node.values:
        inner = each.value if isinstance(each, ast.FormattedValue) else each
        plain = not isinstance(each, ast.FormattedValue) or (each.format_spec is None and each.conversion in (-1, 115))
        value = machine.evaluate(inner, scope)
        if plain and isinstance(value, Const) and isinstance(value.value, str):
            parts.append(value.value)
        else:
            known = False
    return Const("".join(parts)) if known else UNKNOWN


def _binary(machine: "Machine", node: ast.BinOp, scope: Scope) -> Value:
    left, right = machine.evaluate(node.left, scope), machine.evaluate(node.right, scope)
    if not isinstance(left, Const) or not isinstance(left.value, str) or len(left.value) > MAX_TEXT:
        return UNKNOWN
    if isinstance(node.op, ast.Add) and isinstance(right, Const) and isinstance(right.value, str):
        return Const(left.value + right.value)
    if isinstance(node.op, ast.Mod):
        return _formatted(left.value, right)
    return UNKNOWN


def _formatted(template: str, right: Value) -> Value:
    values = right.items if isinstance(right, Items) else [right]
    texts = [each.value for each in values if isinstance(each, Const) and isinstance(each.value, str)]
    if len(texts) != len(values) or template.count("%s") != len(texts) or template.count("%") != len(texts):
        return UNKNOWN
    return Const(template % tuple(texts))


def _branches(machine: "Machine", node: ast.IfExp, scope: Scope) -> Value:
    machine.evaluate(node.test, scope)
    with machine.meant(_is_guard(node.test, scope)):
        return merge([machine.evaluate(node.body, scope), machine.evaluate(node.orelse, scope)])


def _boolean(machine: "Machine", node: ast.BoolOp, scope: Scope) -> Value:
    first = machine.evaluate(node.values[0], scope)
    with machine.meant(_is_guard(node.values[0], scope)):
        values = [first, *(machine.evaluate(each, scope) for each in node.values[1:])]
    return merge(values)


def _is_guard(node: ast.expr, scope: Scope) -> bool:
    guards = scope.module.parsed.guards
    known = guards.get(node)
    if known is None:
        known = guards[node] = _asks_for_members(node)
    return known


def _asks_for_members(node: ast.expr) -> bool:
    return any(
        isinstance(each, ast.Call)
        and isinstance(each.func, ast.Name)
        and each.func.id in ("hasattr", "isinstance", "issubclass")
        for each in every_node(node)
    )  # fmt: skip


asks_for_members = _asks_for_members


def truth(machine: "Machine", test: ast.expr, scope: Scope) -> bool | None:
    """Whether a condition on a plain name holds; None when nobody can say."""
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        inner = truth(machine, test.operand, scope)
        return None if inner is None else not inner
    if isinstance(test, ast.Constant):
        return bool(test.value)
    if isinstance(test, ast.Name):
        return _truth_of(scope.find(test.id))
    if isinstance(test, ast.Compare) and len(test.ops) == 1 and isinstance(test.left, ast.Name):
        value = scope.find(test.left.id)
        if _is_none(test.comparators[0]) and isinstance(test.ops[0], ast.Is | ast.IsNot):
            known = isinstance(value, Const | Items | Keyed | Double | LocalFunction)
            is_none = isinstance(value, Const) and value.value is None
            return (is_none == isinstance(test.ops[0], ast.Is)) if known else None
    return None


def _truth_of(value: Value | None) -> bool | None:
    if isinstance(value, Const):
        return bool(value.value)
    if isinstance(value, Items) and not value.is_list:
        return bool(value.items)
    return True if isinstance(value, Double | LocalFunction) else None


def _walrus(machine: "Machine", node: ast.NamedExpr, scope: Scope) -> Value:
    value = machine.evaluate(node.value, scope)
    machine.assign(node.target, value, scope)
    return value


def _await(machine: "Machine", node: ast.Await, scope: Scope) -> Value:
    value = machine.evaluate(node.value, scope)
    if isinstance(value, Instance) and not isinstance(machine.lookup.member(value.cls, "__await__"), No):
        return UNKNOWN
    return value


def _subscript(machine: "Machine", node: ast.Subscript, scope: Scope) -> Value:
    base = machine.evaluate(node.value, scope)
    index = machine.evaluate(node.slice, scope)
    if isinstance(base, Items) and isinstance(index, Const) and isinstance(index.value, int):
        position = index.value
        return base.items[position] if -len(base.items) <= position < len(base.items) else UNKNOWN
    if isinstance(base, Keyed) and isinstance(index, Const) and isinstance(index.value, str):
        return base.items.get(index.value, UNKNOWN)
    if isinstance(base, Real) and isinstance(base.symbol, ClassSymbol):
        return UNKNOWN if machine.lookup.is_subclass(base.symbol, "enum.Enum") is not False else base
    if isinstance(base, Special) and base.name == "sys.modules" and isinstance(index, Const):
        if _MAKES_MODULES.search(machine.tree.text(scope.module.path)):
            return UNKNOWN
        return machine.import_module(str(index.value), scope)
    return UNKNOWN


def _comprehension(machine: "Machine", node: Any, scope: Scope) -> Value:
    inner = Scope(scope.module, scope)
    for each in node.generators:
        machine.evaluate(each.iter, inner)
        machine.assign(each.target, UNKNOWN, inner)
        for condition in each.ifs:
            machine.evaluate(condition, inner)
    parts = [node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt]
    for part in parts:
        machine.evaluate(part, inner)
    return UNKNOWN


def _yield(machine: "Machine", node: ast.Yield | ast.YieldFrom, scope: Scope) -> Value:
    value = machine.evaluate(node.value, scope) if node.value is not None else Const(None)
    machine.frame.yields.append(value if isinstance(node, ast.Yield) else UNKNOWN)
    return UNKNOWN


def annotated_class(machine: "Machine", node: ast.expr | None, scope: Scope, depth: int = 0) -> ClassSymbol | None:
    """The real class that an annotation of a test names; None for mocks, unions and what is no class."""
    if node is None or depth > 5:
        return None
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and len(node.value) < MAX_TEXT:
        try:
            node = ast.parse(node.value, mode="eval").body
        except (SyntaxError, ValueError):
            return None
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
        sides = [each for each in (node.left, node.right) if not _is_none(each)]
        return annotated_class(machine, sides[0], scope, depth + 1) if len(sides) == 1 else None
    if isinstance(node, ast.Subscript):
        return _subscripted(machine, node, scope, depth)
    if isinstance(node, ast.Name | ast.Attribute):
        with machine.meant(True):
            value = machine.evaluate(node, scope)
        symbol = imports.symbol_of(machine, value) if isinstance(value, Real) else None
        return symbol if isinstance(symbol, ClassSymbol) and is_telling(symbol) else None
    return None


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


_WRAPPERS = frozenset({"Optional", "Annotated", "AsyncIterator", "Iterator", "Generator", "AsyncGenerator", "Iterable"})


def _subscripted(machine: "Machine", node: ast.Subscript, scope: Scope, depth: int) -> ClassSymbol | None:
    head = node.value
    name = head.attr if isinstance(head, ast.Attribute) else head.id if isinstance(head, ast.Name) else ""
    if name not in _WRAPPERS:
        return None
    inner = node.slice
    if isinstance(inner, ast.Tuple) and name != "Optional":
        inner = inner.elts[0]
    return annotated_class(machine, inner, scope, depth + 1)


def describe(node: ast.expr) -> str:
    """An expression as short source, for messages."""
    text = ast.unparse(node)
    return text if len(text) <= 80 else text[:77] + "..."


def returned(machine: "Machine", function: LocalFunction, scope: Scope) -> Value:
    """What a lambda gives, without arguments."""
    if isinstance(function.node, ast.Lambda):
        inner = Scope(function.scope.module, function.scope)
        for each in (*function.node.args.posonlyargs, *function.node.args.args, *function.node.args.kwonlyargs):
            inner.names[each.arg] = UNKNOWN
        return machine.evaluate(function.node.body, inner)
    return UNKNOWN


def kind_of(value: Value) -> str:
    """`mock`, `callable`, `constant` or `other`."""
    if isinstance(value, Double):
        return "mock"
    if isinstance(value, LocalFunction):
        return "callable"
    return "constant" if isinstance(value, Const | Items | Keyed | Instance) else "other"


def _compare(machine: "Machine", node: ast.Compare, scope: Scope) -> Value:
    machine.evaluate(node.left, scope)
    for each in node.comparators:
        machine.evaluate(each, scope)
    return UNKNOWN


def _unary(machine: "Machine", node: ast.UnaryOp, scope: Scope) -> Value:
    machine.evaluate(node.operand, scope)
    return UNKNOWN


def _starred(machine: "Machine", node: ast.Starred, scope: Scope) -> Value:
    machine.evaluate(node.value, scope)
    return UNKNOWN


HANDLERS: dict[type[ast.expr], Callable[["Machine", Any, Scope], Value]] = {
    ast.Constant: _constant,
    ast.Name: _name,
    ast.Attribute: _attribute,
    ast.Call: _call,
    ast.Tuple: _items,
    ast.List: _items,
    ast.Dict: _dict,
    ast.Lambda: _lambda,
    ast.JoinedStr: _joined,
    ast.BinOp: _binary,
    ast.IfExp: _branches,
    ast.BoolOp: _boolean,
    ast.NamedExpr: _walrus,
    ast.Await: _await,
    ast.Subscript: _subscript,
    ast.ListComp: _comprehension,
    ast.SetComp: _comprehension,
    ast.GeneratorExp: _comprehension,
    ast.DictComp: _comprehension,
    ast.Yield: _yield,
    ast.YieldFrom: _yield,
    ast.Compare: _compare,
    ast.UnaryOp: _unary,
    ast.Starred: _starred,
}
