"""Real production used wrongly by tests: M004, M013, M014, M015."""

import re
from collections.abc import Iterator

from core.mocks.doubles.attributes import label
from core.mocks.doubles.record import MissingImport, RealUse
from core.mocks.doubles.values import Instance
from core.mocks.model import Confidence, Finding, Severity
from core.mocks.rules.finding import Case, finding, is_named_for_tests, said_near, text_of
from core.mocks.rules.fits import rejection
from core.mocks.symbols import ClassSymbol, ModuleSymbol, No, Unknown


def find_uses(case: Case) -> Iterator[Finding]:
    """M004 and M014."""
    set_before: set[tuple[int, str]] = set()
    for use in case.record.uses:
        near = use.answer.near if isinstance(use.answer, No) else ""
        if use.kind == "get":
            known = not use.exact and case.lookup.knows_word(use.name)  # then the object may be a more special one
            is_new = (id(use.owner), use.name) not in set_before and not known
            if is_new and not _is_asked_for(case, use) and not _is_set_by_tests(case, use.name):
                yield _read(use, near)
        else:
            set_before.add((id(use.owner), use.name))
            wanted = use.value in ("mock", "callable") or "M004" in case.switched_on
            if wanted and not any(excuse(case, use) for excuse in _EXCUSES):
                yield _set(use, near)


def _is_dispatched(case: Case, use: RealUse) -> bool:
    return isinstance(use.owner, ClassSymbol) and case.lookup.dispatches(use.owner)


def _is_in_the_place_of_another(case: Case, use: RealUse) -> bool:
    """Whether the object is handed on, and production asks what it is handed for the member."""
    if not isinstance(use.holder, Instance) or not use.holder.is_passed:
        return False
    asked = rb"(?<!self)(?<!cls)\." + re.escape(use.name.encode()) + rb"\b(?!\s*=[^=])"
    return case.found_in(asked, use.name, in_tests=False)


def _is_of_subclass(case: Case, use: RealUse) -> bool:
    """Whether a subclass may have the member, whose objects the test's one then stands in for."""
    if not isinstance(use.owner, ClassSymbol) or not use.on_instance:
        return False
    return not isinstance(case.lookup.member(use.owner, use.name, on_instance=True, exact=False), No)


def _is_for_tests(case: Case, use: RealUse) -> bool:
    """Whether a mock or function is put on an object for the tests themselves to use."""
    if is_named_for_tests(use.name):
        return True
    word = re.escape(use.name.encode())
    return use.value == "callable" and case.found_in(rb"(?<!def )\w\." + word + rb"\(", use.name, in_tests=True)


_EXCUSES = (_is_dispatched, _is_of_subclass, _is_for_tests, _is_in_the_place_of_another)


def _is_asked_for(case: Case, use: RealUse) -> bool:
    """Whether the test looks for itself if the member is there."""
    asked = rb"(?:has|get)attr\([^()\n]*,\s*['\"]" + re.escape(use.name.encode()) + rb"['\"]"
    return re.search(asked, case.text(use.sight.place.path)) is not None


def _is_set_by_tests(case: Case, name: str) -> bool:
    """Whether some test, or code that one holds as text, sets the attribute."""
    word = re.escape(name.encode())
    return case.found_in(rb"\." + word + rb"\s*=[^=]|setattr\([^)]*['\"]" + word, name, in_tests=True)


def _read(use: RealUse, near: str) -> Finding:
    message = f"{label(use.owner)} has no {use.name}{said_near(near)}."
    return finding(
        "M014", use.sight, message, symbol=use.owner, member=use.name, loudness="loud",
        suggestion=f"use {near}" if near else "", confidence=Confidence.HIGH if use.exact else Confidence.MEDIUM,
    )  # fmt: skip


def _set(use: RealUse, near: str) -> Finding:
    replaces = use.value in ("mock", "callable")
    what = "A mock or function" if replaces else "A value"
    message = f"{what} is put on {label(use.owner)}.{use.name}, which does not exist{said_near(near)}."
    return finding(
        "M004", use.sight, message, symbol=use.owner, member=use.name, suggestion=f"replace {near}" if near else "",
        severity=Severity.MEDIUM if replaces else Severity.LOW,
        confidence=Confidence.MEDIUM if isinstance(use.owner, ModuleSymbol) or not replaces else Confidence.HIGH,
    )  # fmt: skip


def find_rejected_calls(case: Case) -> Iterator[Finding]:
    """M013."""
    accepted: set[tuple[object, ...]] = set()
    for seen in case.record.calls:
        call = (seen.symbol, seen.bound, seen.shape)
        if call in accepted:
            continue
        accepted.add(call)
        signature = case.lookup.signature(seen.symbol, bound=seen.bound)
        if isinstance(signature, Unknown) or case.lookup.says(seen.symbol.module, "__defaults__"):
            continue
        reason = rejection(signature, seen.shape)
        if reason:
            accepted.discard(call)
            message = f"{label(seen.symbol)} rejects the call: {reason}."
            yield finding(
                "M013", seen.sight, message, symbol=seen.symbol, signature=text_of(signature, seen.symbol),
                member=seen.symbol.name.rpartition(".")[2], loudness="loud",
                suggestion="pass what the signature asks for",
            )  # fmt: skip


_MADE = re.compile(r".*_pb2(?:_grpc)?|_?version|__version__|_build\w*|\w*_generated|_git\w*")
"""Modules that a build writes."""


def _is_made_later(case: Case, seen: MissingImport) -> bool:
    """A build may make what production itself imports, and another way to run the tests may find it."""
    if case.text(f"{seen.sight.place.path.rpartition('/')[0]}/{seen.module}.py"):
        return True  # run from its own folder, the test means the file beside it
    parent, _, last = (seen.module if seen.name is None else f"{seen.module}.{seen.name}").rpartition(".")
    if _MADE.fullmatch(last) or _MADE.fullmatch(seen.module.rpartition(".")[2]):
        return True
    module = re.escape(parent.rpartition(".")[2].encode())
    word = re.escape(last.encode())
    pattern = (
        rb"\b" + module + rb"\." + word + rb"\b|from\s+[\w.]*\b" + module + rb"\s+import\s*(?:\([^)]*|[^\n#]*)\b" + word
    )
    return case.found_in(pattern + rb"\b", last, in_tests=False)


def find_missing_imports(case: Case) -> Iterator[Finding]:
    """M015."""
    for seen in case.record.imports:
        if _is_made_later(case, seen):
            continue
        suggestion = f"import {seen.near}" if seen.near else ""
        what = f"{seen.module} has no {seen.name}" if seen.name else f"There is no module {seen.module}"
        yield finding(
            "M015", seen.sight, f"{what}{said_near(seen.near)}.", symbol=seen.symbol, member=seen.name or seen.module,
            component=seen.module, loudness="loud", suggestion=suggestion,
        )  # fmt: skip
