"""Patches in all their forms: what they replace, whether it is there, and what they put in its place."""

import ast
from typing import TYPE_CHECKING, cast

from core.mocks.doubles import attributes, imports, mocking, slips, words
from core.mocks.doubles.arguments import Arguments, read_arguments
from core.mocks.doubles.record import Patched, Untold
from core.mocks.doubles.values import (
    UNKNOWN,
    Const,
    Double,
    Instance,
    Kind,
    LocalClass,
    LocalInstance,
    Patcher,
    Real,
    Scope,
    Sight,
    Slot,
    Special,
    TestFile,
    Value,
)
from core.mocks.symbols import (
    Answer,
    ClassSymbol,
    FunctionSymbol,
    ModuleSymbol,
    No,
    Symbol,
    Unknown,
    VariableSymbol,
    Yes,
)

if TYPE_CHECKING:
    from core.mocks.doubles.machine import Machine

_OPTIONS = frozenset({"spec", "create", "spec_set", "autospec", "new_callable", "unsafe", "new"})
_INHERITED = frozenset({"wraps", "name"})
"""Options that a patch hands to the mock that it makes."""


class Target:
    """What a patch aims at: `owner.name`, with the answer of the look-up."""

    __slots__ = ("answer", "dotted", "holder", "name", "on_instance", "owner")

    def __init__(
        self, name: str, dotted: str = "", owner: Symbol | None = None, answer: Answer | None = None,
        holder: Value | None = None, *, on_instance: bool = False,
    ) -> None:  # fmt: skip
        self.name, self.dotted, self.owner, self.answer = name, dotted, owner, answer
        self.holder, self.on_instance = holder, on_instance

    @property
    def symbol(self) -> Symbol | None:
        return self.answer.symbol if isinstance(self.answer, Yes) else None

    @property
    def is_bound(self) -> bool:
        """Whether calls of a plain replacement leave the receiver out; a mock or instance attribute does."""
        return self.on_instance or not isinstance(self.owner, ClassSymbol)


def describe(machine: "Machine", form: str, node: ast.Call, scope: Scope) -> Value:
    """`patch`, `patch.object`, `patch.dict` or `patch.multiple`, called."""
    arguments = read_arguments(machine, node, scope)
    return described(machine, form, arguments, scope, machine.sight_of_target(node, scope))


def described(machine: "Machine", form: str, arguments: Arguments, scope: Scope, sight: Sight) -> Value:
    if form == "patch":
        target = arguments.positional.pop(0) if arguments.positional else arguments.keywords.pop("target", UNKNOWN)
        found = from_string(machine, target, scope, sight)
        return Patcher([_slot(machine, found, arguments, sight, form)], injects=_injects(arguments, 0))
    if form == "patch.object":
        holder = arguments.positional.pop(0) if arguments.positional else arguments.keywords.pop("target", UNKNOWN)
        name = arguments.positional.pop(0) if arguments.positional else arguments.keywords.pop("attribute", UNKNOWN)
        found = on_object(machine, holder, name, sight)
        return Patcher([_slot(machine, found, arguments, sight, form)], injects=_injects(arguments, 0))
    if form == "patch.multiple":
        return _multiple(machine, arguments, scope, sight)
    if form == "patch.dict":
        return Patcher([], injects=False, is_dict=True)
    return UNKNOWN


def _injects(arguments: Arguments, position: int) -> bool:
    new = arguments.at(position, "new")
    return new is None or _is_default(new)


def _is_default(value: Value) -> bool:
    return isinstance(value, Special) and value.name == "unittest.mock.DEFAULT"


def _multiple(machine: "Machine", arguments: Arguments, scope: Scope, sight: Sight) -> Value:
    holder = arguments.at(0, "target") or UNKNOWN
    options = {name: value for name, value in arguments.keywords.items() if name in _OPTIONS}
    slots: list[Slot] = []
    for name, value in arguments.keywords.items():
        if name in _OPTIONS or name == "target":
            continue
        if isinstance(holder, Const) and isinstance(holder.value, str):
            found = from_string(machine, Const(f"{holder.value}.{name}"), scope, sight)
        else:
            found = on_object(machine, holder, Const(name), sight)
        single = Arguments([] if _is_default(value) else [value], dict(options))
        slots.append(_slot(machine, found, single, sight, "patch.multiple"))
    return Patcher(slots, injects=False, by_name=True)


def from_string(machine: "Machine", target: Value, scope: Scope, sight: Sight) -> Target | None:
    """None when the target is computed or lies in the tests themselves."""
    if not isinstance(target, Const) or not isinstance(target.value, str) or "." not in target.value:
        return None
    dotted = target.value
    name = dotted.rpartition(".")[2]
    if _is_in_tests(machine, dotted, scope) or machine.is_suspended(dotted):
        return Target(name, dotted)
    answer = machine.lookup.target(dotted, asked_from=sight.place.path)
    holder = machine.lookup.target(dotted.rpartition(".")[0], asked_from=sight.place.path)
    owner = holder.symbol if isinstance(holder, Yes) and not isinstance(answer, Unknown) else None
    if isinstance(owner, VariableSymbol) and isinstance(owner.value, ast.Name | ast.Attribute):
        found = answer.symbol if isinstance(answer, Yes) else None
        owner = found.owner if isinstance(found, FunctionSymbol | VariableSymbol) else owner
    return Target(name, dotted, owner, answer)


def _is_in_tests(machine: "Machine", dotted: str, scope: Scope) -> bool:
    parts = dotted.split(".")
    for end in range(len(parts) - 1, 0, -1):
        if machine.tree.find(".".join(parts[:end]), scope.module.path) is not None:
            return True
    own = scope.module.path.removesuffix(".py").replace("/", ".")
    return dotted.startswith(f"{own}.")


