"""What all rules need to make a finding."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from difflib import get_close_matches

from core.mocks.doubles.meaning import Meanings
from core.mocks.doubles.record import Record
from core.mocks.doubles.values import Sight
from core.mocks.lookup import Lookup
from core.mocks.model import Confidence, Finding, Loudness, Place, Severity
from core.mocks.rules.table import RULES
from core.mocks.symbols import CallSignature, ClassSymbol, FunctionSymbol, ModuleSymbol, Symbol, VariableSymbol


@dataclass(frozen=True, slots=True)
class Case:
    """What a rule judges: everything seen, what mocks stand for, and the door to production."""

    record: Record
    meanings: Meanings
    lookup: Lookup
    text: Callable[[str], bytes] = field(default=lambda _path: b"")
    """The source of a test file."""
    found_in: Callable[..., bool] = field(default=lambda *_asked, **_where: False)
    """See `Questions.found_in`."""
    switched_on: frozenset[str] = frozenset()
    """Rules that are off by default, or have a quiet half, and are wanted."""


def finding(
    rule: str, sight: Sight, message: str, *, symbol: Symbol | None = None, signature: str = "",
    member: str | None = None, severity: Severity | None = None,
    confidence: Confidence = Confidence.HIGH, loudness: Loudness = "silent",
    suggestion: str = "", more: tuple[Place, ...] = (), component: str | None = None,
) -> Finding:  # fmt: skip
    return Finding(
        rule=rule, place=sight.place, message=message, severity=severity or RULES[rule].severity, confidence=confidence,
        component=component or component_of(symbol), member=member, production=symbol.place if symbol else None,
        signature=signature or head(symbol), suggestion=suggestion, loudness=loudness, dormant=sight.dormant,
        test=sight.test, more=more,
    )  # fmt: skip


_FOR_TESTS = re.compile(r"_*(?:mock|mocked|fake|stub|spy|dummy)_.*|.*_(?:mock|fake|stub|spy)", re.I)


def is_named_for_tests(name: str) -> bool:
    """Whether an attribute is plainly one in which tests keep a mock at hand, such as `mock_run`."""
    return _FOR_TESTS.fullmatch(name) is not None


def component_of(symbol: Symbol | None) -> str | None:
    """The class, or else the module, that a symbol belongs to, by its bare name."""
    if symbol is None:
        return None
    if isinstance(symbol, ModuleSymbol):
        return symbol.name
    owner = symbol if isinstance(symbol, ClassSymbol) else symbol.owner
    return owner.name if owner is not None else symbol.module.name


def head(symbol: Symbol | None) -> str:
    """A definition on one line, without asking for its signature."""
    if isinstance(symbol, ClassSymbol):
        return f"class {symbol.name}"
    if isinstance(symbol, FunctionSymbol):
        names = ", ".join(_written(each.name, each.kind) for each in symbol.parameters)
        return f"{'async ' if symbol.is_async else ''}def {symbol.name.rpartition('.')[2]}({names})"
    if isinstance(symbol, VariableSymbol):
        return symbol.name
    return f"module {symbol.name}" if isinstance(symbol, ModuleSymbol) else ""


def _written(name: str, kind: str) -> str:
    return {"varargs": f"*{name}", "varkw": f"**{name}"}.get(kind, name)


def text_of(signature: CallSignature, symbol: Symbol) -> str:
    return signature.text or head(symbol)


def closest(name: str, known: tuple[str, ...]) -> str:
    near = get_close_matches(name, known, n=1, cutoff=0.6)
    return near[0] if near else ""


def said_near(near: str) -> str:
    return f"; the closest name is {near}" if near else ""


def loud(is_loud: bool) -> Loudness:
    return "loud" if is_loud else "silent"
