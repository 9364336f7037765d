"""What class a value has: by its annotation, by the call that made it, or not known."""

import ast

from core.mocks.resolving import Resolver
from core.mocks.symbols import (
    ClassSymbol,
    FunctionSymbol,
    ModuleSymbol,
    Symbol,
    Unknown,
    VariableSymbol,
    Yes,
)

_WRAPPERS = frozenset({"Annotated", "Final", "ClassVar", "Required", "NotRequired", "ReadOnly", "Mapped", "InitVar"})
_AWAITED = frozenset({"Awaitable", "Coroutine"})
_LITERALS: dict[type[ast.expr], str] = {
    ast.Dict: "dict", ast.DictComp: "dict", ast.List: "list", ast.ListComp: "list", ast.Set: "set",
    ast.SetComp: "set", ast.Tuple: "tuple", ast.JoinedStr: "str",
}  # fmt: skip
_STANDARD_ALIASES = {
    "Dict": "builtins.dict", "List": "builtins.list", "Set": "builtins.set", "FrozenSet": "builtins.frozenset",
    "Tuple": "builtins.tuple", "DefaultDict": "collections.defaultdict", "OrderedDict": "collections.OrderedDict",
    "Counter": "collections.Counter", "Deque": "collections.deque", "ChainMap": "collections.ChainMap",
}  # fmt: skip
"""What stubs declare as special forms."""
_TELL_NOTHING = frozenset(
    {("typing", "Any"), ("typing_extensions", "Any"), ("builtins", "object"), ("builtins", "type")}
)
_DEEPEST = 12
_YIELDING = frozenset({"contextmanager", "asynccontextmanager"})


