"""Replacement callables that do not fit (M009), return values (M010) and hand-written fakes (M012)."""

import ast
from collections.abc import Iterator

from core.mocks.doubles.attributes import label
from core.mocks.doubles.meaning import walk
from core.mocks.doubles.record import Replaced, Stand
from core.mocks.doubles.values import Const, LocalFunction, Real, Sight
from core.mocks.model import Confidence, Finding
from core.mocks.rules.finding import Case, finding, text_of
from core.mocks.rules.fits import disagreement, signature_of
from core.mocks.symbols import ClassSymbol, FunctionSymbol, Unknown, Yes


def find_misfits(case: Case) -> Iterator[Finding]:
    """M009."""
    for seen in case.record.replaced:
        if seen.symbol.name.endswith(("__init__", "__new__")):
            continue  # tests empty a constructor in order to call it without arguments
        yield from _judge(case, seen.sight, seen.symbol, seen.function, _bounds(seen))
    for double in walk(case.record.doubles):
        meaning = case.meanings.of(double) if double.effects else None
        if meaning is None or not isinstance(meaning.symbol, FunctionSymbol):
            continue
        for effect in double.effects:
            yield from _judge(case, _sight_of(effect, double.sight), meaning.symbol, effect, (meaning.bound,))


def _sight_of(effect: LocalFunction, otherwise: Sight) -> Sight:
    """A lambda is judged where it is written, which is where it becomes the side effect."""
    if isinstance(effect.node, ast.Lambda) and effect.scope.module.path == otherwise.place.path:
        return otherwise._replace(place=otherwise.place._replace(line=effect.node.lineno))
    return otherwise


def _bounds(seen: Replaced) -> tuple[bool, ...]:
    """Ways in which production may call the replacement: class and static methods differ by who calls."""
    if seen.bound or seen.function.receiver is not None or not isinstance(seen.symbol, FunctionSymbol):
        return (True,)
    return (False,) if seen.symbol.kind == "method" else (True, False)


def _judge(
    case: Case, sight: Sight, symbol: FunctionSymbol | ClassSymbol, function: LocalFunction, bounds: tuple[bool, ...]
) -> Iterator[Finding]:
    if not isinstance(function.node, ast.Lambda) and function.node.decorator_list:
        return
    owns = [signature_of(function, bound=function.receiver is not None)]
    if isinstance(symbol, FunctionSymbol) and symbol.kind in ("classmethod", "staticmethod"):
        owns.append(signature_of(function, bound=True))
    reasons: list[str] = []
    text = ""
    for bound in bounds:
        signature = case.lookup.signature(symbol, bound=bound)
        if isinstance(signature, Unknown):
            return
        text = text_of(signature, symbol)
        reasons += [disagreement(signature, own) for own in owns]
    if reasons and all(reasons):
        message = f"The replacement of {label(symbol)} fits no call of it: {reasons[0]}."
        yield finding(
            "M009", sight, message, symbol=symbol, signature=text,
            member=symbol.name.rpartition(".")[2], loudness="loud",
            confidence=Confidence.LOW if _is_idle(function) else Confidence.MEDIUM,
            suggestion="give the replacement the parameters of the real one",
        )  # fmt: skip


def _is_idle(function: LocalFunction) -> bool:
    """`lambda: None`: it mostly stands where nothing is to be called at all."""
    node = function.node
    idle = isinstance(node, ast.Lambda) and isinstance(node.body, ast.Constant) and node.body.value is None
    return idle and not signature_of(function, bound=False).parameters


_PLAIN = ast.Constant | ast.Dict | ast.List | ast.Tuple | ast.JoinedStr
_TYPES: dict[str, tuple[type, ...]] = {
    "int": (int,), "str": (str,), "bool": (bool,), "float": (float, int), "bytes": (bytes,), "None": (type(None),),
}  # fmt: skip


def find_wrong_returns(case: Case) -> Iterator[Finding]:
    """M010."""
    for double in walk(case.record.doubles):
        if not isinstance(double.returns, Const):
            continue
        meaning = case.meanings.of(double)
        if meaning is None or not isinstance(meaning.symbol, FunctionSymbol):
            continue
        signature = case.lookup.signature(meaning.symbol, bound=meaning.bound)
        wanted = None if isinstance(signature, Unknown) or signature.returns is None else ast.unparse(signature.returns)
        if wanted in _TYPES and not isinstance(double.returns.value, _TYPES[wanted]):
            message = f"{label(meaning.symbol)} returns {wanted}, but its mock returns {double.returns.value!r}."
            yield finding(
                "M010", double.sight, message, symbol=meaning.symbol, member=meaning.symbol.name.rpartition(".")[2],
                confidence=Confidence.MEDIUM,
            )  # fmt: skip


def find_diverged_fakes(case: Case) -> Iterator[Finding]:
    """M012, once for each method of a fake and real class."""
    done: set[tuple[int, int, str]] = set()
    for stand in case.record.stands:
        for name, method in stand.fake.scope.names.items():
            key = (id(stand.fake.node), id(stand.real), name)
            if not isinstance(method, LocalFunction) or name.startswith("__") or key in done:
                continue
            done.add(key)
            yield from _diverged(case, stand, name, method)


def _diverged(case: Case, stand: Stand, name: str, method: LocalFunction) -> Iterator[Finding]:
    if isinstance(method.node, ast.Lambda) or method.node.decorator_list:
        return
    answer = case.lookup.member(stand.real, name, on_instance=True, exact=False)
    if not isinstance(answer, Yes) or not isinstance(answer.symbol, FunctionSymbol) or answer.symbol.kind != "method":
        return
    function = answer.symbol
    signature = case.lookup.signature(function, bound=True)
    if isinstance(signature, Unknown) or function.is_generator or function.is_abstract:
        return
    reason = disagreement(signature, signature_of(method, bound=True))
    if not _inherits(case, stand) and signature.is_async and not method.is_async and returns_plainly(method.node):
        reason = "the real one is async"
    if not reason:
        return
    sight = Sight(
        stand.sight.place._replace(path=method.scope.module.path, line=method.node.lineno),
        stand.sight.test,
        stand.sight.dormant,
    )
    message = f"{stand.fake.node.name}.{name} has diverged from {label(function)}: {reason}."
    yield finding(
        "M012", sight, message, symbol=function, signature=text_of(signature, function), member=name,
        confidence=Confidence.LOW if _inherits(case, stand) else Confidence.MEDIUM,
        suggestion="give the method the signature of the real one",
    )  # fmt: skip


def _inherits(case: Case, stand: Stand) -> bool:
    """Whether the fake is of the real class, which production then calls as it likes."""
    if stand.how == "inherits":
        return True
    for base in stand.fake.lineage():
        mro = case.lookup.mro(base.symbol) if isinstance(base, Real) and isinstance(base.symbol, ClassSymbol) else ()
        if isinstance(mro, Unknown) or stand.real in mro:
            return True
    return False


def _fails(statement: ast.stmt) -> bool:
    """`pytest.fail(...)`, `self.fail(...)`."""
    call = statement.value if isinstance(statement, ast.Expr) else None
    return isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr == "fail"


def returns_plainly(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) -> bool:
    """Whether no return of a plain function could be an awaitable."""
    if isinstance(node, ast.Lambda):
        return isinstance(node.body, _PLAIN)
    returns = [each for each in ast.walk(node) if isinstance(each, ast.Return) and each.value is not None]
    raises = any(isinstance(each, ast.Raise) or _fails(each) for each in node.body)
    return not raises and all(isinstance(each.value, _PLAIN) for each in returns)
