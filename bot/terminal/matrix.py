"""`t12 matrix` in a terminal."""

from collections.abc import Iterable
from zoneinfo import ZoneInfo

from rich.console import RenderableType
from rich.text import Text

from bot.terminal.style import grid, heading, when
from core.checklists.matrix import MatrixReport, MatrixRow


def draw(report: MatrixReport, zone: ZoneInfo) -> Iterable[RenderableType]:
    """A category a line, in the book's order."""
    is_late = any(each.is_overdue for each in report.rows)
    yield heading(f"{report.suite}: {report.verdict}", "bold yellow" if is_late else "bold")
    table = grid("category", "frequency", "last ran", "tests", "responsible", "", right=[3])
    for row in report.rows:
        table.add_row(*_cells(row, zone))
    yield table
    yield Text(f"read off the newest {report.runs_read} runs", style="dim")


def _cells(row: MatrixRow, zone: ZoneInfo) -> Iterable[Text]:
    last = f"{when(row.last_run.started_at, zone)} in run {row.last_run.name}" if row.last_run else "in none of them"
    yield Text(row.category.name)
    yield Text(row.category.frequency.lower())
    yield Text(last)
    yield Text(str(row.tests or ""))
    yield Text(f"{row.role}: {', '.join(row.people)}" if row.people else row.role)
    yield Text("overdue", style="yellow") if row.is_overdue else Text("")
