"""The sections of a report, from what was gathered. Pure: each says its figures, and what changed."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta, tzinfo

from core.briefings.gathering import Gathered
from core.briefings.model import Chart, Kind, Report, Section
from core.checklists.matrix import category_named
from core.checks.model import count_of
from core.failures.overnight import Overnight
from core.health.model import HealthReport
from core.incidents.metrics import Times
from core.mocks.model import Severity, Status
from core.runs.model import Run

_MOST = 5
_MOST_CHARTED = 20
_MOST_SLOW = 10
"""The book lists so many."""


def write_report(found: Gathered, zone: tzinfo) -> Report:
    """The report, one section a subject; one of which nothing is known says so in a line."""
    sections = [make(found, zone) for make in _SECTIONS]
    suite = found.health.suite if isinstance(found.health, HealthReport) else ""
    return Report(found.kind, suite, found.begins, found.ends, _headline(found), tuple(s for s in sections if s))


def _headline(found: Gathered) -> str:
    if isinstance(found.health, str):
        return f"The suite cannot be judged: {found.health}."
    health = found.health
    parts = [f"health {health.score:g} of 100" + (", needs attention" if health.alert else "")]
    if isinstance(found.causes, Overnight):
        runs = found.causes.runs
        parts.append(f"{len(found.causes.red)} of {count_of(len(runs), 'run')} with failures" if runs else "no run")
        if found.causes.new:
            parts.append(count_of(len(found.causes.new), "new cause"))
    if not isinstance(found.open, str):
        parts.append(f"{count_of(len(found.open), 'incident')} open")
    told = "; ".join(parts)
    return f"{told[:1].upper()}{told[1:]}."


def _suite(found: Gathered, zone: tzinfo) -> Section:
    if isinstance(found.health, str):
        return Section("Suite", (f"Not known: {found.health}.",), command="doctor")
    health, lines = found.health, list[str]()
    counts = health.run.counts
    lines.append(
        f"Run {health.run.name}, {_at(health.run.started_at, zone)}: {counts.passed} passed, {counts.failed} failed, "
        f"{counts.errors} errors, {counts.skipped} skipped."
    )
    lines += [f"−{each.points:g}: {each.evidence}" for each in health.deductions]
    lines += [f"Alert: {gate.reason}" for gate in health.gates]
    if isinstance(found.causes, Overnight):
        night = found.causes
        lines.append(
            f"{count_of(len(night.runs), 'run')} since {_at(night.since, zone)}, {len(night.red)} with failures."
            if night.runs else f"No run since {_at(night.since, zone)}."
        )  # fmt: skip
        lines += [
            f"{'New' if each.is_new else 'Known'}: {each.title} ({each.category}; {count_of(each.tests, 'test')} in "
            f"{count_of(each.runs, 'run')})"
            for each in night.causes[:_MOST]
        ]
        lines += _more(len(night.causes), "causes")
    return Section("Suite", tuple(lines), _failing_chart(found, zone), "failures")


def _failing_chart(found: Gathered, zone: tzinfo) -> Chart | None:
    runs = [run for run in _runs_of(found) if run.is_complete][-_MOST_CHARTED:]
    if len(runs) < 4:
        return None
    points = tuple((_label(run, zone), float(run.counts.bad)) for run in runs)
    return Chart(f"Failing tests in {len(runs)} runs", "failing tests", _unique(points))


def _integration(found: Gathered, zone: tzinfo) -> Section:
    """The book's "Integration Test Status"."""
    if isinstance(found.matrix, str):
        return Section("Integration tests", (f"Not known: {found.matrix}.",))
    row = next(each for each in found.matrix.rows if each.category.name.startswith("Integration"))
    if row.last_run is None:
        return Section("Integration tests", ("No run of late had any.",), command="matrix")
    told = f"{count_of(row.tests, 'test')} ran in run {row.last_run.name}, {_at(row.last_run.started_at, zone)}"
    lines = [f"{told}; {'overdue' if row.is_overdue else 'in time'} for a {row.category.frequency.lower()} check."]
    if isinstance(found.health, HealthReport):
        failing = [each.name for each in found.health.broken if category_named(each.name).name == row.category.name]
        flaky = [each.name for each in found.health.flaky if category_named(each.name).name == row.category.name]
        lines.append(f"{len(failing)} of them broken, {len(flaky)} flaky.")
        lines += [*failing[:_MOST], *_more(len(failing), "broken ones")]
    overdue = [each.category.name for each in found.matrix.rows if each.is_overdue]
    if overdue:
        lines.append(f"Overdue against the category matrix: {', '.join(overdue)}.")
    return Section("Integration tests", tuple(lines), command="matrix")


