"""`t12 db integrity` in a terminal."""

from collections.abc import Iterable, Sequence
from zoneinfo import ZoneInfo

from rich.console import RenderableType
from rich.text import Text

from bot.terminal.style import LEVEL_STYLE, bullets
from core.databases.integrity import IntegrityReport


def draw(reports: Sequence[IntegrityReport], _zone: ZoneInfo) -> Iterable[RenderableType]:
    """Each database: whether it holds together, what does not, and what could not be looked at."""
    for index, report in enumerate(reports):
        level = "ok" if report.is_sound and report.is_complete else "warn" if report.is_sound else "bad"
        yield Text(("\n" if index else "") + report.verdict, style=LEVEL_STYLE[level])
        yield Text(report.error or report.counted, style="dim")
        yield from bullets([each.sentence for each in report.orphans], "red")
        yield from bullets([f"Corrupt: {each}" for each in report.corrupt], "red")
        yield from bullets([each.sentence for each in report.weak], "yellow")
        yield from bullets([f"Not checked: {each.sentence}" for each in report.unchecked], "yellow")
