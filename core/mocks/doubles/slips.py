"""Assertions that assert nothing."""

import ast
from typing import TYPE_CHECKING

from core.mocks.doubles import expressions, words
from core.mocks.doubles.record import Slip
from core.mocks.doubles.values import Double, Scope, Special, Value

if TYPE_CHECKING:
    from core.mocks.doubles.machine import Machine


def judge_statement(machine: "Machine", node: ast.expr, scope: Scope) -> None:
    """An expression that stands alone."""
    if machine.tolerant:
        return
    if isinstance(node, ast.Await):
        node = node.value
    if isinstance(node, ast.Attribute):
        _bare(machine, node, scope)
    elif isinstance(node, ast.Compare):
        _compared(machine, node, scope)
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in words.MISSPELT:
        _misspelt(machine, node.func, scope, is_statement=True)


def judge_assert(machine: "Machine", test: ast.expr, scope: Scope) -> None:
    """What follows `assert`, or is handed to `assertTrue`."""
    if machine.tolerant:
        return
    if isinstance(test, ast.Attribute):
        name = test.attr
        if name in words.ASSERTIONS or (name in words.MISSPELT and _is_mock(machine, test.value, scope)):
            reason = "a method is always true, so this asserts nothing"
            target = name if name in words.ASSERTIONS else _meant(name)
            _slip(machine, test, scope, reason, f"write {expressions.describe(test.value)}.{target}()", is_sure=True)
    elif isinstance(test, ast.Call) and isinstance(test.func, ast.Attribute) and test.func.attr in words.MISSPELT:
        _misspelt(machine, test.func, scope, is_statement=False)


def judge_options(machine: "Machine", node: ast.Call, scope: Scope, *, is_patch: bool) -> None:
    """Keywords of a mock's constructor or of a patch that are near misses of real ones."""
    if machine.tolerant:
        return
    for keyword in node.keywords:
        name = keyword.arg or ""
        if name in words.OPTIONS and (is_patch or name not in ("autospec", "create", "instance")):
            continue
        meant = option_meant(name, is_patch=is_patch)
        if meant:
            reason = f"{name} is no option, so it only makes an attribute of that name"
            suggestion = f"write {meant}" if meant != "autospec" or is_patch else "use create_autospec(...) or spec="
            sight = machine.sight(keyword.value, scope)
            machine.record.slips.append(Slip(sight, f"{name}=", reason, suggestion, is_sure=True, word=name))


def option_meant(name: str, *, is_patch: bool) -> str:
    if name in ("auto_spec", "autospecs", "auto_specs", "set_spec") or (name == "autospec" and not is_patch):
        return "spec_set" if name == "set_spec" else "autospec"
    if len(name) < 8 or "." in name:
        return ""
    return words.close_to(
        name, frozenset({"return_value", "side_effect", "spec_set", "autospec", "new_callable"}), 0.87
    )


def judge_call_list(machine: "Machine", double: Double, node: ast.Call, scope: Scope) -> None:
    """`assert_has_calls(call(1))` where a list is due."""
    if machine.tolerant or not node.args:
        return
    first = node.args[0]
    if isinstance(first, ast.Call):
        value = machine.evaluate(first.func, scope)
        if isinstance(value, Special) and value.name.startswith("unittest.mock.call"):
            reason = "it wants a list of calls and gets one call"
            text = expressions.describe(first)
            _slip(machine, node, scope, reason, f"write [{text}]", is_sure=True, is_loud=True)


def _bare(machine: "Machine", node: ast.Attribute, scope: Scope) -> None:
    if node.attr in words.ASSERTIONS:
        reason = "the method is named and never called"
        _slip(machine, node, scope, reason, f"write {expressions.describe(node)}()", is_sure=True)
    elif node.attr in ("called", "call_count", *words.MISSPELT) and _is_mock(machine, node.value, scope):
        reason = "the statement only reads an attribute"
        _slip(machine, node, scope, reason, f"write assert {expressions.describe(node)}", is_sure=True)


def _compared(machine: "Machine", node: ast.Compare, scope: Scope) -> None:
    left = node.left
    if isinstance(left, ast.Attribute) and left.attr in (
        "called",
        "call_count",
        "call_args",
        "call_args_list",
        "mock_calls",
    ):
        if left.attr == "called" and not _is_mock(machine, left.value, scope):
            return
        reason = "the comparison is made and thrown away"
        _slip(machine, node, scope, reason, f"write assert {expressions.describe(node)}", is_sure=True)


def _misspelt(machine: "Machine", node: ast.Attribute, scope: Scope, *, is_statement: bool) -> None:
    double = _mock_of(machine, node.value, scope)
    is_sure = double is not None
    where = "this call" if is_statement else "what it returns is a mock, which is true, so this"
    reason = f"{node.attr} is no assertion of a mock: {where} asserts nothing"
    _slip(
        machine, node, scope, reason, f"write {_meant(node.attr)}(...)", is_sure=is_sure, word=node.attr, double=double
    )


def _meant(name: str) -> str:
    plain = name.removeprefix("is_").removeprefix("was_")
    known = {"called_with_once": "assert_called_once_with", "called_once_and_with": "assert_called_once_with"}
    return known.get(plain, f"assert_{plain}")


def _is_mock(machine: "Machine", node: ast.expr, scope: Scope) -> bool:
    return _mock_of(machine, node, scope) is not None


def _mock_of(machine: "Machine", node: ast.expr, scope: Scope) -> Double | None:
    with machine.meant(True):
        value: Value = machine.evaluate(node, scope)
    return value if isinstance(value, Double) else None


def _slip(
    machine: "Machine", node: ast.expr, scope: Scope, reason: str, suggestion: str, *, is_sure: bool,
    is_loud: bool = False, word: str = "", double: Double | None = None,
) -> None:  # fmt: skip
    slip = Slip(
        machine.sight(node, scope), expressions.describe(node), reason, suggestion, is_sure, is_loud, word, double
    )
    machine.record.slips.append(slip)
