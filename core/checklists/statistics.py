"""How well a team keeps its checklists: how much is done, in time, in a row, and what takes long. Pure."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median
from typing import Any

from core.checklists.model import ItemState, Occurrence, Standing


@dataclass(frozen=True, slots=True)
class Kept:
    """What became of some occurrences that are over."""

    occurrences: int
    missed: int
    complete: int
    """Occurrences on which nothing was left open or carried over."""
    items: int
    done: int
    skipped: int
    left: int
    """Left open, carried over, or on a list that was missed."""

    @property
    def completion(self) -> float | None:
        """Share of items that were done; what was skipped with a reason is not asked for."""
        return self.done / (self.items - self.skipped) if self.items > self.skipped else None

    @property
    def on_time(self) -> float | None:
        """Share of occurrences that were complete when they were summed up."""
        return self.complete / self.occurrences if self.occurrences else None


@dataclass(frozen=True, slots=True)
class ListStatistics:
    """How one list is kept."""

    key: str
    title: str
    kept: Kept
    streak: int
    """Complete occurrences in a row up to the newest; days off and pauses have none and break nothing."""
    longest: int


@dataclass(frozen=True, slots=True)
class SlowItem:
    """An item, and the median of the hours from due to done."""

    key: str
    text: str
    hours: float
    times: int


@dataclass(frozen=True, slots=True)
class Period:
    """A week, by its Monday, or a month, by its first day."""

    begins: date
    kept: Kept
    slowest: SlowItem | None = None


@dataclass(frozen=True, slots=True)
class Statistics:
    """Everything that `t12 checklist stats` tells, over the days from `since` to `until`."""

    since: date | None
    until: date | None
    whole: Kept
    lists: tuple[ListStatistics, ...]
    reasons: tuple[tuple[str, int], ...]
    """Why items were skipped, the commonest first."""
    slowest: tuple[SlowItem, ...]
    weeks: tuple[Period, ...]
    months: tuple[Period, ...]


def summarise(occurrences: Iterable[Occurrence], *, most: int = 10) -> Statistics:
    """Of occurrences in any order; what is open yet does not count."""
    over = sorted((each for each in occurrences if not each.is_open), key=lambda each: (each.due_at, each.id))
    by_list: dict[str, list[Occurrence]] = {}
    for each in over:
        by_list.setdefault(each.key, []).append(each)
    reasons = Counter(
        item.reason for each in over for item in each.items if item.state is ItemState.SKIPPED and item.reason
    )
    return Statistics(
        since=min((each.on for each in over), default=None),
        until=max((each.on for each in over), default=None),
        whole=_kept(over),
        lists=tuple(_of_list(some) for some in by_list.values()),
        reasons=tuple(reasons.most_common(most)),
        slowest=_slowest(over)[:most],
        weeks=_periods(over, [each.on - timedelta(days=each.on.weekday()) for each in over]),
        months=_periods(over, [each.on.replace(day=1) for each in over]),
    )


def statistics_to_json(found: Statistics) -> dict[str, Any]:
    return {
        "since": found.since.isoformat() if found.since else None,
        "until": found.until.isoformat() if found.until else None,
        "whole": _kept_to_json(found.whole),
        "lists": [
            {"list": each.key, "title": each.title, **_kept_to_json(each.kept), "streak": each.streak,
             "longest_streak": each.longest}
            for each in found.lists
        ],
        "skipped_because": [{"reason": reason, "times": times} for reason, times in found.reasons],
        "slowest": [
            {"list": each.key, "item": each.text, "median_hours": round(each.hours, 2), "times": each.times}
            for each in found.slowest
        ],
        "weeks": [_period_to_json(each) for each in found.weeks],
        "months": [_period_to_json(each) for each in found.months],
    }  # fmt: skip


def _period_to_json(period: Period) -> dict[str, Any]:
    slowest = period.slowest.text if period.slowest is not None else None
    return {"begins": period.begins.isoformat(), **_kept_to_json(period.kept), "slowest": slowest}


def _kept_to_json(kept: Kept) -> dict[str, Any]:
    return {
        "occurrences": kept.occurrences, "missed": kept.missed, "complete": kept.complete, "items": kept.items,
        "done": kept.done, "skipped": kept.skipped, "left": kept.left, "completion": kept.completion,
        "on_time": kept.on_time,
    }  # fmt: skip


def _kept(some: Sequence[Occurrence]) -> Kept:
    states = Counter(_state(each, item.state) for each in some for item in each.items)
    return Kept(
        occurrences=len(some),
        missed=sum(each.standing is Standing.MISSED for each in some),
        complete=sum(_is_complete(each) for each in some),
        items=states.total(),
        done=states[ItemState.DONE],
        skipped=states[ItemState.SKIPPED],
        left=states[ItemState.OPEN] + states[ItemState.CARRIED],
    )


def _state(occurrence: Occurrence, state: ItemState) -> ItemState:
    return ItemState.OPEN if occurrence.standing is Standing.MISSED else state


def _is_complete(occurrence: Occurrence) -> bool:
    settled = (ItemState.DONE, ItemState.SKIPPED)
    return occurrence.standing is Standing.CLOSED and all(item.state in settled for item in occurrence.items)


def _of_list(some: Sequence[Occurrence]) -> ListStatistics:
    streak = longest = 0
    for each in some:
        streak = streak + 1 if _is_complete(each) else 0
        longest = max(longest, streak)
    return ListStatistics(some[-1].key, some[-1].title, _kept(some), streak, longest)


def _slowest(over: Iterable[Occurrence]) -> tuple[SlowItem, ...]:
    took: dict[tuple[str, str], list[float]] = {}
    for each in over:
        for item in each.items:
            if item.state is ItemState.DONE and item.at is not None:
                hours = (item.at - each.due_at).total_seconds() / 3600
                took.setdefault((each.key, item.text), []).append(hours)
    found = [SlowItem(key, text, median(hours), len(hours)) for (key, text), hours in took.items()]
    return tuple(sorted(found, key=lambda each: (-each.hours, each.key, each.text)))


def _periods(over: Sequence[Occurrence], begins: Sequence[date]) -> tuple[Period, ...]:
    found: dict[date, list[Occurrence]] = {}
    for each, day in zip(over, begins, strict=True):
        found.setdefault(day, []).append(each)
    return tuple(Period(day, _kept(found[day]), next(iter(_slowest(found[day])), None)) for day in sorted(found))
