"""A test calls production: what comes back, and what the mocks among the arguments stand for there."""

import ast
from typing import TYPE_CHECKING

from core.mocks.doubles import attributes, telling
from core.mocks.doubles.arguments import Arguments
from core.mocks.doubles.record import RealCall, Stand
from core.mocks.doubles.values import (
    UNKNOWN,
    Double,
    Instance,
    LocalInstance,
    Method,
    Real,
    Scope,
    Sight,
    Value,
)
from core.mocks.symbols import ClassSymbol, FunctionSymbol, Parameter, Unknown, Yes

if TYPE_CHECKING:
    from core.mocks.doubles.machine import Machine


def call(
    machine: "Machine", symbol: ClassSymbol | FunctionSymbol, arguments: Arguments, sight: Sight, *, bound: bool
) -> Value:
    """A class or a function that is called by its name."""
    if isinstance(symbol, ClassSymbol) and telling.is_typed_dict(machine.lookup, symbol):
        return UNKNOWN
    override = machine.active.get((id(symbol.module), symbol.name))
    _note_call(machine, symbol, arguments, sight, bound=bound)
    function, module_bound = _entry(machine, symbol, bound=bound)
    if function is not None:
        note_arguments(machine, function, arguments, sight, bound=module_bound, caller=symbol)
    elif isinstance(symbol, ClassSymbol):
        _note_fields(machine, symbol, arguments, sight)
    if isinstance(symbol, ClassSymbol):
        if not telling.makes_itself(machine.lookup, symbol):
            return UNKNOWN
        made = Instance(symbol, exact=True)
        for parameter, value in _pairs(function.parameters[1:], arguments) if function is not None else ():
            if isinstance(value, Double | LocalInstance):
                made.given[parameter.name] = value
        return made
    cls = telling.returned_class(machine.lookup, symbol) if override is None else None
    return Instance(cls, exact=False) if isinstance(cls, ClassSymbol) else UNKNOWN


def _note_call(
    machine: "Machine", symbol: ClassSymbol | FunctionSymbol, arguments: Arguments, sight: Sight, *, bound: bool
) -> None:
    function = machine.frame.function
    ignored = function is not None and sight.place.line in function.scope.module.ignored_lines
    if symbol.module.is_own and not machine.tolerant and not ignored and not _is_replaced(machine, symbol):
        machine.record.calls.append(RealCall(sight, symbol, bound, arguments.shape))


def _is_replaced(machine: "Machine", symbol: ClassSymbol | FunctionSymbol) -> bool:
    """Whether a patch in force makes the call another one than it looks."""
    if not machine.active:
        return False
    owner = symbol.owner if isinstance(symbol, FunctionSymbol) else symbol
    mro = machine.lookup.mro(owner) if owner is not None else ()
    bases = (owner,) if isinstance(mro, Unknown) else mro
    holders = [symbol.module, *bases]
    names = {symbol.name, symbol.name.rpartition(".")[2], "__init__", "__new__"}
    return any((id(holder), name) in machine.active for holder in holders for name in names)


def _entry(
    machine: "Machine", symbol: ClassSymbol | FunctionSymbol, *, bound: bool
) -> tuple[FunctionSymbol | None, bool]:
    """The function whose parameters a call fills, and whether its first one is filled already."""
    if isinstance(symbol, FunctionSymbol):
        return symbol, bound
    answer = machine.lookup.member(symbol, "__init__", on_instance=True)
    if isinstance(answer, Yes) and isinstance(answer.symbol, FunctionSymbol) and answer.symbol.module.is_own:
        return answer.symbol, True
    return None, True


def call_method(machine: "Machine", method: Method, arguments: Arguments, sight: Sight) -> Value:
    function, receiver = method.function, method.receiver
    exact = isinstance(receiver, Real) or (isinstance(receiver, Instance) and receiver.exact)
    if exact:
        _note_call(machine, function, arguments, sight, bound=method.bound)
    if not method.bound and arguments.positional and function.owner is not None:
        first = arguments.positional[0]
        if isinstance(first, Double):
            how = f"it is passed as self to {attributes.label(function)}"
            attributes.stand_for_instance(first, function.owner, sight, how)
    note_arguments(machine, function, arguments, sight, bound=method.bound, caller=function)
    cls = telling.returned_class(machine.lookup, function)
    return Instance(cls, exact=False) if isinstance(cls, ClassSymbol) else UNKNOWN


