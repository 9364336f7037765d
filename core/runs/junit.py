"""Reads JUnit XML of any producer in one pass with flat memory.

A case is every `testcase` that is not inside another one; its outcome is that of its direct children, error over
failure over skipped over passed. Summary attributes are compared for a warning and never counted. What is odd costs a
warning, what is not well-formed refuses the report.
"""

from dataclasses import dataclass, field
from math import nan
from typing import Any

from lxml import etree

from core.errors import ReportError
from core.runs.attempts import Attempts
from core.runs.elements import is_inside_case, is_of_pytest, local_name, markers_of, outcome_of, properties_of
from core.runs.failing import Words, failing_children, inner_attempts
from core.runs.identity import NAME_LIMIT, Prefix, clean, cut, derived_file, display_name, prefix_of, test_key
from core.runs.model import CaseFailure, CaseKind, Diagnose, ElementCounts, Outcome, ReportCounts
from core.runs.parsed import ParsedReport, ReadOptions, Tally
from core.runs.results import Columns
from core.runs.sniff import ROOTS, Source, not_well_formed, refuse_root, root_of
from core.runs.spool import CHUNK_ROWS, Spool
from core.runs.times import instant, seconds
from core.runs.warnings import Warnings

_BAD = (1, 2)
_MARK_BITS = (1 << 61) - 1
_MOST_CLASSES = 20_000
_Group = tuple[int, str, str, bool, str]
"""Key, classname, file, whether the file is derived, and kind: what the tests of a class share."""
_CHUNK_FAILURES = 1_000
_NOT_RUN = frozenset({"notrun", "disabled", "skipped", "suppressed", "ignored"})


@dataclass(slots=True)
class _Suite:
    """The suite element that the cases being read belong to."""

    element: Any
    ordinal: int
    name: str
    file: str
    classes: dict[tuple[str, str | None], tuple[Prefix, _Group]] = field(default_factory=dict)
    """Classname and file as written: the start of their tests' keys and their group; emptied when it grows."""


def read_report(source: Source, options: ReadOptions, diagnose: Diagnose) -> ParsedReport:
    """Read one report.

    Raises `ReportError` with a sentence for everything that is not a JUnit report.
    """
    root = root_of(source)
    if root not in ROOTS:
        raise refuse_root(root)
    reader = _Reader(options, diagnose)
    try:
        reader.run(source)
    except etree.XMLSyntaxError as error:
        reader.spool.close()
        raise not_well_formed(error, b"") from None
    except BaseException:
        reader.spool.close()
        raise
    return reader.finished()


