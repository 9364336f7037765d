"""`t12 incident stats` in a terminal."""

from collections.abc import Iterable
from datetime import timedelta
from zoneinfo import ZoneInfo

from rich.console import RenderableType
from rich.text import Text

from bot.terminal.style import grid, when
from core.incidents.metrics import IncidentStats, SeverityStats
from core.incidents.report import span


def draw(found: IncidentStats, zone: ZoneInfo) -> Iterable[RenderableType]:
    """One line per severity, then the months."""
    about = f" of {found.suite}" if found.suite else ""
    yield Text(f"incidents{about} from {when(found.since, zone)} to {when(found.until, zone)}", style="bold")
    table = grid(
        "severity", "opened", "open now", "MTTA", "answered in time", "MTTR", "came back", right=(1, 2, 3, 4, 5, 6)
    )
    for severity, figures in found.by_severity.items():
        table.add_row(severity.value, *_cells(figures))
    table.add_row("all", *_cells(found.total))
    yield table
    months = {month: sum(counts.values()) for month, counts in found.months.items()}
    if any(months.values()):
        yield Text("by month: " + ", ".join(f"{month} {count}" for month, count in months.items()), style="dim")


def _cells(each: SeverityStats) -> list[str]:
    in_time = f"{each.in_time} of {each.answer.count}" if each.answer.count else ""
    back = f"{each.reopen_rate:.0%}" if each.reopen_rate is not None else ""
    return [str(each.incidents), str(each.open), _span(each.answer.mean), in_time, _span(each.resolve.mean), back]


def _span(length: timedelta | None) -> str:
    return span(length) if length is not None else ""
