"""Reads JUnit XML of any producer in one pass with flat memory.

A case is every `testcase` that is not inside another one; its outcome is that of its direct children, error over failure
over skipped over passed. Summary attributes are compared for a warning and never counted. What is odd costs a warning,
what is not well-formed refuses the report.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from typing import Any

from lxml import etree

from core.errors import ReportError
from core.runs.attempts import Attempts, Repeats
from core.runs.failing import failing_children, inner_attempts
from core.runs.identity import clean, cut, derived_file, display_name, test_key
from core.runs.model import CaseFailure, CaseKind, Diagnose, Diagnosis, ElementCounts, Outcome, ReportCounts
from core.runs.sniff import ROOTS, Source, not_well_formed, refuse_root, root_of
from core.runs.spool import CHUNK_ROWS, Spool
from core.runs.times import instant, seconds
from core.runs.warnings import Warnings

Progress = Callable[[int], None]
"""Told the number of cases read so far, every now and then."""

_OUTCOMES = {"error": Outcome.ERROR, "failure": Outcome.FAILED, "skipped": Outcome.SKIPPED}
_NOT_RUN = frozenset({"notrun", "disabled", "skipped", "suppressed", "ignored"})
_PYTEST_SUITE = frozenset({"name", "errors", "failures", "skipped", "tests", "time", "timestamp", "hostname"})


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """How a report is read; `suite` and `variant` are part of every test's key."""

    suite: str
    variant: str = ""
    repeats: Repeats = "auto"
    zone: tzinfo = UTC
    """Zone of timestamps that name none."""
    max_cases: int = 5_000_000


@dataclass(slots=True)
class ParsedReport:
    """What one report says; `spool` holds the rows and must be closed."""

    counts: ReportCounts
    started_at: datetime | None
    duration_seconds: float | None
    attempts: Attempts
    spool: Spool
    warnings: tuple[str, ...]


@dataclass(slots=True)
class _Suite:
    """The suite element that the cases being read belong to."""

    element: Any
    ordinal: int
    name: str
    file: str


@dataclass(slots=True)
class _State:
    elements: list[int] = field(default_factory=lambda: [0, 0, 0, 0])
    cases: list[int] = field(default_factory=lambda: [0, 0, 0, 0])
    not_run: int = 0
    suite_level: int = 0
    collection_errors: int = 0
    suites: int = 0
    started_at: datetime | None = None
    case_seconds: float = 0.0
    longest_seconds: float = 0.0
    root_seconds: float | None = None
    top_seconds: float | None = None
    root_tests: int | None = None
    top_tests: int | None = None


def read_report(source: Source, options: ReadOptions, diagnose: Diagnose, progress: Progress | None = None) -> ParsedReport:
    """Read one report.

    Raises `ReportError` with a sentence for everything that is not a JUnit report.
    """
    root = root_of(source)
    if root not in ROOTS:
        raise refuse_root(root)
    reader = _Reader(options, diagnose, progress)
    try:
        reader.run(source)
    except etree.XMLSyntaxError as error:
        reader.spool.close()
        raise not_well_formed(error, b"") from None
    except (LookupError, ValueError, OSError, RecursionError) as error:
        reader.spool.close()
        raise ReportError(f"the report cannot be read: {error}", reason="not-well-formed") from None
    except BaseException:
        reader.spool.close()
        raise
    return reader.finished()