def _durations(found: Gathered, zone: tzinfo) -> Section:
    """The book's `--durations=10`, its regressions and its trend."""
    if isinstance(found.slow, str):
        return Section("Durations", (f"Not known: {found.slow}.",))
    slow, time = found.slow, found.slow.suite_time
    lines = [f"{_sentence(slow.headline)} Duration {time.trend.value}: {_sentence(time.trend_reason)}"]
    lines += [
        f"Slower: {each.name}, {each.before_seconds:.2f} s to {each.after_seconds:.2f} s since run "
        f"{each.onset.first.name}"
        for each in slow.regressions[:_MOST]
    ]
    lines += _more(len(slow.regressions), "became slower")
    lines += [f"{each.seconds:.2f} s ({each.share:.0%}): {each.name}" for each in slow.slowest[:_MOST_SLOW]]
    points = [each for each in time.points if each.run.started_at >= found.begins][-_MOST_CHARTED:]
    if found.kind is not Kind.WEEKLY or len(points) < 4:
        return Section("Durations", tuple(lines), command="slow")
    labelled = tuple((_label(each.run, zone), round(each.measured_seconds, 1)) for each in points)
    return Section("Durations", tuple(lines), Chart("Seconds of a run", "seconds", _unique(labelled)), "slow")


def _mocks(found: Gathered, _zone: tzinfo) -> Section:
    """The book's "Mock Configuration Validation"."""
    if isinstance(found.mocks, str):
        return Section("Mock validation", (f"Not known: {found.mocks}.",))
    report = found.mocks
    wrong = [each for each in report.told if each.severity in (Severity.CRITICAL, Severity.HIGH)]
    invalid = [each for each in report.audit.components if each.status is Status.INVALID]
    lines = [
        f"{len(report.told)} findings, {len(wrong)} of them high or critical, in {report.audit.files} files.",
        f"{len(invalid)} of {count_of(len(report.audit.components), 'component')} invalid"
        + (f": {', '.join(each.component for each in invalid[:_MOST])}." if invalid else "."),
    ]
    lines += [f"{each.rule} at {each.place.path}:{each.place.line}: {each.message}" for each in wrong[:3]]
    return Section("Mock validation", (*lines, *_more(len(wrong), "of these", 3)), command="mocks")


def _coverage(found: Gathered, zone: tzinfo) -> Section:
    covered = [each for each in _runs_of(found) if each.coverage_percentage is not None]
    if not covered:
        return Section("Coverage", ("No report of the period came with coverage.",))
    first, last = covered[0].coverage_percentage or 0.0, covered[-1].coverage_percentage or 0.0
    change = last - first
    moved = f", {change:+.1f} points since run {covered[0].name}" if len(covered) > 1 and abs(change) >= 0.05 else ""
    lines = [f"{last:.1f} % in run {covered[-1].name}{moved}; 80 % wanted."]
    chart = None
    if len(covered) >= 4 and found.kind is Kind.WEEKLY:
        points = tuple(
            (
                f"{each.name[:10]} {each.started_at.astimezone(zone):%d %H:%M}"[:20],
                round(each.coverage_percentage or 0, 1),
            )
            for each in covered[-_MOST_CHARTED:]
        )
        chart = Chart("Coverage", "percent", _unique(points))
    return Section("Coverage", tuple(lines), chart, "health")


