"""Bases: the order in which a class and its ancestors are looked at, and why that order may be unknown."""

import ast

from core.mocks.resolving import Resolver
from core.mocks.symbols import ClassSymbol, FunctionSymbol, ModuleSymbol, Unknown, VariableSymbol, Yes
from core.mocks.trail import Memo

_PLAIN_METACLASSES = frozenset(
    {"abc.ABCMeta", "builtins.type", "enum.EnumMeta", "enum.EnumType", "typing._ProtocolMeta"}
)
_PLAIN_DECORATORS = frozenset(
    {
        "abc.ABC", "dataclasses.dataclass", "enum.unique", "functools.total_ordering", "typing.final",
        "typing.runtime_checkable", "typing_extensions.final", "typing_extensions.runtime_checkable", "attr.s",
        "attr.attrs", "attr.define", "attr.mutable", "attr.frozen", "attrs.define", "attrs.mutable", "attrs.frozen",
        "attr.dataclass", "pydantic.dataclasses.dataclass", "typing.no_type_check", "typing_extensions.deprecated",
        "warnings.deprecated", "pytest.mark", "dataclass_json", "unittest.skip", "unittest.skipIf",
        "unittest.skipUnless", "typing.dataclass_transform", "typing_extensions.dataclass_transform",
        "django.utils.deconstruct.deconstructible", "zope.interface.implementer", "contextlib.ContextDecorator",
        "reprlib.recursive_repr", "six.python_2_unicode_compatible", "atexit.register", "functools.cache",
    }
)  # fmt: skip
_DYNAMIC_META_METHODS = frozenset({"__new__", "__init__", "__prepare__", "__getattr__", "__getattribute__", "__call__"})
_DEEPEST = 60
_MOST_BASES = 60
"""Finding an order takes time that grows with the cube of the bases."""


