"""How functions, methods and classes are called."""

import ast
from collections.abc import Iterator
from dataclasses import replace

from core.mocks.hierarchy import Hierarchy
from core.mocks.members import Members
from core.mocks.resolving import Resolver
from core.mocks.symbol_table import parameters_of
from core.mocks.symbols import (
    CallSignature,
    ClassSymbol,
    FunctionSymbol,
    Parameter,
    ParameterKind,
    Symbol,
    Unknown,
    VariableSymbol,
    Yes,
)
from core.mocks.trail import Memo
from core.mocks.values import Values

_TRANSPARENT = frozenset(
    {
        "abc.abstractmethod", "abc.abstractclassmethod", "abc.abstractstaticmethod", "builtins.staticmethod",
        "builtins.classmethod", "typing.override", "typing_extensions.override", "typing.final",
        "typing_extensions.final", "typing.overload", "typing_extensions.overload", "functools.lru_cache",
        "functools.cache", "contextlib.contextmanager", "contextlib.asynccontextmanager", "typing.no_type_check",
        "warnings.deprecated", "typing_extensions.deprecated", "atexit.register", "types.coroutine",
        "asyncio.coroutine", "functools.wraps", "pytest.mark", "unittest.skip", "unittest.skipIf",
        "unittest.skipUnless",
    }
)  # fmt: skip
_NOT_AWAITED = frozenset({"contextlib.asynccontextmanager"})
_DATACLASSES = frozenset(
    {
        "dataclasses.dataclass", "attr.s", "attr.attrs", "attr.define", "attr.mutable", "attr.frozen",
        "attr.dataclass", "attrs.define", "attrs.mutable", "attrs.frozen", "pydantic.dataclasses.dataclass",
    }
)  # fmt: skip
_APPLICATIONS = frozenset({"APIRouter", "FastAPI", "Starlette", "Flask", "Blueprint"})
_REGISTRARS = frozenset(
    {
        "get", "post", "put", "patch", "delete", "head", "options", "trace", "api_route", "route", "websocket",
        "websocket_route", "middleware", "on_event", "exception_handler", "errorhandler", "app_errorhandler",
        "before_request", "after_request", "teardown_request", "teardown_appcontext", "before_app_request",
        "after_app_request", "context_processor", "app_context_processor", "template_filter", "template_test",
        "template_global", "shell_context_processor", "url_value_preprocessor", "endpoint",
    }
)  # fmt: skip
_ATTRS_FIELDS = frozenset({"ib", "attrib", "field"})
_FIELD_MAKERS = _ATTRS_FIELDS | {"Factory", "Field"}
_MOST_HOPS = 8