def _trends(found: Gathered, _zone: tzinfo) -> Section | None:
    if isinstance(found.health, str):
        return None
    health = found.health
    lines = [f"Failure rate {health.trend.direction.value}: {health.trend.reason}."]
    lines.append(f"{len(health.flaky)} flaky, {len(health.broken)} broken. {_sentence(health.flake_cost.sentence)}")
    lines += [f"Flaky: {each.name}" for each in health.flaky[:_MOST]]
    lines += _more(len(health.flaky), "flaky tests")
    lines += [f"Would help most: {each.text} (+{each.gain:g})" for each in health.advice[:2] if each.gain > 0]
    return Section("Trends and flaky tests", tuple(lines), command="flaky")


def _incidents(found: Gathered, zone: tzinfo) -> Section:
    if isinstance(found.incidents, str) or isinstance(found.open, str):
        return Section("Incidents", ("Not known.",))
    total = found.incidents.total
    since = _at(found.begins, zone)
    lines = [f"{total.incidents} opened since {since}, {total.open} of them open; {len(found.open)} open in all."]
    if total.answer.count:
        lines.append(
            f"Answered after {_span(total.answer)} on average (MTTA), {total.in_time} of {total.answer.count} in time."
        )
    if total.resolve.count:
        lines.append(f"Resolved after {_span(total.resolve)} on average (MTTR).")
    lines += [
        f"{each.severity.value.capitalize()}: {each.title}" + ("" if each.owner else " (nobody has it)")
        for each in found.open[:_MOST]
    ]
    return Section("Incidents", (*lines, *_more(len(found.open), "open")), command="incident")


def _checklists(found: Gathered, _zone: tzinfo) -> Section:
    if isinstance(found.checklists, str):
        return Section("Checklists", (f"Not known: {found.checklists}.",))
    kept = found.checklists.whole
    if not kept.occurrences:
        return Section("Checklists", ("None came to its end.",), command="checklist")
    share = f", {kept.completion:.0%} of what was asked for" if kept.completion is not None else ""
    lines = [
        f"{kept.done} of {count_of(kept.items, 'item')} done{share}; {kept.skipped} skipped, {kept.left} left open.",
        f"{kept.complete} of {count_of(kept.occurrences, 'list')} complete, {kept.missed} missed.",
    ]
    lines += [f"Skipped {count}×: {reason}" for reason, count in found.checklists.reasons[:3]]
    return Section("Checklists", tuple(lines), command="checklist")


_SECTIONS: tuple[Callable[[Gathered, tzinfo], Section | None], ...] = (
    _suite, _integration, _durations, _mocks, _coverage, _trends, _incidents, _checklists,
)  # fmt: skip


def _runs_of(found: Gathered) -> Sequence[Run]:
    """The runs of the period, the oldest first."""
    if isinstance(found.runs, str):
        return ()
    return [each for each in reversed(found.runs.runs) if found.begins <= each.started_at <= found.ends]


def _label(run: Run, zone: tzinfo) -> str:
    """A chart's label, at most 20 characters."""
    return f"{run.name[:10]} {run.started_at.astimezone(zone):%d %H:%M}"[:20]


def _unique(points: Iterable[tuple[str, float]]) -> tuple[tuple[str, float], ...]:
    """With labels that differ; of those that are the same the later one counts."""
    return tuple(dict(points).items())


def _more(total: int, what: str, shown: int = _MOST) -> list[str]:
    return [f"and {total - shown} more {what}"] if total > shown else []


def _at(at: datetime, zone: tzinfo) -> str:
    return f"{at.astimezone(zone):%a %d %b %H:%M}"


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "!", "?")) else ".")


def _span(times: Times) -> str:
    minutes = (times.mean or timedelta()).total_seconds() / 60
    return f"{minutes:.0f} minutes" if minutes < 120 else f"{minutes / 60:.1f} hours"
