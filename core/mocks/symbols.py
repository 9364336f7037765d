"""What production defines, as values: modules, classes, functions, variables, and the three answers to a question."""

import ast
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from core.mocks.model import Place

ParameterKind = Literal["positional", "either", "varargs", "keyword", "varkw"]
FunctionKind = Literal["function", "method", "staticmethod", "classmethod", "property"]
HandsBack = Literal["", "argument", "same call", "argument, when called", "same call, when called"]
"""A decorator returns its argument itself, or a wrapper that is called alike; or it is first called and then does."""


class Parameter(NamedTuple):
    """`either`: by position or by name, as most are."""

    name: str
    kind: ParameterKind
    has_default: bool
    annotation: ast.expr | None = None


@dataclass(frozen=True, slots=True)
class CallSignature:
    """What a call may pass, without the receiver where one is bound."""

    parameters: tuple[Parameter, ...]
    is_async: bool = False
    returns: ast.expr | None = None
    text: str = ""
    """The definition's head on one line, for people."""


@dataclass(eq=False, slots=True)
class ModuleSymbol:
    """One module. `names` are its own top-level bindings; imports are followed by the lookup, not here."""

    name: str
    """Dotted."""
    path: str
    """Relative to the audited folder; `<stdlib>/…` or `<site-packages>/…` outside."""
    is_own: bool
    """Production of the audited folder (not a stub, a library or a test)."""
    is_package: bool = False
    names: Mapping[str, "Binding"] = field(default_factory=dict, repr=False)
    star_imports: tuple[str, ...] = ()
    """Dotted modules of `from x import *`."""
    unknown: str = ""
    """Why an absent name may exist all the same (module `__getattr__`, globals() written to, ...); else empty."""
    others: Mapping[str, tuple["Binding", ...]] = field(default_factory=dict, repr=False)
    """Further bindings of a name: other branches, other Python versions. A name that is only here may be absent."""
    typing_names: Mapping[str, "Binding"] = field(default_factory=dict, repr=False)
    """Bound under `if TYPE_CHECKING` only, so absent at run time."""
    exports: tuple[str, ...] | None = None
    """`__all__` where it is a plain list."""
    is_stub: bool = False
    """Read from a `.pyi`, which need not name what is private."""

    @property
    def place(self) -> Place:
        return Place(self.path, 1)


@dataclass(eq=False, slots=True)
class ClassSymbol:
    """One class as its body says; `mro` and inherited members are the lookup's."""

    name: str
    """Qualified within the module, such as `Outer.Inner`."""
    module: ModuleSymbol
    place: Place
    bases: tuple[ast.expr, ...] = ()
    keywords: tuple[ast.keyword, ...] = ()
    decorators: tuple[ast.expr, ...] = ()
    members: Mapping[str, "Binding"] = field(default_factory=dict, repr=False)
    """The body's own bindings, and attributes set on `self` or `cls` in its methods."""
    unknown: str = ""
    """Why an absent member may exist all the same (`__getattr__`, setattr with a computed name, ...); else empty."""
    others: Mapping[str, tuple["Binding", ...]] = field(default_factory=dict, repr=False)
    """Further bindings of a member, as in a module."""
    has_variants: bool = False
    """Branches define it differently, so it is one of several."""


@dataclass(eq=False, slots=True)
class FunctionSymbol:
    """One function or method; overloads are joined into the implementation."""

    name: str
    module: ModuleSymbol
    place: Place
    kind: FunctionKind
    parameters: tuple[Parameter, ...]
    """With the receiver."""
    is_async: bool
    is_generator: bool = False
    returns: ast.expr | None = None
    decorators: tuple[ast.expr, ...] = ()
    owner: ClassSymbol | None = None
    is_abstract: bool = False
    """Left to subclasses: by a decorator, or by doing nothing but raising NotImplementedError."""
    has_variants: bool = False
    """Overloads without an implementation, or branches that define it differently: its signature is one of several."""
    hands_back: HandsBack = ""
    """What it does as a decorator: see `HandsBack`."""


@dataclass(eq=False, slots=True)
class VariableSymbol:
    """A name bound to a value: a constant, a field, an instance attribute."""

    name: str
    module: ModuleSymbol
    place: Place
    annotation: ast.expr | None = None
    value: ast.expr | None = None
    owner: ClassSymbol | None = None
    on_instance: bool = False
    """Set on `self` in a method, so `dir(class)` and a class as spec do not have it."""
    is_field: bool = False
    """Annotated in a class body: a field where the class is a dataclass or a model."""
    is_rebound: bool = False
    """Given different values, of which `value` is only one."""
    dotted: str = ""
    """What an import from outside the sources brought, by its absolute name; empty for everything else."""
    unknown: str = ""
    """Why nothing is known of its value; empty where something may be."""


@dataclass(eq=False, slots=True)
class ImportBinding:
    """A name bound by an import; the lookup follows it. `attribute` is None for `import a.b as c`."""

    module: str
    """Dotted and absolute."""
    attribute: str | None
    place: Place
    is_guarded: bool = False
    """Inside try/except or an if: another binding may win."""


Symbol = ModuleSymbol | ClassSymbol | FunctionSymbol | VariableSymbol
Binding = ClassSymbol | FunctionSymbol | VariableSymbol | ImportBinding


class Yes(NamedTuple):
    """It is there."""

    symbol: Symbol


class No(NamedTuple):
    """It is surely not there. `near` is the closest name that is, or empty."""

    near: str = ""


class Unknown(NamedTuple):
    """Nobody can say without running the code; `reason` is a part of a sentence."""

    reason: str


Answer = Yes | No | Unknown
