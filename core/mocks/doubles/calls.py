"""What a call in a test does and gives."""

import ast
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from core.mocks.doubles import (
    attributes,
    expressions,
    functions,
    mocking,
    production,
    pytests,
    slips,
    withs,
    words,
)
from core.mocks.doubles.arguments import Arguments, read_arguments
from core.mocks.doubles.replay import next_above
from core.mocks.doubles.values import (
    UNKNOWN,
    AssertedCall,
    Const,
    Double,
    Instance,
    Items,
    Keyed,
    LocalClass,
    LocalFunction,
    LocalInstance,
    Method,
    Patcher,
    Real,
    Scope,
    Shape,
    Special,
    Value,
)
from core.mocks.symbols import ModuleSymbol

if TYPE_CHECKING:
    from core.mocks.doubles.machine import Machine

_ENTERING = frozenset({"enter_context", "enterContext", "enter_async_context", "enterAsyncContext", "useFixture",
                       "enterClassContext", "enterModuleContext"})  # fmt: skip


def call(machine: "Machine", value: Value, node: ast.Call, scope: Scope) -> Value:
    if isinstance(value, Special):
        return _special(machine, value, node, scope)
    arguments = read_arguments(machine, node, scope)
    if not isinstance(value, LocalFunction):
        for each in (*arguments.positional, *arguments.keywords.values()):
            if isinstance(each, Instance):
                each.is_passed = True
    entered = _entered(machine, node, arguments, scope)
    if entered is not None:
        return entered
    if isinstance(value, Double):
        return _double(machine, value, arguments, node, scope)
    _spread(arguments)
    caller = _CALLERS.get(type(value), _unknown)
    return caller(machine, value, arguments, node, scope)


def _unknown(machine: "Machine", _value: Value, arguments: Arguments, node: ast.Call, scope: Scope) -> Value:
    production.note_deferred(machine, node, arguments, scope)
    return UNKNOWN


def _real(machine: "Machine", value: Real, arguments: Arguments, node: ast.Call, scope: Scope) -> Value:
    if isinstance(value.symbol, ModuleSymbol):
        return _unknown(machine, value, arguments, node, scope)
    return production.call(machine, value.symbol, arguments, machine.sight(node, scope), bound=True)


def _method(machine: "Machine", value: Method, arguments: Arguments, node: ast.Call, scope: Scope) -> Value:
    return production.call_method(machine, value, arguments, machine.sight(node, scope))


def _object(machine: "Machine", value: LocalInstance, arguments: Arguments, node: ast.Call, scope: Scope) -> Value:
    method = machine.attribute(value, "__call__", node, scope)
    if not isinstance(method, LocalFunction):
        return UNKNOWN
    return functions.inline(machine, method, arguments, machine.sight(node, scope))


def _spread(arguments: Arguments) -> None:
    """Mocks handed to other code, in lists and dicts too, may be used in any way there."""
    _hand_on(arguments.positional)
    if arguments.keywords:
        _hand_on(arguments.keywords.values())


def _hand_on(values: Iterable[Value]) -> None:
    for each in values:
        kind = type(each)
        if kind is Double:
            each.is_used = each.is_passed = True  # type: ignore[attr-defined]
        elif kind is Items:
            _hand_on(each.items)  # type: ignore[attr-defined]
        elif kind is Keyed:
            _hand_on(each.items.values())  # type: ignore[attr-defined]


def _entered(machine: "Machine", node: ast.Call, arguments: Arguments, scope: Scope) -> Value | None:
    name = node.func.attr if isinstance(node.func, ast.Attribute) else ""
    if len(arguments.positional) == 1 and name in _ENTERING:
        manager = arguments.positional[0]
        value = withs.enter(machine, manager, node, scope)
        return manager if name == "useFixture" and isinstance(manager, Patcher) else value
    return None


def _double(machine: "Machine", double: Double, arguments: Arguments, node: ast.Call, scope: Scope) -> Value:
    """The test itself calls a mock."""
    double.called_directly = True
    if double.returns is not None:
        return double.returns
    return double.child("()", machine.sight(node, scope))


def _local(machine: "Machine", value: LocalFunction, arguments: Arguments, node: ast.Call, scope: Scope) -> Value:
    sight = machine.sight(node, scope)
    given = functions.inline(machine, value, arguments, sight)
    if isinstance(given, Double) and not isinstance(value.node, ast.Lambda):
        _note_return(machine, value, given, scope)
        given.names.add(value.name)
    return given


def _note_return(machine: "Machine", value: LocalFunction, given: Double, scope: Scope) -> None:
    node = value.node
    cls = None if isinstance(node, ast.Lambda) else expressions.annotated_class(machine, node.returns, value.scope)
    if cls is not None:
        how = f"{value.name} says that it returns {cls.name}"
        attributes.stand_for_instance(given, cls, machine.sight(node, value.scope), how)


