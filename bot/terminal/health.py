"""`t12 health` in a terminal."""

from collections.abc import Iterable
from zoneinfo import ZoneInfo

from rich.console import RenderableType
from rich.text import Text

from bot.terminal.style import evidence, grid, missing, section, when
from core.health.model import HealthReport

_MOST_TESTS = 10


def draw(report: HealthReport, zone: ZoneInfo) -> Iterable[RenderableType]:
    """Verdict first, then what took points, what is wrong now, what changed, and what would help."""
    style = "bold red" if report.alert else "bold green"
    yield Text(report.headline, style=style)
    run = report.run
    yield Text(_about(report, when(run.started_at, zone)), style="dim")
    if report.deductions:
        table = grid("points", "rule", "evidence", right=(0,))
        for each in report.deductions:
            table.add_row(Text(f"-{each.points:g}", style="red"), Text(each.rule), Text(each.evidence))
        yield Text("\nDeductions", style="bold")
        yield table
    yield from section("Alerts", [f"{gate.name}: {gate.reason}" for gate in report.gates], "red")
    if report.changes is not None:
        since = f"Since run {report.changes.since} ({when(report.changes.since_at, zone)})"
        yield from section(since, report.changes.sentences or ("nothing changed",))
    yield from section("Numbers", _numbers(report))
    troubled = [*report.broken, *report.flaky][:_MOST_TESTS]
    if troubled:
        table = grid("state", "fails", "until fixed", "test")
        for test in troubled:
            table.add_row(Text(test.state.state.value), Text(evidence(test)), Text(missing(test)), Text(test.name))
        yield Text("\nTests that cannot be trusted", style="bold")
        yield table
        left = len(report.broken) + len(report.flaky) - len(troubled)
        if left > 0:
            yield Text(f"  and {left} more; see t12 flaky", style="dim")
    yield from section("What would raise the score most", [_gain(each.text, each.gain) for each in report.advice])
    yield from section("Caveats", report.caveats, "dim")


def _about(report: HealthReport, at: str) -> str:
    run, counts = report.run, report.run.counts
    where = f" on {run.branch}" if run.branch else ""
    revision = f" at {run.revision[:10]}" if run.revision else ""
    outcomes = f"{counts.passed} passed, {counts.failed} failed, {counts.errors} errors, {counts.skipped} skipped"
    return f"suite {report.suite}, run {run.name}{where}{revision}, {at}: {outcomes}"


def _numbers(report: HealthReport) -> list[str]:
    rate = "unknown" if report.failure_rate is None else f"{report.failure_rate:.1%}"
    coverage = "unknown" if report.coverage_percentage is None else f"{report.coverage_percentage:.1f} %"
    trend = f"trend: {report.trend.direction.value} ({report.trend.reason})"
    return [f"failure rate {rate}, coverage {coverage}", trend, report.flake_cost.sentence]


def _gain(text: str, gain: float) -> str:
    return f"{text} (+{gain:g})" if gain else text
