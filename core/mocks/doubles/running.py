"""Reading a test file as a runner would go through it: set-up, fixtures, decorators, then each test."""

import ast
from typing import TYPE_CHECKING

from core.mocks.doubles import functions, supplied
from core.mocks.doubles.arguments import Arguments
from core.mocks.doubles.fixtures import Fixtures
from core.mocks.doubles.replay import SET_UPS
from core.mocks.doubles.trees import TestModule
from core.mocks.doubles.values import (
    Double,
    LocalClass,
    LocalFunction,
    LocalInstance,
    Patcher,
    Scope,
    Special,
    Value,
)

if TYPE_CHECKING:
    from core.mocks.doubles.machine import Machine

_UNIT = ("TestCase", "IsolatedAsyncioTestCase", "AsyncHTTPTestCase", "AsyncTestCase")


def run_file(machine: "Machine", fixtures: Fixtures, module: TestModule) -> None:
    """Read every test, fixture and helper of a file."""
    machine.steps = 0
    scope = machine.names_of(module)
    _mark_dormant(module)
    own = [value for value in scope.names.values() if _is_of(value, module)]
    for fixture in fixtures.of_scope(scope, None).values():
        with machine.patches_end():
            if fixture.module is module:
                fixtures.value(fixture)
    for value in own:
        if isinstance(value, LocalFunction) and _is_test_name(value.name):
            _run_test(machine, fixtures, value, None, module)
    for value in own:
        if isinstance(value, LocalClass):
            _run_class(machine, fixtures, value, module)
    for value in own:
        if isinstance(value, LocalFunction) and value.node not in machine.inlined:
            _run_alone(machine, value)


def _is_of(value: Value, module: TestModule) -> bool:
    return isinstance(value, LocalFunction | LocalClass) and value.scope.module is module


def _is_test_name(name: str) -> bool:
    return name.startswith("test")


def _mark_dormant(module: TestModule) -> None:
    """A file that skips itself, unless the machine has another platform or version."""
    for node in module.tree.body:
        if isinstance(node, ast.Assign) and any(
            isinstance(each, ast.Name) and each.id == "pytestmark" for each in node.targets
        ):
            marks = node.value.elts if isinstance(node.value, ast.List | ast.Tuple) else [node.value]
            module.dormant |= any(is_skip(each) for each in marks)
        if (
            isinstance(node, ast.If)
            and "environ" not in ast.unparse(node.test)
            and "getenv" not in ast.unparse(node.test)
        ):
            continue
        body = node.body if isinstance(node, ast.If) else [node]
        module.dormant |= any("allow_module_level" in ast.unparse(each) for each in body if isinstance(each, ast.Expr))


def is_skip(node: ast.expr) -> bool:
    """Whether a decorator or mark keeps a test from running, or expects it to fail."""
    head = node.func if isinstance(node, ast.Call) else node
    name = head.attr if isinstance(head, ast.Attribute) else getattr(head, "id", "")
    if name in ("skip", "xfail", "expectedFailure"):
        conditions = node.args if isinstance(node, ast.Call) and name == "xfail" else []
        return not conditions or _is_true(conditions[0])
    if name in ("skipif", "skipIf") and isinstance(node, ast.Call) and node.args:
        return _is_true(node.args[0])
    return name == "skipUnless" and isinstance(node, ast.Call) and bool(node.args) and _is_false(node.args[0])


