"""The lists of a team: the book's, as the settings change them, and the team's own."""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from core.calendar import BusinessCalendar, minute_of
from core.checklists.book import LISTS, BookList
from core.checklists.cadence import parse_cadence, plan
from core.checklists.model import Due, ItemSpec, ListSpec
from core.errors import SettingsError
from core.settings import ItemSettings, ListSettings, Settings


def lists_of(settings: Settings) -> tuple[ListSpec, ...]:
    """Every list that is on, the book's first. Raises `SettingsError` with every problem, a sentence each."""
    given, problems, found = settings.checklists.lists, list[str](), list[ListSpec]()
    for key in dict.fromkeys([*LISTS, *given]):
        chosen = given.get(key, ListSettings())
        if not chosen.on:
            continue
        try:
            found.append(_spec(key, chosen, LISTS.get(key), settings))
        except ValueError as error:
            problems.append(f"checklists.lists.{key}: {error}")
    known = {each.key for each in found} | {key for key in LISTS if key in given and not given[key].on}
    problems += [
        f"checklists.lists.{each.key}: carry_to names {each.carry_to!r}, which is no list; there are {', '.join(known)}"
        for each in found
        if each.carry_to and each.carry_to not in known
    ]
    if problems:
        raise SettingsError(problems)
    return tuple(found)


def upcoming(lists: Iterable[ListSpec], calendar: BusinessCalendar, first: date, days: int) -> tuple[Due, ...]:
    """What is due on `days` days from `first` on, in the order of their instants."""
    last = first + timedelta(days=max(0, days - 1))
    found = [due for spec in lists for due in dues(spec, calendar, first, last)]
    return tuple(sorted(found, key=lambda due: (due.due_at, due.spec.key)))


def dues(spec: ListSpec, calendar: BusinessCalendar, first: date, last: date) -> tuple[Due, ...]:
    """When one list is due from `first` to `last`: once a local date, in their order."""
    days = plan(spec.cadence, spec.on_holiday, calendar, first, last)
    zone = ZoneInfo(spec.zone)
    return tuple(
        Due(spec, each.on, local_instant(each.on, minute_of(spec.at), zone), each.moved_from)
        for each in days
        if not any(begins <= each.on <= until for begins, until in spec.pauses)
    )


def local_instant(day: date, minute: int, zone: ZoneInfo) -> datetime:
    """The instant of a local time: of one that clocks show twice the first; one that they skip is later by the gap."""
    local = datetime(day.year, day.month, day.day) + timedelta(minutes=minute)
    return local.replace(tzinfo=zone).astimezone(UTC)


def _spec(key: str, chosen: ListSettings, book: BookList | None, settings: Settings) -> ListSpec:
    items = _items(chosen, book)
    if not items:
        raise ValueError('it has no items; write items = ["…"] or switch it off with on = false')
    cadence = chosen.cadence or (book.cadence if book else None)
    if cadence is None:
        raise ValueError('it needs a cadence, such as "mon" or "first mon of month"')
    role = chosen.role if chosen.role is not None else (book.role if book else "")
    if role and role not in settings.roles and role not in _TITLES:
        raise ValueError(f"{role!r} is no role; there are {', '.join(settings.roles)}")
    return ListSpec(
        key=key,
        title=chosen.title or (book.title if book else key.replace("_", " ").capitalize()),
        cadence=parse_cadence(cadence),
        at=chosen.at or (book.at if book else "09:00"),
        zone=chosen.timezone or settings.business_calendar.zone.key,
        items=items,
        minutes=chosen.minutes if chosen.minutes is not None else (book.minutes if book else 0),
        role=role,
        channel=chosen.channel or settings.checklists.channel or settings.channel,
        on_holiday=chosen.on_holiday,
        carry_to=chosen.carry_to if chosen.carry_to is not None else (book.carry_to if book else ""),
        open_days=chosen.open_days or (book.open_days if book else 1),
        pauses=tuple((each.begins, each.until) for each in chosen.pauses),
    )


_TITLES = frozenset({"qa_engineer", "devops", "qa_lead"})
"""Roles of the book's matrix that need no members."""


def _items(chosen: ListSettings, book: BookList | None) -> tuple[ItemSpec, ...]:
    texts = {each.text for each in book.items} if book else set[str]()
    unknown = [text for text in chosen.without if text not in texts]
    if unknown:
        raise ValueError(f"without names {unknown[0]!r}, which is no item of it")
    if chosen.items is not None:
        items: Sequence[ItemSpec] = _own(chosen.items)
    else:
        items = [each for each in (book.items if book else ()) if each.text not in chosen.without]
    found = (*items, *_own(chosen.add))
    twice = [each.text for index, each in enumerate(found) if each.text in {one.text for one in found[:index]}]
    if twice:
        raise ValueError(f"{twice[0]!r} is on it twice")
    return found


def _own(items: Iterable[ItemSettings]) -> list[ItemSpec]:
    return [ItemSpec(each.text, each.check, each.value, each.how) for each in items]