note_return = _note_return


def _make(machine: "Machine", cls: LocalClass, arguments: Arguments, node: ast.Call, scope: Scope) -> Value:
    made = LocalInstance(cls)
    method = machine.attribute(made, "__init__", node, scope)
    if isinstance(method, LocalFunction) and functions.is_worth_reading(method, arguments):
        functions.inline(machine, method, arguments, machine.sight(node, scope))
    return made


def _special(machine: "Machine", value: Special, node: ast.Call, scope: Scope) -> Value:
    name = value.name
    if name.startswith("double.") and isinstance(value.receiver, Double):
        return _on_double(machine, value.receiver, name[7:], node, scope)
    if name.startswith("patcher.") and isinstance(value.receiver, Patcher):
        read_arguments(machine, node, scope)
        return machine.begin(value.receiver) if name in ("patcher.start", "patcher.setUp") else UNKNOWN
    if name.startswith("unittest.mock."):
        return mocking.call(machine, name[14:], node, scope)
    if name.startswith(("mocker.", "monkeypatch.", "fixtures.")):
        return pytests.call(machine, name, node, scope)
    handler = _FUNCTIONS.get(name)
    if handler is not None:
        return handler(machine, value, node, scope)
    arguments = read_arguments(machine, node, scope)
    entered = _entered(machine, node, arguments, scope)
    if entered is not None:
        return entered
    _spread(arguments)
    if name.startswith("super."):
        return _super_method(machine, value, arguments, node, scope)
    if name.startswith("self.assert") and node.args:
        slips.judge_assert(machine, node.args[0], scope)
    return Special(name) if name.endswith("ExitStack") else UNKNOWN


def _on_double(machine: "Machine", double: Double, name: str, node: ast.Call, scope: Scope) -> Value:
    arguments = read_arguments(machine, node, scope)
    sight = machine.sight(node, scope)
    if name in words.ASSERTIONS:
        _assertion(machine, double, name, arguments, node, scope)
    elif name == "configure_mock":
        mocking.configure(machine, double, arguments.keywords, sight)
    elif name == "attach_mock":
        child, attribute = arguments.at(0, "mock"), arguments.at(1, "attribute")
        if isinstance(child, Double) and isinstance(attribute, Const) and isinstance(attribute.value, str):
            double.assigned[attribute.value] = child
    elif name == "mock_add_spec":
        double.is_lost = True
    return UNKNOWN


def _assertion(
    machine: "Machine", double: Double, name: str, arguments: Arguments, node: ast.Call, scope: Scope
) -> None:
    if machine.tolerant:
        return
    sight = machine.sight(node, scope)
    attributes.touch(double, "negative" if name in words.NEGATIVE else "assert", sight)
    if name in words.WITH_ARGUMENTS:
        double.calls.append(AssertedCall(arguments.shape, sight))
    elif name in words.WITH_LISTS:
        slips.judge_call_list(machine, double, node, scope)
        for shape, place in _listed_calls(machine, node, scope):
            double.calls.append(AssertedCall(shape, machine.sight(place, scope)))


def _listed_calls(machine: "Machine", node: ast.Call, scope: Scope) -> list[tuple[Shape, ast.expr]]:
    """`call(...)` displays in a list; `call.method(...)` speaks of members and is left out."""
    listed = node.args[0] if node.args else None
    if not isinstance(listed, ast.List | ast.Tuple):
        return []
    found: list[tuple[Shape, ast.expr]] = []
    for each in listed.elts:
        if isinstance(each, ast.Call):
            value = machine.evaluate(each.func, scope)
            if isinstance(value, Special) and value.name == "unittest.mock.call":
                found.append((read_arguments(machine, each, scope).shape, each))
    return found


def _set_attribute(machine: "Machine", _value: Special, node: ast.Call, scope: Scope) -> Value:
    given = read_arguments(machine, node, scope).positional
    if len(given) == 3 and isinstance(given[1], Const) and isinstance(given[1].value, str):
        if isinstance(given[0], Double) and not isinstance(node.args[1], ast.Constant):
            return UNKNOWN  # a name that is kept elsewhere is no name that the test means
        attributes.set_member(machine, given[0], given[1].value, given[2], machine.sight(node, scope))
    return UNKNOWN


def _get_attribute(machine: "Machine", _value: Special, node: ast.Call, scope: Scope) -> Value:
    given = read_arguments(machine, node, scope).positional
    if len(given) in (2, 3) and isinstance(given[1], Const) and isinstance(given[1].value, str):
        if not isinstance(node.args[1], ast.Constant) and isinstance(given[0], Instance):
            return UNKNOWN  # what is done with it mostly depends on the name
        with machine.meant(len(given) == 3):
            return machine.attribute(given[0], given[1].value, node, scope)
    return UNKNOWN


