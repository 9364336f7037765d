"""The answer to `slow`: what became slower and since when, the slowest tests, the suite's time, what would help."""

from collections.abc import Iterable, Sequence

from core.performance.benchmarks import Benchmarks
from core.performance.model import Change, Hint, SlowReport, SlowTest
from core.performance.words import (
    bars,
    benchmark_sentence,
    benchmarks_sentence,
    change_sentence,
    onset_sentence,
    runner_sentence,
    suite_sentences,
)
from core.performance.words import said as spoken
from handlers.commands import Ask

from . import place
from .message import Message, and_more, fit
from .navigation import deeper, open_tests
from .pieces import (
    Json,
    Line,
    chart,
    header,
    paragraph,
    said,
    section,
    small,
    strong,
    test_name,
    typed,
    words,
)
from .runs import run_labels, run_line

_MOST = (5, 3, 2, 1, 0)
_CHART_RUNS = 20
_FEWEST_CHARTED = 4
_BARS = 20
_ADVICE = 3
_LONGEST = 200_000_000
"""Seconds a chart shows at most; nobody's suite takes six years."""


def render_slow(report: SlowReport, ask: Ask) -> Message:
    """Regressions first, because they are new; hints last, because one run proves nothing."""

    def draw(most: int) -> list[Json]:
        opened = [each.name for each in report.regressions[:most]] or [each.name for each in report.slowest[:most]]
        return [
            header(f"{place.plain(report.suite, place.WORD)}: {verdict(report)}"),
            paragraph(said(_sentence(report.headline))),
            *_runner(report),
            *_changes("Slower", report.regressions, most),
            *_changes("Faster", report.improvements, most),
            *_slowest(report.slowest, most),
            *_suite(report, most),
            *_hints(report.hints, most),
            *_benchmarks(report.benchmarks, most),
            *_advice(report, most),
            *_small_print(report),
            *open_tests(ask, opened),
            *deeper(ask, "health", "failures", "runs"),
        ]

    return fit(draw, _MOST)


def verdict(report: SlowReport) -> str:
    """What changed, in a few words."""
    parts = []
    if report.regressions:
        parts.append(f"{len(report.regressions)} slower")
    if report.improvements:
        parts.append(f"{len(report.improvements)} faster")
    if parts:
        return ", ".join(parts)
    if not report.tests:
        return "no duration is known"
    if report.suite_time.before_seconds is None:
        return "too few runs to compare"
    if report.suite_time.is_slower:
        return "the suite became slower"
    return "the suite became faster" if report.suite_time.is_faster else "nothing became slower"


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "!", "?")) else ".")


def _runner(report: SlowReport) -> list[Json]:
    told = runner_sentence(report.speed)
    return [paragraph(strong("Runner: "), words(_sentence(told)))] if told else []


def _changes(title: str, changes: Sequence[Change], most: int) -> list[Json]:
    if not changes or not most:
        return []
    lines = [_change(each) for each in changes[:most]]
    return [section(f"{title}: {len(changes)}", and_more(lines, len(changes)))]


def _change(change: Change) -> Line:
    found = [test_name(change.name), words(f" {change_sentence(change)}")]
    if len(change.history) > 1:
        found += [words(" "), typed(bars(change.history, _BARS))]
    return [*found, words(" "), said(_sentence(onset_sentence(change)), 200)]


def _slowest(tests: Sequence[SlowTest], most: int) -> list[Json]:
    lines: list[Line] = [
        [
            strong(spoken(each.seconds)),
            words(f" ({each.share:.0%}) "),
            test_name(each.name),
            words(f" {each.trend.value}"),
        ]
        for each in tests[:most]
    ]
    return [section("Slowest tests, with their share of all tests' time", lines)] if lines else []


def _suite(report: SlowReport, most: int) -> list[Json]:
    if not report.suite_time.points:
        return []
    lines: list[Line] = [[said(_sentence(each))] for each in suite_sentences(report.suite_time)]
    told = section("The whole suite", lines)
    points = report.suite_time.points[-_CHART_RUNS:]
    if not most or len(points) < _FEWEST_CHARTED:
        return [told]
    values = (min(round(point.measured_seconds), _LONGEST) for point in points)
    drawn = dict(zip(run_labels([point.run for point in points]), values, strict=True))
    return [told, chart(f"Seconds of the last {len(points)} runs", "seconds", drawn, "seconds, as measured")]


def _hints(hints: Sequence[Hint], most: int) -> list[Json]:
    if not hints or not most:
        return []
    lines: list[Line] = [
        [
            test_name(each.name),
            words(f" {spoken(each.seconds)}, {each.ratio_to_mean:.1f} times its mean of {spoken(each.mean_seconds)}"),
        ]
        for each in hints[:most]
    ]
    return [section("Hints: one run above 1.5 times the mean, not confirmed", and_more(lines, len(hints)))]


def _benchmarks(found: Benchmarks | None, most: int) -> list[Json]:
    if found is None or not most:
        return []
    moved = [each for each in found.benchmarks if each.is_slower or each.is_faster]
    lines: list[Line] = [[test_name(each.name), words(f" {benchmark_sentence(each)}")] for each in moved[:most]]
    told: Line = [said(_sentence(benchmarks_sentence(found)), 240)]
    return [section("Benchmarks", [told, *and_more(lines, len(moved))])]


def _advice(report: SlowReport, most: int) -> list[Json]:
    lines: list[Line] = [
        [said(_sentence(each.text), 300), words(f" Up to {spoken(each.seconds)}.")]
        for each in report.advice[: min(_ADVICE, most)]
    ]
    return [section("What would save most", lines)] if lines else []


def _small_print(report: SlowReport) -> Iterable[Json]:
    runs = "one run" if report.runs_read == 1 else f"{report.runs_read} comparable runs"
    yield small(words(f"Read from {runs}, the newest: "), *run_line(report.newest))
    if report.caveats:
        yield small(said("Mind: " + "; ".join(report.caveats), 600))
