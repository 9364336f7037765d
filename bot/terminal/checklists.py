"""`t12 checklist status` in a terminal."""

from collections.abc import Iterable, Sequence
from zoneinfo import ZoneInfo

from rich.console import RenderableType
from rich.text import Text

from bot.terminal.style import grid, when
from core.checklists.model import Item, ItemState, Occurrence

_MARKS = {ItemState.OPEN: "open", ItemState.DONE: "done", ItemState.SKIPPED: "skipped", ItemState.CARRIED: "carried"}
_STYLES = {ItemState.OPEN: "yellow", ItemState.DONE: "green", ItemState.SKIPPED: "dim", ItemState.CARRIED: "dim"}


def draw(occurrences: Sequence[Occurrence], zone: ZoneInfo) -> Iterable[RenderableType]:
    """Each occurrence with its items, the newest first."""
    if not occurrences:
        yield Text("no checklist was posted yet; `t12 checklist upcoming` shows what is due when")
        return
    for each in occurrences:
        late = ", late" if each.is_late else ""
        title = f"{each.id}  {each.title}, {each.on:%a %Y-%m-%d}: {each.done} of {len(each.items)} done"
        yield Text(f"{title} ({each.standing.value}{late})", style="bold")
        table = grid("no", "state", "item", "who", "when", "evidence or reason", right=[0])
        for item in each.items:
            table.add_row(*_cells(item, zone))
        yield table


def _cells(item: Item, zone: ZoneInfo) -> Iterable[Text]:
    told = " ".join(part for part in (item.reason, item.evidence, item.note) if part)
    since = f" (since {item.carried_from:%Y-%m-%d})" if item.carried_from else ""
    yield Text(str(item.position + 1))
    yield Text(_MARKS[item.state], style=_STYLES[item.state])
    yield Text(item.text + since)
    yield Text(item.by or (f"for {item.assignee}" if item.assignee else ""))
    yield Text(when(item.at, zone) if item.at else "")
    yield Text(told)
