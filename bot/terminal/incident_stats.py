"""`t12 incident stats` in a terminal."""

<<<<<<< HEAD
from collections.abc import Iterable
=======
from collections.abc import Iterable, Mapping
>>>>>>> 94f6e7a (incidents: show owners on the card, and figures of time)
from datetime import timedelta
from zoneinfo import ZoneInfo

from rich.console import RenderableType
from rich.text import Text

from bot.terminal.style import grid, when
from core.incidents.metrics import IncidentStats, SeverityStats
<<<<<<< HEAD
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
=======
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
    table = grid("severity", "incidents", "open", "acknowledged", "in time", "resolved", "came back", right=(1, 2))
    for severity, each in stats.by_severity.items():
        if each.incidents:
            table.add_row(Text(severity.value, style=_STYLE[severity]), *_row(each))
    table.add_row(Text("all", style="bold"), *_row(total))
    yield table
    yield Text("acknowledged and resolved: median, mean", style="dim")
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
>>>>>>> 94f6e7a (incidents: show owners on the card, and figures of time)
