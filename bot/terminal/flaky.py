"""`t12 flaky` in a terminal."""

from collections.abc import Iterable, Sequence
from zoneinfo import ZoneInfo

from rich.console import RenderableType
from rich.text import Text

from bot.terminal.style import evidence, grid, missing, section
from core.failures.report import FlakyReport
from core.failures.verdict import JudgedTest


def draw(report: FlakyReport, _zone: ZoneInfo) -> Iterable[RenderableType]:
    """Broken, flaky and suspect tests, each with evidence and what is missing until it counts as fixed."""
    yield Text(report.headline, style="bold")
    yield Text(f"suite {report.suite}, read from {report.runs_read} runs", style="dim")
    yield from _tests("Broken", report.broken)
    yield from _tests("Flaky", report.flaky)
    yield from _tests("Suspect: one occurrence, nothing deducted", report.suspect)
    together = [f"{each.sentence}: {', '.join(each.tests)}" for each in report.groups]
    yield from section("Flake together", together)
    yield from section("Caveats", report.caveats, "dim")


def _tests(title: str, tests: Sequence[JudgedTest]) -> Iterable[RenderableType]:
    if not tests:
        return
    table = grid("fails", "until fixed", "test and why")
    for test in tests:
        why = Text(test.name).append(f"\n{test.state.reason}", style="dim")
        table.add_row(Text(evidence(test)), Text(missing(test)), why)
    yield Text(f"\n{title}", style="bold")
    yield table
