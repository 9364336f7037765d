"""`t12 incident stats` in a terminal."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from zoneinfo import ZoneInfo

from rich.console import RenderableType
from rich.text import Text

from bot.terminal.style import grid, when
from core.incidents.metrics import IncidentStats, SeverityStats
from core.incidents.model import Severity
from core.incidents.report import span

_BAR = 40
_STYLE = {Severity.CRITICAL: "bold red", Severity.HIGH: "red", Severity.MEDIUM: "yellow", Severity.LOW: "dim"}


def draw(stats: IncidentStats, zone: ZoneInfo) -> Iterable[RenderableType]:
    """A row per severity and one for all, then a bar per month."""
    total = stats.total
    name = f"{stats.suite}: " if stats.suite else ""
    yield Text(f"{name}{total.incidents} incidents since {when(stats.since, zone)}, {total.open} open", style="bold")
    if not total.incidents:
        return
    table = grid("severity", "incidents", "open", "MTTA", "in time", "MTTR", "came back", right=(1, 2))
    for severity, each in stats.by_severity.items():
        if each.incidents:
            table.add_row(Text(severity.value, style=_STYLE[severity]), *_row(each))
    table.add_row(Text("all", style="bold"), *_row(total))
    yield table
    yield Text("MTTA, time to acknowledge, and MTTR, time to resolve: median, mean", style="dim")
    yield Text("\nIncidents by month", style="bold")
    most = max(sum(counts.values()) for counts in stats.months.values()) or 1
    for month, counts in stats.months.items():
        yield _bar(month, counts, most)


def _row(each: SeverityStats) -> list[Text]:
    cells = (
        str(each.incidents), str(each.open), _pair(each.answer.median, each.answer.mean),
        f"{each.in_time} of {each.answer.count}" if each.answer.count else "",
        _pair(each.resolve.median, each.resolve.mean),
        f"{each.reopened} of {each.resolved}" if each.resolved else "",
    )  # fmt: skip
    return [Text(cell) for cell in cells]


def _pair(median: timedelta | None, mean: timedelta | None) -> str:
    return f"{span(median)}, {span(mean)}" if median is not None and mean is not None else ""


def _bar(month: str, counts: Mapping[Severity, int], most: int) -> Text:
    line = Text(f"{month} ", style="dim")
    for severity, count in counts.items():
        line.append("█" * round(_BAR * count / most), style=_STYLE[severity])
    return line.append(f" {sum(counts.values())}")
