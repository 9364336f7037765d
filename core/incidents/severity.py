"""How bad an incident is: the procedure book's matrix on sound statistics, with the rule that fired."""

import fnmatch
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from core.failures.groups import SECURITY_WORDS, name_words
from core.incidents.model import Severity
from core.statistics import wilson_interval

THRESHOLDS = ((0.50, Severity.CRITICAL), (0.20, Severity.HIGH), (0.10, Severity.MEDIUM))
"""More than this share failing (procedure book, "Severity Levels and Response Times")."""

ENOUGH = 20
"""From so many tests on a share is judged by the lower end of its 95 % Wilson interval."""

FEW = {Severity.CRITICAL: 3, Severity.HIGH: 2, Severity.MEDIUM: 2}
"""In a smaller suite the plain share counts, from so many failing tests on: one of two is no catastrophe."""

KIND_SEVERITY = {"security": Severity.CRITICAL, "integration": Severity.HIGH, "performance": Severity.MEDIUM}
"""What the book makes of failing tests of a kind."""

WORDS: Mapping[str, Sequence[str]] = {
    "security": tuple(sorted(SECURITY_WORDS)),
    "integration": ("integration",),
    "performance": ("performance",),
}


@dataclass(frozen=True, slots=True)
class Judged:
    """A severity with the sentence that says why."""

    severity: Severity
    rule: str


@dataclass(frozen=True, slots=True)
class Named:
    """A failing test as its kind is read."""

    name: str
    classname: str = ""
    function: str = ""
    file: str = ""
    markers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """Which reading decides what kind of test a test is; a documented setting."""

    order: tuple[str, ...] = ("marker", "path", "name")
    """The first that answers wins: a marker of the report, a configured glob of the path, a word of the name."""
    module_path: bool = False
    """Whether the words are also looked for in the path of the module, not in class and function alone."""
    words: Mapping[str, Sequence[str]] = field(default_factory=lambda: WORDS)
    paths: Mapping[str, Sequence[str]] = field(default_factory=dict)


def by_share(part: int, whole: int, what: str) -> Judged:
    """The matrix's rule of shares: more than 50, 20 and 10 %, for sure. `what` says what they are: "executed cases"."""
    if whole <= 0 or part <= 0:
        return Judged(Severity.LOW, f"none of the {what}")
    told = f"{part} of {whole} {what} ({part / whole:.0%})"
    low, _ = wilson_interval(part, whole)
    for threshold, severity in THRESHOLDS:
        sure = low > threshold if whole >= ENOUGH else part / whole > threshold and part >= FEW[severity]
        if sure:
            bound = f", at least {low:.0%} with 95 % confidence" if whole >= ENOUGH else ""
            return Judged(severity, f"more than {threshold:.0%}: {told}{bound}")
    bound = f", at least {low:.0%} with 95 % confidence" if whole >= ENOUGH else ""
    return Judged(Severity.LOW, f"not surely more than 10%: {told}{bound}")


def by_kind(tests: Iterable[Named], reading: Reading) -> Judged | None:
    """The matrix's rule of kinds: security, integration and performance tests; None when none of them is any."""
    found: dict[str, list[tuple[Named, str]]] = {}
    for each in tests:
        answer = kind_of(each, reading)
        if answer is not None:
            found.setdefault(answer[0], []).append((each, answer[1]))
    for kind, severity in KIND_SEVERITY.items():
        if kind in found:
            first, how = found[kind][0]
            count = len(found[kind])
            tests_fail = f"{count} {kind} tests fail" if count > 1 else f"a {kind} test fails"
            return Judged(severity, f"{tests_fail} ({how}), such as {first.name}")
    return None


def kind_of(test: Named, reading: Reading) -> tuple[str, str] | None:
    """Kind of a test and how it was read, such as ("security", "by name"); None when nothing answers."""
    for how in reading.order:
        kind = _READINGS[how](test, reading)
        if kind is not None:
            return kind, f"by {how}"
    return None


def combined(share: Judged, kind: Judged | None) -> Judged:
    """The worse of both; the rule that fired, and the other one beside it."""
    if kind is None:
        return share
    if kind.severity.rank <= share.severity.rank:
        return Judged(kind.severity, f"{kind.rule}; by share: {share.rule}")
    return Judged(share.severity, f"{share.rule}; {kind.rule}")


def at_most(judged: Judged, severity: Severity, why: str) -> Judged:
    """No worse than `severity`, and why."""
    if judged.severity.rank >= severity.rank:
        return judged
    return Judged(severity, f"{why}; else it were {judged.severity.value}: {judged.rule}")


def at_least(judged: Judged, severity: Severity, why: str) -> Judged:
    """No better than `severity`, and why."""
    if judged.severity.rank <= severity.rank:
        return judged
    return Judged(severity, f"{why}; by share: {judged.rule}")


def _by_marker(test: Named, reading: Reading) -> str | None:
    markers = {each.lower() for each in test.markers}
    return next((kind for kind in KIND_SEVERITY if kind in markers), None)


def _by_path(test: Named, reading: Reading) -> str | None:
    place = test.file or test.classname.replace(".", "/")
    for kind in KIND_SEVERITY:
        if any(fnmatch.fnmatchcase(place, glob) for glob in reading.paths.get(kind, ())):
            return kind
    return None


def _by_name(test: Named, reading: Reading) -> str | None:
    shown = f"{test.classname.rpartition('.')[2]} {test.function}" if _has_class(test) else test.function
    if not test.function:
        shown = test.name.rpartition("::")[2]
    present = name_words(shown)
    if reading.module_path:
        present |= name_words(f"{test.file} {test.classname} {test.name}")
    return next((kind for kind in KIND_SEVERITY if present & set(reading.words.get(kind, ()))), None)


def _has_class(test: Named) -> bool:
    """Whether the last part of the classname is a class and no module."""
    return test.classname.rpartition(".")[2][:1].isupper()


_READINGS = {"marker": _by_marker, "path": _by_path, "name": _by_name}
