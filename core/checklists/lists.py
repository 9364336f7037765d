"""The lists of a team: the book's, as the settings change them, and the team's own."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from difflib import get_close_matches
from zoneinfo import ZoneInfo

from core.calendar import BusinessCalendar, minute_of, to_utc
from core.checklists.book import LISTS, BookList
from core.checklists.cadence import parse_cadence, plan
from core.checklists.model import Due, ItemSpec, ListSpec
from core.errors import SettingsError
from core.settings import ItemSettings, ListSettings, Settings

TITLES = {"qa_engineer": "QA Engineer", "devops": "DevOps", "qa_lead": "QA Lead"}
"""Roles of the book's matrix that nobody need stand for, by their titles."""


def lists_of(settings: Settings) -> tuple[ListSpec, ...]:
    """Every list that is on, the book's first. Raises `SettingsError` with every problem, a sentence each."""
    given, problems, found = settings.checklists.lists, list[str](), dict[str, ListSpec]()
    keys = list(dict.fromkeys([*LISTS, *given]))
    for key in keys:
        chosen, place = given.get(key, ListSettings()), f"checklists.lists.{key}"
        if (told := _misspelt(key, chosen)) is not None:
            problems.append(f"{place}: {told}")
        elif chosen.on:
            wrong = list(_problems(chosen, LISTS.get(key), keys, settings))
            problems += [f"{place}: {each}" for each in wrong]
            if not wrong:
                found[key] = _spec(key, chosen, LISTS.get(key), settings)
    lead = settings.checklists.lead
    if lead and lead not in settings.roles:
        problems.append(f"checklists.lead: {_no_such(lead, 'role', settings.roles)}")
    if problems:
        raise SettingsError(problems)
    return tuple(replace(each, carry_to=_carries_to(each, found, given)) for each in found.values())


def upcoming(lists: Iterable[ListSpec], calendar: BusinessCalendar, first: date, days: int) -> tuple[Due, ...]:
    """What is due on `days` days from `first` on, in the order of their instants."""
    last = first + timedelta(days=max(0, days - 1))
    found = [due for spec in lists for due in dues(spec, calendar, first, last)]
    return tuple(sorted(found, key=lambda due: (due.due_at, due.spec.key)))


def dues(spec: ListSpec, calendar: BusinessCalendar, first: date, last: date) -> tuple[Due, ...]:
    """When one list is due from `first` to `last`: once a local date, in their order."""
    days = plan(spec.cadence, spec.on_holiday, calendar, first, last)
    zone, minute = ZoneInfo(spec.zone), minute_of(spec.at)
    return tuple(
        Due(spec, each.on, to_utc(each.on, minute, zone), each.moved_from)
        for each in days
        if not any(begins <= each.on <= until for begins, until in spec.pauses)
    )


def _problems(chosen: ListSettings, book: BookList | None, keys: Sequence[str], settings: Settings) -> Iterator[str]:
    """What is wrong with a list that is on, a sentence each."""
    cadence = chosen.cadence or (book.cadence if book else None)
    if cadence is None:
        yield 'it needs a cadence, such as "mon" or "first mon of month"'
    else:
        try:
            parse_cadence(cadence)
        except ValueError as error:
            yield f"cadence: {error}"
    yield from _problems_of_items(chosen, book)
    if chosen.role and chosen.role not in settings.roles and chosen.role not in TITLES:
        yield f"role: {_no_such(chosen.role, 'role', settings.roles)}"
    if chosen.carry_to and chosen.carry_to not in keys:
        yield f"carry_to: {_no_such(chosen.carry_to, 'list', keys)}"


def _problems_of_items(chosen: ListSettings, book: BookList | None) -> Iterator[str]:
    texts = [each.text for each in book.items] if book else []
    for text in chosen.without:
        if text not in texts:
            yield f"without: {_no_such(text, 'item of it', texts)}"
    items = _items(chosen, book)
    if not items:
        yield 'it has no items; write items = ["…"] or switch it off with on = false'
    for text in {
        each.text: None for index, each in enumerate(items) if each.text in {one.text for one in items[:index]}
    }:
        yield f"{text!r} is on it twice"


def _misspelt(key: str, chosen: ListSettings) -> str | None:
    """Said of a table that was surely meant for a list of the book."""
    if key in LISTS or chosen.items or chosen.add:
        return None
    near = get_close_matches(key, LISTS, 1, 0.7)
    if near:
        return f"there is no such list; did you mean {near[0]}?"
    return None if chosen.on else f"there is no such list to switch off; the book's are {', '.join(LISTS)}"


def _no_such(name: str, what: str, there: Iterable[str]) -> str:
    known = list(there)
    near = get_close_matches(name, known, 1, 0.7)
    hint = f"did you mean {near[0]!r}?" if near else f"there are {', '.join(known)}"
    return f"{name!r} is no {what}; {hint}" if known else f"{name!r} is no {what}"


def _carries_to(spec: ListSpec, lists: Mapping[str, ListSpec], given: Mapping[str, ListSettings]) -> str:
    """The next list along the way that is posted; a list that is switched off hands on to its own next one."""
    key, seen = spec.carry_to, set[str]()
    while key and key not in seen:
        if key in lists and lists[key].channel is not None:
            return key
        seen.add(key)
        chosen, book = given.get(key, ListSettings()), LISTS.get(key)
        key = chosen.carry_to if chosen.carry_to is not None else (book.carry_to if book else "")
    return ""


def _spec(key: str, chosen: ListSettings, book: BookList | None, settings: Settings) -> ListSpec:
    return ListSpec(
        key=key,
        title=chosen.title or (book.title if book else key.replace("_", " ").capitalize()),
        cadence=parse_cadence(chosen.cadence or (book.cadence if book else "")),
        at=chosen.at or (book.at if book else "09:00"),
        zone=chosen.timezone or settings.business_calendar.zone.key,
        items=_items(chosen, book),
        minutes=chosen.minutes if chosen.minutes is not None else (book.minutes if book else 0),
        role=chosen.role if chosen.role is not None else (book.role if book else ""),
        channel=chosen.channel or settings.checklists.channel or settings.channel,
        on_holiday=chosen.on_holiday,
        carry_to=chosen.carry_to if chosen.carry_to is not None else (book.carry_to if book else ""),
        open_days=chosen.open_days or (book.open_days if book else 1),
        pauses=tuple((each.begins, each.until) for each in chosen.pauses),
    )


def _items(chosen: ListSettings, book: BookList | None) -> tuple[ItemSpec, ...]:
    if chosen.items is not None:
        return (*_own(chosen.items), *_own(chosen.add))
    kept = [each for each in (book.items if book else ()) if each.text not in chosen.without]
    return (*kept, *_own(chosen.add))


def _own(items: Iterable[ItemSettings]) -> list[ItemSpec]:
    return [ItemSpec(each.text, each.check, each.value, each.how) for each in items]
