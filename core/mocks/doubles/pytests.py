"""Other ways to replace things: `monkeypatch`, pytest-mock's `mocker`, the `fixtures` package, and flexmock."""

import ast
from typing import TYPE_CHECKING, Literal

from core.mocks.doubles import attributes, mocking, patching
from core.mocks.doubles.arguments import Arguments, read_arguments
from core.mocks.doubles.patching import Target
from core.mocks.doubles.values import (
    UNKNOWN,
    Const,
    Double,
    Patcher,
    Scope,
    Sight,
    Special,
    Value,
)
from core.mocks.symbols import FunctionSymbol

if TYPE_CHECKING:
    from core.mocks.doubles.machine import Machine


def call(machine: "Machine", name: str, node: ast.Call, scope: Scope) -> Value:
    if name == "mocker.patch" or name.startswith("mocker.patch."):
        patcher = mocking.call(machine, name[7:], node, scope)
        return machine.begin(patcher) if isinstance(patcher, Patcher) else UNKNOWN
    arguments = read_arguments(machine, node, scope)
    sight = machine.sight_of_target(node, scope)
    if name == "mocker.spy":
        return _spy(machine, arguments, sight)
    if name in ("mocker.stub", "mocker.async_stub"):
        kind: Literal["AsyncMock", "MagicMock"] = "AsyncMock" if "async" in name else "MagicMock"
        return machine.new_double(Double(kind, sight, is_async="async" in name))
    if name in ("monkeypatch.setattr", "monkeypatch.delattr"):
        _monkeypatch(machine, name, arguments, scope, sight)
        return UNKNOWN
    if name == "monkeypatch.context":
        return Special("monkeypatch.context")
    return _from_fixtures(machine, name, arguments, scope, sight)


def _spy(machine: "Machine", arguments: Arguments, sight: Sight) -> Value:
    target = patching.on_object(machine, arguments.at(0, "obj") or UNKNOWN, arguments.at(1, "name") or UNKNOWN, sight)
    double = machine.new_double(Double("autospec", sight, wraps=True))
    double.spec_kind = "autospec"
    double.is_lost = target is None or target.symbol is None
    if target is None:
        return double
    patching.note_target(machine, target, sight, "mocker.spy", "", double)
    if isinstance(target.symbol, FunctionSymbol):
        slot = patching.finish(machine, target, double, sight)
        machine.put(slot)
    return double


def _monkeypatch(machine: "Machine", name: str, arguments: Arguments, scope: Scope, sight: Sight) -> None:
    first = arguments.at(0, "target") or UNKNOWN
    is_string = isinstance(first, Const)
    count = len(arguments.positional)
    deletes = name.endswith("delattr")
    if is_string:
        target = patching.from_string(machine, first, scope, sight)
        value = arguments.at(1, "name") if not deletes else None
        raising = arguments.at(1 if deletes else 3, "raising")
    else:
        target = patching.on_object(machine, first, arguments.at(1, "name") or UNKNOWN, sight)
        value = arguments.at(2, "value") if not deletes else None
        raising = arguments.at(2 if deletes else 3, "raising")
    if target is None:
        if count:
            machine.record.note_target(sight.place, "", is_known=False)
            machine.unknown(sight, f"the target of {name} is computed")
        return
    hides = "raising=False" if isinstance(raising, Const) and raising.value is False else ""
    if raising is not None and not isinstance(raising, Const):
        hides = "raising="
    patching.note_target(machine, target, sight, name, hides, value)
    put = value if value is not None else UNKNOWN
    if isinstance(target.holder, Double):
        attributes.set_on_double(machine, target.holder, target.name, put, sight)
    machine.put(patching.finish(machine, target, put, sight))


def receive(machine: "Machine", holder: Value, arguments: Arguments, sight: Sight) -> None:
    """`flexmock(holder).should_receive("name")`, which a module or class without that name refuses."""
    name = arguments.at(0, "name")
    if not isinstance(name, Const) or not isinstance(name.value, str) or "." in name.value:
        return
    target = patching.on_object(machine, holder, name, sight)
    if target is not None:
        patching.note_target(machine, target, sight, "should_receive", "", UNKNOWN)
        machine.put(patching.finish(machine, target, UNKNOWN, sight))


def _from_fixtures(machine: "Machine", name: str, arguments: Arguments, scope: Scope, sight: Sight) -> Value:
    """`MockPatch`, `MockPatchObject` and `MonkeyPatch` of the `fixtures` package; the last creates what is missing."""
    short = name.rpartition(".")[2]
    target: Target | None
    if short == "MonkeyPatch":
        target = patching.from_string(machine, arguments.at(0, "name") or UNKNOWN, scope, sight)
        value = arguments.at(1, "new_value") or UNKNOWN
        if target is None:
            return UNKNOWN
        patching.note_target(machine, target, sight, "fixtures.MonkeyPatch", "fixtures.MonkeyPatch", value)
        return Patcher([patching.finish(machine, target, value, sight)], injects=False)
    if short == "MockPatch":
        return patching.described(machine, "patch", arguments, scope, sight)
    if short == "MockPatchObject":
        return patching.described(machine, "patch.object", arguments, scope, sight)
    return UNKNOWN
