"""Set-up methods that many classes inherit are read once, and what they did is repeated for the others.

That is sound as long as `self` looks the same from within: every attribute that the first reading asked `self` for must
be the very same one, or an equal literal.
"""

import ast
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from core.mocks.doubles.expressions import same
from core.mocks.doubles.values import UNKNOWN, LocalClass, LocalFunction, LocalInstance, Value

if TYPE_CHECKING:
    from core.mocks.doubles.machine import Machine

SET_UPS = ("setUpTestData", "setup_class", "setUpClass", "setup_method", "setup", "setUp", "asyncSetUp")
_KEPT = 32
"""Readings of one method that are kept, for families of classes that override different parts of it."""


@dataclass(eq=False, slots=True)
class Reading:
    """What one reading of a set-up method asked for and did."""

    receiver: LocalInstance
    asked: dict[str, Value | None] = field(default_factory=dict)
    """Names found in a class (or in none) when they were looked up on `self`."""
    above: dict[tuple[int, str], Value | None] = field(default_factory=dict)
    """What `super()` found, by the class that asked."""
    own: dict[str, Value] = field(default_factory=dict)
    """Attributes that the object itself had before and that were looked up."""
    attributes: dict[str, Value] = field(default_factory=dict)
    active: dict[tuple[int, str], Value] = field(default_factory=dict)
    dotted: list[str] = field(default_factory=list)


class Replays:
    """The readings so far, and those under way."""

    def __init__(self, machine: "Machine") -> None:
        self._machine = machine
        self._known: dict[ast.AST, list[Reading]] = {}
        self._open: list[Reading] = []

    def run(self, function: LocalFunction, read: Callable[[], Value]) -> Value:
        receiver = function.receiver
        if not isinstance(receiver, LocalInstance):
            return read()
        known = self._known.setdefault(function.node, [])
        for each in known:
            if self._fits(each, receiver):
                self._repeat(each, receiver)
                return UNKNOWN
        return self._read(function, receiver, known, read)

    def note_found(self, receiver: LocalInstance, name: str, found: Value | None) -> None:
        """A look-up on `self` came to a class."""
        for each in self._open:
            if each.receiver is receiver:
                each.asked.setdefault(name, found)

    def note_own(self, receiver: LocalInstance, name: str) -> None:
        """A look-up on `self` found an attribute of the object."""
        for each in self._open:
            if each.receiver is receiver and name in each.attributes:
                each.own.setdefault(name, each.attributes[name])

    def note_above(self, owner: LocalClass, name: str, found: Value | None) -> None:
        for each in self._open:
            each.above[id(owner), name] = found

    def _fits(self, reading: Reading, receiver: LocalInstance) -> bool:
        cls, has = receiver.cls, receiver.attributes
        return (
            all(name in has and same(has[name], found) for name, found in reading.own.items())
            and all(name not in has and _is_same(in_class(cls, name), found) for name, found in reading.asked.items())
            and all(next_above(cls, owner, name) is found for (owner, name), found in reading.above.items())
        )

    def _repeat(self, reading: Reading, receiver: LocalInstance) -> None:
        machine = self._machine
        receiver.attributes.update(reading.attributes)
        machine.active.update(reading.active)
        machine.dotted.extend(each for each in reading.dotted if each not in machine.dotted)
        for each in self._open:
            if each.receiver is receiver:
                for name, found in reading.asked.items():
                    each.asked.setdefault(name, found)
                for name in reading.own:
                    self.note_own(receiver, name)
            each.above.update(reading.above)

    def _read(
        self, function: LocalFunction, receiver: LocalInstance, known: list[Reading], read: Callable[[], Value]
    ) -> Value:
        machine = self._machine
        before, active, dotted = dict(receiver.attributes), dict(machine.active), list(machine.dotted)
        reading = Reading(receiver, attributes=before)
        self._open.append(reading)
        try:
            value = read()
        finally:
            self._open.remove(reading)
        if len(known) < _KEPT:
            after = receiver.attributes
            reading.attributes = {name: each for name, each in after.items() if before.get(name) is not each}
            reading.active = {key: each for key, each in machine.active.items() if active.get(key) is not each}
            reading.dotted = [each for each in machine.dotted if each not in dotted]
            known.append(reading)
        return value


def _is_same(one: Value | None, two: Value | None) -> bool:
    return one is two or (one is not None and two is not None and same(one, two))


def in_class(cls: LocalClass, name: str) -> Value | None:
    """What the classes of the tests in a lineage have under a name."""
    for each in cls.lineage():
        if isinstance(each, LocalClass):
            found = each.attributes.get(name) or each.scope.names.get(name)
            if found is not None:
                return found
    return None


def next_above(cls: LocalClass, owner: int, name: str) -> Value | None:
    """What `super()` finds for a method of the class with that identity."""
    lineage = cls.lineage()
    after = next((index for index, each in enumerate(lineage) if id(each) == owner), len(lineage))
    for each in lineage[after + 1 :]:
        found = each.scope.names.get(name) if isinstance(each, LocalClass) else None
        if found is not None:
            return found
    return None
