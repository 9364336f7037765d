"""Reading and setting a member: of production (is it there?), of a mock (an event), of the tests' own objects."""

import ast
from typing import TYPE_CHECKING, cast

from core.mocks.doubles import expressions, imports, telling, words
from core.mocks.doubles.record import RealUse, Replaced, Slip, Stand, ValueKind
from core.mocks.doubles.values import (
    UNKNOWN,
    Const,
    Double,
    Event,
    EventKind,
    Evidence,
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


def get(machine: "Machine", value: Value, name: str, sight: Sight) -> Value:
    """`value.name`, read."""
    if isinstance(value, Double):
        return _of_double(machine, value, name, sight)
    if isinstance(value, Special):
        return _of_special(value, name)
    if isinstance(value, Real):
        return _of_real(machine, value, name, sight)
    if isinstance(value, Instance):
        return _of_instance(machine, value, name, sight)
    if isinstance(value, LocalInstance):
        return _of_local(machine, value.cls, name, value, value.attributes)
    if isinstance(value, LocalClass):
        return _of_local(machine, value, name, None, {})
    if isinstance(value, TestFile):
        return machine.names_of(value.module).names.get(name, UNKNOWN)
    if isinstance(value, Patcher):
        return _of_patcher(value, name)
    if isinstance(value, Keyed):
        value.is_open = True
        return UNKNOWN
    if isinstance(value, Method) and isinstance(value.receiver, Instance) and name in words.API:
        value.receiver.doubted = True
    if isinstance(value, LocalFunction | Method) and name == "__name__":
        return Const(value.name if isinstance(value, LocalFunction) else value.function.name.rpartition(".")[2])
    return UNKNOWN


def _of_patcher(value: Patcher, name: str) -> Value:
    if name in ("mock", "new") and len(value.slots) == 1:
        return value.slots[0].value
    return Special(f"patcher.{name}", value)


def _of_special(value: Special, name: str) -> Value:
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


def _of_real(machine: "Machine", value: Real, name: str, sight: Sight) -> Value:
    symbol = value.symbol
    override = machine.active.get((id(symbol), name))
    if override is not None:
        return override
    if name in ("__name__", "__qualname__"):
        return Const(symbol.name)
    if name == "__module__" and not isinstance(symbol, ModuleSymbol):
        return Const(symbol.module.name)
    if isinstance(symbol, ModuleSymbol) and symbol.is_package:
        path = machine.tree.find(f"{symbol.name}.{name}", sight.place.path)
        loaded = machine.tree.load(path) if path else None
        if loaded is not None:
            return TestFile(loaded)
    if isinstance(symbol, FunctionSymbol):
        return UNKNOWN
    answer = machine.lookup.member(symbol, name, on_instance=False)
    if isinstance(answer, Yes):
        return _taken(machine, answer.symbol, value, is_instance=False)
    if isinstance(answer, No):
        _use(machine, RealUse(sight, symbol, name, answer, "get"))
    return UNKNOWN


def _use(machine: "Machine", use: RealUse) -> None:
    owner = use.owner if isinstance(use.owner, ModuleSymbol) else use.owner.module
    ignored = machine.frames and machine.frame.function is not None
    module = machine.frame.function.scope.module if ignored and machine.frame.function is not None else None
    if module is not None and use.sight.place.line in module.ignored_lines:
        return
    if owner.is_own and not machine.tolerant and not use.name.startswith("__"):
        machine.record.uses.append(use)


def _taken(machine: "Machine", symbol: Symbol, receiver: Value, *, is_instance: bool) -> Value:
    """The value of a member that was found."""
    if isinstance(symbol, FunctionSymbol) and symbol.owner is not None:
        if symbol.kind == "property":
            cls = telling.returned_class(machine.lookup, symbol) if is_instance else None
            return Instance(cls, exact=False) if isinstance(cls, ClassSymbol) else UNKNOWN
        return Method(symbol, receiver, bound=is_instance or symbol.kind in ("classmethod", "staticmethod"))
    return imports.lift(machine, symbol)


def _of_instance(machine: "Machine", value: Instance, name: str, sight: Sight) -> Value:
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
        return _taken(machine, answer.symbol, value, is_instance=True)
    if isinstance(answer, No):
        _use(machine, RealUse(sight, value.cls, name, answer, "get", on_instance=True, exact=value.exact))
    return UNKNOWN


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


def _of_double(machine: "Machine", double: Double, name: str, sight: Sight) -> Value:
    if name in words.ASSERTIONS:
        return Special(f"double.{name}", double)
    if name == "return_value":
        return double.returns if double.returns is not None else double.child("()", sight)
    if name == "side_effect":
        return double.side_effect or UNKNOWN
    if name in ("configure_mock", "attach_mock", "mock_add_spec"):
        return Special(f"double.{name}", double)
    if name in words.API or name.startswith(("_mock_", "_spec")):
        return Special("double.record", double)
    return member(machine, double, name, sight)


def member(machine: "Machine", double: Double, name: str, sight: Sight) -> Value:
    """A member of a mock, by whatever name."""
    assigned = double.assigned.get(name)
    if assigned is not None:
        return assigned
    found = double.child(name, sight)
    if not machine.tolerant:
        double.events.append(Event(name, "get", sight))
    return found


def touch(double: Double, kind: EventKind, sight: Sight) -> None:
    """Something was set or asserted on a mock, which is an event of every member on the way to it."""
    stack, seen = [double], {double}
    while stack:
        node = stack.pop()
        above = [*node.attached, *([(node.parent, node.name)] if node.parent is not None else [])]
        for owner, name in above:
            if name != "()":
                owner.events.append(Event(name, kind, sight))
            if owner not in seen:
                seen.add(owner)
                stack.append(owner)


def set_member(machine: "Machine", target: Value, name: str, value: Value, sight: Sight) -> None:
    """`target.name = value`."""
    if isinstance(target, Double):
        set_on_double(machine, target, name, value, sight)
    elif isinstance(target, Instance):
        _set_on_real(machine, target.cls, name, value, sight, on_instance=True, exact=target.exact)
        machine.set_attribute(target.attributes, name, value)
    elif isinstance(target, Real) and not isinstance(target.symbol, FunctionSymbol):
        _set_on_real(machine, target.symbol, name, value, sight, on_instance=False, exact=True)
        machine.active[id(target.symbol), name] = value
    elif isinstance(target, LocalInstance):
        known = target.attributes.get(name)
        differs = machine.frame.branch and known is not None and not expressions.same(known, value)
        target.attributes[name] = UNKNOWN if differs else value
        _note_base(machine, target.cls, name, value, sight)
    elif isinstance(target, LocalClass):
        machine.set_attribute(target.attributes, name, value)


def _note_base(machine: "Machine", cls: LocalClass, name: str, value: Value, sight: Sight) -> None:
    """A mock put on an object of a test class that inherits from production stands for what it replaces."""
    if not isinstance(value, Double):
        return
    for each in cls.lineage():
        if isinstance(each, Real) and isinstance(each.symbol, ClassSymbol) and each.symbol.module.is_own:
            answer = machine.lookup.member(each.symbol, name, on_instance=True, exact=False)
            if isinstance(answer, Yes):
                stand_for(machine, value, answer.symbol, sight, f"it replaces {each.symbol.name}.{name}")


def overlay(holder: Value, name: str, value: Value) -> None:
    """What a patch puts on an object for as long as it is in force."""
    if isinstance(holder, Instance | LocalInstance | LocalClass):
        holder.attributes[name] = value


def set_on_double(machine: "Machine", double: Double, name: str, value: Value, sight: Sight) -> None:
    if name == "return_value":
        double.returns = value
        if isinstance(value, Double):
            value.attached.append((double, "()"))
            double.children.setdefault("()", value)
        touch(double, "set", sight)
    elif name == "side_effect":
        double.side_effect = value
        touch(double, "set", sight)
        _note_effect(double, value)
    elif name in words.API or name.startswith(("_mock_", "__")):
        return
    else:
        _set_member_of_double(machine, double, name, value, sight)


def _note_effect(double: Double, value: Value) -> None:
    if isinstance(value, LocalFunction):
        double.effects.append(value)


def _set_member_of_double(machine: "Machine", double: Double, name: str, value: Value, sight: Sight) -> None:
    meant = words.close_to(name, words.SETTABLE | words.ASSERTIONS, 0.85)
    if meant and not machine.tolerant:
        reason = f"{name} is no option of a mock: it makes a new attribute that nobody reads"
        slip = Slip(sight, name, reason, f"write {meant}", is_sure=True, word=name)
        machine.record.slips.append(slip)
        return
    double.assigned[name] = value
    if isinstance(value, Double):
        value.attached.append((double, name))
        double.children[name] = value
    if isinstance(value, Real | Method):
        return  # the test keeps something of production at hand
    double.events.append(Event(name, "set", sight))
    touch(double, "set", sight)


def _set_on_real(
    machine: "Machine", owner: ModuleSymbol | ClassSymbol, name: str, value: Value, sight: Sight, *, on_instance: bool,
    exact: bool,
) -> None:  # fmt: skip
    answer = machine.lookup.member(owner, name, on_instance=on_instance, exact=exact)
    if isinstance(answer, No):
        kind = cast(ValueKind, expressions.kind_of(value))
        _use(machine, RealUse(sight, owner, name, answer, "set", kind, on_instance))
    elif isinstance(answer, Yes):
        place_on(machine, value, answer.symbol, sight, bound=on_instance or isinstance(owner, ModuleSymbol))


def place_on(machine: "Machine", value: Value, symbol: Symbol, sight: Sight, *, bound: bool, how: str = "") -> None:
    """`value` takes the place of a real thing. `bound`: calls of a plain function there leave the receiver out."""
    how = how or f"it replaces {label(symbol)}"
    if isinstance(value, Double):
        # A mock on a class is no descriptor, so only an autospec of a plain method is passed the receiver.
        is_method = isinstance(symbol, FunctionSymbol) and symbol.kind == "method"
        stand_for(machine, value, symbol, sight, how, bound=bound or value.spec_kind != "autospec" or not is_method)
    elif isinstance(value, LocalFunction) and isinstance(symbol, FunctionSymbol | ClassSymbol):
        if not machine.tolerant:
            machine.record.replaced.append(Replaced(sight, symbol, value, bound, how))
    elif isinstance(value, LocalClass) and isinstance(symbol, ClassSymbol):
        machine.record.stands.append(Stand(sight, value, symbol, "replaces"))
    elif isinstance(value, LocalInstance):
        cls = _class_behind(machine, symbol)
        if cls is not None:
            machine.record.stands.append(Stand(sight, value.cls, cls, "replaces"))


def _class_behind(machine: "Machine", symbol: Symbol) -> ClassSymbol | None:
    if not isinstance(symbol, VariableSymbol):
        return None
    cls = telling.value_class(machine.lookup, symbol)
    return cls if isinstance(cls, ClassSymbol) else None


def stand_for(
    machine: "Machine", double: Double, symbol: Symbol, sight: Sight, how: str, *, bound: bool = True
) -> None:
    """A mock takes the place of a real thing, whose kind decides what it stands for."""
    double.is_used = True
    if isinstance(symbol, VariableSymbol):
        cls = telling.value_class(machine.lookup, symbol)
    elif isinstance(symbol, FunctionSymbol) and symbol.kind == "property":
        cls = telling.returned_class(machine.lookup, symbol) if double.kind != "PropertyMock" else None
    else:
        double.evidence.append(Evidence(symbol, False, True, sight, how, bound))
        return
    if cls is not None:
        double.evidence.append(Evidence(cls, True, False, sight, how, held=symbol.name))


def stand_for_instance(
    double: Double, cls: ClassSymbol, sight: Sight, how: str, *, exact: bool = False, held: str = ""
) -> None:
    double.is_used = True
    double.evidence.append(Evidence(cls, True, exact, sight, how, held=held))


def label(symbol: Symbol) -> str:
    """A symbol's name for people: `Class.method`, `module.function`."""
    if isinstance(symbol, ModuleSymbol):
        return symbol.name
    owner = symbol.owner if isinstance(symbol, FunctionSymbol | VariableSymbol) else None
    bare = symbol.name.rpartition(".")[2]
    if owner is not None:
        return f"{owner.name}.{bare}"
    return symbol.name if isinstance(symbol, ClassSymbol) else f"{symbol.module.name}.{symbol.name}"


def read_scope(scope: Scope, name: str) -> Value:
    return scope.find(name) or UNKNOWN