class _Reader:
    """The state of one pass over one report."""

    def __init__(self, options: ReadOptions, diagnose: Diagnose, progress: Progress | None) -> None:
        self.options = options
        self.diagnose = diagnose
        self.progress = progress
        self.spool = Spool()
        self.warnings = Warnings()
        self.state = _State()
        self.attempts = Attempts(pytest_shaped=False, repeats=options.repeats)
        self.pytest = False
        self.tests: list[tuple[Any, ...]] = []
        self.results: list[tuple[Any, ...]] = []
        self.failures: list[tuple[Any, ...]] = []
        self.position = 0

    def run(self, source: Source) -> None:
        tags = ("{*}testcase", "{*}testsuite", "{*}testsuites")
        walk = etree.iterparse(
            source, events=("end",), tag=tags, no_network=True, load_dtd=False, resolve_entities=False, huge_tree=False
        )
        suite = _Suite(None, 0, "", "")
        foreign = False
        for _event, node in walk:
            parent = node.getparent()
            if not node.tag.endswith("testcase"):
                self.end_suite(node, parent)
                continue
            if parent is not suite.element:
                if _inside_case(parent):
                    continue
                suite = self.begin_suite(node, parent)
            self.case(node, suite)
            node.clear(keep_tail=False)
            previous = node.getprevious()
            if previous is not None and len(previous) == 0 and previous.tag == node.tag:
                parent.remove(previous)
        root = walk.root
        foreign = root is not None and root.tag.startswith("{")
        if foreign and not sum(self.state.elements):
            raise ReportError("the root element has a namespace and no testcase; it is another tool's format", reason="wrong-root")

    def begin_suite(self, node: Any, parent: Any) -> _Suite:
        """The context of the first case after a change of suite; the first one also tells pytest from the rest."""
        self.state.suites += 1
        if not sum(self.state.elements):
            self.pytest = _is_pytest(parent, node)
            self.attempts = Attempts(pytest_shaped=self.pytest, repeats=self.options.repeats)
        name = clean(parent.get("name") or parent.get("id") or "")
        return _Suite(parent, self.state.suites, cut(name), parent.get("file") or parent.get("filepath") or "")

    def case(self, node: Any, suite: _Suite) -> None:
        state = self.state
        get = node.get
        self.position += 1
        children = len(node)
        status = get("status") or get("result")
        outcome = Outcome.PASSED if not children else _outcome(node)
        state.elements[outcome] += 1
        if outcome is Outcome.PASSED and status is not None and status.lower() in _NOT_RUN:
            state.not_run += 1
            outcome = Outcome.SKIPPED
        duration = self.duration(get("time") or get("duration"))
        classname, name = clean(get("classname") or get("class") or ""), clean(get("name") or "")
        if not name:
            name = f"{suite.name or 'case'}#{self.position}"
            self.warnings.add("cases without a name were named after their place", name)
        if len(name) > 500 or len(classname) > 500:
            self.warnings.add("names over 500 characters were cut", name[:60])
            name, classname = cut(name), cut(classname)
        kind, phases = CaseKind.CASE, None
        if outcome >= Outcome.FAILED and children:
            phases = failing_children(node, self.pytest)
            if self.pytest and not classname and phases and phases[0].phase == "collection":
                kind = CaseKind.COLLECTION
        self.place(node, suite, (classname, name, kind), int(outcome), duration, phases)
        if len(self.results) >= CHUNK_ROWS:
            self.flush()

    def place(
        self, node: Any, suite: _Suite, named: tuple[str, str, CaseKind], outcome: int, duration: float | None, bad: Any
    ) -> None:
        """Give the element its test, join it to the attempts of its case, and keep its rows."""
        classname, name, kind = named
        options, attempts = self.options, self.attempts
        file = node.get("file") or suite.file
        mark = 0
        if self.pytest:
            key = test_key(options.suite, options.variant, classname, name)
        else:
            near = file if file and not file.startswith(("/", "\\")) and file[1:2] != ":" else ""
            key = test_key(options.suite, options.variant, classname, name, suite.name, near)
            mark = hash((suite.ordinal, file, node.get("line"), node.get("id"), _properties(node))) & 0x3FFFFFFFFFFFFFFF | 1
        attempt, may_decide = 1, True
        if key in attempts.seen:
            known = attempts.case_of(key, mark)
            if known is None or known not in attempts.seen:
                key = attempts.copy_key(key, mark)
                self.first(key, outcome, duration, mark, (classname, name, file, kind))
            else:
                key = known
                teardown = bool(bad) and bad[0].phase == "teardown"
                attempt, may_decide = attempts.repeat(key, outcome, duration, is_teardown_error=teardown)
        else:
            self.first(key, outcome, duration, mark, (classname, name, file, kind))
        if len(node):
            self.inner(node, key, outcome, duration, (classname, name, file, kind), bad, attempt, may_decide)

    def first(
        self, key: int, outcome: int, duration: float | None, mark: int, what: tuple[str, str, str, CaseKind]
    ) -> None:
        """The rows of a case seen for the first time."""
        classname, name, file, kind = what
        self.attempts.first(key, outcome, mark)
        self.state.cases[outcome] += 1
        if sum(self.state.cases) > self.options.max_cases:
            raise ReportError(
                f"the report has more than {self.options.max_cases} cases; split it or raise ingest.max_cases", reason="too-large"
            )
        derived = not file
        if kind is CaseKind.COLLECTION:
            self.state.collection_errors += 1
            file = name.replace(".", "/") + ".py" if "/" not in name else name
        elif derived and self.pytest:
            file = derived_file(classname)
        self.tests.append((key, classname, name, clean(file)[:500], derived, kind.value))
        self.results.append((key, outcome, duration, 1, int(outcome in (1, 2))))

    def inner(
        self, node: Any, key: int, outcome: int, duration: float | None, what: tuple[str, str, str, CaseKind],
        bad: Any, attempt: int, may_decide: bool,
    ) -> None:
        """Failures with their words, and the attempts some producers write inside one element."""
        classname, name, file, kind = what
        before = inner_attempts(node)
        if before:
            self.attempts.reruns(key, outcome, duration, len(before))
        if not before and not bad:
            return
        shown = display_name(classname, name, file or (derived_file(classname) if self.pytest else ""), kind)
        for number, words in enumerate(before):
            self.fail(CaseFailure(key, shown, attempt + number, False, "call", *words))
        for index, (phase, *words) in enumerate(bad or ()):
            self.fail(CaseFailure(key, shown, attempt + len(before), may_decide and index == 0, phase, *words))

    def fail(self, failure: CaseFailure) -> None:
        found = self.diagnose(failure)
        self.failures.append((*failure, *Diagnosis(*found)))

    def duration(self, raw: str | None) -> float | None:
        if raw is None:
            return None
        try:
            value = float(raw)
            if not 0.0 <= value <= 1e7 or "_" in raw:
                raise ValueError
        except ValueError:
            read, warning = seconds(raw)
            if warning is not None:
                self.warnings.add("durations were odd", warning)
            if read is None:
                return None
            value = read
        state = self.state
        state.case_seconds += value
        if value > state.longest_seconds:
            state.longest_seconds = value
        return value

    def end_suite(self, node: Any, parent: Any) -> None:
        """Take what a suite says of itself, its own errors as a pseudo-case, and free it."""
        if _inside_case(parent):
            return
        problem = next((child for child in node if _local(child) in ("error", "failure")), None)
        if problem is not None:
            self.suite_problem(node)
        stamp = node.get("timestamp")
        if stamp:
            started = instant(stamp, self.options.zone)
            if started is None:
                self.warnings.add("timestamps could not be read", f"timestamp {stamp[:40]!r}")
            elif self.state.started_at is None or started < self.state.started_at:
                self.state.started_at = started
        self.declared(node, parent)
        if parent is not None:
            node.clear(keep_tail=False)
            previous = node.getprevious()
            if previous is not None and _local(previous) in ROOTS:
                parent.remove(previous)

    def declared(self, node: Any, parent: Any) -> None:
        """Remember what the outermost elements declare about tests and time."""
        state = self.state
        time, _warning = seconds(node.get("time"))
        tests = node.get("tests") or ""
        count = int(tests) if tests.isascii() and tests.isdigit() and len(tests) < 10 else None
        if parent is None:
            state.root_seconds, state.root_tests = time, count
        elif parent.getparent() is None:
            if time is not None:
                state.top_seconds = (state.top_seconds or 0.0) + time
            if count is not None:
                state.top_tests = (state.top_tests or 0) + count

    def suite_problem(self, node: Any) -> None:
        """An error directly under a suite: a finding, and a pseudo-case named after the suite."""
        name = cut(clean(node.get("name") or "unnamed"))
        self.state.suite_level += 1
        self.warnings.add("errors stand directly under a suite", name)
        key = test_key(self.options.suite, self.options.variant, "suite", name, str(self.state.suite_level))
        if key in self.attempts.seen:
            return
        self.first(key, Outcome.ERROR, None, 0, ("", name, "", CaseKind.SUITE))
        for index, (phase, *words) in enumerate(failing_children(node, self.pytest)):
            self.fail(CaseFailure(key, f"suite {name}", 1, index == 0, phase, *words))

    def flush(self) -> None:
        if self.tests or self.results or self.failures:
            self.spool.put((self.tests, self.results, self.failures))
            self.tests, self.results, self.failures = [], [], []
            if self.progress is not None:
                self.progress(self.position)

    def finished(self) -> ParsedReport:
        self.flush()
        state, attempts = self.state, self.attempts
        cases, extra, flaky = list(state.cases), 0, 0
        for ending in attempts.endings.values():
            cases[ending.first_outcome] -= 1
            cases[ending.outcome] += 1
            extra += ending.attempts - 1
            flaky += ending.outcome == Outcome.PASSED and ending.failed_attempts > 0
        if attempts.joined:
            self.warnings.note(f"{attempts.joined} repeated elements were read as further attempts of their case")
        elements, tests = sum(state.elements), sum(cases)
        declared = state.root_tests if state.root_tests is not None else state.top_tests
        if declared is not None and declared not in (elements, tests):
            self.warnings.note(f"the report declares {declared} tests, {elements} were found; the found ones count")
        counts = ReportCounts(
            tests, cases[0], cases[1], cases[2], cases[3], tests + extra, flaky, state.not_run, state.suite_level,
            state.collection_errors, ElementCounts(elements, state.elements[0], state.elements[1], state.elements[2], state.elements[3]),
        )  # fmt: skip
        return ParsedReport(counts, state.started_at, self.total_seconds(), attempts, self.spool, self.warnings.sentences())

    def total_seconds(self) -> float | None:
        """How long the run took: what the outermost element declares if that is possible at all, else the cases' sum."""
        state = self.state
        for declared in (state.root_seconds, state.top_seconds):
            if declared is not None and declared >= max(state.longest_seconds, 1e-9):
                return round(declared, 6)
        return round(state.case_seconds, 6) if sum(state.elements) else None


