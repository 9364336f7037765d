"""Sync and async mixed up in mocks and replacements (M006), and async fixtures and tests that are not run (M018)."""

import ast
import re
from collections.abc import Iterator

from core.mocks.doubles.attributes import label
from core.mocks.doubles.meaning import Meaning, walk
from core.mocks.doubles.record import AsyncSlip, Replaced
from core.mocks.doubles.values import Const, Double
from core.mocks.model import Confidence, Finding
from core.mocks.rules.callables import returns_plainly
from core.mocks.rules.finding import Case, finding, loud, text_of
from core.mocks.symbols import CallSignature, FunctionSymbol, Unknown

_AWAITABLE = (
    "Awaitable",
    "Coroutine",
    "Future",
    "Task",
    "Deferred",
    "Any",
    "AsyncIterator",
    "AsyncGenerator",
    "T",
    "object",
)


def find_mixed_up(case: Case) -> Iterator[Finding]:
    """M006."""
    for double in walk(case.record.doubles):
        if double.is_async is None or double.spec_kind:
            continue
        if double.kind == "child" and double.name.startswith("__"):
            continue  # MagicMock knows which of Python's own methods are async
        if double.kind == "child" and not any(_is_member_event(double)):
            continue
        meaning = case.meanings.of(double)
        if meaning is None or not isinstance(meaning.symbol, FunctionSymbol) or meaning.symbol.kind == "property":
            continue
        signature = case.lookup.signature(meaning.symbol, bound=meaning.bound)
        if not isinstance(signature, Unknown):
            yield from _judge(case, double, meaning, meaning.symbol, signature)

    for seen in case.record.replaced:
        yield from _judge_function(case, seen)


def _judge_function(case: Case, seen: Replaced) -> Iterator[Finding]:
    """A plain function of the tests in the place of an async one."""
    function, node = seen.symbol, seen.function.node
    if not isinstance(function, FunctionSymbol) or seen.function.is_async or not returns_plainly(node):
        return
    if not isinstance(node, ast.Lambda) and node.decorator_list:
        return
    signature = case.lookup.signature(function, bound=seen.bound)
    if not isinstance(signature, Unknown) and signature.is_async and _must_be_awaited(case, function):
        message = f"{label(function)} is async, but its replacement gives a plain value, which cannot be awaited."
        yield finding(
            "M006", seen.sight, message, symbol=function, signature=text_of(signature, function),
            member=function.name.rpartition(".")[2], loudness=loud(True), confidence=Confidence.MEDIUM,
            suggestion="use an async function",
        )  # fmt: skip


def _is_member_event(double: Double) -> Iterator[bool]:
    """Whether the test configured or asserted on a member, rather than merely touched it."""
    if double.parent is not None:
        for event in double.parent.events:
            yield event.member == double.name and event.kind in ("set", "assert")


def _judge(
    case: Case, double: Double, meaning: Meaning, function: FunctionSymbol, signature: CallSignature
) -> Iterator[Finding]:
    name = label(function)
    text = text_of(signature, function)
    bare = function.name.rpartition(".")[2]
    if double.is_async and not signature.is_async and not may_be_awaited(signature.returns, function):
        message = f"{name} is no async function, but its mock gives a coroutine, which is always true."
        confidence = Confidence.HIGH if meaning.exact else Confidence.MEDIUM
        yield finding(
            "M006", double.sight, message, symbol=function, signature=text, member=bare, confidence=confidence,
            suggestion="use Mock or MagicMock",
        )  # fmt: skip
    elif (
        double.is_async is False
        and signature.is_async
        and _must_be_awaited(case, function)
        and _gives_no_awaitable(double)
        and not _is_never_called(case, double, bare)
    ):
        message = f"{name} is async, but its mock gives a plain value, which cannot be awaited."
        yield finding(
            "M006", double.sight, message, symbol=function, signature=text, member=bare, loudness=loud(True),
            confidence=Confidence.MEDIUM, suggestion="use AsyncMock",
        )  # fmt: skip


def may_be_awaited(returns: ast.expr | None, function: FunctionSymbol) -> bool:
    """Whether a plain function may return something to await; without an annotation nobody can say."""
    if function.is_generator:
        return False
    if returns is None:
        return True
    text = ast.unparse(returns)
    return any(word in text for word in _AWAITABLE)


def _must_be_awaited(case: Case, function: FunctionSymbol) -> bool:
    """Whether production awaits what it gets from a function of that name; decorators may make a plain one of it."""
    name = function.name.rpartition(".")[2]
    word = re.escape(name.encode())
    awaited = (
        rb"\b(?:await|gather|create_task|ensure_future|wait_for|run|shield)\b[^\n]*(?:\n[^\n]*){0,2}?\b"
        + word
        + rb"\s*\("
    )
    if function.is_generator or not case.found_in(awaited, name, in_tests=False):
        return False
    # What hands its coroutine on is no async function itself, so a test may call it and await nothing.
    handed_on = re.compile(rb"\breturn\s+(?:self\.|cls\.)?" + word + rb"\s*\(")
    return handed_on.search(case.text(function.module.path)) is None


def _is_never_called(case: Case, double: Double, name: str) -> bool:
    """Whether the test, from where the mock is made on, says that it is not called."""
    path, line = double.sight.place
    lines = case.text(path).split(b"\n")[line - 1 :]
    names = b"|".join(re.escape(each.encode()) for each in (name, *sorted(double.names)))
    denied = re.compile(
        rb"\b(?:" + names + rb")\b(?:\.assert_not_(?:called|awaited)\(|\.(?:call|await)_count(?:\s*==\s*|,\s*)0\b"
        rb"|\.called\s+is\s+False)|(?:not|assertFalse\()\s*[\w.]*\b(?:" + names + rb")\.called\b"
    )
    has_begun = False
    for text in lines:
        if _TEST.match(text):
            if has_begun:
                return False
            has_begun = True
        elif text.strip() and not text.lstrip().startswith((b"@", b")")):
            has_begun = True
        if denied.search(text):
            return True
    return False


_TEST = re.compile(rb"\s*(?:async\s+)?def\s+test")


def _gives_no_awaitable(double: Double) -> bool:
    if double.side_effect is not None or double.wraps:
        return False
    return double.returns is None or isinstance(double.returns, Const)


def find_unrun(case: Case) -> Iterator[Finding]:
    """M018."""
    for slip in case.record.async_slips:
        yield _unrun(slip)


def _unrun(slip: AsyncSlip) -> Finding:
    messages = {
        "fixture": f"The async fixture {slip.name} has a plain @pytest.fixture, which strict mode does not await.",
        "test": f"The async test {slip.name} has no asyncio mark, so strict mode does not run it.",
        "unittest": f"The async test {slip.name} is in a plain TestCase, so its body never runs.",
    }
    suggestions = {
        "fixture": "use @pytest_asyncio.fixture",
        "test": "add @pytest.mark.asyncio",
        "unittest": "inherit from unittest.IsolatedAsyncioTestCase",
    }
    return finding(
        "M018", slip.sight, messages[slip.what], member=slip.name, loudness=loud(slip.what == "test"),
        suggestion=suggestions[slip.what],
    )  # fmt: skip