class Signatures:
    """Signatures, kept once computed."""

    def __init__(self, resolver: Resolver, hierarchy: Hierarchy, members: Members, values: Values) -> None:
        self._resolver = resolver
        self._hierarchy = hierarchy
        self._members = members
        self._values = values
        self._known: Memo[tuple[Symbol, bool], CallSignature | Unknown] = Memo(resolver.modules.sources.trails)

    def signature(self, symbol: Symbol, *, bound: bool, hops: int = 0) -> CallSignature | Unknown:
        """See `Lookup.signature`."""
        key = (symbol, bound)
        return self._known.answer(key, lambda: self._signature(symbol, bound=bound, hops=hops))

    def _signature(self, symbol: Symbol, *, bound: bool, hops: int) -> CallSignature | Unknown:
        if isinstance(symbol, FunctionSymbol):
            return self._of_function(symbol, bound=bound)
        if isinstance(symbol, ClassSymbol):
            return self._of_class(symbol)
        if isinstance(symbol, VariableSymbol) and hops < _MOST_HOPS:
            return self._of_variable(symbol, bound=bound, hops=hops)
        if isinstance(symbol, VariableSymbol):
            self._resolver.modules.sources.trail.is_circular = True
        return Unknown(f"{symbol.name} is not called")

    def _of_function(self, function: FunctionSymbol, *, bound: bool) -> CallSignature | Unknown:
        if function.has_variants:
            return Unknown(f"{function.name} has several signatures")
        if function.kind == "property":
            return Unknown(f"{function.name} is a property")
        is_async = function.is_async and not function.is_generator
        for decorator in function.decorators:
            identity = self._decorator_identity(decorator, function)
            if not identity:
                return Unknown(f"{function.name} has a decorator that may change how it is called")
            is_async = is_async and identity not in _NOT_AWAITED
        parameters = function.parameters
        drops = function.owner is not None and (function.kind == "classmethod" or (bound and function.kind == "method"))
        if function.name == "__new__" and function.owner is not None and bound:
            drops = True
        if drops:
            parameters = without_receiver(parameters)
        return CallSignature(parameters, is_async, function.returns, head_of(function))

    def _decorator_identity(self, decorator: ast.expr, function: FunctionSymbol, depth: int = 0) -> str:
        """The decorator's name when it leaves the call as it is; else empty."""
        called = decorator.func if isinstance(decorator, ast.Call) else decorator
        identity = self._resolver.identity(called, function.module, function.owner)
        if identity in _TRANSPARENT:
            return identity
        answer = self._resolver.resolve(called, function.module, function.owner)
        if not isinstance(answer, Yes):
            return "registers" if self._registers(called, function) else ""
        symbol, is_called = answer.symbol, isinstance(decorator, ast.Call)
        if isinstance(symbol, VariableSymbol):
            symbol = self._values.aliased(symbol) or self._values.partial_of(symbol) or symbol
        if not isinstance(symbol, FunctionSymbol) or symbol.has_variants or depth > _MOST_HOPS:
            return ""
        wanted = ("argument, when called", "same call, when called") if is_called else ("argument", "same call")
        is_plain = all(self._decorator_identity(each, symbol, depth + 1) for each in symbol.decorators)
        return symbol.name if symbol.hands_back in wanted and is_plain else ""

    def _registers(self, called: ast.expr, function: FunctionSymbol) -> bool:
        """`@router.get(…)` of a known library notes the function and gives it back."""
        if not isinstance(called, ast.Attribute) or called.attr not in _REGISTRARS:
            return False
        holder = self._values.class_of_value(called.value, function.module, function.owner)
        if isinstance(holder, Unknown):
            return False
        return any(ancestor.name in _APPLICATIONS for ancestor in self._hierarchy.known_part(holder))

    def _of_variable(self, variable: VariableSymbol, *, bound: bool, hops: int) -> CallSignature | Unknown:
        if variable.unknown or variable.is_rebound:
            return Unknown(f"{variable.dotted or variable.name} cannot be read")
        if isinstance(variable.value, ast.Lambda) and variable.annotation is None:
            parameters = parameters_of(variable.value.args)
            drops = bound and variable.owner is not None and not variable.on_instance
            return CallSignature(
                without_receiver(parameters) if drops else parameters, text=f"{variable.name} = lambda"
            )
        alias = self._values.aliased(variable)
        if alias is not None and variable.owner is None:
            return self.signature(alias, bound=bound, hops=hops + 1)
        return Unknown(f"{variable.name} is a value")

    def _of_class(self, cls: ClassSymbol) -> CallSignature | Unknown:
        order = self._hierarchy.mro(cls)
        if isinstance(order, Unknown):
            return order
        doubt = self._constructor_doubt(cls, order)
        if doubt:
            return Unknown(doubt)
        for ancestor in order:
            if ancestor.module.path.startswith("<known>/"):
                return Unknown(f"{ancestor.name} makes the constructor")
            if self.is_dataclass(ancestor) and "__init__" not in ancestor.members and "__new__" not in ancestor.members:
                return self._of_fields(cls, ancestor)
            made = ancestor.members.get("__new__")
            initialised = ancestor.members.get("__init__")
            if ancestor.module.name == "builtins" and ancestor.name == "object":
                return CallSignature((), text=f"class {cls.name}")
            if ancestor.module.name == "typing" and ancestor.name == "NamedTuple":
                return self._of_named_tuple(cls, order)
            if made is not None and (initialised is None or not ancestor.module.is_stub):
                following = order[: order.index(ancestor)]
                if initialised is not None or any("__init__" in earlier.members for earlier in following):
                    return Unknown(f"{ancestor.name} defines __new__")
                return self._constructor(made, cls)
            if initialised is not None:
                if self._has_new(order[order.index(ancestor) + 1 :]):
                    return Unknown(f"an ancestor of {cls.name} defines __new__")
                return self._constructor(initialised, cls)
        return Unknown(f"the constructor of {cls.name} is not known")

    def _constructor(self, binding: object, cls: ClassSymbol) -> CallSignature | Unknown:
        if not isinstance(binding, FunctionSymbol):
            return Unknown(f"the constructor of {cls.name} is a value")
        found = self._of_function(binding, bound=True)
        return found if isinstance(found, Unknown) else replace(found, is_async=False, returns=None)

    def _has_new(self, order: tuple[ClassSymbol, ...]) -> bool:
        """A `__new__` that also sees the arguments; those of the standard library are lenient with subclasses."""
        return any("__new__" in ancestor.members and not ancestor.module.is_stub for ancestor in order)

    def _constructor_doubt(self, cls: ClassSymbol, order: tuple[ClassSymbol, ...]) -> str:
        if cls.has_variants:
            return f"{cls.name} is defined in several ways"
        for ancestor in order:
            if ancestor.module.name == "enum" or ancestor.name == "TypedDict":
                return f"{cls.name} is called in a way of its own"
            for keyword in ancestor.keywords:
                if keyword.arg == "metaclass" and self._resolver.identity(keyword.value, ancestor.module) not in (
                    "abc.ABCMeta",
                    "builtins.type",
                ):
                    return f"{ancestor.name} has a metaclass"
            for decorator in () if ancestor.module.is_stub else ancestor.decorators:
                if not self._hierarchy.is_plain_decorator(decorator, ancestor):
                    return f"{ancestor.name} has a decorator that may change how it is called"
        return ""

    def _dataclass_decorator(self, cls: ClassSymbol) -> ast.expr | None:
        for decorator in cls.decorators:
            called = decorator.func if isinstance(decorator, ast.Call) else decorator
            if self._resolver.identity(called, cls.module) in _DATACLASSES:
                return decorator
        return None

    def is_dataclass(self, cls: ClassSymbol) -> bool:
        """Whether its own decorator makes the constructor from its fields."""
        decorator = self._dataclass_decorator(cls)
        return decorator is not None and _flag(decorator, "init") is not False

    def _of_fields(self, cls: ClassSymbol, made: ClassSymbol) -> CallSignature | Unknown:
        order = self._hierarchy.mro(made)
        assert not isinstance(order, Unknown)
        fields: dict[str, Parameter] = {}
        for ancestor in reversed(order):
            decorator = self._dataclass_decorator(ancestor)
            if decorator is None:
                continue
            for name, parameter in self._own_fields(ancestor, decorator):
                if isinstance(parameter, Unknown):
                    return parameter
                if parameter is None:
                    fields.pop(name, None)
                else:
                    fields[name] = parameter
        plain = [parameter for parameter in fields.values() if parameter.kind != "keyword"]
        named = [parameter for parameter in fields.values() if parameter.kind == "keyword"]
        shown = ", ".join(
            parameter.name + (" = ..." if parameter.has_default else "") for parameter in (*plain, *named)
        )
        return CallSignature((*plain, *named), text=f"class {cls.name}({shown})")

    def _own_fields(self, cls: ClassSymbol, decorator: ast.expr) -> Iterator[tuple[str, Parameter | Unknown | None]]:
        """Each field of the class body with its parameter; None where it takes no argument."""
        called = decorator.func if isinstance(decorator, ast.Call) else decorator
        is_attrs = self._resolver.identity(called, cls.module).startswith("attr")
        keyword_only = _flag(decorator, "kw_only") is True
        later = _defaulted_later(cls) if is_attrs else frozenset()
        for name, binding in cls.members.items():
            hidden = [each for each in cls.others.get(name, ()) if isinstance(each, VariableSymbol) and each.is_field]
            if hidden and isinstance(binding, FunctionSymbol):
                # The annotation still makes a field, whose default is what the later definition left there.
                kind: ParameterKind = "keyword" if keyword_only else "either"
                yield name, Parameter(name, kind, True, hidden[0].annotation)
                continue
            if not isinstance(binding, VariableSymbol) or not (binding.is_field or is_attrs):
                continue
            if _word(binding.annotation) == "KW_ONLY":
                keyword_only = True
            elif _word(binding.annotation) != "ClassVar" and (binding.is_field or _made_by(binding) in _ATTRS_FIELDS):
                made = self._field(name, binding, keyword_only=keyword_only, is_attrs=is_attrs)
                yield name, made._replace(has_default=True) if name in later and isinstance(made, Parameter) else made

    def _field(
        self, name: str, binding: VariableSymbol, *, keyword_only: bool, is_attrs: bool
    ) -> Parameter | Unknown | None:
        call, made_by = binding.value, _made_by(binding)
        has_default = call is not None
        if isinstance(call, ast.Call) and made_by in _FIELD_MAKERS:
            if made_by == "Field":
                return Unknown(f"{name} is a field of a model")
            given = {keyword.arg: keyword.value for keyword in call.keywords}
            if None in given or "alias" in given:
                return Unknown(f"{name} is a field with computed options or an alias")
            if _is_constant(given.get("init"), False):
                return None
            keyword_only = _is_constant(given.get("kw_only"), True) or (keyword_only and "kw_only" not in given)
            if made_by != "Factory":
                has_default = bool({"default", "default_factory", "factory"} & set(given)) or bool(call.args)
        shown = name.lstrip("_") if is_attrs else name
        return Parameter(shown, "keyword" if keyword_only else "either", has_default, binding.annotation)

    def _of_named_tuple(self, cls: ClassSymbol, order: tuple[ClassSymbol, ...]) -> CallSignature | Unknown:
        for ancestor in order:
            fields = [
                binding
                for binding in ancestor.members.values()
                if isinstance(binding, VariableSymbol) and binding.is_field
            ]
            if fields and ancestor.unknown == "":
                if any(isinstance(field.value, ast.Constant) and field.value.value is ... for field in fields):
                    return Unknown(f"{cls.name} has computed defaults")
                parameters = tuple(
                    Parameter(field.name, "either", field.value is not None, field.annotation) for field in fields
                )
                shown = ", ".join(parameter.name for parameter in parameters)
                return CallSignature(parameters, text=f"class {cls.name}({shown})")
        return Unknown(f"the fields of {cls.name} are not known")


