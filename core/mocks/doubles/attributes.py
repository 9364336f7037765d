"""Setting a member: of production (is it there?), of a mock (an event), of the tests' own objects."""

from typing import TYPE_CHECKING, cast

from core.mocks.doubles import expressions, telling, words
from core.mocks.doubles.record import RealUse, Replaced, Slip, Stand, Untold, ValueKind
from core.mocks.doubles.values import (
    UNKNOWN,
    Double,
    Event,
    EventKind,
    Evidence,
    Instance,
    LocalClass,
    LocalFunction,
    LocalInstance,
    Method,
    Real,
    Sight,
    Value,
)
from core.mocks.symbols import ClassSymbol, FunctionSymbol, ModuleSymbol, No, Symbol, VariableSymbol, Yes

if TYPE_CHECKING:
    from core.mocks.doubles.machine import Machine


def note_use(machine: "Machine", use: RealUse) -> None:
    """A member that production may lack is read or set."""
    owner = use.owner if isinstance(use.owner, ModuleSymbol) else use.owner.module
    function = machine.frame.function
    if function is not None and use.sight.place.line in function.scope.module.ignored_lines:
        return
    if owner.is_own and not machine.tolerant and not use.name.startswith("__"):
        machine.record.uses.append(use)


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
        _set_on_real(machine, target.cls, name, value, sight, on_instance=True, exact=target.exact, holder=target)
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
    elif target is UNKNOWN and isinstance(value, Double | LocalFunction):
        machine.record.untold.append(Untold(sight, name))


def _note_base(machine: "Machine", cls: LocalClass, name: str, value: Value, sight: Sight) -> None:
    """A mock put on an object of a test class that inherits from production stands for what it replaces."""
    if not isinstance(value, Double):
        return
    for each in cls.lineage():
        if isinstance(each, Real) and isinstance(each.symbol, ClassSymbol) and each.symbol.module.is_own:
            answer = machine.lookup.member(each.symbol, name, on_instance=True, exact=False)
            if isinstance(answer, Yes):
                stand_for(machine, value, answer.symbol, sight, f"it replaces {each.symbol.name}.{name}")
            else:
                machine.record.untold.append(Untold(sight, name))


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
    exact: bool, holder: Value | None = None,
) -> None:  # fmt: skip
    answer = machine.lookup.member(owner, name, on_instance=on_instance, exact=exact)
    if isinstance(answer, No):
        kind = cast(ValueKind, expressions.kind_of(value))
        note_use(machine, RealUse(sight, owner, name, answer, "set", kind, on_instance, holder=holder))
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
