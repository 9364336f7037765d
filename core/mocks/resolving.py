"""Follows names: from imports, expressions and bases to the symbols they stand for."""

import ast
import builtins
import difflib
from collections.abc import Iterable
from typing import cast

from core.mocks.catalogue import Entry, load_catalogue
from core.mocks.modules import NAMELESS, Modules, is_folder
from core.mocks.questions import Questions
from core.mocks.stubs import find_library_source, is_standard, source_may_bind
from core.mocks.symbols import (
    Answer,
    Binding,
    ClassSymbol,
    FunctionSymbol,
    ImportBinding,
    ModuleSymbol,
    No,
    Symbol,
    Unknown,
    VariableSymbol,
    Yes,
)
from core.mocks.trail import Memo

MODULE_ATTRIBUTES = frozenset(
    [
        "__name__",
        "__file__",
        "__doc__",
        "__dict__",
        "__package__",
        "__spec__",
        "__loader__",
        "__path__",
        "__builtins__",
        "__cached__",
        "__class__",
        "__annotations__",
        "__getattribute__",
        "__setattr__",
        "__delattr__",
        "__dir__",
        "__repr__",
        "__eq__",
        "__hash__",
        "__reduce__",
        "__init__",
    ]
)
_MOST_HOPS = 40
_SPECIAL_BASES = frozenset({"Protocol", "Generic", "NamedTuple", "TypedDict", "Any"})


def closest(name: str, names: Iterable[str]) -> str:
    """The nearest of some names by spelling, or an empty string."""
    parts = set(name.split("_")) - {""}
    # Comparing spellings is slow; what is near shares a part, a beginning or an end, and is about as long.
    likely = [
        other
        for other in names
        if abs(len(other) - len(name)) <= 2 + len(name) // 2
        and (other[:3] == name[:3] or other[-4:] == name[-4:] or not parts.isdisjoint(other.split("_")))
    ]
    found = difflib.get_close_matches(name, likely, 1, 0.6)
    return found[0] if found else ""