class _Reader:
    """The state of one pass over one report."""

    def __init__(self, options: ReadOptions, diagnose: Diagnose) -> None:
        self.options = options
        self.diagnose = diagnose
        self.spool = Spool()
        self.warnings = Warnings()
        self.state = Tally()
        self.attempts = Attempts(pytest_shaped=False, repeats=options.repeats)
        self.pytest = False
        self.groups: dict[int, tuple[Any, ...]] = {}
        self.told_groups: set[int] = set()
        self.tests: list[tuple[Any, ...]] = []
        self.columns = Columns()
        self.open: list[_Suite] = []
        """The suites with cases that have not ended yet: a suite may go on after an inner one."""
        self.failures: list[tuple[Any, ...]] = []
        self.position = 0
        self.plain_passes = 0

    def run(self, source: Source) -> None:
        tags = ("{*}testcase", "{*}testsuite", "{*}testsuites")
        walk = etree.iterparse(
            source, events=("end",), tag=tags, no_network=True, load_dtd=False, resolve_entities=False, huge_tree=False
        )
        suite, case, most = _Suite(None, 0, "", ""), self.case, self.options.max_cases
        for _event, node in walk:
            parent, tag = node.getparent(), node.tag
            if tag != "testcase" and not tag.endswith("}testcase"):
                self.end_suite(node, parent)
                continue
            if parent is not suite.element:
                if is_inside_case(parent):
                    continue
                suite = self.begin_suite(node, parent)
            case(node, suite)
            node.clear(keep_tail=False)
            previous = node.getprevious()
            if previous is not None and previous.tag == tag:
                parent.remove(previous)
            if self.position > most:
                raise ReportError(
                    f"the report has more than {most} cases; split it or raise ingest.max_cases", reason="too-large"
                )
        root = walk.root
        if root is not None and root.tag.startswith("{") and not self.position:
            raise ReportError(
                "the root element has a namespace and no testcase; it is another tool's format", reason="wrong-root"
            )

    def begin_suite(self, node: Any, parent: Any) -> _Suite:
        """The context of the first case after a change of suite; the first one also tells pytest from the rest."""
        known = next((each for each in self.open if each.element is parent), None)
        if known is not None:
            return known
        self.state.suites += 1
        if self.state.suites == 1:
            self.pytest = is_of_pytest(parent, node)
            self.attempts = Attempts(pytest_shaped=self.pytest, repeats=self.options.repeats)
        name = clean(parent.get("name") or parent.get("id") or "")
        made = _Suite(parent, self.state.suites, cut(name), parent.get("file") or parent.get("filepath") or "")
        if local_name(parent) in ROOTS:
            self.open.append(made)
        return made

    def case(self, node: Any, suite: _Suite) -> None:
        """One case. This is the hot path: a first pass of pytest's costs six look-ups, a digest and two rows."""
        get = node.get
        self.position += 1
        given = get("classname") or get("class") or "", get("file")
        prefix, group = suite.classes.get(given) or self.begin_class(suite, given)
        name = get("name") or ""
        if not (name.isascii() and name.isprintable() and 0 < len(name) <= NAME_LIMIT) or name[0] == " ":
            name = self.odd_name(name, suite)
        digest = prefix.copy()  # what `keyed` does, without the call
        digest.update(name.encode("utf-8", "surrogatepass"))
        key = int.from_bytes(digest.digest(), "big", signed=True)
        raw = get("time") or get("duration")
        duration = self.duration(raw) if raw is not None else None
        status = get("status") or get("result")
        if len(node) or status is not None or not self.pytest or key in self.attempts.seen:
            self.unusual(node, suite, key, group, name, duration, status)
            return
        self.attempts.seen[key] = 0
        self.plain_passes += 1
        self.tests.append((key, group[0], name))
        columns = self.columns
        columns.ids.append(key)
        columns.outcomes.append(0)
        columns.seconds.append(nan if duration is None else duration)
        if len(self.tests) >= CHUNK_ROWS:
            self.flush()

    def unusual(  # noqa: PLR0917 - called for half of a report's cases, where names cost
        self, node: Any, suite: _Suite, key: int, group: _Group, name: str, duration: float | None, status: str | None
    ) -> None:
        """A case that is not simply a pass of pytest's seen for the first time."""
        filled = len(node) > 0
        outcome = self.outcome(node, filled, status)
        bad = failing_children(node, self.pytest) if filled and outcome in _BAD else None
        if bad and self.pytest and not group[1] and bad[0].phase == "collection":
            group = self.group("", name if "/" in name else name.replace(".", "/") + ".py", True, CaseKind.COLLECTION)
        key, attempt, may_decide = self.place(node, suite, key, group, name, outcome, duration, bad)
        if filled:
            self.inner(node, key, outcome, duration, group, name, bad, attempt, may_decide)

    def begin_class(self, suite: _Suite, given: tuple[str, str | None]) -> tuple[Prefix, _Group]:
        """What the cases of a class share: the start of their keys, and their group."""
        classname, file = clean(given[0]), clean(given[1] or suite.file)[:NAME_LIMIT]
        if len(classname) > NAME_LIMIT:
            self.warnings.add(f"names over {NAME_LIMIT} characters were cut", classname[:60])
            classname = cut(classname)
        start = (self.options.suite, self.options.variant, classname)
        if self.pytest:
            prefix = prefix_of(*start)
        else:
            near = "" if file[:1] in ("/", "\\") or file[1:2] == ":" else file
            prefix = prefix_of(*start, suite.name, near)
        derived = not file
        if derived and self.pytest:
            file = derived_file(classname)
        if len(suite.classes) > _MOST_CLASSES:
            suite.classes.clear()
        suite.classes[given] = made = (prefix, self.group(classname, file, derived, CaseKind.CASE))
        return made

    def group(self, classname: str, file: str, derived: bool, kind: CaseKind) -> _Group:
        """The group of tests of this class, file and kind; its row is told once."""
        words = (self.options.suite, self.options.variant, kind.value, classname, file)
        made = (test_key(*words), classname, file, derived, kind.value)
        if made[0] not in self.told_groups:
            if len(self.told_groups) > _MOST_CLASSES:
                self.told_groups.clear()
            self.told_groups.add(made[0])
            self.groups[made[0]] = made
        return made

    def odd_name(self, name: str, suite: _Suite) -> str:
        """A name that is empty, too long or holds what breaks a layout, made fit to keep."""
        name = clean(name)
        if not name.strip():
            name = f"{suite.name or 'case'}#{self.position}"
            self.warnings.add("cases without a name were named after their place", name)
        if len(name) > NAME_LIMIT:
            self.warnings.add(f"names over {NAME_LIMIT} characters were cut", name[:60])
        return cut(name)

    def outcome(self, node: Any, filled: bool, status: str | None) -> int:
        """The outcome of the direct children; a case that says it was not run counts as skipped."""
        found = int(outcome_of(node)) if filled else 0
        self.state.elements[found] += 1
        if not found and status is not None and status.lower() in _NOT_RUN:
            self.state.not_run += 1
            return int(Outcome.SKIPPED)
        return found

    def place(  # noqa: PLR0917 - as above
        self, node: Any, suite: _Suite, key: int, group: _Group, name: str, outcome: int, duration: float | None,
        bad: list[Words] | None,
    ) -> tuple[int, int, bool]:  # fmt: skip
        """Join the element to the attempts of its case; answers (test key, attempt, whether it may decide)."""
        attempts, mark = self.attempts, 0
        if not self.pytest:
            mark = (
                hash((suite.ordinal, group[2], node.get("line"), node.get("id"), properties_of(node))) & _MARK_BITS | 1
            )
        if key in attempts.seen:
            known = attempts.case_of(key, mark)
            if known is not None:
                teardown = bad is not None and bad[0].phase == "teardown"
                return (known, *attempts.repeat(known, outcome, duration, is_teardown_error=teardown))
            key = attempts.copy_key(key, mark)
        self.first(key, outcome, duration, mark, group, name)
        return key, 1, True

    def first(  # noqa: PLR0917 - as above
        self, key: int, outcome: int, duration: float | None, mark: int, group: _Group, name: str
    ) -> None:
        """The rows of a case seen for the first time."""
        self.attempts.first(key, outcome, mark)
        self.state.cases[outcome] += 1
        self.state.collection_errors += group[4] == CaseKind.COLLECTION
        self.tests.append((key, group[0], name))
        columns = self.columns
        columns.ids.append(key)
        columns.outcomes.append(outcome)
        columns.seconds.append(nan if duration is None else duration)
        if len(self.tests) >= CHUNK_ROWS or len(self.failures) >= _CHUNK_FAILURES:
            self.flush()

    def inner(  # noqa: PLR0917 - as above
        self, node: Any, key: int, outcome: int, duration: float | None, group: _Group, name: str,
        bad: list[Words] | None, attempt: int, may_decide: bool,
    ) -> None:  # fmt: skip
        """Failures with their words, and the attempts some producers write inside one element."""
        before = inner_attempts(node)
        if before:
            self.attempts.reruns(key, outcome, duration, len(before))
        if not before and not bad:
            return
        shown = display_name(group[1], name, group[2], group[4])
        markers = markers_of(node)
        for number, said in enumerate(before):
            self.fail(CaseFailure(key, shown, attempt + number, False, "call", *said, markers))
        for index, (phase, kind, message, text) in enumerate(bad or ()):
            decides = may_decide and index == 0
            self.fail(CaseFailure(key, shown, attempt + len(before), decides, phase, kind, message, text, markers))

    def fail(self, failure: CaseFailure) -> None:
        self.failures.append((*failure, *self.diagnose(failure)))

    def duration(self, raw: str) -> float | None:
        """Seconds of a case, None when nobody can say; what is odd is counted."""
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
        state.longest_seconds = max(state.longest_seconds, value)
        return value

    def end_suite(self, node: Any, parent: Any) -> None:
        """Take what a suite says of itself, its own errors as a pseudo-case, and free it."""
        if is_inside_case(parent):
            return
        self.open = [each for each in self.open if each.element is not node]
        problem = next((child for child in node if local_name(child) in ("error", "failure")), None)
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
            if previous is not None and local_name(previous) in ROOTS:
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
        self.first(key, int(Outcome.ERROR), None, 0, self.group("", "", True, CaseKind.SUITE), name)
        for index, (phase, kind, message, text) in enumerate(failing_children(node, self.pytest)):
            self.fail(CaseFailure(key, f"suite {name}", 1, index == 0, phase, kind, message, text))

    def flush(self) -> None:
        if self.tests or self.failures:
            self.spool.put((list(self.groups.values()), self.tests, self.failures))
            self.groups, self.tests, self.failures = {}, [], []

    def finished(self) -> ParsedReport:
        self.flush()
        state, attempts = self.state, self.attempts
        state.elements[0] += self.plain_passes
        state.cases[0] += self.plain_passes
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
            state.collection_errors, ElementCounts(elements, *state.elements),
        )  # fmt: skip
        attempts.seen.clear()
        attempts.settle(self.columns)
        return ParsedReport(
            counts,
            state.started_at,
            self.total_seconds(),
            self.columns,
            attempts.endings,
            self.spool,
            self.warnings.sentences(),
        )

    def total_seconds(self) -> float | None:
        """How long the run took: what the outermost element declares if that is possible, else the cases' sum."""
        state = self.state
        for declared in (state.root_seconds, state.top_seconds):
            if declared is not None and declared >= max(state.longest_seconds, 1e-9):
                return round(declared, 6)
        return round(state.case_seconds, 6) if sum(state.elements) else None
