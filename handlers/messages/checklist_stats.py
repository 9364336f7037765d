"""The answer to `checklist stats`: how well the lists are kept, by list, week and month; what is skipped and slow."""

from collections.abc import Sequence

from core.checklists.statistics import Kept, ListStatistics, Period, SlowItem, Statistics

from . import place
from .message import Message, and_more, fit
from .pieces import (
    Json,
    Leaf,
    Line,
    bullets,
    chart,
    header,
    line,
    paragraph,
    rich,
    said,
    section,
    small,
    strong,
    typed,
    words,
)

_MOST = (13, 8, 5, 3, 1, 0)
_CHART_WEEKS = 13
_PERIODS = 4
"""Weeks and months that are told in words."""


def render_checklist_stats(found: Statistics) -> Message:
    """The whole first, then the lists, the weeks and the months, then why items were skipped and which take long."""

    def draw(most: int) -> list[Json]:
        if found.since is None or found.until is None:
            return [header("Checklists"), paragraph(words("No checklist is over yet; "), typed("/t12 checklist"),
                                                    words(" shows those that are open."))]  # fmt: skip
        return [
            header(f"Checklists: {_share(found.whole.completion)} of the items done"),
            paragraph(*_whole(found.whole)),
            *_lists(found.lists, most),
            *(_chart(found.weeks) if most else []),
            *_periods("By week", "{0:%a} {0.day} {0:%b}", found.weeks, most),
            *_periods("By month", "{0:%B %Y}", found.months, most),
            *_titled("Skipped because", [_reason(*each) for each in found.reasons], most),
            *_titled("Slowest from due to done, by the median", [_slow(each) for each in found.slowest], most),
            small(words(f"Lists that were due from {found.since} to {found.until} and are over. What was skipped with "
                        "a reason is not asked for; a complete list left nothing open.")),
        ]  # fmt: skip

    return fit(draw, _MOST)


def _whole(kept: Kept) -> list[Leaf]:
    return [
        strong(f"{kept.complete} of {kept.occurrences} lists complete"),
        words(f", {kept.missed} missed. {kept.done} of {kept.items} items done, {kept.skipped} skipped, "
              f"{kept.left} left."),
    ]  # fmt: skip


def _lists(lists: Sequence[ListStatistics], most: int) -> list[Json]:
    if not most:
        return []
    head = ("List", "Posted", "Missed", "Complete", "Items done", "Skipped", "Left", "In a row", "Longest")
    rows = [head, *(_row(each) for each in lists[:most])]
    left = len(lists) - most
    table = {"type": "table", "rows": [[{"type": "raw_text", "text": cell} for cell in row] for row in rows]}
    return [table, *([small(words(f"and {left} more lists"))] if left > 0 else [])]


def _row(each: ListStatistics) -> tuple[str, ...]:
    kept = each.kept
    counts = (kept.occurrences, kept.missed, _share(kept.on_time), _share(kept.completion), kept.skipped, kept.left,
              each.streak, each.longest)  # fmt: skip
    return (place.plain(each.title, 40), *map(str, counts))


def _chart(weeks: Sequence[Period]) -> list[Json]:
    asked = [each for each in weeks if each.kept.completion is not None][-_CHART_WEEKS:]
    points = {f"{each.begins.day} {each.begins:%b %Y}": round(100 * (each.kept.completion or 0)) for each in asked}
    return [chart("Items done by week", "% of items done", points, "% of items done")] if len(points) > 1 else []


def _periods(title: str, form: str, periods: Sequence[Period], most: int) -> list[Json]:
    shown = periods[-min(most, _PERIODS) :] if most else []
    return [section(title, [_period(form.format(each.begins), each) for each in reversed(shown)])] if shown else []


def _period(name: str, period: Period) -> Line:
    kept = period.kept
    told = f"{_share(kept.completion)} of the items done, {kept.complete} of {kept.occurrences} lists complete"
    told += f", {kept.skipped} skipped" if kept.skipped else ""
    told += f", {kept.left} left" if kept.left else ""
    slow = period.slowest
    return [strong(f"{name}: "), words(told), *([words("; slowest: "), *_slow(slow)] if slow is not None else [])]


def _titled(title: str, lines: Sequence[Line], most: int) -> list[Json]:
    shown = and_more(lines[:most], len(lines))
    return [rich(line(strong(title)), bullets(shown))] if lines and most else []


def _reason(reason: str, times: int) -> Line:
    return [strong(f"{times} × "), said(reason, 150)]


def _slow(item: SlowItem) -> list[Leaf]:
    times = "once" if item.times == 1 else f"{item.times} times"
    return [said(item.text, 120), words(f", {item.hours:,.1f} h ({place.plain(item.key, 40)}, {times})")]


def _share(share: float | None) -> str:
    return f"{share:.0%}" if share is not None else "none"
