"""Reading a member: of production (is it there?), of a mock (an event), of the tests' own objects."""

import ast
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from core.mocks.doubles import attributes, imports, telling, words
from core.mocks.doubles.record import RealUse
from core.mocks.doubles.values import (
    UNKNOWN,
    Const,
    Double,
    Event,
    Instance,
    Keyed,
    LocalClass,
    LocalFunction,
    LocalInstance,
    Method,
    Patcher,
    Real,
    Scope,
    Sight,
    Special,
    TestFile,
    Value,
)
from core.mocks.symbols import ClassSymbol, FunctionSymbol, ModuleSymbol, No, Symbol, Unknown, VariableSymbol, Yes

if TYPE_CHECKING:
    from core.mocks.doubles.machine import Machine


def _of_patcher(_machine: "Machine", value: Patcher, name: str, _node: ast.expr, _scope: Scope) -> Value:
    if name in ("mock", "new") and len(value.slots) == 1:
        return value.slots[0].value
    return Special(f"patcher.{name}", value)


def _of_special(_machine: "Machine", value: Special, name: str, _node: ast.expr, _scope: Scope) -> Value:
    if value.name in ("mocker", "monkeypatch"):
        return _of_fixture(value.name, name)
    if value.name == "mocker.patch":
        return Special(f"mocker.patch.{name}")
    if value.name in ("double.assert", "patcher.start"):
        return UNKNOWN
    if value.name.startswith("super"):
        return Special(f"super.{name}", value.receiver)
    return Special(f"{value.name}.{name}", value.receiver)


def _of_fixture(fixture: str, name: str) -> Value:
    if fixture == "mocker" and name not in ("patch", "spy", "stub", "async_stub", "stopall", "resetall", "stop"):
        return Special(f"unittest.mock.{name}")
    return Special(f"{fixture}.{name}")


def _of_real(machine: "Machine", value: Real, name: str, node: ast.expr, scope: Scope) -> Value:
    symbol = value.symbol
    override = machine.active.get((id(symbol), name))
    if override is not None:
        return override
    if name in ("__name__", "__qualname__"):
        return Const(symbol.name)
    if name == "__module__" and not isinstance(symbol, ModuleSymbol):
        return Const(symbol.module.name)
    if isinstance(symbol, ModuleSymbol) and symbol.is_package:
        path = machine.tree.find(f"{symbol.name}.{name}", scope.module.path)
        loaded = machine.tree.load(path) if path else None
        if loaded is not None:
            return TestFile(loaded)
    if isinstance(symbol, FunctionSymbol):
        return UNKNOWN
    answer = machine.lookup.member(symbol, name, on_instance=False)
    if isinstance(answer, Yes):
        return _taken(machine, answer.symbol, value, is_instance=False)
    if isinstance(answer, No) and not imports.is_put_there(machine, f"{symbol.name}.{name}", scope):
        attributes.note_use(machine, RealUse(machine.sight(node, scope), symbol, name, answer, "get"))
    return UNKNOWN


def _taken(machine: "Machine", symbol: Symbol, receiver: Value, *, is_instance: bool) -> Value:
    """The value of a member that was found."""
    if isinstance(symbol, FunctionSymbol) and symbol.owner is not None:
        if symbol.kind == "property":
            cls = telling.returned_class(machine.lookup, symbol) if is_instance else None
            return Instance(cls, exact=False) if isinstance(cls, ClassSymbol) else UNKNOWN
        return Method(symbol, receiver, bound=is_instance or symbol.kind in ("classmethod", "staticmethod"))
    return imports.lift(machine, symbol)


def _of_instance(machine: "Machine", value: Instance, name: str, node: ast.expr, scope: Scope) -> Value:
    found = value.attributes.get(name)
    if found is not None:
        return found
    override = _override(machine, value.cls, name)
    if override is not None:
        return override
    if name == "__class__":
        return Real(value.cls) if value.exact else UNKNOWN
    if value.doubted or (name in words.API and name not in ("start", "stop")):
        value.doubted = True
        return UNKNOWN
    answer = machine.lookup.member(value.cls, name, on_instance=True, exact=value.exact)
    if isinstance(answer, Yes):
        kept = _kept(value, answer.symbol)
        if kept is not None:
            return kept
        return _taken(machine, answer.symbol, value, is_instance=True)
    if isinstance(answer, No) and (value.exact or all(each != value.cls.name for _, each in machine.active)):
        attributes.note_use(
            machine,
            RealUse(machine.sight(node, scope), value.cls, name, answer, "get", on_instance=True, exact=value.exact),
        )
    return UNKNOWN


def _kept(value: Instance, symbol: Symbol) -> Value | None:
    """What the test made the object with, where `self.name = parameter` keeps it."""
    if not value.given or not isinstance(symbol, VariableSymbol) or not isinstance(symbol.value, ast.Name):
        return None
    found = value.given.get(symbol.value.id)
    return UNKNOWN if found is not None and symbol.is_rebound else found


def _override(machine: "Machine", cls: ClassSymbol, name: str) -> Value | None:
    if not machine.active:
        return None
    mro = machine.lookup.mro(cls)
    for each in mro if not isinstance(mro, Unknown) else (cls,):
        found = machine.active.get((id(each), name))
        if found is not None:
            return found
    return None


