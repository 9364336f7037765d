"""Answers about incidents: one of them with all that a person needs to act, and lists."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from core.conditions import read_watched
from core.errors import NotFoundError
from core.incidents.actions import recommended_actions
from core.incidents.model import Event, Incident
from core.incidents.owners import Owner, count_owners
from core.incidents.policy import Policy
from core.incidents.project import owners_of
from core.incidents.store import events_of, read_event, read_incident, recent_incidents
from core.runs.history import recent_runs, runs_by_id, suite_named, tests_named
from core.runs.model import Run

_BETWEEN = 200
"""Runs that are looked at between the last good and the first bad one."""


@dataclass(frozen=True, slots=True)
class IncidentView:
    """One incident as a card, a report or a terminal shows it."""

    incident: Incident
    events: tuple[Event, ...]
    """The oldest first."""
    opened_run: Run | None
    last_run: Run | None
    last_good_run: Run | None
    suspects: tuple[str, ...]
    """Revisions after the last good run up to the first bad one, the oldest first."""
    actions: tuple[str, ...]
    next_role: str
    """Title of the role that is told next; empty when nobody is."""
    role: str
    """Title of the role that was told last."""
    now: datetime
    owners: tuple[Owner, ...] = ()
    """Of the affected tests, by CODEOWNERS."""
    conditions: tuple[str, ...] = ()
    """What else was true when they failed in the newest run that was watched."""


@dataclass(frozen=True, slots=True)
class IncidentList:
    """Incidents, the newest first."""

    incidents: tuple[IncidentView, ...]
    only_open: bool
    now: datetime


async def answer_incident(connection: AsyncConnection, id_: int, policy: Policy, now: datetime) -> IncidentView:
    """Raises `NotFoundError`."""
    found = await read_incident(connection, id_)
    if found is None:
        raise NotFoundError(f"there is no incident {id_}; `incident` lists them")
    [view] = await _views(connection, [found], policy, now)
    return replace(
        view,
        suspects=await _suspects(connection, view),
        owners=await _owners(connection, found, policy),
        conditions=await _conditions(connection, found),
    )


async def answer_incidents(
    connection: AsyncConnection,
    policy: Policy,
    now: datetime,
    *,
    suite: str | None = None,
    only_open: bool = True,
    limit: int = 50,
) -> IncidentList:
    found = await recent_incidents(connection, limit=limit, suite_name=suite, only_open=only_open)
    return IncidentList(tuple(await _views(connection, found, policy, now)), only_open, now)


async def answer_event(
    connection: AsyncConnection, id_: int, policy: Policy, now: datetime
) -> tuple[Event, IncidentView]:
    """An event and its incident. Raises `NotFoundError`."""
    event = await read_event(connection, id_)
    if event is None:
        raise NotFoundError(f"event {id_} is gone")
    view = await answer_incident(connection, event.incident_id, policy, now)
    told = event.text("role")  # by then the incident may have gone further
    return event, replace(view, role=policy.title(told)) if told else view


async def _views(
    connection: AsyncConnection, incidents: Sequence[Incident], policy: Policy, now: datetime
) -> list[IncidentView]:
    runs = await runs_by_id(connection, {id_ for each in incidents for id_ in _run_ids(each)})
    events = await events_of(connection, [each.id for each in incidents])
    return [_view(each, events[each.id], runs, policy, now) for each in incidents]


def _view(
    incident: Incident, events: Sequence[Event], runs: dict[int, Run], policy: Policy, now: datetime
) -> IncidentView:
    path = incident.path
    waits = incident.is_open and incident.due_at is not None and incident.level < path.last_level
    return IncidentView(
        incident=incident,
        events=tuple(events),
        opened_run=runs.get(incident.opened_run_id or 0),
        last_run=runs.get(incident.last_run_id or 0),
        last_good_run=runs.get(incident.last_good_run_id or 0),
        suspects=(),
        actions=tuple(recommended_actions(incident)),
        next_role=policy.title(path.role_at(incident.level + 1)) if waits else "",
        role=policy.title(path.role_at(incident.level)) if path.roles else "",
        now=now,
    )


def _run_ids(incident: Incident) -> Iterable[int]:
    ids = (incident.opened_run_id, incident.last_run_id, incident.last_good_run_id)
    return (id_ for id_ in ids if id_ is not None)


async def _conditions(connection: AsyncConnection, incident: Incident) -> tuple[str, ...]:
    """Of the newest run that says anything about it, else of the one it opened with."""
    if not incident.tests:
        return ()
    for run_id in dict.fromkeys((incident.last_run_id, incident.opened_run_id)):
        if run_id is not None and (found := (await read_watched(connection, run_id)).conditions(incident.test_ids)):
            return found
    return ()


async def _owners(connection: AsyncConnection, incident: Incident, policy: Policy) -> tuple[Owner, ...]:
    owners = owners_of(policy.settings)
    if not owners.rules or not incident.tests:
        return ()
    tests = await tests_named(connection, incident.test_ids)
    return count_owners(owners, [each.file for each in tests.values()], policy.settings.incidents.owners)


async def _suspects(connection: AsyncConnection, view: IncidentView) -> tuple[str, ...]:
    """The revisions in which it may have begun; none when no good run is known."""
    first, good = view.opened_run, view.last_good_run
    if first is None or good is None or first.revision is None:
        return ()
    suite_id = (await suite_named(connection, first.suite)).id
    between = await recent_runs(connection, suite_id, limit=_BETWEEN, before=first)
    later = [each.revision for each in reversed(between) if (each.started_at, each.id) > (good.started_at, good.id)]
    found = [revision for revision in (*later, first.revision) if revision and revision != good.revision]
    return tuple(dict.fromkeys(found))
