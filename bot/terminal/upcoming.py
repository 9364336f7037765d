"""`t12 checklist upcoming` in a terminal."""

from collections.abc import Iterable, Sequence
from zoneinfo import ZoneInfo

from rich.console import RenderableType
from rich.text import Text

from bot.terminal.style import grid, when
from core.checklists.model import Due


def draw(dues: Sequence[Due], zone: ZoneInfo) -> Iterable[RenderableType]:
    """One line per occurrence, the next first."""
    if not dues:
        yield Text("nothing is due on these days")
        return
    table = grid("day", "at", "list", "items", "minutes", "role", "", right=[3, 4])
    before = None
    for due in dues:
        moved = f"moved from {due.moved_from:%a %Y-%m-%d}" if due.moved_from else ""
        table.add_row(
            Text(f"{due.on:%a %Y-%m-%d}" if due.on != before else ""),
            Text(when(due.due_at, zone)[-5:]),
            Text(due.spec.title),
            Text(str(len(due.spec.items))),
            Text(str(due.spec.minutes or "")),
            Text(due.spec.role.replace("_", " ")),
            Text(moved, style="yellow"),
        )
        before = due.on
    yield table