def _cast(machine: "Machine", _value: Special, node: ast.Call, scope: Scope) -> Value:
    given = read_arguments(machine, node, scope).positional
    if len(given) != 2 or len(node.args) != 2:
        return UNKNOWN
    if isinstance(given[1], Double):
        cls = expressions.annotated_class(machine, node.args[0], scope)
        if cls is not None:
            how = f"it is cast to {cls.name}"
            attributes.stand_for_instance(given[1], cls, machine.sight(node, scope), how)
    return given[1]


def _super(machine: "Machine", _value: Special, node: ast.Call, scope: Scope) -> Value:
    read_arguments(machine, node, scope)
    function = machine.frame.function
    return Special("super", function.receiver) if function is not None else UNKNOWN


def _super_method(machine: "Machine", value: Special, arguments: Arguments, node: ast.Call, scope: Scope) -> Value:
    receiver, function = value.receiver, machine.frame.function
    cls = receiver.cls if isinstance(receiver, LocalInstance) else receiver
    if not isinstance(cls, LocalClass) or function is None:
        return UNKNOWN
    name = value.name[6:]
    found = next_above(cls, id(function.owner), name)
    if function.owner is not None:
        machine.replays.note_above(function.owner, name, found)
    if not isinstance(found, LocalFunction):
        return UNKNOWN
    bound = LocalFunction(found.node, found.scope, found.owner, receiver)
    return functions.inline(machine, bound, arguments, machine.sight(node, scope))


def _partial(machine: "Machine", _value: Special, node: ast.Call, scope: Scope) -> Value:
    arguments = read_arguments(machine, node, scope)
    _spread(arguments)
    first = arguments.positional[0] if arguments.positional else UNKNOWN
    return first if isinstance(first, Special) and len(node.args) == 1 and not node.keywords else UNKNOWN


def _same(machine: "Machine", _value: Special, node: ast.Call, scope: Scope) -> Value:
    arguments = read_arguments(machine, node, scope)
    return arguments.positional[0] if len(arguments.positional) == 1 else UNKNOWN


def _import(machine: "Machine", _value: Special, node: ast.Call, scope: Scope) -> Value:
    arguments = read_arguments(machine, node, scope)
    first = arguments.positional[0] if arguments.positional else UNKNOWN
    if isinstance(first, Const) and isinstance(first.value, str) and not first.value.startswith("."):
        return machine.import_module(first.value, scope)
    return UNKNOWN


def _nested(machine: "Machine", _value: Special, node: ast.Call, scope: Scope) -> Value:
    arguments = read_arguments(machine, node, scope)
    patchers = [each for each in arguments.positional if isinstance(each, Patcher)]
    for each in patchers:
        machine.begin(each)
    return Items(list(arguments.positional)) if not patchers else UNKNOWN


def _fixture(machine: "Machine", value: Special, node: ast.Call, scope: Scope) -> Value:
    """`pytest.fixture` called, with the function at once or later."""
    arguments = read_arguments(machine, node, scope)
    function = arguments.at(0, "fixture_function")
    return Special("fixture.made", function) if isinstance(function, LocalFunction) else value


def _flexmock(machine: "Machine", _value: Special, node: ast.Call, scope: Scope) -> Value:
    given = read_arguments(machine, node, scope).positional
    return Special("flexmock.made", given[0] if len(given) == 1 else None)


def _should_receive(machine: "Machine", value: Special, node: ast.Call, scope: Scope) -> Value:
    arguments = read_arguments(machine, node, scope)
    if value.receiver is not None:
        pytests.receive(machine, value.receiver, arguments, machine.sight_of_target(node, scope))
    return UNKNOWN


_CALLERS: dict[type[Value], Callable[["Machine", Any, Arguments, ast.Call, Scope], Value]] = {
    Real: _real,
    Method: _method,
    LocalFunction: _local,
    LocalClass: _make,
    LocalInstance: _object,
}
_Handler = Callable[["Machine", Special, ast.Call, Scope], Value]
_FUNCTIONS: dict[str, _Handler] = {
    "builtins.setattr": _set_attribute,
    "builtins.getattr": _get_attribute,
    "builtins.super": _super,
    "pytest.fixture": _fixture,
    "pytest_asyncio.fixture": _fixture,
    "builtins.staticmethod": _same,
    "typing.cast": _cast,
    "typing_extensions.cast": _cast,
    "functools.partial": _partial,
    "importlib.import_module": _import,
    "importlib.reload": _same,
    "pytest.importorskip": _import,
    "contextlib.nested": _nested,
    "flexmock.flexmock": _flexmock,
    "flexmock.made.should_receive": _should_receive,
}