def _of_local(
    machine: "Machine", cls: LocalClass, name: str, receiver: LocalInstance | None, own: dict[str, Value]
) -> Value:
    found = own.get(name)
    if found is not None:
        if receiver is not None:
            machine.replays.note_own(receiver, name)
        return found
    for each in cls.lineage():
        if isinstance(each, LocalClass):
            found = each.attributes.get(name) or each.scope.names.get(name)
            if found is not None:
                if receiver is not None:
                    machine.replays.note_found(receiver, name, found)
                if isinstance(found, Instance) and _has_outer_base(cls):
                    return UNKNOWN  # a framework may give something else than what its class body made
                return _bind(found, each, receiver)
    if receiver is not None:
        machine.replays.note_found(receiver, name, None)
    return _of_outer_base(machine, cls, name, receiver)


def _has_outer_base(cls: LocalClass) -> bool:
    return any(isinstance(each, Real) or each is UNKNOWN for each in cls.lineage())


def _of_outer_base(machine: "Machine", cls: LocalClass, name: str, receiver: LocalInstance | None) -> Value:
    """What the bases that are no classes of the tests give."""
    for each in cls.lineage():
        if isinstance(each, LocalClass):
            continue
        if isinstance(each, Real) and isinstance(each.symbol, ClassSymbol):
            answer = machine.lookup.member(each.symbol, name, on_instance=receiver is not None)
            if isinstance(answer, Yes):
                return _taken(machine, answer.symbol, receiver or cls, is_instance=receiver is not None)
            if not isinstance(answer, No):
                return UNKNOWN
        elif (
            isinstance(each, Special) and name in ("patch", "enterContext", "useFixture", "assertTrue", "assertRaises")
        ) or (isinstance(each, Special) and each.name.startswith("unittest.") and name.startswith("assert")):
            return Special(f"self.{name}", receiver)
    return UNKNOWN


def _bind(found: Value, owner: LocalClass, receiver: LocalInstance | None) -> Value:
    is_taken = isinstance(found, Real) and isinstance(found.symbol, FunctionSymbol)
    if receiver is not None and (is_taken or isinstance(found, Method)):
        return UNKNOWN  # taken over from production, it is passed the fake as its receiver
    if not isinstance(found, LocalFunction) or isinstance(found.node, ast.Lambda):
        return found
    kinds = {each.id for each in found.node.decorator_list if isinstance(each, ast.Name)}
    if "staticmethod" in kinds:
        return LocalFunction(found.node, found.scope, owner)
    if "property" in kinds or "cached_property" in kinds:
        return UNKNOWN
    bound: Value | None = owner if "classmethod" in kinds and receiver is None else receiver
    return LocalFunction(found.node, found.scope, owner, bound)


def _of_double(machine: "Machine", double: Double, name: str, node: ast.expr, scope: Scope) -> Value:
    return of_double(machine, double, name, machine.sight(node, scope))


def of_double(machine: "Machine", double: Double, name: str, sight: Sight) -> Value:
    """A member of a mock: one of its own methods and records, or whatever the test makes it have."""
    if name in words.ASSERTIONS:
        return Special(f"double.{name}", double)
    if name == "return_value":
        return double.returns if double.returns is not None else double.child("()", sight)
    if name == "side_effect":
        return double.side_effect or UNKNOWN
    if name in ("configure_mock", "attach_mock", "mock_add_spec"):
        return Special(f"double.{name}", double)
    if name in words.API or name.startswith(("_mock_", "_spec")):
        if name in words.CALLS and not machine.tolerant:
            attributes.touch(double, "assert", sight)
        return Special("double.record", double)
    return _member(machine, double, name, sight)


def _member(machine: "Machine", double: Double, name: str, sight: Sight) -> Value:
    """A member of a mock, by whatever name."""
    assigned = double.assigned.get(name)
    if assigned is not None:
        return assigned
    found = double.child(name, sight)
    if not machine.tolerant:
        double.events.append(Event(name, "get", sight))
    return found


def _of_local_instance(machine: "Machine", value: LocalInstance, name: str, _node: ast.expr, _scope: Scope) -> Value:
    return _of_local(machine, value.cls, name, value, value.attributes)


def _of_local_class(machine: "Machine", value: LocalClass, name: str, _node: ast.expr, _scope: Scope) -> Value:
    return _of_local(machine, value, name, None, {})


def _of_file(machine: "Machine", value: TestFile, name: str, _node: ast.expr, _scope: Scope) -> Value:
    return machine.names_of(value.module).names.get(name, UNKNOWN)


def _of_keyed(_machine: "Machine", value: Keyed, _name: str, _node: ast.expr, _scope: Scope) -> Value:
    value.is_open = True
    return UNKNOWN


def _of_method(_machine: "Machine", value: Method, name: str, _node: ast.expr, _scope: Scope) -> Value:
    if isinstance(value.receiver, Instance) and name in words.API:
        value.receiver.doubted = True
    return Const(value.function.name.rpartition(".")[2]) if name == "__name__" else UNKNOWN


def _of_function(_machine: "Machine", value: LocalFunction, name: str, _node: ast.expr, _scope: Scope) -> Value:
    return Const(value.name) if name == "__name__" else UNKNOWN


READERS: dict[type[Value], Callable[["Machine", Any, str, ast.expr, Scope], Value]] = {
    Double: _of_double,
    Special: _of_special,
    Real: _of_real,
    Instance: _of_instance,
    LocalInstance: _of_local_instance,
    LocalClass: _of_local_class,
    TestFile: _of_file,
    Patcher: _of_patcher,
    Keyed: _of_keyed,
    Method: _of_method,
    LocalFunction: _of_function,
}
"""`value.name`, read, by the kind of the value; members of all others are unknown."""
