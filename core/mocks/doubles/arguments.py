"""The arguments of a call, as values."""

import ast
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from core.mocks.doubles.values import Items, Keyed, Scope, Shape, Value

if TYPE_CHECKING:
    from core.mocks.doubles.machine import Machine


@dataclass(slots=True)
class Arguments:
    """The values of a call."""

    positional: list[Value] = field(default_factory=list)
    keywords: dict[str, Value] = field(default_factory=dict)
    open_positional: bool = False
    """`*args` adds an unknown number."""
    open_keywords: bool = False
    loose: frozenset[str] = frozenset()
    """Keywords of a dict that may have lost them by now."""

    @property
    def shape(self) -> Shape:
        sure = tuple(name for name in self.keywords if name not in self.loose)
        return Shape(len(self.positional), sure, self.open_positional, self.open_keywords)

    def at(self, position: int, name: str) -> Value | None:
        """An argument that may come by position or by name."""
        if position < len(self.positional):
            return self.positional[position]
        return self.keywords.get(name)


def read_arguments(machine: "Machine", node: ast.Call, scope: Scope) -> Arguments:
    found = Arguments([], {})
    for each in node.args:
        if isinstance(each, ast.Starred):
            value = machine.evaluate(each.value, scope)
            is_fixed = isinstance(value, Items) and (not value.is_list or isinstance(each.value, ast.List))
            if isinstance(value, Items) and is_fixed and not found.open_positional:
                found.positional.extend(value.items)
            else:
                found.open_positional = True
        elif found.open_positional:
            machine.evaluate(each, scope)
        else:
            found.positional.append(machine.evaluate(each, scope))
    for keyword in node.keywords:
        value = machine.evaluate(keyword.value, scope)
        if keyword.arg is not None:
            found.keywords[keyword.arg] = value
        elif isinstance(value, Keyed):
            found.keywords.update(value.items)
            if value.is_open:
                found.open_keywords = True
                found.loose |= value.items.keys()
        else:
            found.open_keywords = True
    return found
