"""The tables about maintenance checklists: the book's lists changed, lists of one's own, reminders."""

import re
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from core.calendar import Within
from core.settings.values import ChannelId, Day, Respond, Table, TimeOfDay, UnsetZone

HolidayRule = Literal["skip", "next", "previous", "as is"]


def _as_table(value: object) -> object:
    return {"text": value} if isinstance(value, str) else value


def _list_key(key: str) -> str:
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,39}", key):
        raise ValueError(f"{key!r} is no name of a list; write it in small letters, like start_of_day")
    return key


def _with_words(text: str) -> str:
    if not text.strip():
        raise ValueError("an item needs words that say what is to be done")
    return text.strip()


class ItemSettings(Table):
    """One line of a list: a text alone, or a table."""

    text: Annotated[str, AfterValidator(_with_words)] = Field(max_length=300, description="What is to be done.")
    check: str = Field(default="", description="Check that ticks it by itself when it passes; none: a person does.")
    value: float | None = Field(default=None, description="What the check measures against, such as 80 for coverage.")
    how: str = Field(default="", max_length=300, description="How it is done: a sentence or an address.")

    @model_validator(mode="after")
    def _measures(self) -> Self:
        if self.value is not None and not self.check:
            raise ValueError(f"it has a value, {self.value:g}, but no check that measures against it")
        is_share = self.check in ("health", "coverage", "morning_check")
        if self.value is not None and is_share and not 0 <= self.value <= 100:
            raise ValueError(f"the value of {self.check} is a share of 100, and {self.value:g} is none")
        return self


Items = list[Annotated[ItemSettings, BeforeValidator(_as_table)]]


class PauseSettings(Table):
    """Days on which nothing is due."""

    begins: Day = Field(alias="from", description="First day.")
    until: Day = Field(description="Last day.")

    @model_validator(mode="after")
    def _lasts(self) -> Self:
        if self.until < self.begins:
            raise ValueError(f"it ends, {self.until}, before it begins, {self.begins}")
        return self


class ListSettings(Table):
    """One list; what is unset is as in the procedure book, where the list is one of its own."""

    on: bool = Field(default=True, description="Whether it is posted at all.")
    title: str | None = Field(default=None, max_length=100, description="What it is called.")
    cadence: str | None = Field(
        default=None, description='When it is due: "business days", "mon wed", "first mon of month", …'
    )
    at: TimeOfDay | None = Field(default=None, description="Time of day at which it is posted.")
    timezone: UnsetZone = Field(default=None, description="Zone of that time; the calendar's if unset.")
    items: Items | None = Field(default=None, description="Its items, in place of the book's.")
    add: Items = Field(default=[], description="Items beside the book's.")
    without: list[str] = Field(default=[], description="Texts of the book's items that are left out.")
    minutes: int | None = Field(default=None, ge=0, le=10_000, description="Minutes it takes.")
    role: str | None = Field(default=None, description="Role that is responsible.")
    channel: ChannelId = Field(default=None, description="Where it is posted; the checklists' channel if unset.")
    on_holiday: HolidayRule = Field(
        default="next", description="On a day off: skip it, the next or previous business day, or as is."
    )
    carry_to: str | None = Field(default=None, description="List that takes over what was not done; empty: none.")
    open_days: int | None = Field(default=None, ge=1, le=60, description="Business days until it is summed up.")
    pauses: list[PauseSettings] = Field(default=[], description="Spans of days on which it is not due.")


def _durations(values: list[str]) -> list[str]:
    for each in values:
        if Within.parse(each).duration is None:
            raise ValueError(f"{each!r} is no time to wait; write 2h business or 90m")
    return values


class ChecklistSettings(Table):
    """Maintenance checklists."""

    channel: ChannelId = Field(
        default=None, description="Id of the channel for checklists; the top-level one if unset."
    )
    late_hours: float = Field(
        default=8, ge=0, le=240, description="Hours after which a list that could not be posted is missed, not late."
    )
    nag: Annotated[list[Respond], AfterValidator(_durations), Field(max_length=3)] = Field(
        default=["2h business", "4h business", "6h business"],
        description="Waits until the thread, the assignees and the lead are reminded of open items.",
    )
    lead: str = Field(default="team_lead", description="Role that is reminded last.")
    lists: dict[Annotated[str, AfterValidator(_list_key)], ListSettings] = Field(
        default={}, description="Lists by key; the book's are there already."
    )
