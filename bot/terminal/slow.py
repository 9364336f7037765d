"""`t12 slow` in a terminal."""

from collections.abc import Iterable, Sequence
from zoneinfo import ZoneInfo

from rich.console import RenderableType
from rich.text import Text

from bot.terminal.style import grid, section
from core.performance.model import Change, SlowReport, SlowTest
from core.performance.words import (
    bars,
    benchmark_sentence,
    benchmarks_sentence,
    change_sentence,
    onset_sentence,
    runner_sentence,
    said,
    suite_sentences,
)

_MOST = 20
_SLOWEST = 10


def draw(report: SlowReport, _zone: ZoneInfo) -> Iterable[RenderableType]:
    """What changed first, then the slowest tests, the suite's time, and what would save most."""
    yield Text(report.headline, style="bold")
    yield Text(_about(report), style="dim")
    yield from section("Runner", [told] if (told := runner_sentence(report.speed)) else [], "yellow")
    yield from _changes("Slower", report.regressions, "red")
    yield from _changes("Faster", report.improvements, "green")
    hints = [
        f"{each.name}: {said(each.seconds)}, {each.ratio_to_mean:.1f} times its mean of {said(each.mean_seconds)}"
        for each in report.hints[:_MOST]
    ]
    yield from section("Hints: one run above 1.5 times the mean, not confirmed", hints)
    yield from _slowest(report.slowest[:_SLOWEST])
    if report.suite_time.points:
        yield from section("Suite", [*suite_sentences(report.suite_time), _chart(report)])
    if report.benchmarks is not None:
        shown = [f"{each.name}: {benchmark_sentence(each)}" for each in report.benchmarks.benchmarks[:_SLOWEST]]
        yield from section("Benchmarks", [benchmarks_sentence(report.benchmarks), *shown])
    yield from section("What would save most", [f"{each.text} (up to {said(each.seconds)})" for each in report.advice])
    yield from section("Caveats", report.caveats, "dim")


def _about(report: SlowReport) -> str:
    read = "one run" if report.runs_read == 1 else f"{report.runs_read} comparable runs"
    return f"suite {report.suite}, run {report.newest.name}, read from {read}; seconds are those of the usual runner"


def _chart(report: SlowReport) -> str:
    measured = [point.measured_seconds for point in report.suite_time.points]
    return f"{bars(measured)} as measured, oldest first, up to {said(max(measured[-30:]))}"


def _changes(title: str, changes: Sequence[Change], style: str) -> Iterable[RenderableType]:
    if not changes:
        return
    table = grid("change", "runs", "test and since when", right=(0,))
    for each in changes[:_MOST]:
        sign = "+" if each.added_seconds >= 0 else ""
        why = Text(each.name).append(f"\n{change_sentence(each)}\n{onset_sentence(each)}", style="dim")
        table.add_row(Text(f"{sign}{said(each.added_seconds)}", style=style), Text(bars(each.history)), why)
    yield Text(f"\n{title}", style="bold")
    yield table
    if len(changes) > _MOST:
        yield Text(f"  and {len(changes) - _MOST} more; --format json lists all", style="dim")


def _slowest(tests: Sequence[SlowTest]) -> Iterable[RenderableType]:
    if not tests:
        return
    table = grid("takes", "share", "trend", "to mean", "test", right=(0, 1, 3))
    for each in tests:
        ratio = "" if each.ratio_to_mean is None else f"{each.ratio_to_mean:.2f}"
        table.add_row(said(each.seconds), f"{each.share:.1%}", each.trend.value, ratio, Text(each.name))
    yield Text("\nSlowest", style="bold")
    yield table