def note_arguments(
    machine: "Machine", function: FunctionSymbol, arguments: Arguments, sight: Sight, *, bound: bool,
    caller: ClassSymbol | FunctionSymbol,
) -> None:  # fmt: skip
    """A mock passed for an annotated parameter stands for the class that the annotation names."""
    values = (*arguments.positional, *arguments.keywords.values())
    if not any(isinstance(each, Double | LocalInstance) for each in values):
        return
    skips = bound and function.owner is not None and function.kind != "staticmethod"
    taken = function.parameters[1:] if skips else function.parameters
    for parameter, value in _pairs(taken, arguments):
        _note_one(machine, function, parameter, value, sight, caller)


def _pairs(parameters: tuple[Parameter, ...], arguments: Arguments) -> list[tuple[Parameter, Value]]:
    by_position = [each for each in parameters if each.kind in ("positional", "either")]
    pairs = list(zip(by_position, arguments.positional, strict=False))
    by_name = {each.name: each for each in parameters if each.kind in ("either", "keyword")}
    pairs += [(by_name[name], value) for name, value in arguments.keywords.items() if name in by_name]
    return pairs


def _note_one(
    machine: "Machine", function: FunctionSymbol, parameter: Parameter, value: Value, sight: Sight,
    caller: ClassSymbol | FunctionSymbol,
) -> None:  # fmt: skip
    if isinstance(value, Double):
        value.is_used = value.is_passed = True
    if parameter.annotation is None or not isinstance(value, Double | LocalInstance):
        return
    cls = telling.named_class(machine.lookup, parameter.annotation, function.module)
    if not isinstance(cls, ClassSymbol):
        return
    if isinstance(value, LocalInstance):
        machine.record.stands.append(Stand(sight, value.cls, cls, "replaces"))
        return
    if function.owner is not None and _forwards(function.owner):
        return
    how = f"it is passed as {parameter.name} to {attributes.label(caller)}"
    attributes.stand_for_instance(value, cls, sight, how, held=parameter.name)


def _forwards(cls: ClassSymbol) -> bool:
    """Whether a class answers for what it is given, whatever that has."""
    return "__getattr__" in cls.members or "__getattribute__" in cls.members


def _note_fields(machine: "Machine", cls: ClassSymbol, arguments: Arguments, sight: Sight) -> None:
    if not any(isinstance(each, Double) for each in (*arguments.positional, *arguments.keywords.values())):
        return
    signature = machine.lookup.signature(cls, bound=True)
    if isinstance(signature, Unknown):
        return
    for parameter, value in _pairs(signature.parameters, arguments):
        if not isinstance(value, Double):
            continue
        value.is_used = value.is_passed = True
        found = (
            telling.named_class(machine.lookup, parameter.annotation, cls.module)
            if parameter.annotation is not None
            else None
        )
        if isinstance(found, ClassSymbol):
            how = f"it is passed as {parameter.name} to {cls.name}"
            attributes.stand_for_instance(value, found, sight, how, held=parameter.name)


_LATER = frozenset({"add_middleware"})


def note_deferred(machine: "Machine", node: ast.Call, arguments: Arguments, scope: Scope) -> None:
    """`app.add_middleware(Class, option=...)`: the framework makes the object later, with the app in front."""
    if not isinstance(node.func, ast.Attribute) or node.func.attr not in _LATER or not arguments.positional:
        return
    first = arguments.positional[0]
    if isinstance(first, Real) and isinstance(first.symbol, ClassSymbol) and first.symbol.module.is_own:  # noqa: SIM102
        if not machine.tolerant:
            machine.record.calls.append(RealCall(machine.sight(node, scope), first.symbol, True, arguments.shape))
