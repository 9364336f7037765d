"""Answers the questions of `Lookup` from the sources of one audited folder."""

import ast
import builtins
from collections.abc import Callable, Mapping
from pathlib import Path

from core.mocks.edits import Edits
from core.mocks.hierarchy import Hierarchy
from core.mocks.kept_tables import KeptTables
from core.mocks.layout import Layout
from core.mocks.members import Members
from core.mocks.modules import Modules
from core.mocks.questions import Questions
from core.mocks.readers import Readers
from core.mocks.resolving import Resolver
from core.mocks.signatures import Signatures
from core.mocks.sources import Sources
from core.mocks.symbols import (
    Answer,
    CallSignature,
    ClassSymbol,
    FunctionSymbol,
    ModuleSymbol,
    No,
    Symbol,
    Unknown,
    Yes,
)
from core.mocks.values import Values


class Production:
    """A `Lookup`. Modules are read when they are first asked for."""

    def __init__(self, sources: Sources, site_packages: Path | None = None) -> None:
        self.questions = Questions(sources)
        self._modules = Modules(sources, site_packages)
        self._resolver = Resolver(self._modules, self.questions)
        self._hierarchy = Hierarchy(self._resolver)
        self._values = Values(self._resolver)
        self._members = Members(self._resolver, self._hierarchy, self._values)
        self._signatures = Signatures(self._resolver, self._hierarchy, self._members, self._values)
        self._readers = Readers(self._modules, self.questions)

    @property
    def layout(self) -> Layout:
        """Where modules are looked for."""
        return self._modules.layout

    def edits(self, changed: frozenset[str], contents: Callable[[str], bytes | None]) -> Edits:
        """What edits of some files leave as it was; `contents` gives what was in them."""
        return Edits(self._modules.sources, self._modules, changed, contents)

    def keep_tables(self, tables: KeptTables | None, digests: Mapping[str, str]) -> None:
        """Take tables from where they are kept, by the digests of the files."""
        self._modules.kept, self._modules.digests = tables, digests

    def module(self, name: str, *, asked_from: str = "") -> Answer:
        """See `Lookup.module`."""
        found = self._modules.find(name, asked_from)
        return Yes(found) if isinstance(found, ModuleSymbol) else found

    def module_at(self, path: str) -> ModuleSymbol | None:
        """See `Lookup.module_at`."""
        return self._modules.at(path)

    def target(self, dotted: str, *, asked_from: str = "") -> Answer:
        """See `Lookup.target`; `mock._importer` prefers attributes, `pkgutil.resolve_name` modules: both must agree."""
        parts = dotted.split(".")
        if len(parts) < 2 or not all(part.isidentifier() for part in parts):
            return Unknown("it is not a dotted name")
        found = self._modules.find(parts[0], asked_from)
        if not isinstance(found, ModuleSymbol):
            return found
        answer: Answer = Yes(found)
        for position, part in enumerate(parts[1:], 1):
            assert isinstance(answer, Yes)
            holder = answer.symbol
            answer = self.member(holder, part, on_instance=False)
            if not isinstance(answer, Yes) and isinstance(holder, ModuleSymbol):
                module = self._modules.find(".".join(parts[: position + 1]), asked_from)
                if isinstance(module, ModuleSymbol):
                    answer = Yes(module)
                elif isinstance(module, Unknown) and isinstance(answer, No):
                    answer = module
            if not isinstance(answer, Yes):
                is_last = position == len(parts) - 1
                if is_last and isinstance(holder, ModuleSymbol) and hasattr(builtins, part):
                    return self._builtin(part)
                return self._resolved_shadow(parts, position, asked_from, answer)
        return answer

    def _resolved_shadow(self, parts: list[str], position: int, asked_from: str, answer: Answer) -> Answer:
        """A package may bind a name that is also its submodule's: then either may be reached."""
        for size in range(position, 1, -1):
            module = self._modules.find(".".join(parts[:size]), asked_from)
            package = self._modules.find(".".join(parts[: size - 1]), asked_from)
            if not isinstance(module, ModuleSymbol) or not isinstance(package, ModuleSymbol):
                continue
            self._modules.note(package, parts[size - 1])
            bound = self.name_in(package, parts[size - 1]) if parts[size - 1] in package.names else Yes(module)
            is_shadowed = not isinstance(bound, Yes) or bound.symbol is not module
            if is_shadowed and isinstance(answer, No):
                return Unknown(f"{module.name} is both a module and a name of its package")
        return answer

    def _builtin(self, name: str) -> Answer:
        """`patch` makes the names of builtins on any module."""
        holder = self._modules.find("builtins")
        return self.name_in(holder, name) if isinstance(holder, ModuleSymbol) else Unknown("builtins are not read")

    def name_in(self, module: ModuleSymbol, name: str) -> Answer:
        """See `Lookup.name_in`."""
        return self._resolver.name_in(module, name)

    def member(self, owner: Symbol, name: str, *, on_instance: bool = True, exact: bool = True) -> Answer:
        """See `Lookup.member`."""
        return self._members.member(owner, name, on_instance=on_instance, exact=exact)

    def signature(self, symbol: Symbol, *, bound: bool) -> CallSignature | Unknown:
        """See `Lookup.signature`."""
        return self._signatures.signature(symbol, bound=bound)

    def class_of(self, annotation: ast.expr | None, module: ModuleSymbol) -> ClassSymbol | Unknown:
        """See `Lookup.class_of`."""
        return self._values.class_of(annotation, module)

    def value_class(self, symbol: Symbol) -> ClassSymbol | Unknown:
        """See `Lookup.value_class`."""
        return self._values.value_class(symbol)

    def returned_class(self, function: FunctionSymbol) -> ClassSymbol | Unknown:
        """See `Lookup.returned_class`."""
        return self._values.returned_class(function)

    def overrides(self, function: FunctionSymbol) -> tuple[FunctionSymbol, ...]:
        """See `Lookup.overrides`."""
        return self._members.overrides(function)

    def mro(self, cls: ClassSymbol) -> tuple[ClassSymbol, ...] | Unknown:
        """See `Lookup.mro`."""
        return self._hierarchy.mro(cls)

    def is_subclass(self, cls: ClassSymbol, dotted: str) -> bool | None:
        """See `Lookup.is_subclass`."""
        part = self._hierarchy.known_part(cls)
        if any(f"{ancestor.module.name}.{ancestor.name}" == dotted for ancestor in part):
            return True
        return None if isinstance(self._hierarchy.mro(cls), Unknown) else False

    def public_methods(self, cls: ClassSymbol) -> tuple[str, ...]:
        """See `Lookup.public_methods`."""
        found = {
            name
            for ancestor in self._hierarchy.known_part(cls)
            if ancestor.module.name != "builtins" or ancestor.name != "object"
            for name, binding in ancestor.members.items()
            if isinstance(binding, FunctionSymbol) and binding.kind != "property" and not name.startswith("_")
        }
        return tuple(sorted(found))

    def knows_word(self, word: str) -> bool:
        """See `Lookup.knows_word`."""
        return self.questions.has_word(word)

    def is_read(self, module: ModuleSymbol, name: str) -> bool | None:
        """See `Lookup.is_read`."""
        return self._readers.is_read(module, name)

    def dispatches(self, cls: ClassSymbol) -> bool:
        """See `Lookup.dispatches`."""
        return self.questions.dispatches(cls.place.path, cls.name.rpartition(".")[2])

    def says(self, module: ModuleSymbol, word: str) -> bool:
        """See `Lookup.says`."""
        return self.questions.says(module.path, word)

    def names_of(self, module: ModuleSymbol) -> tuple[str, ...]:
        """See `Lookup.names_of`."""
        self._modules.note(module, "*")
        return tuple(module.names)

    def classes_named(self, name: str) -> tuple[ClassSymbol, ...]:
        """See `Lookup.classes_named`."""
        found = []
        for path in self.questions.defining(name):
            module = self._modules.at(path)
            if module is not None:
                self._modules.note(module, name)
            symbol = module.names.get(name) if module is not None else None
            if isinstance(symbol, ClassSymbol):
                found.append(symbol)
        return tuple(found)