class Hierarchy:
    """Method resolution orders, computed once per class."""

    def __init__(self, resolver: Resolver) -> None:
        self._resolver = resolver
        self._trails = resolver.modules.sources.trails
        self._orders: Memo[ClassSymbol, tuple[tuple[ClassSymbol, ...], Unknown | None]] = Memo(self._trails)
        self._computing: set[ClassSymbol] = set()
        self._metas: Memo[ClassSymbol, str] = Memo(self._trails)

    def mro(self, cls: ClassSymbol) -> tuple[ClassSymbol, ...] | Unknown:
        """C3 order, `object` included; unknown when a base cannot be read."""
        part, doubt = self._order(cls)
        return part if doubt is None else doubt

    def known_part(self, cls: ClassSymbol) -> tuple[ClassSymbol, ...]:
        """The class and those ancestors that can be read, in order."""
        return self._order(cls)[0]

    def _order(self, cls: ClassSymbol) -> tuple[tuple[ClassSymbol, ...], Unknown | None]:
        """The known part, and why it may not be all."""
        if cls in self._computing or len(self._computing) > _DEEPEST:
            self._trails.current.is_circular = True
            return (cls,), Unknown(f"{cls.name} inherits in a circle")
        return self._orders.answer(cls, lambda: self._compute(cls))

    def _compute(self, cls: ClassSymbol) -> tuple[tuple[ClassSymbol, ...], Unknown | None]:
        self._computing.add(cls)
        try:
            return self._order_of_bases(cls)
        finally:
            self._computing.discard(cls)

    def _order_of_bases(self, cls: ClassSymbol) -> tuple[tuple[ClassSymbol, ...], Unknown | None]:
        if len(cls.bases) > _MOST_BASES:
            return (cls,), Unknown(f"{cls.name} has too many bases")
        orders: list[list[ClassSymbol]] = []
        bases: list[ClassSymbol] = []
        doubt: Unknown | None = None
        for expression in cls.bases:
            base = self.base(expression, cls)
            if base is None:
                continue
            if isinstance(base, Unknown):
                doubt = doubt or base
                continue
            order, unsure = self._order(base)
            doubt = doubt or unsure
            orders.append(list(order))
            bases.append(base)
        if not bases:
            root = self._object()
            if root is not None and root is not cls:
                orders.append([root])
        merged = _merge([*orders, bases])
        if merged is None:
            return (cls,), Unknown(f"the bases of {cls.name} have no common order")
        return (cls, *merged), doubt

    def _object(self) -> ClassSymbol | None:
        answer = self._resolver.absolute("builtins.object")
        return answer.symbol if isinstance(answer, Yes) and isinstance(answer.symbol, ClassSymbol) else None

    def base(self, expression: ast.expr, cls: ClassSymbol) -> ClassSymbol | Unknown | None:
        """The class of one base expression; None for `Generic` and its like, which add nothing."""
        if isinstance(expression, ast.Starred):
            return Unknown(f"the bases of {cls.name} are computed")
        owner = self._outer(cls)
        resolver = self._resolver
        if isinstance(expression, ast.Call):
            return self._called_base(expression, cls, owner)
        answer = resolver.resolve(expression, cls.module, owner)
        if not isinstance(answer, Yes):
            reason = answer.reason if isinstance(answer, Unknown) else "it is not there"
            return Unknown(f"a base of {cls.name} cannot be read: {reason}")
        return self._class_of_base(answer.symbol, cls)

    def _class_of_base(self, symbol: object, cls: ClassSymbol, hops: int = 0) -> ClassSymbol | Unknown | None:
        resolver = self._resolver
        if isinstance(symbol, ClassSymbol):
            if symbol.has_variants:
                return Unknown(f"{symbol.name}, a base of {cls.name}, is defined in several ways")
            return None if resolver.is_special_base(symbol) and symbol.name != "NamedTuple" else symbol
        if isinstance(symbol, VariableSymbol):
            if resolver.is_special_base(symbol):
                return None
            if symbol.unknown:
                return Unknown(f"{symbol.dotted or symbol.name}, a base of {cls.name}, cannot be read")
            if symbol.value is not None and not symbol.is_rebound and hops < 5:
                value = symbol.value
                if isinstance(value, ast.Call):
                    return self._called_base(value, cls, None, symbol.module)
                answer = resolver.resolve(value, symbol.module)
                if isinstance(answer, Yes):
                    return self._class_of_base(answer.symbol, cls, hops + 1)
        return Unknown(f"a base of {cls.name} is a value made at run time")

    def _called_base(
        self, call: ast.Call, cls: ClassSymbol, owner: ClassSymbol | None, module: ModuleSymbol | None = None
    ) -> ClassSymbol | Unknown | None:
        """`declarative_base()`, `namedtuple("P", "x y")`, `NewType("X", Base)`."""
        module = module or cls.module
        identity = self._resolver.identity(call, module, owner)
        answer = self._resolver.absolute(identity) if identity else Unknown("")
        entry = answer.symbol if isinstance(answer, Yes) and isinstance(answer.symbol, ClassSymbol) else None
        if entry is not None:
            return entry
        if identity == "typing.NewType()" and len(call.args) == 2:
            return self.base(call.args[1], cls)
        return Unknown(f"a base of {cls.name} is made by a call")

    def _outer(self, cls: ClassSymbol) -> ClassSymbol | None:
        """The class whose body a nested class lies in."""
        symbol: object = None
        names: object = cls.module.names
        outer = cls.name.split(".")[:-1]
        if outer:
            self._resolver.modules.note(cls.module, outer[0])
        for part in outer:
            symbol = names.get(part) if isinstance(names, dict) else None
            names = symbol.members if isinstance(symbol, ClassSymbol) else {}
        return symbol if isinstance(symbol, ClassSymbol) else None

    def why_open(self, cls: ClassSymbol) -> str:
        """Why an absent member of the class may exist all the same; empty when it cannot. Bases not included."""
        return self._metas.answer(cls, lambda: self._why_open(cls))

    def _why_open(self, cls: ClassSymbol) -> str:
        if cls.unknown:
            return cls.unknown
        if cls.has_variants:
            return "is defined in several ways"
        for keyword in cls.keywords:
            reason = self._judge_metaclass(keyword, cls)
            if reason:
                return reason
        for decorator in () if cls.module.is_stub else cls.decorators:
            if not self.is_plain_decorator(decorator, cls):
                return "has a decorator that may add to it"
        return ""

    def _judge_metaclass(self, keyword: ast.keyword, cls: ClassSymbol) -> str:
        if keyword.arg is None:
            return "has computed class arguments"
        if keyword.arg != "metaclass":
            return ""
        identity = self._resolver.identity(keyword.value, cls.module)
        if identity in _PLAIN_METACLASSES:
            return ""
        answer = self._resolver.resolve(keyword.value, cls.module)
        if isinstance(answer, Yes) and isinstance(answer.symbol, ClassSymbol):
            order = self.mro(answer.symbol)
            if not isinstance(order, Unknown):
                own = [meta for meta in order if meta.module.name not in ("builtins", "abc", "enum")]
                if not any(_DYNAMIC_META_METHODS & set(meta.members) or meta.unknown for meta in own):
                    return ""
        return "has a metaclass that may add to it"

    def is_plain_decorator(self, decorator: ast.expr, cls: ClassSymbol) -> bool:
        """Whether a class decorator leaves the class as it is, but for methods with double underscores."""
        called = decorator.func if isinstance(decorator, ast.Call) else decorator
        identity = self._resolver.identity(called, cls.module)
        if identity in _PLAIN_DECORATORS:
            return True
        answer = self._resolver.resolve(called, cls.module)
        if isinstance(answer, Yes) and isinstance(answer.symbol, FunctionSymbol) and not answer.symbol.has_variants:
            wanted = "argument, when called" if isinstance(decorator, ast.Call) else "argument"
            return answer.symbol.hands_back == wanted
        return False


def _merge(orders: list[list[ClassSymbol]]) -> list[ClassSymbol] | None:
    """The C3 merge; None when there is no order."""
    merged: list[ClassSymbol] = []
    pending = [list(order) for order in orders if order]
    while pending:
        for order in pending:
            head = order[0]
            if not any(head in other[1:] for other in pending):
                break
        else:
            return None
        merged.append(head)
        pending = [rest for order in pending if (rest := [cls for cls in order if cls is not head])]
    return merged
