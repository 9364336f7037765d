"""`t12 runs` in a terminal."""

from collections.abc import Iterable
from zoneinfo import ZoneInfo

from rich.console import RenderableType
from rich.text import Text

from bot.terminal.style import grid, revision, when
from core.failures.report import RunsReport
from core.runs.model import Run

_COLUMNS = ("run", "started", "branch", "revision", "tests", "failed", "errors", "skipped", "cover", "took", "note")
_NUMBERS = frozenset({"tests", "failed", "errors", "skipped", "cover", "took"})
_LONGEST_BRANCH = 24


def draw(report: RunsReport, zone: ZoneInfo) -> Iterable[RenderableType]:
    """One line per run, newest first."""
    rows = [_cells(run, report.notes.get(run.id, ""), zone) for run in report.runs]
    shown = [name for name in _COLUMNS if any(row[name].plain for row in rows)]
    table = grid(*shown, right=[index for index, name in enumerate(shown) if name in _NUMBERS])
    for column in table.columns:
        column.no_wrap = column.header != "note"
    for row in rows:
        table.add_row(*(row[name] for name in shown))
    yield Text(f"suite {report.suite}, the newest {len(report.runs)} runs", style="bold")
    yield table


def _cells(run: Run, note: str, zone: ZoneInfo) -> dict[str, Text]:
    counts = run.counts
    branch = run.branch or ""
    return {
        "run": Text(run.name),
        "started": Text(when(run.started_at, zone)),
        "branch": Text(branch if len(branch) <= _LONGEST_BRANCH else f"{branch[: _LONGEST_BRANCH - 1]}…"),
        "revision": Text(revision(run)),
        "tests": Text(str(counts.tests)),
        "failed": Text(str(counts.failed), style="red" if counts.failed else ""),
        "errors": Text(str(counts.errors), style="magenta" if counts.errors else ""),
        "skipped": Text(str(counts.skipped)),
        "cover": Text("" if run.coverage_percentage is None else f"{run.coverage_percentage:.1f} %"),
        "took": Text("" if run.duration_seconds is None else f"{run.duration_seconds:.1f} s"),
        "note": Text(note, style="yellow"),
    }
