"""Classes that say something about what may be done with an object; `Any`, `object` and descriptors do not."""

import ast

from core.mocks.lookup import Lookup
from core.mocks.symbols import ClassSymbol, FunctionSymbol, ModuleSymbol, Unknown, VariableSymbol, Yes

_MUTE = frozenset({"typing", "typing_extensions", "builtins", "types", "abc", "collections.abc", "_typeshed"})


def value_class(lookup: Lookup, symbol: VariableSymbol) -> ClassSymbol | None:
    """The class of a variable's value; not that of a descriptor, whose instances give something else."""
    in_body = symbol.owner is not None and not symbol.on_instance
    if in_body and symbol.annotation is None:
        return (
            None  # frameworks put something else in the place of what a class body makes: fields, columns, parameters
        )
    found = _telling(lookup, lookup.value_class(symbol))
    if found is not None and symbol.owner is not None and isinstance(lookup.member(found, "__get__"), Yes):
        return None
    return found


def returned_class(lookup: Lookup, function: FunctionSymbol) -> ClassSymbol | None:
    return _telling(lookup, lookup.returned_class(function))


def named_class(lookup: Lookup, annotation: ast.expr | None, module: ModuleSymbol) -> ClassSymbol | None:
    return _telling(lookup, lookup.class_of(annotation, module)) if annotation is not None else None


def _telling(lookup: Lookup, found: ClassSymbol | Unknown) -> ClassSymbol | None:
    if not isinstance(found, ClassSymbol) or not is_telling(found) or is_typed_dict(lookup, found):
        return None
    return found


def is_telling(cls: ClassSymbol) -> bool:
    return cls.module.name not in _MUTE


def makes_itself(lookup: Lookup, cls: ClassSymbol) -> bool:
    """Whether calling a class surely gives an object of it; a `__new__` of its own may give anything."""
    found = lookup.member(cls, "__new__")
    return is_telling(cls) and not (isinstance(found, Yes) and found.symbol.place.path == cls.place.path)


def is_typed_dict(lookup: Lookup, cls: ClassSymbol) -> bool:
    """Its calls make plain dicts."""
    mro = lookup.mro(cls)
    classes = (cls,) if isinstance(mro, Unknown) else mro
    return any(_last_name(base) == "TypedDict" for each in classes for base in each.bases)


def _last_name(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""
