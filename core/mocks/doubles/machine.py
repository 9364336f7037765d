"""The state of reading one test after another, and the doors through which the interpreter's parts reach each other."""

import ast
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field

from core.mocks.doubles import attributes, calls, expressions, imports, reading, statements
from core.mocks.doubles.record import Record
from core.mocks.doubles.replay import Replays
from core.mocks.doubles.trees import TestModule, TestTree
from core.mocks.doubles.values import UNKNOWN, Double, LocalClass, LocalFunction, Patcher, Scope, Sight, Slot, Value
from core.mocks.lookup import Lookup
from core.mocks.model import Place, UnknownPlace

MAX_DEPTH = 7
"""Helpers called by helpers; deeper ones are taken as unknown."""


MAX_STEPS = 400_000
"""Expressions read for one file, helpers included; what is left after that is taken as unknown."""


@dataclass(eq=False, slots=True)
class Frame:
    """A function that is being read."""

    function: LocalFunction | None
    where: str
    called_from: Sight | None = None
    returns: list[Value] = field(default_factory=list)
    yields: list[Value] = field(default_factory=list)
    branch: int = 0


_EVALUATE = expressions.HANDLERS
_READ = reading.READERS


class Machine:
    """Reads tests; what it sees goes to `record`."""

    def __init__(self, lookup: Lookup, tree: TestTree, record: Record) -> None:
        self.lookup = lookup
        self.tree = tree
        self.record = record
        self.frames: list[Frame] = [Frame(None, "")]
        self.dormant = False
        self.tolerant = 0
        """Above zero where misuse is meant: what is read and called there is not judged."""
        self.active: dict[tuple[int, str], Value] = {}
        """What a patch that is in force has put in the place of a real attribute."""
        self.dotted: list[str] = []
        """Their targets as dotted names."""
        self._settings: list[tuple[dict[str, Value], str, Value | None]] = []
        self._sights: dict[tuple[str, int, str, bool], Sight] = {}
        self.steps = 0
        self.replays = Replays(self)
        self._meant = _Meant(self)
        self.results: dict[tuple[ast.AST, int], Value] = {}
        """What functions gave that neither name mocks nor set attributes."""
        self.inlined: set[ast.AST] = set()
        """Functions that were read through a call."""

    def evaluate(self, node: ast.expr | None, scope: Scope) -> Value:
        if node is None:
            return UNKNOWN
        self.steps += 1
        handler = _EVALUATE.get(type(node))
        if handler is None or self.steps > MAX_STEPS:
            return expressions.evaluate_other(self, node, scope)
        return handler(self, node, scope)

    def run(self, body: list[ast.stmt], scope: Scope) -> bool:
        """Read statements; True when the end of them is never reached."""
        return statements.run(self, body, scope)

    def call(self, value: Value, node: ast.Call, scope: Scope) -> Value:
        return calls.call(self, value, node, scope)

    def attribute(self, value: Value, name: str, node: ast.expr, scope: Scope) -> Value:
        reader = _READ.get(type(value))
        return UNKNOWN if reader is None else reader(self, value, name, node, scope)

    def assign(self, target: ast.expr, value: Value, scope: Scope) -> None:
        statements.assign(self, target, value, scope)

    def names_of(self, module: TestModule) -> Scope:
        """A test module's names; its top level is read when it is first asked for."""
        if not module.is_run:
            module.is_run = True
            self.run_module(module)
        return module.scope

    def run_module(self, module: TestModule) -> None:
        kept = (self.frames, self.dormant, self.tolerant, self.active, self.dotted)
        self.frames, self.dormant, self.tolerant = [Frame(None, "")], False, 0
        self.active, self.dotted = {}, []
        try:
            self.run(module.tree.body, module.scope)
        finally:
            self.frames, self.dormant, self.tolerant, self.active, self.dotted = kept

    def import_module(self, dotted: str, scope: Scope) -> Value:
        return imports.module(self, dotted, scope)

    def reset(self) -> None:
        """Forget where reading stopped, after it was given up."""
        self.frames, self.dormant, self.tolerant, self.active, self.dotted = [Frame(None, "")], False, 0, {}, []

    @property
    def frame(self) -> Frame:
        return self.frames[-1]

    @property
    def is_spent(self) -> bool:
        return self.steps > MAX_STEPS

    def sight(self, node: ast.AST, scope: Scope) -> Sight:
        module = scope.module
        key = (module.path, getattr(node, "lineno", 1), self.frames[-1].where, self.dormant or module.dormant)
        seen = self._sights.get(key)
        if seen is None:
            seen = self._sights[key] = Sight(Place(key[0], key[1]), key[2], key[3])
        return seen

    def sight_of_target(self, node: ast.Call, scope: Scope) -> Sight:
        """Where a target is named: not in a helper that patches whatever it is told to, but where it is told."""
        first = node.args[0] if node.args else None
        seen = self.sight(node, scope)
        function, called_from = self.frame.function, self.frame.called_from
        if function is None or called_from is None or not isinstance(first, ast.Name):
            return seen
        told = {each.arg for each in (*function.node.args.args, *function.node.args.kwonlyargs)}
        return called_from if first.id in told else seen

    def unknown(self, sight: Sight, reason: str) -> None:
        self.record.unknown[UnknownPlace(sight.place, reason)] = None

    def new_double(self, double: Double) -> Double:
        self.record.doubles.append(double)
        return double

    @contextmanager
    def entered(self, function: LocalFunction, called_from: Sight | None = None) -> Iterator[Frame]:
        frame = Frame(function, where_is(function), called_from)
        self.frames.append(frame)
        try:
            yield frame
        finally:
            self.frames.pop()

    def meant(self, is_meant: bool) -> AbstractContextManager[None]:
        """Inside, misuse is meant."""
        return self._meant if is_meant else _AS_USUAL

    @contextmanager
    def unrecorded(self) -> Iterator[None]:
        """Inside, expressions that were read before are only read for their value."""
        record, self.record = self.record, Record()
        try:
            yield
        finally:
            self.record = record

    @contextmanager
    def patches_end(self) -> Iterator[None]:
        """Whatever patches begin inside are over afterwards."""
        active, dotted = dict(self.active), list(self.dotted)
        try:
            yield
        finally:
            self.active, self.dotted = active, dotted

    def set_attribute(self, attributes: dict[str, Value], name: str, value: Value) -> None:
        """Note what a test puts on a real object, which other tests do not see."""
        self._settings.append((attributes, name, attributes.get(name)))
        attributes[name] = value

    @contextmanager
    def settings_end(self) -> Iterator[None]:
        """What tests put on objects inside is gone afterwards."""
        start = len(self._settings)
        try:
            yield
        finally:
            for attributes, name, before in reversed(self._settings[start:]):
                if before is None:
                    attributes.pop(name, None)
                else:
                    attributes[name] = before
            del self._settings[start:]

    def begin(self, patcher: Patcher) -> Value:
        """Enter a patch; the value is what `as` binds."""
        for slot in patcher.slots:
            self.put(slot)
        return patcher.slots[0].value if len(patcher.slots) == 1 and not patcher.by_name else UNKNOWN

    def put(self, slot: Slot) -> None:
        """A patch begins."""
        if slot.key is not None:
            self.active[slot.key] = slot.value
        if slot.holder is not None:
            attributes.overlay(slot.holder, slot.name, slot.value)
        if slot.dotted:
            self.dotted.append(slot.dotted)

    def is_suspended(self, dotted: str) -> bool:
        """Whether the parent of a target is replaced just now, so that nothing can be said about its members."""
        return any(dotted.startswith(f"{each}.") or dotted == each for each in self.dotted)


class _Meant(AbstractContextManager[None]):
    """Entered very often, and many times over."""

    def __init__(self, machine: Machine) -> None:
        self._machine = machine

    def __enter__(self) -> None:
        self._machine.tolerant += 1

    def __exit__(self, *_raised: object) -> None:
        self._machine.tolerant -= 1


_AS_USUAL = nullcontext()


def where_is(function: LocalFunction) -> str:
    """`path::Class::function` of a function of the tests."""
    names = [function.name]
    owner: LocalClass | None = function.owner
    if owner is not None:
        names.insert(0, owner.node.name)
    return "::".join((function.scope.module.path, *names))
