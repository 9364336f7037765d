"""`t12 doctor` in a terminal."""

from collections.abc import Iterable
from zoneinfo import ZoneInfo

from rich.console import RenderableType
from rich.text import Text

from bot.terminal.style import LEVEL_STYLE, grid
from core.doctor import DoctorReport


def draw(report: DoctorReport, _zone: ZoneInfo) -> Iterable[RenderableType]:
    """One line per check."""
    table = grid("", "what", "finding")
    for check in report.checks:
        table.add_row(Text(check.level, style=LEVEL_STYLE[check.level]), Text(check.name), Text(check.sentence))
    yield table