def on_object(machine: "Machine", holder: Value, name: Value, sight: Sight) -> Target | None:
    if not isinstance(name, Const) or not isinstance(name.value, str):
        return None
    attribute = name.value
    if isinstance(holder, Instance):
        if attribute in holder.attributes:
            return Target(attribute, holder=holder)
        answer = machine.lookup.member(holder.cls, attribute, on_instance=True, exact=holder.exact)
        dotted = f"{holder.cls.name}.{attribute}"
        return Target(attribute, dotted, holder.cls, answer, holder, on_instance=True)
    symbol = imports.symbol_of(machine, holder)
    if isinstance(symbol, ModuleSymbol | ClassSymbol):
        if (id(symbol), attribute) in machine.active:
            return Target(attribute, owner=symbol)
        answer = machine.lookup.member(symbol, attribute, on_instance=False)
        return Target(attribute, f"{attributes.label(symbol)}.{attribute}", symbol, answer)
    if isinstance(holder, Double | LocalInstance | LocalClass | TestFile):
        return Target(attribute, holder=holder)
    return Target(attribute)


def _slot(machine: "Machine", target: Target | None, arguments: Arguments, sight: Sight, form: str) -> Slot:
    created = arguments.keywords.get("create")
    is_created = isinstance(created, Const) and created.value is True
    value = _replacement(machine, target, arguments, sight)
    if target is None:
        machine.record.note_target(sight.place, "", is_known=False)
        machine.unknown(sight, f"the target of {form} is computed")
        return Slot(None, None, "", value, "")
    note_target(machine, target, sight, form, "create=True" if is_created else "", value)
    if isinstance(target.holder, Double) and isinstance(value, Double):
        value.attached.append((target.holder, target.name))
    return finish(machine, target, value, sight)


def finish(machine: "Machine", target: Target, value: Value, sight: Sight) -> Slot:
    """What stands for what, now that a target is replaced by a value."""
    if target.symbol is not None:
        how = f"it replaces {target.dotted}"
        attributes.place_on(machine, value, target.symbol, sight, bound=target.is_bound, how=how)
    key = (id(target.owner), target.name) if target.owner is not None and not target.on_instance else None
    return Slot(key, target.holder, target.name, value, "" if target.on_instance else target.dotted)


def note_target(machine: "Machine", target: Target, sight: Sight, form: str, hides: str, value: Value | None) -> None:
    if target.answer is None:
        if not target.dotted and target.owner is None and not isinstance(target.holder, Double | Instance):
            machine.record.untold.append(Untold(sight, target.name))
        return
    is_known = not isinstance(target.answer, Unknown)
    machine.record.note_target(sight.place, target.dotted or target.name, is_known=is_known)
    if isinstance(target.answer, Unknown):
        machine.unknown(sight, f"{target.dotted}: {target.answer.reason}")
    if machine.tolerant and isinstance(target.answer, No):
        return
    machine.record.patched.append(
        Patched(sight, target.dotted, target.owner, target.name, target.answer, form, hides, target.on_instance, value)
    )


def _replacement(machine: "Machine", target: Target | None, arguments: Arguments, sight: Sight) -> Value:
    new = arguments.at(0, "new")
    if new is not None and not _is_default(new):
        return new
    given = {
        name: value
        for name, value in arguments.keywords.items()
        if name not in _OPTIONS | _INHERITED and not slips.option_meant(name, is_patch=True)
    }
    options = {name: arguments.keywords[name] for name in _OPTIONS if name in arguments.keywords}
    kind = _kind(options.get("new_callable"))
    if kind is None:
        return UNKNOWN
    double = mocking.bare(kind, sight)
    if kind != "patch":
        double.is_explicit = True
        double.is_async = {"AsyncMock": True, "PropertyMock": None}.get(kind, False)
    double.wraps = "wraps" in arguments.keywords
    _specify(machine, double, target, options)
    mocking.configure(machine, double, given, sight)
    return machine.new_double(double)


def _kind(new_callable: Value | None) -> Kind | None:
    """The kind of mock that a patch makes; None when a factory makes something else."""
    if new_callable is None or (isinstance(new_callable, Const) and new_callable.value is None):
        return "patch"
    if isinstance(new_callable, Special) and new_callable.name.startswith("unittest.mock."):
        return cast("Kind | None", words.KINDS.get(new_callable.name[14:]))
    return None


def _specify(machine: "Machine", double: Double, target: Target | None, options: dict[str, Value]) -> None:
    for option in ("autospec", "spec", "spec_set"):
        value = options.get(option)
        if value is None or (isinstance(value, Const) and not value.value):
            continue
        if isinstance(value, Const) and value.value is True:
            symbol = target.symbol if target is not None else None
            double.spec = Real(symbol) if isinstance(symbol, ModuleSymbol | ClassSymbol | FunctionSymbol) else UNKNOWN
        else:
            double.spec = value
        double.spec_kind = option
        double.is_lost = double.spec is UNKNOWN or isinstance(double.spec, Double)
        double.specs_its_target = isinstance(value, Const)
        return


def end(machine: "Machine", patcher: Patcher, before: dict[tuple[int, str], Value]) -> None:
    """Leave a patch that began when the overrides were `before`."""
    for slot in patcher.slots:
        if slot.key is not None:
            machine.active.pop(slot.key, None)
            if slot.key in before:
                machine.active[slot.key] = before[slot.key]
        if isinstance(slot.holder, Instance | LocalInstance | LocalClass):
            slot.holder.attributes.pop(slot.name, None)
        if slot.dotted in machine.dotted:
            machine.dotted.remove(slot.dotted)
