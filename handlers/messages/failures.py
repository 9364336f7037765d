"""The answer to `failures`: causes before cases, critical and new before known, each with what to do."""

from collections.abc import Sequence

from core.failures.report import Cause, FailureGroup, FailuresReport
from handlers.commands import Ask

from . import place
from .message import Message, and_more, fit
from .navigation import PER_PAGE, deeper, open_tests, page_line, page_of, pages, turn
from .pieces import (
    Json,
    Leaf,
    Line,
    bullets,
    header,
    line,
    moment,
    paragraph,
    rich,
    said,
    small,
    strong,
    test_name,
    typed,
    words,
)
from .runs import run_line

_TESTS = 3
_MOST_CONDITIONS = 3
_CATEGORY_WORDS = str.maketrans("_", " ")


def render_failures(report: FailuresReport, ask: Ask) -> Message:
    """One page of causes; the question in the buttons names the run, so that every page is of the same run."""
    ask = ask if report.run is None else Ask("failures", report.run.name, report.run.suite, None, ask.page)
    groups = ordered(report)
    last = pages(len(groups))
    shown, page = page_of(groups, ask.page)

    def draw(tests: int) -> list[Json]:
        first = (page - 1) * PER_PAGE
        return [
            header(verdict(report)),
            *_summary(report, tests),
            *(_group(group, first + n, tests) for n, group in enumerate(shown, start=1)),
            *page_line(page, last, f"{len(groups)} causes"),
            *_small_print(report),
            *open_tests(ask, (group.tests[0] for group in shown if group.tests)),
            *deeper(ask, "health", "flaky", "runs", turns=turn(ask, page, last)),
        ]

    return fit(draw, (_TESTS, 2, 1, 0))


def ordered(report: FailuresReport) -> list[FailureGroup]:
    """New causes before known ones, critical ones first in both; otherwise in the report's order."""
    return sorted(report.groups, key=lambda group: (not group.new, not group.critical))


def verdict(report: FailuresReport) -> str:
    """The answer in a line: how many failures, how many causes, what is new."""
    source = place.plain(report.source, place.WORD)
    if not report.total_failures:
        return f"Run {source}: nothing failed"
    failures = "1 failure" if report.total_failures == 1 else f"{report.total_failures:,} failures"
    causes = "1 cause" if len(report.groups) == 1 else f"{len(report.groups)} causes"
    new = len(report.new_groups)
    told = "none new" if not new else "all new" if new == len(report.groups) else f"{new} new"
    return f"Run {source}: {failures} by {causes}, {told}"


def _summary(report: FailuresReport, most: int) -> list[Json]:
    if not report.total_failures:
        passed = report.run.counts.passed if report.run is not None else 0
        return [paragraph(words("1 test passed." if passed == 1 else f"{passed:,} tests passed."))]
    counts = ", ".join(f"{readable(name)} {count}" for name, count in list(report.categories.items())[:6])
    told = [paragraph(words("Failures by category: "), words(f"{counts}."))]
    return [*told, *([rich(bullets(meanwhile(report.conditions)))] if report.conditions and most else [])]


def readable(category: str) -> str:
    return place.plain(category, 40).translate(_CATEGORY_WORDS)


def _group(group: FailureGroup, position: int, tests: int) -> Json:
    lines: list[Line] = [[words(f"{readable(group.category)}, {cases(group.count)}. "), *_since(group)]]
    if group.critical_reason:
        lines.append([strong("Critical: "), said(group.critical_reason.partition(", such as")[0], 200)])
    lines += because(group.finding)
    lines += meanwhile(group.conditions[:tests])
    what = group.recommendation
    lines.append(
        [words(f"{what.priority.value.capitalize()} priority, {what.estimated_time}: "), said(what.action, 160)]
    )
    parts = [line(strong(f"{position}. {mark(group)} "), typed(group.title, 160)), bullets(lines)]
    if tests:
        listed: list[Line] = [[test_name(name)] for name in group.tests[:tests]]
        left = group.count - len(listed)
        parts.append(bullets(and_more(listed, group.count, tests_more(left)), indent=1))
    return rich(*parts)


def because(cause: Cause | None) -> list[Line]:
    """The mock that explains a failure."""
    if cause is None:
        return []
    where = f"{place.cut_name(cause.path, 90)}:{cause.line}"
    found: list[Line] = [
        [strong(f"Because of {cause.rule} "), typed(where, 120), words(": "), said(cause.message, 200)]
    ]
    return [*found, [words("Production: "), typed(cause.production, 160)]] if cause.production else found


def meanwhile(conditions: Sequence[str]) -> list[Line]:
    """What else was true when tests failed."""
    return [[strong("Meanwhile: "), said(f"{each}.", 220)] for each in conditions[:_MOST_CONDITIONS]]


def cases(count: int) -> str:
    return "1 test" if count == 1 else f"{count:,} tests"


def tests_more(left: int) -> str:
    return "more test" if left == 1 else "more tests"


def mark(group: FailureGroup) -> str:
    return ("NEW" if group.new else "Known") + (", CRITICAL" if group.critical else "")


def _since(group: FailureGroup) -> list[Leaf]:
    if group.new or group.known_since is None:
        return [words("Not seen in the 21 days before.")]
    found = [words("Known since run "), said(group.known_since, place.WORD)]
    if group.known_since_at is not None:
        found += [words(" ("), moment(group.known_since_at, "{date_short}"), words(")")]
    return [*found, words(f", seen in {group.runs_before} earlier {'run' if group.runs_before == 1 else 'runs'}.")]


def _small_print(report: FailuresReport) -> list[Json]:
    found = [small(*run_line(report.run))] if report.run is not None else []
    return [*found, small(said("Mind: " + "; ".join(report.caveats), 600))] if report.caveats else found