def _is_true(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and bool(node.value)


def _is_false(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and not node.value


def decorators(value: LocalFunction | LocalClass) -> list[ast.expr]:
    return [] if isinstance(value.node, ast.Lambda) else value.node.decorator_list


def _run_class(machine: "Machine", fixtures: Fixtures, cls: LocalClass, module: TestModule) -> None:
    methods = [value for value in cls.scope.names.values() if isinstance(value, LocalFunction) and value.owner is cls]
    nested = [value for value in cls.scope.names.values() if isinstance(value, LocalClass)]
    instance = LocalInstance(cls)
    dormant = machine.dormant
    machine.dormant = dormant or any(is_skip(each) for each in cls.node.decorator_list)
    with machine.patches_end(), machine.settings_end():
        patchers = [] if not cls.node.decorator_list else _patchers(machine, cls)
        is_unit = is_unit_test(cls)
        for fixture in fixtures.of_scope(cls.scope, cls).values():
            fixtures.value(fixture)
        if not is_unit:
            fixtures.begin_autouse(module, cls)
        _set_up(machine, instance, is_unit=is_unit)
        for method in methods:
            if _is_test_name(method.name):
                _run_method(machine, fixtures, method, instance, patchers, module)
        for method in methods:
            if method.node not in machine.inlined and not _is_test_name(method.name):
                _run_alone(machine, LocalFunction(method.node, method.scope, cls, instance))
        for each in nested:
            _run_class(machine, fixtures, each, module)
    machine.dormant = dormant


def _is_pytest_class(cls: LocalClass) -> bool:
    """Whether pytest alone runs it; a mixin is run by whatever inherits from it."""
    return cls.node.name.startswith("Test") and not is_unit_test(cls)


def _patchers(machine: "Machine", cls: LocalClass) -> list[Patcher]:
    scope = cls.scope.parent or cls.scope
    values = [machine.evaluate(each, scope) for each in reversed(cls.node.decorator_list)]
    return [each for each in values if isinstance(each, Patcher)]


def is_unit_test(cls: LocalClass) -> bool:
    """Whether unittest runs it, so that its parameters are no fixtures."""
    if cls.is_unit is None:
        outer = any(isinstance(each, Special) and each.name.endswith(_UNIT) for each in cls.lineage())
        cls.is_unit = outer or any("TestCase" in ast.unparse(base) for base in cls.node.bases)
    return cls.is_unit


def _set_up(machine: "Machine", instance: LocalInstance, *, is_unit: bool) -> None:
    """The nearest definition of each; it calls those above it itself."""
    node = instance.cls.node
    for name in SET_UPS:
        if not is_unit and name == "setUp":
            continue
        method = machine.attribute(instance, name, ast.Name("self", ast.Load(), lineno=node.lineno), instance.cls.scope)
        if isinstance(method, LocalFunction):
            receiver: Value = instance.cls if name in ("setUpTestData", "setup_class", "setUpClass") else instance
            bound = LocalFunction(method.node, method.scope, method.owner, receiver)
            functions.inline(machine, bound, Arguments(), machine.sight(method.node, method.scope))


def _run_method(
    machine: "Machine", fixtures: Fixtures, method: LocalFunction, instance: LocalInstance, patchers: list[Patcher],
    module: TestModule,
) -> None:  # fmt: skip
    kept = dict(instance.attributes)
    static = any(isinstance(each, ast.Name) and each.id == "staticmethod" for each in decorators(method))
    bound = LocalFunction(method.node, method.scope, instance.cls, None if static else instance)
    _run_test(machine, fixtures, bound, instance, module, patchers)
    instance.attributes = kept


def _run_test(
    machine: "Machine", fixtures: Fixtures, function: LocalFunction, instance: LocalInstance | None, module: TestModule,
    of_class: list[Patcher] | None = None,
) -> None:  # fmt: skip
    node = function.node
    if isinstance(node, ast.Lambda) or machine.is_spent:
        return
    machine.inlined.add(node)
    cls = instance.cls if instance is not None else None
    scope = Scope(function.scope.module, function.scope)
    dormant = machine.dormant
    machine.dormant = dormant or any(is_skip(each) for each in node.decorator_list)
    tolerant = _is_expected_to_fail(node, function.scope.module)
    with machine.patches_end(), machine.entered(function), machine.meant(tolerant):
        functions.bind(machine, function, Arguments(), scope, machine.sight(node, function.scope))
        patchers = [*functions.patchers_of(machine, function), *(of_class or ())]
        skipped: int | None = 0
        if cls is None or not is_unit_test(cls):
            _ask(machine, fixtures, function, cls, scope, module)
        if supplied.is_supplied(function) or (cls is not None and not _is_pytest_class(cls)):
            skipped = supplied.skipped_in_unit_test(function, patchers)
        first = int(function.receiver is not None)
        functions.inject(machine, function, patchers, scope, None if skipped is None else first + skipped)
        with machine.settings_end():
            machine.run(node.body, scope)
    machine.dormant = dormant


def _is_expected_to_fail(node: ast.FunctionDef | ast.AsyncFunctionDef, module: TestModule) -> bool:
    words = [word for word in ("xfail", "expectedFailure") if module.parsed.says(word.encode())]
    return bool(words) and any(word in ast.unparse(each) for each in node.decorator_list for word in words)


def _ask(
    machine: "Machine", fixtures: Fixtures, function: LocalFunction, cls: LocalClass | None, scope: Scope,
    module: TestModule,
) -> None:  # fmt: skip
    fixtures.begin_autouse(module, None)
    args = function.node.args
    names = functions.parameters(function.node)[function.receiver is not None :]
    for name in (*names, *(each.arg for each in args.kwonlyargs)):
        value = fixtures.asked(name, module, cls)
        scope.names[name] = value
        if isinstance(value, Double):
            value.names.add(name)


def _run_alone(machine: "Machine", function: LocalFunction) -> None:
    """A helper that nobody was seen to call, or a fixture's inner part: its arguments are unknown."""
    with machine.patches_end():
        functions.inline(
            machine,
            function,
            Arguments(open_positional=True, open_keywords=True),
            machine.sight(function.node, function.scope),
        )
