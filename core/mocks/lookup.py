"""The questions that the test side asks of production; every answer is yes, no, or unknown with a reason."""

import ast
from typing import Protocol

from core.mocks.symbols import Answer, CallSignature, ClassSymbol, FunctionSymbol, ModuleSymbol, Symbol, Unknown


class Lookup(Protocol):
    """Answers from sources alone. Nothing is imported or run."""

    def module(self, name: str, *, asked_from: str = "") -> Answer:
        """The module of a dotted name: own, standard library, or site-packages when they were pointed at.

        `asked_from` is the path of the asking file: where folders hold modules of one name, the nearest is meant.
        """
        ...

    def module_at(self, path: str) -> ModuleSymbol | None:
        """The module of a file of the audited folder, a test file too; None when it cannot be parsed."""
        ...

    def target(self, dotted: str, *, asked_from: str = "") -> Answer:
        """What `mock.patch(dotted)` would reach: the longest importable module, then attribute after attribute."""
        ...

    def name_in(self, module: ModuleSymbol, name: str) -> Answer:
        """A global of a module, imports and star imports followed, submodules included."""
        ...

    def member(self, owner: Symbol, name: str, *, on_instance: bool = True, exact: bool = True) -> Answer:
        """An attribute of a class (or an instance of it), a module, or a function.

        `on_instance` False leaves out what only instances have. `exact` False: the receiver may be of a subclass, so a
        definition in any known subclass makes the answer unknown instead of no.
        """
        ...

    def signature(self, symbol: Symbol, *, bound: bool) -> CallSignature | Unknown:
        """How a function, method or class is called; `bound` leaves the receiver out. A class is its constructor:
        `__init__`, `__new__`, dataclass, NamedTuple, attrs and pydantic fields. Unknown decorators make it unknown."""
        ...

    def class_of(self, annotation: ast.expr | None, module: ModuleSymbol) -> ClassSymbol | Unknown:
        """The one class an annotation names, `Optional[X]`, `X | None`, `Annotated[X, …]` and strings included."""
        ...

    def value_class(self, symbol: Symbol) -> ClassSymbol | Unknown:
        """The class of a variable's value or of a property's result, by annotation or by a plain constructor call."""
        ...

    def returned_class(self, function: FunctionSymbol) -> ClassSymbol | Unknown:
        """The class a call returns, by its return annotation (awaited, for an async function)."""
        ...

    def overrides(self, function: FunctionSymbol) -> tuple[FunctionSymbol, ...]:
        """What known subclasses of a method's class define under its name; not those of tests."""
        ...

    def mro(self, cls: ClassSymbol) -> tuple[ClassSymbol, ...] | Unknown:
        """The class and its bases in order; unknown when a base cannot be read."""
        ...

    def is_subclass(self, cls: ClassSymbol, dotted: str) -> bool | None:
        """Whether a dotted class (such as `enum.Enum`) is among its bases; None when unknown."""
        ...

    def public_methods(self, cls: ClassSymbol) -> tuple[str, ...]:
        """Public methods, inherited ones included as far as they can be read, those of `object` left out; sorted."""
        ...

    def knows_word(self, word: str) -> bool:
        """Whether a name occurs anywhere in own production, as an identifier or inside a string."""
        ...

    def is_read(self, module: ModuleSymbol, name: str) -> bool | None:
        """Whether production reads this global of this module where a patch of it would be seen; None: unknown."""
        ...

    def dispatches(self, cls: ClassSymbol) -> bool:
        """Whether a class finds members of its own by computed names, so that one may be set for it to find."""
        ...

    def says(self, module: ModuleSymbol, word: str) -> bool:
        """Whether the text of an own module contains a word."""
        ...

    def names_of(self, module: ModuleSymbol) -> tuple[str, ...]:
        """All names that a module binds itself."""
        ...

    def classes_named(self, name: str) -> tuple[ClassSymbol, ...]:
        """Own production classes of a bare name."""
        ...
