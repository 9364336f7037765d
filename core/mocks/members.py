"""Whether a class, a module or a value has an attribute, and everything that must be excluded before saying no."""

import ast
import re

from core.mocks.hierarchy import Hierarchy
from core.mocks.receivers import mangle
from core.mocks.resolving import Resolver, closest
from core.mocks.scopes import Scope
from core.mocks.stubs import class_source_lacks, class_source_may_bind
from core.mocks.symbols import (
    Answer,
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
from core.mocks.values import Values

_OBJECT_ATTRIBUTES = frozenset({"__dict__", "__class__", "__doc__", "__module__", "__weakref__", "__annotations__"})
_DATACLASS_ATTRIBUTES = frozenset(
    [
        "__dataclass_fields__",
        "__dataclass_params__",
        "__match_args__",
        "__post_init__",
        "__attrs_attrs__",
        "__eq__",
        "__lt__",
        "__le__",
        "__gt__",
        "__ge__",
        "__hash__",
        "__repr__",
        "__init__",
    ]
)
_MADE = re.compile(
    r"get_\w+_display|get_(?:next|previous)_by_\w+|\w+_set|\w+_id|id|pk|objects|DoesNotExist|MultipleObjectsReturned"
)
"""Members that object-relational mappers make."""
_HOOKS = ("__getattr__", "__getattribute__")
_MOST_DESCENDANTS = 60


class Members:
    """Attribute look-ups with three answers."""

    def __init__(self, resolver: Resolver, hierarchy: Hierarchy, values: Values) -> None:
        self._resolver = resolver
        self._hierarchy = hierarchy
        self._values = values
        self._known: Memo[tuple[ClassSymbol, str, bool, bool], Answer] = Memo(resolver.modules.sources.trails)

    def member(self, owner: Symbol, name: str, *, on_instance: bool = True, exact: bool = True) -> Answer:
        """See `Lookup.member`."""
        if isinstance(owner, ModuleSymbol):
            return self._resolver.name_in(owner, name)
        if isinstance(owner, ClassSymbol):
            key = (owner, name, on_instance, exact)
            return self._known.answer(key, lambda: self._of_class(owner, name, on_instance=on_instance, exact=exact))
        if isinstance(owner, VariableSymbol):
            return self._of_variable(owner, name)
        return self._of_function(owner, name)

    def _of_variable(self, owner: VariableSymbol, name: str) -> Answer:
        if owner.unknown:
            return Unknown(f"{owner.dotted or owner.name} cannot be read: {owner.unknown}")
        if owner.owner is not None and not owner.on_instance and self._is_enum(owner.owner):
            return self.member(owner.owner, name)
        alias = self._values.aliased(owner)
        if alias is not None:
            return self.member(alias, name, on_instance=False, exact=True)
        cls = self._values.value_class(owner)
        if isinstance(cls, Unknown):
            return cls
        return self.member(cls, name, exact=False)

    def _is_enum(self, cls: ClassSymbol) -> bool:
        """Then the names of its body are objects of the class itself."""
        return any(ancestor.module.name == "enum" for ancestor in self._hierarchy.known_part(cls))

    def _of_function(self, owner: FunctionSymbol, name: str) -> Answer:
        if owner.kind == "property":
            cls = self._values.value_class(owner)
            return cls if isinstance(cls, Unknown) else self.member(cls, name, exact=False)
        if owner.decorators:
            return Unknown(f"{owner.name} is decorated")
        holder = self._resolver.absolute("types.FunctionType")
        if isinstance(holder, Yes) and isinstance(holder.symbol, ClassSymbol):
            answer = self.member(holder.symbol, name)
            if not isinstance(answer, No):
                return answer
        if name.startswith("__") or self._resolver.questions.receivers(name) is not None:
            return Unknown(f"{name} may be set on the function {owner.name}")
        return No()

    def _of_class(self, cls: ClassSymbol, name: str, *, on_instance: bool, exact: bool) -> Answer:
        order = self._hierarchy.mro(cls)
        part = self._hierarchy.known_part(cls)
        instance_only = False
        for ancestor in part:
            binding = ancestor.members.get(name)
            if binding is None:
                continue
            if isinstance(binding, VariableSymbol) and binding.on_instance and not on_instance:
                instance_only = True
                continue
            answer = self._resolver.follow(binding, ancestor.module, ancestor.others.get(name, ()))
            found = answer.symbol if isinstance(answer, Yes) else None
            if isinstance(binding, ImportBinding) and isinstance(found, FunctionSymbol):
                # A function that the class body imports is a method, though it is defined as none.
                return Yes(VariableSymbol(name, ancestor.module, ancestor.place, owner=ancestor))
            return answer
        if isinstance(order, Unknown):
            return order
        if not on_instance:
            meta = self._of_metaclass(cls, name)
            if meta is not None:
                return meta
        doubt = self._why_maybe(cls, order, name, on_instance=on_instance, instance_only=instance_only)
        if doubt:
            return Unknown(doubt)
        if not exact:
            doubt = self._in_descendant(cls, name, on_instance=on_instance)
            if doubt:
                return Unknown(doubt)
        return No(closest(name, {key for ancestor in order for key in ancestor.members if not key.startswith("__")}))

    def _of_metaclass(self, cls: ClassSymbol, name: str) -> Answer | None:
        holder = self._resolver.absolute("builtins.type")
        if self._is_enum(cls) and name in ("__members__", "__len__", "__iter__", "__getitem__", "__contains__"):
            return Unknown("it is a member of the metaclass of enumerations")
        if isinstance(holder, Yes) and isinstance(holder.symbol, ClassSymbol) and name in holder.symbol.members:
            return Yes(VariableSymbol(name, cls.module, cls.place, owner=cls))
        if name == "register":
            return Unknown("it is a member of ABCMeta")
        return None

    def _why_maybe(
        self, cls: ClassSymbol, order: tuple[ClassSymbol, ...], name: str, *, on_instance: bool, instance_only: bool
    ) -> str:
        """The reasons of section 4.3 of the reference: each of them keeps an absent name from being called absent."""
        if name in _OBJECT_ATTRIBUTES or name in _DATACLASS_ATTRIBUTES:
            return f"{name} may be made by Python"
        if name.startswith("__"):
            return f"{name} is a special or a mangled name"
        for ancestor in order:
            reason = self._hierarchy.why_open(ancestor) or self._open_base(ancestor, name, cls)
            if reason:
                return f"{ancestor.name} {reason}"
            if name in ancestor.others:
                return f"{ancestor.name}.{name} depends on the version, the platform or the moment"
            if on_instance and any(self._is_own_hook(ancestor, hook) for hook in _HOOKS):
                return f"{ancestor.name} defines __getattr__"
            if ancestor.module.is_stub:
                reason = self._stub_doubt(ancestor, name, on_instance=on_instance)
                if reason:
                    return reason
        if instance_only:
            return self._field_doubt(cls)
        return self._set_elsewhere(cls, order, name)

    def _is_own_hook(self, ancestor: ClassSymbol, hook: str) -> bool:
        return hook in ancestor.members and ancestor.module.name != "builtins"

    def _field_doubt(self, cls: ClassSymbol) -> str:
        """Models and slotted dataclasses put descriptors where only an annotation stands."""
        for ancestor in self._hierarchy.known_part(cls):
            if ancestor.module.is_stub:
                continue
            if self._resolver.catalogue_entry(ancestor) is not None or "__slots__" in ancestor.members:
                return "fields of models may be descriptors of the class"
            if ancestor.decorators:
                return f"{ancestor.name} has a decorator that may make descriptors of its fields"
        return ""

    def _open_base(self, ancestor: ClassSymbol, name: str, cls: ClassSymbol) -> str:
        entry = self._resolver.catalogue_entry(ancestor)
        if entry is None:
            return ""
        if name.startswith("_"):
            return "is known by its public members only"
        if entry.fields == "pydantic" and self._allows_extra(cls):
            return "may be given attributes that are no fields"
        if entry.is_open and self._is_made_of_word(name, cls):
            return "makes members from related names and fields"
        return ""

    def _allows_extra(self, cls: ClassSymbol) -> bool:
        """A model's `extra="allow"`, in `model_config` or in `class Config`."""
        for ancestor in self._hierarchy.known_part(cls):
            settings = ancestor.members.get("model_config")
            if isinstance(settings, VariableSymbol) and settings.value and "allow" in ast.dump(settings.value):
                return True
            inner = ancestor.members.get("Config")
            if isinstance(inner, ClassSymbol) and "extra" in inner.members:
                return True
        return False

    def _is_made_of_word(self, name: str, cls: ClassSymbol) -> bool:
        made = _MADE.fullmatch(name)
        return bool(made) or (name not in cls.members and self._resolver.questions.has_word(name))

    def _stub_doubt(self, ancestor: ClassSymbol, name: str, *, on_instance: bool) -> str:
        is_library = ancestor.module.path.startswith("<stdlib>")
        is_lacking = is_library and class_source_lacks(ancestor.module.name, ancestor.name, name)
        if name.startswith("_") and (ancestor.module.name != "builtins" or "__" in name) and not is_lacking:
            return f"{ancestor.name} is known by its stub, which need not name what is private"
        if ancestor.module.name == "builtins":
            return ""
        if not is_library:
            return f"{ancestor.name} is known by its stub only"
        if on_instance and class_source_may_bind(ancestor.module.name, ancestor.name, name):
            return f"{ancestor.name}.{name} is not in the stub, but perhaps in the source"
        return ""

    def _set_elsewhere(self, cls: ClassSymbol, order: tuple[ClassSymbol, ...], name: str) -> str:
        questions = self._resolver.questions
        scope = Scope(cls.module, cls, {}, {}, {})
        if mangle(name, scope) != name:
            return f"{name} is mangled"
        if questions.receivers(name) is not None:
            return f"something is given {name} from outside"
        for ancestor in order:
            last = ancestor.name.rpartition(".")[2]
            if questions.is_computed_target(last) and ancestor.module.name != "builtins":
                return f"{last} is given attributes with computed names"
            if ancestor.module.is_own and questions.reads_on_self(ancestor.module.path, name):
                return f"{ancestor.name} reads self.{name}, which something else must set"
        return ""

    def overrides(self, function: FunctionSymbol) -> tuple[FunctionSymbol, ...]:
        """What known subclasses of a method's class define under its name; not those of tests."""
        name = function.name.rpartition(".")[2]
        last = function.owner.name.rpartition(".")[2] if function.owner is not None else ""
        found = []
        for path, child in self._resolver.questions.descendants(last) if last else ():
            sources = self._resolver.modules.sources
            if sources.files[path].is_test or not self._resolver.questions.says(path, name):
                continue
            module = self._resolver.modules.at(path)
            found += [] if module is None else [each.members.get(name) for each in self._classes_named(module, child)]
        return tuple(each for each in found if isinstance(each, FunctionSymbol))

    def _in_descendant(self, cls: ClassSymbol, name: str, *, on_instance: bool) -> str:
        """A definition in a known subclass, or a subclass that can grow."""
        last = cls.name.rpartition(".")[2]
        found = self._resolver.questions.descendants(last)
        if len(found) > _MOST_DESCENDANTS and self._resolver.questions.has_word(name):
            return f"{last} has too many subclasses to be looked through"
        for path, child in found:
            if not self._resolver.questions.says(path, name):
                continue
            module = self._resolver.modules.at(path)
            if module is None or any(name in symbol.members for symbol in self._classes_named(module, child)):
                return f"a subclass, {child}, may define {name}"
        return ""

    def _classes_named(self, module: ModuleSymbol, name: str) -> list[ClassSymbol]:
        self._resolver.modules.note(module, name, "classes")
        return classes_named(module, name)


def classes_named(module: ModuleSymbol, name: str) -> list[ClassSymbol]:
    """Those of a module of this bare name, nested ones included."""
    found: list[ClassSymbol] = []
    pending = [symbol for symbol in module.names.values() if isinstance(symbol, ClassSymbol)]
    while pending:
        symbol = pending.pop()
        if symbol.name.rpartition(".")[2] == name:
            found.append(symbol)
        pending.extend(inner for inner in symbol.members.values() if isinstance(inner, ClassSymbol))
    return found