def _defaulted_later(cls: ClassSymbol) -> frozenset[str]:
    """Fields of an attrs class whose default a method decorated with `@field.default` gives."""
    decorators = (each for binding in cls.members.values() if isinstance(binding, FunctionSymbol)
                  for each in binding.decorators)  # fmt: skip
    return frozenset(
        each.value.id
        for each in decorators
        if isinstance(each, ast.Attribute) and each.attr == "default" and isinstance(each.value, ast.Name)
    )


def without_receiver(parameters: tuple[Parameter, ...]) -> tuple[Parameter, ...]:
    """Without the first positional parameter; `*args` swallows the receiver and stays."""
    if parameters and parameters[0].kind in ("positional", "either"):
        return parameters[1:]
    return parameters


def head_of(function: FunctionSymbol) -> str:
    """`async def name(self, a: int, *, b=…) -> str` on one line."""
    shown: list[str] = []
    kinds = [parameter.kind for parameter in function.parameters]
    for index, parameter in enumerate(function.parameters):
        if parameter.kind == "keyword" and "varargs" not in kinds and "keyword" not in kinds[:index]:
            shown.append("*")
        star = {"varargs": "*", "varkw": "**"}.get(parameter.kind, "")
        text = star + parameter.name + (f": {_unparse(parameter.annotation)}" if parameter.annotation else "")
        if parameter.has_default and not star:
            text += " = ..." if parameter.annotation else "=..."
        shown.append(text)
        if parameter.kind == "positional" and "positional" not in kinds[index + 1 :]:
            shown.append("/")
    returns = f" -> {_unparse(function.returns)}" if function.returns is not None else ""
    return f"{'async ' if function.is_async else ''}def {function.name}({', '.join(shown)}){returns}"


def _unparse(expression: ast.expr) -> str:
    try:
        return " ".join(ast.unparse(expression).split())
    except (RecursionError, ValueError):
        return "..."


def _word(expression: ast.expr | None) -> str:
    """The last name of a type or a call, `ClassVar[int]` and its text form included."""
    if isinstance(expression, ast.Subscript):
        expression = expression.value
    if isinstance(expression, ast.Constant) and isinstance(expression.value, str):
        return expression.value.partition("[")[0].rpartition(".")[2].strip()
    return expression.id if isinstance(expression, ast.Name) else getattr(expression, "attr", "")


def _made_by(binding: VariableSymbol) -> str:
    return _word(binding.value.func) if isinstance(binding.value, ast.Call) else ""


def _is_constant(expression: ast.expr | None, value: bool) -> bool:
    return isinstance(expression, ast.Constant) and expression.value is value


def _flag(decorator: ast.expr, name: str) -> bool | None:
    if not isinstance(decorator, ast.Call):
        return None
    for keyword in decorator.keywords:
        if keyword.arg == name and isinstance(keyword.value, ast.Constant) and isinstance(keyword.value.value, bool):
            return keyword.value.value
    return None
