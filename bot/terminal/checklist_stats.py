"""`t12 checklist stats` in a terminal."""

from collections.abc import Iterable
from zoneinfo import ZoneInfo

from rich.console import RenderableType
from rich.text import Text

from bot.terminal.style import grid, heading
from core.checklists.statistics import Kept, Statistics

_WEEKS = 8
_HEAD = ("lists", "missed", "complete", "items done", "skipped", "left")


def draw(found: Statistics, _zone: ZoneInfo) -> Iterable[RenderableType]:
    """Per list, per week and per month; then what was skipped and what takes long."""
    if found.since is None:
        yield Text("no checklist is over yet; `t12 checklist status` shows those that are open")
        return
    yield heading(f"Checklists from {found.since} to {found.until}")
    table = grid("list", *_HEAD, "in a row", "longest", right=range(1, 9))
    for each in found.lists:
        table.add_row(Text(each.title), *_cells(each.kept), Text(str(each.streak)), Text(str(each.longest)))
    table.add_row(Text("all", style="bold"), *_cells(found.whole), "", "")
    yield table
    for name, periods in (("week of", found.weeks[-_WEEKS:]), ("month of", found.months)):
        yield Text()
        table = grid(name, *_HEAD, right=range(1, 7))
        for period in periods:
            table.add_row(Text(f"{period.begins}"), *_cells(period.kept))
        yield table
    if found.reasons:
        yield Text("\nSkipped because", style="bold")
        for reason, times in found.reasons:
            yield Text(f"  {times} × {reason}")
    if found.slowest:
        yield Text("\nSlowest from due to done, by the median", style="bold")
        for item in found.slowest:
            yield Text(f"  {item.hours:.1f} h  {item.text} ({item.key}, {item.times} times)")


def _cells(kept: Kept) -> Iterable[Text]:
    yield Text(str(kept.occurrences))
    yield Text(str(kept.missed or ""), style="yellow")
    yield Text(_share(kept.on_time))
    yield Text(_share(kept.completion))
    yield Text(str(kept.skipped or ""))
    yield Text(str(kept.left or ""), style="yellow")


def _share(share: float | None) -> str:
    return f"{share:.0%}" if share is not None else ""
