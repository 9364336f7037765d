"""Mocks made by constructor, by create_autospec, and configured by keywords."""

import ast
from typing import TYPE_CHECKING, cast

from core.mocks.doubles import attributes, imports, patching, reading, slips, words
from core.mocks.doubles.arguments import Arguments, read_arguments
from core.mocks.doubles.values import (
    UNKNOWN,
    Const,
    Double,
    Instance,
    Items,
    Kind,
    LocalClass,
    LocalFunction,
    LocalInstance,
    Method,
    Nothing,
    Real,
    Scope,
    Sight,
    Special,
    SpecKind,
    Value,
)

if TYPE_CHECKING:
    from core.mocks.doubles.machine import Machine

_POSITIONS = ("spec", "side_effect", "return_value", "wraps", "name", "spec_set")


def call(machine: "Machine", name: str, node: ast.Call, scope: Scope) -> Value:
    """A call of `unittest.mock.<name>`."""
    if name in words.KINDS:
        slips.judge_options(machine, node, scope, is_patch=False)
        arguments = read_arguments(machine, node, scope)
        return make(machine, cast(Kind, words.KINDS[name]), arguments, machine.sight(node, scope))
    if name == "create_autospec":
        slips.judge_options(machine, node, scope, is_patch=True)
        arguments = read_arguments(machine, node, scope)
        return _autospec(machine, arguments, machine.sight(node, scope))
    if name == "patch" or name.startswith("patch."):
        slips.judge_options(machine, node, scope, is_patch=True)
        return patching.describe(machine, name, node, scope)
    read_arguments(machine, node, scope)
    if name == "mock_open":
        return machine.new_double(Double("MagicMock", machine.sight(node, scope), is_lost=True))
    return UNKNOWN


def make(machine: "Machine", kind: Kind, arguments: Arguments, sight: Sight) -> Double:
    """A mock of a kind; `name`, `spec` and the like are taken out, what is left configures it."""
    given = dict(arguments.keywords)
    given.update(zip(_POSITIONS, arguments.positional, strict=False))
    double = Double(kind, sight, is_async={"AsyncMock": True, "PropertyMock": None}.get(kind, False), is_explicit=True)
    double.is_lost = arguments.open_positional
    for spec_kind in ("spec", "spec_set"):
        if spec_kind in given:
            _give_spec(machine, double, given.pop(spec_kind), cast(SpecKind, spec_kind), sight)
    double.wraps = not isinstance(given.pop("wraps", None), Const | None)
    for option in ("name", "unsafe", "parent", *(each for each in given if slips.option_meant(each, is_patch=False))):
        given.pop(option, None)
    configure(machine, double, given, sight)
    return machine.new_double(double)


def _give_spec(machine: "Machine", double: Double, spec: Value, kind: SpecKind, sight: Sight) -> None:
    if isinstance(spec, Const) and spec.value is None:
        return
    double.spec, double.spec_kind = spec, kind
    is_known = isinstance(spec, Real | Instance | Method) or (
        isinstance(spec, Special) and imports.symbol_of(machine, spec) is not None
    )
    machine.record.note_target(sight.place, "spec", is_known=is_known)
    if is_known:
        return
    if isinstance(spec, Double):
        double.is_lost = True
    elif isinstance(spec, Nothing | Special):
        double.is_lost = True
        machine.unknown(sight, "the spec of the mock is computed or of a library that is not read")
    elif not isinstance(spec, LocalClass | LocalInstance | LocalFunction | Items | Const):
        double.is_lost = True


def _autospec(machine: "Machine", arguments: Arguments, sight: Sight) -> Double:
    given = dict(arguments.keywords)
    given.update(zip(("spec", "spec_set", "instance"), arguments.positional, strict=False))
    double = Double("autospec", sight, is_explicit=True)
    spec = given.pop("spec", UNKNOWN)
    for option in ("spec_set", "_parent", "_name", "unsafe"):
        given.pop(option, None)
    instance = given.pop("instance", None)
    _give_spec(machine, double, spec, "autospec", sight)
    if isinstance(instance, Const) and instance.value is True and isinstance(spec, Real | Special):
        double.as_instance = True
    elif instance is not None and not isinstance(instance, Const):
        double.is_lost = True
    configure(machine, double, given, sight)
    return machine.new_double(double)


def configure(machine: "Machine", double: Double, given: dict[str, Value], sight: Sight) -> None:
    """`return_value=1`, `method=...`, `**{"a.return_value.b": ...}`."""
    for dotted, value in given.items():
        *way, last = dotted.split(".")
        target: Value = double
        for name in way:
            target = reading.of_double(machine, target, name, sight) if isinstance(target, Double) else UNKNOWN
        if isinstance(target, Double):
            attributes.set_on_double(machine, target, last, value, sight)


def bare(kind: Kind, sight: Sight) -> Double:
    """The mock that a patch makes by itself."""
    return Double(kind, sight, is_async=None)
