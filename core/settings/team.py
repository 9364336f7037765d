"""The tables about the team: when it works, and who stands for which role."""

from datetime import date, datetime
from typing import Literal, Self
from zoneinfo import ZoneInfo

from pydantic import Field, model_validator

from core.calendar import BusinessCalendar, check_holidays, minute_of, open_hours, span_of
from core.settings.values import Day, DayOrInstant, Span, Table, TargetId, TimeOfDay, Unset, UnsetZone

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
_WEEKDAYS: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

BOOK_ROLES = ("developer", "team_lead", "security_team", "qa_team")
"""The roles of the procedure book's escalation paths; they are there without being set, with no members."""


class CalendarSettings(Table):
    """When the team works."""

    timezone: UnsetZone = Field(default=None, description="Zone of the business hours; the top-level one if unset.")
    days: list[Weekday] = Field(default=["mon", "tue", "wed", "thu", "fri"], description="Business days of a week.")
    opens: TimeOfDay = Field(default="09:00", description="When business hours begin.")
    closes: TimeOfDay = Field(default="18:00", description="When business hours end; 24:00 is the end of the day.")
    quiet: list[Span] = Field(
        default=[], description='Spans cut out of the business hours: "12:30-13:30"; one may cross midnight.'
    )
    country: Unset = Field(default=None, description="Country whose public holidays are days off, such as ES.")
    region: Unset = Field(default=None, description="Region of the country whose holidays are days off too.")
    holidays: list[Day] = Field(default=[], description="More days off: 2026-12-24.")
    workdays: list[Day] = Field(default=[], description="Business days although they are weekends or holidays.")

    @model_validator(mode="after")
    def _makes_sense(self) -> Self:
        if minute_of(self.opens) >= minute_of(self.closes):
            raise ValueError(f"business hours end at {self.closes}, which is not after they begin, {self.opens}")
        both = sorted(set(self.holidays) & set(self.workdays))
        if both:
            raise ValueError(f"{both[0]} is named in holidays and in workdays")
        if self.country is not None:
            check_holidays(self.country, self.region)
        elif self.region is not None:
            raise ValueError(f"the region {self.region!r} needs its country: country = ...")
        self.in_zone("UTC")
        return self

    def in_zone(self, timezone: str) -> BusinessCalendar:
        """The calendar, in the zone given when it has none of its own."""
        return BusinessCalendar(
            zone=ZoneInfo(self.timezone or timezone),
            weekdays=frozenset(_WEEKDAYS.index(day) for day in self.days),
            hours=open_hours(minute_of(self.opens), minute_of(self.closes), [span_of(text) for text in self.quiet]),
            country=self.country,
            region=self.region,
            holidays=frozenset(self.holidays),
            workdays=frozenset(self.workdays),
        )


class OverrideSettings(Table):
    """Who stands in for a role, and when."""

    begins: DayOrInstant = Field(alias="from", description="First day, or the instant it begins.")
    until: DayOrInstant = Field(description="Last day, or the instant it ends.")
    who: TargetId = Field(description="Slack id of who stands in.")

    @model_validator(mode="after")
    def _lasts(self) -> Self:
        begins, until = self.begins, self.until
        ended = _day_of(until) < _day_of(begins)
        if isinstance(begins, datetime) and isinstance(until, datetime) and bool(begins.tzinfo) == bool(until.tzinfo):
            ended = until <= begins
        if ended:
            raise ValueError(f"it ends, {until}, before it begins, {begins}")
        return self


class RoleSettings(Table):
    """Who stands for a role that incidents are escalated to."""

    title: str = Field(default="", max_length=80, description="How it is called; made from the name if unset.")
    members: list[TargetId] = Field(
        default=[], description="Slack ids: people U0123456789, user groups S0123456789, channels C0123456789."
    )
    rotation: Literal["all", "weekly"] = Field(
        default="all", description="Who is told: all members, or one a week in their order."
    )
    starts: Day = Field(default=date(2026, 1, 5), description="A day in a week of the first member.")
    overrides: list[OverrideSettings] = Field(
        default=[], description="Who stands in: from and until, days or times, and who; the last that fits counts."
    )


def with_book_roles(given: dict[str, RoleSettings]) -> dict[str, RoleSettings]:
    """The roles with those of the book among them, each with a title."""
    roles = {name: RoleSettings() for name in BOOK_ROLES} | given
    return {name: _titled(name, role) for name, role in roles.items()}


def _titled(name: str, role: RoleSettings) -> RoleSettings:
    words = {"qa": "QA"}
    title = " ".join(words.get(word, word.capitalize()) for word in name.split("_") if word)
    return role if role.title.strip() else role.model_copy(update={"title": title})


def _day_of(value: date | datetime) -> date:
    return value.date() if isinstance(value, datetime) else value