class Resolver:
    """Names and expressions to symbols."""

    def __init__(self, modules: Modules, questions: Questions) -> None:
        self.modules = modules
        self.questions = questions
        self._names: Memo[tuple[ModuleSymbol, str], Answer] = Memo(modules.sources.trails)
        self._following: list[tuple[ModuleSymbol, str]] = []

    def name_in(self, module: ModuleSymbol, name: str) -> Answer:
        """A global of a module."""
        key = (module, name)
        if key in self._following or len(self._following) > _MOST_HOPS:
            # `from package import part` in the package itself names a submodule, or goes round in a circle.
            if key != self._following[-1]:
                self.modules.sources.trail.is_circular = True
            part = self._submodule(module, name)
            return part if isinstance(part, Yes) else Unknown(f"{name} is imported in a circle")
        return self._names.answer(key, lambda: self._follow_name(module, name))

    def _follow_name(self, module: ModuleSymbol, name: str) -> Answer:
        self._following.append((module, name))
        try:
            return self._name_in(module, name)
        finally:
            self._following.pop()

    def _name_in(self, module: ModuleSymbol, name: str) -> Answer:
        self.modules.note(module, name)
        binding = module.names.get(name)
        if binding is not None:
            answer = self.follow(binding, module, module.others.get(name, ()))
            return self._behind_alias(answer, module)
        submodule = self._submodule(module, name)
        if isinstance(submodule, Yes):
            return submodule
        if name in MODULE_ATTRIBUTES:
            return Yes(VariableSymbol(name, module, module.place))
        starred = self._starred(module, name)
        if isinstance(starred, Yes):
            return starred
        if module.unknown:
            return Unknown(f"{module.name} {module.unknown}")
        if isinstance(starred, Unknown):
            return starred
        if name in module.others:
            return Unknown(f"{module.name}.{name} depends on the version, the platform or the moment")
        if isinstance(submodule, Unknown):
            return submodule
        if is_folder(module) and not self.modules.layout.is_regular(module.name.partition(".")[0]):
            return Unknown(f"{module.name} {NAMELESS}")
        absence = self._outside_absence(module, name)
        if absence is None:
            self.modules.note(module, name, "near")
        return absence or No(closest(name, module.names))

    def _behind_alias(self, answer: Answer, module: ModuleSymbol) -> Answer:
        """`Name = other.Name` is that class or function."""
        symbol = answer.symbol if isinstance(answer, Yes) else None
        if not isinstance(symbol, VariableSymbol) or symbol.is_rebound or symbol.annotation is not None:
            return answer
        if symbol.module is not module or not isinstance(symbol.value, ast.Name | ast.Attribute):
            return answer
        meant = self.resolve(symbol.value, module)
        if isinstance(meant, Yes) and isinstance(meant.symbol, ClassSymbol | FunctionSymbol):
            return meant
        return answer

    def _submodule(self, module: ModuleSymbol, name: str) -> Answer:
        if not module.is_package or not module.name:
            return No()
        found = self.modules.find(f"{module.name}.{name}", module.path)
        return Yes(found) if isinstance(found, ModuleSymbol) else found

    def _starred(self, module: ModuleSymbol, name: str) -> Answer:
        doubt: Answer = No()
        for source in module.star_imports:
            found = self.modules.find(source, module.path)
            if not isinstance(found, ModuleSymbol):
                doubt = Unknown(f"{module.name} imports everything from {source}, which cannot be read")
                continue
            if found is module:
                continue
            if found.exports is not None and name not in found.exports:
                continue
            if found.exports is None and name.startswith("_"):
                continue
            answer = self.name_in(found, name)
            if isinstance(answer, Yes):
                return answer
            if isinstance(answer, Unknown):
                doubt = answer
        return doubt

    def _outside_absence(self, module: ModuleSymbol, name: str) -> Answer | None:
        """What keeps a global that no statement binds from being absent."""
        if module.is_stub:
            return self._stub_absence(module, name)
        if not module.is_own:
            return None
        last = module.name.rpartition(".")[2]
        receivers = frozenset(self.questions.receivers(name) or ())
        if receivers & {last, ""} or self._is_renamed(last, receivers):
            return Unknown(f"{name} is set on something from outside, perhaps on {module.name}")
        if self.questions.is_computed_target(last):
            return Unknown(f"{module.name} may be given names from outside")
        if self.questions.is_replaced(module.name, module.path):
            return Unknown(f"{module.name} may be replaced at run time")
        if self.questions.is_replaced(f"{module.name}.{name}", ""):
            return Unknown(f"{module.name}.{name} is made at run time")
        return None

    def _is_renamed(self, last: str, receivers: frozenset[str]) -> bool:
        return any(
            receiver.endswith("]") or receiver in ("module", "mod") or last in receiver for receiver in receivers
        )

    def _stub_absence(self, module: ModuleSymbol, name: str) -> Answer | None:
        is_library = module.path.startswith("<stdlib>")
        if is_library and source_may_bind(module.name, name):
            source = self.modules.library_source(module.name)
            answer = No() if source is None else self.name_in(source, name)
            if not isinstance(answer, No):
                return answer
        if name.startswith("_") or not is_library:
            return Unknown(f"{module.name}.{name} is not in the stub, which need not name it")
        if is_standard(name) and find_library_source(module.name) is None:
            return Unknown(f"{module.name} may import {name}")
        return None

    def follow(self, binding: Binding, module: ModuleSymbol, others: tuple[Binding, ...] = ()) -> Answer:
        """The symbol of a binding. Of an import that leads outside nothing but its name is known."""
        if not isinstance(binding, ImportBinding):
            return Yes(binding)
        found = self.modules.find(binding.module, module.path)
        dotted = binding.module if binding.attribute is None else f"{binding.module}.{binding.attribute}"
        if isinstance(found, ModuleSymbol) and not found.names and not binding.attribute and found.unknown:
            return self._opaque(binding, module, dotted, f"{found.name} {found.unknown}")
        if isinstance(found, ModuleSymbol):
            if binding.attribute is None:
                return Yes(found)
            answer = self._imported_name(found, binding.attribute)
            if isinstance(answer, Yes):
                return answer
            reason = answer.reason if isinstance(answer, Unknown) else f"{dotted} is not there"
        else:
            reason = found.reason if isinstance(found, Unknown) else f"{binding.module} is not there"
        for other in others:
            if not isinstance(other, ImportBinding):
                return Yes(other)
        entry = load_catalogue().get(dotted)
        if entry is not None:
            return Yes(entry.cls)
        return self._opaque(binding, module, dotted, reason)

    def _imported_name(self, module: ModuleSymbol, name: str) -> Answer:
        answer = self.name_in(module, name)
        if isinstance(answer, No) and name in module.typing_names:
            return self.follow(module.typing_names[name], module)
        return answer

    def _opaque(self, binding: ImportBinding, module: ModuleSymbol, dotted: str, reason: str) -> Yes:
        name = binding.attribute or binding.module
        return Yes(VariableSymbol(name, module, binding.place, dotted=dotted, unknown=reason))

    def step(self, symbol: Symbol, name: str) -> Answer:
        """An attribute of a module, a class or something outside, without judging absence in classes."""
        if isinstance(symbol, ModuleSymbol):
            return self._imported_name(symbol, name)
        if isinstance(symbol, VariableSymbol) and symbol.dotted:
            dotted = f"{symbol.dotted}.{name}"
            entry = load_catalogue().get(dotted)
            if entry is not None:
                return Yes(entry.cls)
            return Yes(VariableSymbol(name, symbol.module, symbol.place, dotted=dotted, unknown=symbol.unknown))
        if isinstance(symbol, ClassSymbol):
            binding = symbol.members.get(name)
            if binding is not None:
                return self.follow(binding, symbol.module)
        return Unknown(f"{name} is reached through a value")

    def resolve(self, expression: ast.expr, module: ModuleSymbol, owner: ClassSymbol | None = None) -> Answer:
        """What a name or a dotted name stands for in a module, or in a class body there; generics by their origin."""
        if isinstance(expression, ast.Subscript):
            return self.resolve(expression.value, module, owner)
        if isinstance(expression, ast.Attribute):
            return self._resolve_chain(expression, module, owner)
        if isinstance(expression, ast.Constant) and isinstance(expression.value, str):
            return self._resolve_text(expression.value, module, owner)
        if not isinstance(expression, ast.Name):
            return Unknown("it is computed")
        if "." in expression.id:
            return self.absolute(expression.id, module.path)
        return self._resolve_name(expression.id, module, owner)

    def _resolve_chain(self, expression: ast.Attribute, module: ModuleSymbol, owner: ClassSymbol | None) -> Answer:
        names, start = [], cast("ast.expr", expression)
        while isinstance(start, ast.Attribute):
            names.append(start.attr)
            start = start.value
        if len(names) > _MOST_HOPS:
            return Unknown("it is nested too deeply")
        answer = self.resolve(start, module, owner)
        for name in reversed(names):
            if not isinstance(answer, Yes):
                break
            answer = self.step(answer.symbol, name)
        return answer

    def _resolve_text(self, text: str, module: ModuleSymbol, owner: ClassSymbol | None) -> Answer:
        try:
            parsed = ast.parse(text.strip(), mode="eval").body
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return Unknown("it is not an expression")
        if isinstance(parsed, ast.Constant):
            return Unknown("it is not a name")
        return self.resolve(parsed, module, owner)

    def _resolve_name(self, name: str, module: ModuleSymbol, owner: ClassSymbol | None) -> Answer:
        if owner is not None:
            found = self._in_bodies(name, module, owner)
            if found is not None:
                return found
        self.modules.note(module, name)
        binding = module.typing_names.get(name) if name not in module.names else None
        answer = self.follow(binding, module) if binding is not None else self.name_in(module, name)
        if not isinstance(answer, Yes) and hasattr(builtins, name) and module.name != "builtins":
            holder = self.modules.find("builtins")
            return self.name_in(holder, name) if isinstance(holder, ModuleSymbol) else Unknown("builtins are not read")
        return answer

    def _in_bodies(self, name: str, module: ModuleSymbol, owner: ClassSymbol) -> Answer | None:
        if name in owner.members:
            binding = owner.members[name]
            if isinstance(binding, ClassSymbol | ImportBinding):
                return self.follow(binding, module)
        return None

    def absolute(self, dotted: str, asked_from: str = "") -> Answer:
        """A symbol by its absolute name: the longest module, then attribute after attribute."""
        parts = dotted.split(".")
        entry = load_catalogue().get(dotted)
        for size in range(len(parts) - 1, 0, -1):
            found = self.modules.find(".".join(parts[:size]), asked_from)
            if isinstance(found, ModuleSymbol):
                answer: Answer = Yes(found)
                for part in parts[size:]:
                    if isinstance(answer, Yes):
                        answer = self.step(answer.symbol, part)
                return answer
        return Yes(entry.cls) if entry else Unknown(f"{dotted} is not among the sources that are read")

    def identity(self, expression: ast.expr, module: ModuleSymbol, owner: ClassSymbol | None = None) -> str:
        """The absolute dotted name of what an expression stands for, `f()` for a call; empty when unknown."""
        if isinstance(expression, ast.Call):
            called = self.identity(expression.func, module, owner)
            return f"{called}()" if called else ""
        answer = self.resolve(expression, module, owner)
        if not isinstance(answer, Yes):
            return ""
        symbol = answer.symbol
        if isinstance(symbol, ModuleSymbol):
            return symbol.name
        if isinstance(symbol, VariableSymbol) and symbol.dotted:
            return symbol.dotted
        prefix = f"{symbol.owner.name}." if isinstance(symbol, FunctionSymbol | VariableSymbol) and symbol.owner else ""
        return f"{symbol.module.name}.{prefix}{symbol.name}"

    def catalogue_entry(self, cls: ClassSymbol) -> Entry | None:
        """The catalogue's entry of a class that came from it."""
        if not cls.module.path.startswith("<known>/"):
            return None
        return load_catalogue().get(f"{cls.module.name}.{cls.name}") or load_catalogue().get(
            f"{cls.module.name}.{cls.name}()"
        )

    def is_special_base(self, symbol: Symbol) -> bool:
        """`Protocol`, `Generic` and their like, which stubs know as values and which add no public member."""
        return (
            symbol.module.name in ("typing", "typing_extensions")
            if not isinstance(symbol, ModuleSymbol) and symbol.name in _SPECIAL_BASES
            else False
        )