class Values:
    """Annotations and values to classes."""

    def __init__(self, resolver: Resolver) -> None:
        self._resolver = resolver

    def class_of(
        self, annotation: ast.expr | None, module: ModuleSymbol, owner: ClassSymbol | None = None, depth: int = 0
    ) -> ClassSymbol | Unknown:
        """The one class an annotation names."""
        if annotation is None:
            return Unknown("it has no annotation")
        if depth > _DEEPEST:
            return Unknown("the annotation is nested too deeply")
        if isinstance(annotation, ast.Constant):
            return self._of_text(annotation, module, owner, depth)
        if isinstance(annotation, ast.BinOp) and isinstance(annotation.op, ast.BitOr):
            return self._of_union([annotation.left, annotation.right], module, owner, depth)
        if isinstance(annotation, ast.Subscript):
            return self._of_generic(annotation, module, owner, depth)
        if isinstance(annotation, ast.Name | ast.Attribute):
            if getattr(annotation, "id", getattr(annotation, "attr", "")) == "Self" and owner is not None:
                return owner
            answer = self._resolver.resolve(annotation, module, owner)
            if not isinstance(answer, Yes):
                return answer if isinstance(answer, Unknown) else Unknown("the annotation names what is not there")
            return self._of_symbol(answer.symbol, depth)
        return Unknown("the annotation is computed")

    def _of_text(
        self, annotation: ast.Constant, module: ModuleSymbol, owner: ClassSymbol | None, depth: int
    ) -> ClassSymbol | Unknown:
        if not isinstance(annotation.value, str):
            return Unknown("the annotation names no class")
        try:
            parsed = ast.parse(annotation.value.strip(), mode="eval").body
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return Unknown("the annotation is not an expression")
        return self.class_of(parsed, module, owner, depth + 1)

    def _of_union(
        self, parts: list[ast.expr], module: ModuleSymbol, owner: ClassSymbol | None, depth: int
    ) -> ClassSymbol | Unknown:
        kept = [part for part in parts if not (isinstance(part, ast.Constant) and part.value is None)]
        if len(kept) != 1:
            return Unknown("the annotation names several classes")
        return self.class_of(kept[0], module, owner, depth + 1)

    def _of_generic(
        self, annotation: ast.Subscript, module: ModuleSymbol, owner: ClassSymbol | None, depth: int
    ) -> ClassSymbol | Unknown:
        origin = annotation.value
        name = origin.id if isinstance(origin, ast.Name) else getattr(origin, "attr", "")
        inner = annotation.slice
        parts = list(inner.elts) if isinstance(inner, ast.Tuple) else [inner]
        if name in ("Optional", "Union"):
            return self._of_union(parts, module, owner, depth)
        if name in _WRAPPERS and parts:
            return self.class_of(parts[0], module, owner, depth + 1)
        if name in ("type", "Type", "Callable", "Literal"):
            return Unknown(f"the annotation is {name}[…]")
        return self.class_of(origin, module, owner, depth + 1)

    def _of_symbol(self, symbol: Symbol, depth: int) -> ClassSymbol | Unknown:
        if isinstance(symbol, ClassSymbol):
            if (symbol.module.name, symbol.name) in _TELL_NOTHING:
                return Unknown(f"the annotation is {symbol.name}")
            return Unknown(f"{symbol.name} is defined in several ways") if symbol.has_variants else symbol
        if not isinstance(symbol, VariableSymbol):
            return Unknown("the annotation names no class")
        if symbol.unknown:
            return Unknown(f"{symbol.dotted or symbol.name} cannot be read: {symbol.unknown}")
        if symbol.module.name in ("typing", "typing_extensions") and symbol.name in _STANDARD_ALIASES:
            answer = self._resolver.absolute(_STANDARD_ALIASES[symbol.name])
            return answer.symbol if isinstance(answer, Yes) and isinstance(answer.symbol, ClassSymbol) else _computed()
        if symbol.value is None or symbol.is_rebound:
            return Unknown(f"{symbol.name} is not a class that can be read")
        value = symbol.value
        if isinstance(value, ast.Call):
            return self._of_type_call(value, symbol, depth)
        return self.class_of(value, symbol.module, symbol.owner, depth + 1)

    def _of_type_call(self, call: ast.Call, symbol: VariableSymbol, depth: int) -> ClassSymbol | Unknown:
        identity = self._resolver.identity(call.func, symbol.module)
        if identity in ("typing.TypeVar", "typing_extensions.TypeVar"):
            return Unknown(f"{symbol.name} stands for whatever the caller gives")
        if identity.endswith(".NewType") and len(call.args) == 2:
            return self.class_of(call.args[1], symbol.module, None, depth + 1)
        return Unknown(f"{symbol.name} is made by a call")

    def aliased(self, symbol: VariableSymbol) -> Symbol | None:
        """The module, class or function that a variable is only another name of."""
        if symbol.is_rebound or symbol.value is None or symbol.annotation is not None:
            return None
        if not isinstance(symbol.value, ast.Name | ast.Attribute):
            return None
        answer = self._resolver.resolve(symbol.value, symbol.module, symbol.owner)
        if isinstance(answer, Yes) and not isinstance(answer.symbol, VariableSymbol):
            return answer.symbol
        return None

    def partial_of(self, symbol: VariableSymbol) -> Symbol | None:
        """What `name = functools.partial(callee, …)` calls."""
        call = symbol.value
        if symbol.is_rebound or not isinstance(call, ast.Call) or not call.args:
            return None
        if self._resolver.identity(call.func, symbol.module) != "functools.partial":
            return None
        answer = self._resolver.resolve(call.args[0], symbol.module, symbol.owner)
        return answer.symbol if isinstance(answer, Yes) else None

    def value_class(self, symbol: Symbol, depth: int = 0) -> ClassSymbol | Unknown:
        """The class of a variable's value, or of what a property gives."""
        if isinstance(symbol, FunctionSymbol):
            if symbol.kind != "property":
                return Unknown(f"{symbol.name} is a function")
            return self.class_of(symbol.returns, symbol.module, symbol.owner)
        if not isinstance(symbol, VariableSymbol):
            return Unknown(f"{symbol.name} is no variable")
        if symbol.unknown:
            return Unknown(f"{symbol.dotted or symbol.name} cannot be read: {symbol.unknown}")
        if symbol.annotation is not None:
            return self.class_of(symbol.annotation, symbol.module, symbol.owner)
        if symbol.value is None or symbol.is_rebound or depth > _DEEPEST:
            return Unknown(f"{symbol.name} is given different or unknown values")
        return self.class_of_value(symbol.value, symbol.module, symbol.owner, depth + 1)

    def class_of_value(
        self, value: ast.expr, module: ModuleSymbol, owner: ClassSymbol | None, depth: int = 0
    ) -> ClassSymbol | Unknown:
        """The class of what an expression gives."""
        if isinstance(value, ast.Await):
            value = value.value
        if isinstance(value, ast.Call):
            return self._of_call(value, module, owner)
        literal = _LITERALS.get(type(value))
        if isinstance(value, ast.Constant) and value.value is not None and value.value is not ...:
            literal = type(value.value).__name__
        if literal is not None:
            answer = self._resolver.absolute(f"builtins.{literal}")
            return answer.symbol if isinstance(answer, Yes) and isinstance(answer.symbol, ClassSymbol) else _computed()
        if isinstance(value, ast.Name | ast.Attribute):
            answer = self._resolver.resolve(value, module, owner)
            if isinstance(answer, Yes) and isinstance(answer.symbol, VariableSymbol):
                return self.value_class(answer.symbol, depth + 1)
        return _computed()

    def _of_call(self, call: ast.Call, module: ModuleSymbol, owner: ClassSymbol | None) -> ClassSymbol | Unknown:
        name = call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")
        if name == "cast" and len(call.args) == 2:
            return self.class_of(call.args[0], module, owner)
        answer = self._resolver.resolve(call.func, module, owner)
        if not isinstance(answer, Yes):
            return answer if isinstance(answer, Unknown) else _computed()
        symbol = answer.symbol
        if isinstance(symbol, VariableSymbol):
            symbol = self.aliased(symbol) or symbol
        if isinstance(symbol, ClassSymbol):
            return symbol if not symbol.has_variants else Unknown(f"{symbol.name} is defined in several ways")
        if isinstance(symbol, FunctionSymbol):
            return self.returned_class(symbol)
        return _computed()

    def returned_class(self, function: FunctionSymbol) -> ClassSymbol | Unknown:
        """The class a call gives, awaited where the function is async; generators and context managers are unknown."""
        if function.has_variants:
            return Unknown(f"{function.name} has several signatures")
        if function.is_generator or any(_last(decorator) in _YIELDING for decorator in function.decorators):
            return Unknown(f"{function.name} yields")
        returns = function.returns
        if isinstance(returns, ast.Subscript) and _last(returns.value) in _AWAITED:
            parts = returns.slice.elts if isinstance(returns.slice, ast.Tuple) else [returns.slice]
            returns = parts[-1]
        return self.class_of(returns, function.module, function.owner)


def _last(expression: ast.expr) -> str:
    called = expression.func if isinstance(expression, ast.Call) else expression
    return called.id if isinstance(called, ast.Name) else getattr(called, "attr", "")


def _computed() -> Unknown:
    return Unknown("its value is computed")
