"""A checklist, one day's occurrence of it, and its items, as values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from core.checklists.cadence import Cadence, HolidayRule


@dataclass(frozen=True, slots=True)
class ItemSpec:
    """One line of a list, as configured."""

    text: str
    check: str = ""
    """Name of the check that answers it; empty when a person must."""
    value: float | None = None
    """What the check measures against, where it has a bound."""
    how: str = ""
    """How it is done: a sentence or an address."""


@dataclass(frozen=True, slots=True)
class ListSpec:
    """A checklist, as configured."""

    key: str
    title: str
    cadence: Cadence
    at: str
    """`HH:MM` on the wall clock of `zone`."""
    zone: str
    items: tuple[ItemSpec, ...]
    minutes: int = 0
    """How long it takes."""
    role: str = ""
    """Who is responsible."""
    channel: str | None = None
    on_holiday: HolidayRule = "next"
    carry_to: str = ""
    """Key of the list that takes over what was not done; empty when none does."""
    open_days: int = 1
    """Business days after which it is summed up, the one it is due on among them."""
    pauses: tuple[tuple[date, date], ...] = ()
    """First and last days between which nothing is due."""


@dataclass(frozen=True, slots=True)
class Due:
    """One occurrence that is to come."""

    spec: ListSpec
    on: date
    due_at: datetime
    moved_from: date | None


class ItemState(StrEnum):
    OPEN = "open"
    DONE = "done"
    SKIPPED = "skipped"
    CARRIED = "carried_over"


class Standing(StrEnum):
    """What became of an occurrence."""

    OPEN = "open"
    CLOSED = "closed"
    MISSED = "missed"
    """T12 was away for so long that posting it would have helped nobody."""


@dataclass(frozen=True, slots=True)
class Item:
    """One line of one occurrence."""

    position: int
    text: str
    check: str = ""
    value: float | None = None
    how: str = ""
    state: ItemState = ItemState.OPEN
    by: str | None = None
    at: datetime | None = None
    reason: str = ""
    evidence: str = ""
    """What a check found, whether it passed or not."""
    assignee: str | None = None
    note: str = ""
    carried_from: date | None = None
    """The day it was first due."""

    @property
    def is_open(self) -> bool:
        return self.state is ItemState.OPEN


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One list on one day."""

    id: int
    key: str
    title: str
    on: date
    due_at: datetime
    items: tuple[Item, ...]
    standing: Standing = Standing.OPEN
    moved_from: date | None = None
    is_late: bool = False
    """Posted after it was due, because T12 was away."""
    minutes: int = 0
    role: str = ""
    channel: str | None = None
    carry_to: str = ""
    closes_at: datetime | None = None
    """When what is still open is summed up."""
    nagged: int = 0
    """Rungs of the ladder that were climbed: the thread, the assignees, the lead."""
    nag_at: datetime | None = None
    closed_at: datetime | None = None
    version: int = 0

    @property
    def done(self) -> int:
        return sum(each.state is ItemState.DONE for each in self.items)

    @property
    def open_items(self) -> tuple[Item, ...]:
        return tuple(each for each in self.items if each.is_open)

    @property
    def is_open(self) -> bool:
        return self.standing is Standing.OPEN


class Happened(StrEnum):
    """What can happen to an occurrence: the types of its events."""

    POSTED = "posted"
    MISSED = "missed"
    DONE = "done"
    SKIPPED = "skipped"
    UNDONE = "undone"
    ASSIGNED = "assigned"
    NOTED = "noted"
    CHECKED = "checked"
    """A check ran; `data` says what it found."""
    NAGGED = "nagged"
    CLOSED = "closed"


EVENT_PREFIX = "checklist."


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to an occurrence; `id` is 0 until it is stored."""

    type: Happened
    at: datetime
    by: str
    data: Mapping[str, object] = field(default_factory=dict)
    id: int = 0
    occurrence_id: int = 0

    def text(self, key: str) -> str:
        return str(self.data.get(key) or "")
