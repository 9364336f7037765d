"""Assertions that assert nothing (M007) or that production would reject (M008)."""

import re
from collections.abc import Iterator

from core.mocks.doubles.attributes import label
from core.mocks.doubles.meaning import Meaning, walk
from core.mocks.doubles.values import Double, Shape
from core.mocks.model import Confidence, Finding
from core.mocks.rules.finding import Case, finding, loud, text_of
from core.mocks.rules.fits import rejection
from core.mocks.symbols import FunctionSymbol, ModuleSymbol, Unknown, Yes


def find_slips(case: Case) -> Iterator[Finding]:
    """M007."""
    for slip in case.record.slips:
        known = bool(slip.word) and case.lookup.knows_word(slip.word.rstrip("="))
        if known and (not slip.is_sure or slip.wrote.endswith("=")):
            continue
        if known and slip.double is not None and _has(case, slip.double, slip.word):
            continue
        confidence = Confidence.HIGH if slip.is_sure else Confidence.MEDIUM
        yield finding(
            "M007", slip.sight, f"{slip.wrote}: {slip.reason}.", member=slip.wrote, confidence=confidence,
            loudness=loud(slip.is_loud), suggestion=slip.suggestion,
        )  # fmt: skip


def _has(case: Case, double: Double, word: str) -> bool:
    """Whether what a mock stands for really has a member of a name that reads like an assertion."""
    meaning = case.meanings.of(double)
    if meaning is None:
        return False
    found = case.lookup.member(meaning.symbol, word, on_instance=meaning.as_instance, exact=meaning.exact)
    return isinstance(found, Yes)


def _is_compiled(meaning: Meaning) -> bool:
    """The autospec of a method written in C is no function, so nobody can say whether it is passed the receiver."""
    symbol = meaning.symbol
    return symbol.module.is_stub and not meaning.bound if isinstance(symbol, FunctionSymbol) else False


def _is_for_subclass(case: Case, meaning: Meaning, shape: Shape) -> bool:
    """Whether the call may be one of a method that a subclass overrides, and some subclass takes it."""
    symbol = meaning.symbol
    if not isinstance(symbol, FunctionSymbol) or (meaning.exact and not symbol.is_abstract):
        return False
    for override in case.lookup.overrides(symbol):
        signature = case.lookup.signature(override, bound=meaning.bound)
        if isinstance(signature, Unknown) or not rejection(signature, shape):
            return True
    return False


def _is_of_class(case: Case, double: Double, shape: Shape) -> bool:
    """Whether the call is one of a method of the class itself, which is then passed the receiver."""
    holder = case.meanings.of(double.parent) if double.parent is not None else None
    symbol = holder and case.meanings.of(double)
    if holder is None or holder.as_instance or not symbol or not isinstance(symbol.symbol, FunctionSymbol):
        return False
    signature = case.lookup.signature(symbol.symbol, bound=False)
    return isinstance(signature, Unknown) or not rejection(signature, shape)


def _is_handed_on(case: Case, meaning: Meaning) -> bool:
    """Whether production calls it with keywords that it is given itself, so that a test may give it any."""
    name = meaning.symbol.name.rpartition(".")[2]
    call = rb"\b" + re.escape(name.encode()) + rb"\((?:[^()]|\([^()]*\)){0,400}\*\*\w+"
    return case.found_in(call, name, in_tests=False)


def find_rejected_assertions(case: Case) -> Iterator[Finding]:
    """M008."""
    for double in walk(case.record.doubles):
        meaning = case.meanings.of(double) if double.calls else None
        if meaning is None or isinstance(meaning.symbol, ModuleSymbol) or meaning.as_instance:
            continue
        signature = case.lookup.signature(meaning.symbol, bound=meaning.bound)
        if isinstance(signature, Unknown) or _is_compiled(meaning):
            continue
        for call in double.calls:
            reason = rejection(signature, call.shape)
            excused = reason and (_is_for_subclass(case, meaning, call.shape) or _is_of_class(case, double, call.shape))
            if reason and not excused and not _is_handed_on(case, meaning):
                message = f"{label(meaning.symbol)} would reject the asserted call: {reason}."
                yield finding(
                    "M008", call.sight, message, symbol=meaning.symbol, signature=text_of(signature, meaning.symbol),
                    member=meaning.symbol.name.rpartition(".")[2],
                    confidence=Confidence.HIGH if meaning.exact else Confidence.MEDIUM,
                    loudness=loud(meaning.enforced == "autospec"),
                    suggestion="correct the expectation, or the production call that it repeats",
                )  # fmt: skip