def _local(node: Any) -> str:
    tag = node.tag
    if not isinstance(tag, str):
        return ""
    return tag.rpartition("}")[2]


def _outcome(node: Any) -> Outcome:
    found = Outcome.PASSED
    for child in node:
        kind = _OUTCOMES.get(_local(child))
        if kind is Outcome.ERROR:
            return kind
        if kind is Outcome.FAILED or (kind is Outcome.SKIPPED and found is Outcome.PASSED):
            found = kind
    return found


def _properties(node: Any) -> tuple[tuple[str | None, str | None], ...]:
    if not len(node):
        return ()
    holder = next((child for child in node if _local(child) == "properties"), None)
    return () if holder is None else tuple((each.get("name"), each.get("value")) for each in holder)


def _inside_case(parent: Any) -> bool:
    while parent is not None:
        if _local(parent) == "testcase":
            return True
        parent = parent.getparent()
    return False


def _is_pytest(suite: Any, case: Any) -> bool:
    """Whether pytest wrote the report: its default suite name, its root's name, or its exact set of attributes."""
    root = suite.getparent()
    if suite.get("name") == "pytest" or (root is not None and root.get("name") == "pytest tests"):
        return True
    return set(suite.keys()) == _PYTEST_SUITE and "classname" in case.keys()  # noqa: SIM118 - lxml elements are no mappings
