"""`t12 failures` in a terminal."""

from collections.abc import Iterable
from zoneinfo import ZoneInfo

from rich.console import RenderableType
from rich.text import Text

from bot.terminal.style import section, when
from core.failures.report import Cause, FailureGroup, FailuresReport

_MOST_GROUPS = 25
_MOST_TESTS = 5


def draw(report: FailuresReport, zone: ZoneInfo) -> Iterable[RenderableType]:
    """The groups, critical ones first, each with its cause, its age, its tests and what to do."""
    yield Text(report.headline, style="bold")
    if report.categories:
        yield Text(", ".join(f"{count} {name}" for name, count in report.categories.items()), style="dim")
    for number, group in enumerate(report.groups[:_MOST_GROUPS], start=1):
        yield from _group(number, group, zone)
    left = len(report.groups) - _MOST_GROUPS
    if left > 0:
        yield Text(f"\nand {left} more groups; --format json has them all", style="dim")
    yield from section("Meanwhile", report.conditions)
    yield from section("Caveats", report.caveats, "dim")


def _group(number: int, group: FailureGroup, zone: ZoneInfo) -> Iterable[RenderableType]:
    mark = Text(f"\n{number}. ", style="bold")
    if group.critical:
        mark.append("CRITICAL ", style="bold red")
    mark.append("NEW " if group.new else "", style="bold yellow")
    tests = "1 test" if group.count == 1 else f"{group.count} tests"
    yield mark.append(group.title, style="bold").append(f"  ({tests}, {group.category})", style="dim")
    if group.critical_reason:
        yield Text(f"   {group.critical_reason}", style="red")
    if group.known_since is not None:
        at = f", {when(group.known_since_at, zone)}" if group.known_since_at else ""
        before = "1 run" if group.runs_before == 1 else f"{group.runs_before} runs"
        yield Text(f"   known since run {group.known_since}{at}; in {before} before", style="dim")
    yield from because(group.finding)
    for condition in group.conditions:
        yield Text(f"   meanwhile: {condition}", style="yellow")
    for name in group.tests[:_MOST_TESTS]:
        yield Text(f"   {name}")
    if group.count > _MOST_TESTS:
        yield Text(f"   and {group.count - _MOST_TESTS} more", style="dim")
    advice = group.recommendation
    yield Text(f"   {advice.priority.value}: {advice.action} ({advice.estimated_time})", style="cyan")


def because(cause: Cause | None) -> Iterable[RenderableType]:
    """The mock that explains a failure."""
    if cause is not None:
        yield Text(f"   because of {cause.rule} at {cause.path}:{cause.line}: {cause.message}", style="yellow")
        if cause.production:
            yield Text(f"   production: {cause.production}", style="dim")
