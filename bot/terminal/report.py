"""`t12 report` in a terminal."""

from collections.abc import Iterable
from zoneinfo import ZoneInfo

from rich.console import RenderableType
from rich.text import Text

from bot.terminal.style import section, when
from core.briefings.documents import title_of
from core.briefings.model import Chart, Report

_BARS = " ▁▂▃▄▅▆▇█"


def draw(report: Report, zone: ZoneInfo) -> Iterable[RenderableType]:
    """The headline, then one block a section."""
    suite = f": {report.suite}" if report.suite else ""
    yield Text(f"{title_of(report.kind)}{suite}", style="bold")
    yield Text(f"{when(report.begins, zone)} to {when(report.ends, zone)}", style="dim")
    yield Text(report.headline)
    for each in report.sections:
        yield from section(each.title, each.lines)
        if each.chart is not None:
            yield Text(f"  {_bars(each.chart)}  {each.chart.title}, at most {_top(each.chart):g}", style="dim")


def _top(chart: Chart) -> float:
    return max(value for _, value in chart.points)


def _bars(chart: Chart) -> str:
    top = _top(chart) or 1.0
    return "".join(_BARS[round(value / top * (len(_BARS) - 1))] for _, value in chart.points)
