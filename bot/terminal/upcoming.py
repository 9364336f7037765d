"""`t12 checklist upcoming` in a terminal."""

from collections.abc import Iterable, Sequence
from zoneinfo import ZoneInfo

from rich.console import RenderableType
from rich.text import Text

from bot.terminal.style import grid, when
from core.checklists.cadence import shown
from core.checklists.model import Due


def draw(dues: Sequence[Due], zone: ZoneInfo) -> Iterable[RenderableType]:
    """One line per occurrence, the next first."""
    if not dues:
        yield Text("nothing is due on these days")
        return
    table = grid("due", "list", "items", "minutes", "role", "when", "moved", right=[2, 3])
    for due in dues:
        moved = f"from {due.moved_from:%a %Y-%m-%d}" if due.moved_from else ""
        table.add_row(
            Text(f"{due.on:%a} {when(due.due_at, zone)}"),
            Text(due.spec.title),
            Text(str(len(due.spec.items))),
            Text(str(due.spec.minutes or "")),
            Text(due.spec.role.replace("_", " ")),
            Text(shown(due.spec.cadence)),
            Text(moved, style="yellow"),
        )
    yield table
