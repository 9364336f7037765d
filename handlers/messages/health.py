"""The answer to `health`: the verdict, what takes points off, what changed, what it costs, and what to do first."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from core.failures.report import RunsReport
from core.failures.verdict import JudgedTest
from core.health.model import Changes, Deduction, Direction, HealthReport
from core.runs.model import Run
from handlers.commands import Ask

from . import place
from .judged import short_evidence
from .message import Message, and_more, fit
from .navigation import deeper
from .pieces import (
    Json,
    Line,
    bullets,
    chart,
    header,
    line,
    paragraph,
    rich,
    said,
    section,
    small,
    strong,
    test_name,
    words,
)
from .runs import age, run_line

_MOST = (5, 3, 2, 1, 0)
_CHART_RUNS = 20
_FEWEST_CHARTED = 4
_LABEL = 20
"""Characters of a chart's label."""
_RULES = {"failure_rate": "Failure rate", "flaky_tests": "Flaky tests", "coverage": "Coverage"}
_GATES = {"broken": "Broken", "silent": "Silent", "new": "New failures", "storm": "Infrastructure"}


def render_health(report: HealthReport, ask: Ask, now: datetime, recent: RunsReport | None = None) -> Message:
    """`recent` gives the chart of failing tests; without it there is none."""

    def draw(most: int) -> list[Json]:
        return [
            header(f"{place.plain(report.suite, place.WORD)}: {verdict(report)}"),
            paragraph(said(in_short(report))),
            *_alarms(report),
            *_score(report),
            *_changes(report.changes, most),
            *_untrusted(report, most),
            *_trend(report, recent if most else None),
            *_advice(report, most),
            *_small_print(report, now),
            *deeper(ask, "failures", "flaky", "runs", run=report.run.name),
        ]

    return fit(draw, _MOST)


def verdict(report: HealthReport) -> str:
    """The score and whether to look, in words and never by colour alone."""
    if report.alert:
        return f"{number(report.score)} of 100, needs attention"
    return f"{number(report.score)} of 100, healthy" if report.score >= 100 else f"{number(report.score)} of 100, fine"


def in_short(report: HealthReport) -> str:
    """The headline without the score, which the header says already."""
    rest = report.headline.removesuffix(" (alert)").partition(", ")[2]
    return _sentence(rest or report.headline)


def number(value: float) -> str:
    """At most one decimal, and none where it is zero."""
    return f"{value:.1f}".removesuffix(".0")


def _alarms(report: HealthReport) -> list[Json]:
    if not report.gates:
        return []
    return [
        rich(bullets([strong(f"{_GATES.get(gate.name, gate.name)}: "), said(gate.reason)] for gate in report.gates))
    ]


def _score(report: HealthReport) -> list[Json]:
    if not report.deductions:
        return [paragraph(words("Nothing takes points off."))]
    return [section(f"What takes points off ({number(report.score)} of 100)", deductions(report.deductions))]


def deductions(found: Iterable[Deduction]) -> list[Line]:
    """One line per deduction: the points, the rule, the numbers."""
    return [
        [strong(f"−{number(each.points)} {_RULES.get(each.rule, each.rule)}: "), said(_evidence(each))]
        for each in found
    ]


def _evidence(deduction: Deduction) -> str:
    if deduction.rule == "flaky_tests":
        count = int(deduction.input)
        return f"{count} flaky {'test' if count == 1 else 'tests'} in {deduction.window}"
    return deduction.evidence


def _changes(changes: Changes | None, most: int) -> list[Json]:
    if changes is None:
        return []
    new = [*changes.newly_failing, *changes.failing_at_birth, *changes.revealed]
    lines: list[Line] = [[said(sentence)] for sentence in changes.sentences]
    parts = [line(strong(f"Since run {place.plain(changes.since, place.WORD)}"))]
    parts.append(bullets(lines or [[words("nothing changed")]]))
    if new and most:
        parts.append(line(strong("Newly failing")))
        parts.append(bullets(and_more([[test_name(name)] for name in new[:most]], len(new))))
    return [rich(*parts)]


def _untrusted(report: HealthReport, most: int) -> list[Json]:
    if not report.flaky:
        return []
    cost = report.flake_cost
    parts = [line(strong(f"Flaky: {len(report.flaky)}. "), said(_sentence(cost.sentence)))]
    parts.append(bullets(and_more(_judged(report.flaky[:most]), len(report.flaky), "flaky tests more")))
    return [rich(*parts)]


def _judged(tests: Sequence[JudgedTest]) -> list[Line]:
    return [[test_name(each.name), words(f" {short_evidence(each.state)}")] for each in tests]


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "!", "?")) else ".")


def _trend(report: HealthReport, recent: RunsReport | None) -> list[Json]:
    trend = report.trend
    told = rich(line(strong(f"Trend: {trend.direction.value}. "), said(_sentence(trend.reason))))
    if recent is None or trend.direction is Direction.NOT_ENOUGH_DATA:
        return [told]
    runs = [run for run in reversed(recent.runs[:_CHART_RUNS]) if run.is_complete]
    if len(runs) < _FEWEST_CHARTED:
        return [told]
    points = dict(zip(_labels(runs), (run.counts.bad for run in runs), strict=True))
    return [told, chart(f"Failing tests in the last {len(points)} runs", "failing tests", points, "failing tests")]


def _labels(runs: Sequence[Run]) -> list[str]:
    """What the runs are called where the names are short and tell them apart, else how many runs ago they were."""
    names = [place.plain(run.name, _LABEL + 1) for run in runs]
    if len(set(names)) == len(names) and max(map(len, names)) <= _LABEL:
        return names
    return [f"{ago} runs ago" if ago else "newest" for ago in range(len(runs) - 1, -1, -1)]


def _advice(report: HealthReport, most: int) -> list[Json]:
    useful = report.advice[: min(2, most)]
    if not useful:
        return []
    lines: list[Line] = [
        [said(_sentence(each.text), 200), words(f" Score then {number(each.score_after)}.") if each.gain else words("")]
        for each in useful
    ]
    return [section("What helps most", [[leaf for leaf in each if leaf["text"]] for each in lines])]


def _small_print(report: HealthReport, now: datetime) -> list[Json]:
    coverage = (
        "no coverage" if report.coverage_percentage is None else f"coverage {number(report.coverage_percentage)} %"
    )
    found = [small(*run_line(report.run), words(f" · {coverage}"))]
    caveats = [*age(report.run, now), *report.caveats]
    if caveats:
        found.append(small(said("Mind: " + "; ".join(caveats), 600)))
    return found
