"""How fast incidents are answered and mended: MTTA, MTTR, reopen rate and counts, read off what happened. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, tzinfo
from statistics import fmean, median

from core.incidents.lifecycle import Due
from core.incidents.model import ENGINE, Event, Happened, Incident, Severity


@dataclass(frozen=True, slots=True)
class Cycle:
    """From the trigger of an incident, or from its opening again, to its resolution."""

    began_at: datetime
    told_at: datetime | None
    """When people were first told; None for history that was loaded."""
    answered_at: datetime | None = None
    """When somebody took it: acknowledged it, was handed it, or resolved it at once."""
    answered_by: str = ""
    resolved_at: datetime | None = None
    resolved_by: str = ""

    @property
    def to_answer(self) -> timedelta | None:
        """What MTTA is the mean of."""
        return self.answered_at - self.told_at if self.answered_at and self.told_at else None

    @property
    def to_resolve(self) -> timedelta | None:
        """What MTTR is the mean of."""
        return self.resolved_at - self.began_at if self.resolved_at else None


@dataclass(frozen=True, slots=True)
class Times:
    """Some spans in figures; mean and median are None where there is none."""

    count: int = 0
    mean: timedelta | None = None
    median: timedelta | None = None


@dataclass(frozen=True, slots=True)
class SeverityStats:
    """The figures of one severity, or of all."""

    incidents: int
    open: int
    answer: Times
    """MTTA; cycles that green runs closed before anybody answered are not in it."""
    resolve: Times
    """MTTR."""
    in_time: int
    """Cycles answered within the time of their severity, of those in `answer`."""
    resolved: int
    """Incidents that were resolved at least once."""
    reopened: int
    """Of those, the ones that came back."""

    @property
    def reopen_rate(self) -> float | None:
        """Share of resolved incidents that came back."""
        return self.reopened / self.resolved if self.resolved else None


@dataclass(frozen=True, slots=True)
class IncidentStats:
    """The figures of the incidents that opened since an instant."""

    since: datetime
    until: datetime
    suite: str | None
    total: SeverityStats
    by_severity: Mapping[Severity, SeverityStats]
    """The worst first; severities without an incident are there too."""
    months: Mapping[str, Mapping[Severity, int]]
    """Incidents by the month they opened in, such as `2026-03`, the oldest first; months without one too."""


def cycles_of(incident: Incident, events: Iterable[Event]) -> list[Cycle]:
    """The cycles of an incident, the oldest first; each opening again begins one."""
    found: list[Cycle] = []
    for event in events:
        if event.type in (Happened.TRIGGERED, Happened.REOPENED):
            told = event.at if incident.announced_at is not None and event.at >= incident.announced_at else None
            if event.type is Happened.TRIGGERED and found and found[-1].resolved_at is None:
                found[-1] = replace(found[-1], told_at=told)  # history that is told from now on
            else:
                found.append(Cycle(event.at, told))
        elif found and found[-1].resolved_at is None:
            found[-1] = _further(found[-1], event)
    return found


def _further(cycle: Cycle, event: Event) -> Cycle:
    by_person = event.by != ENGINE
    is_answer = event.type in (Happened.ACKNOWLEDGED, Happened.HANDED_OVER, Happened.RESOLVED) and by_person
    if is_answer and cycle.answered_at is None:
        by = event.text("to") if event.type is Happened.HANDED_OVER else event.by
        cycle = replace(cycle, answered_at=event.at, answered_by=by)
    if event.type is Happened.RESOLVED:
        cycle = replace(cycle, resolved_at=event.at, resolved_by=event.by)
    return cycle


def incident_stats(
    incidents: Sequence[tuple[Incident, Sequence[Event]]],
    *,
    since: datetime,
    until: datetime,
    zone: tzinfo,
    due: Due,
    suite: str | None = None,
) -> IncidentStats:
    """The figures of incidents with their events; months are those of `zone`."""
    measured = [(each, cycles_of(each, events)) for each, events in incidents]
    by_severity = {
        severity: _stats([pair for pair in measured if pair[0].severity is severity], due) for severity in Severity
    }
    counted = Counter((_month(each.opened_at, zone), each.severity) for each, _ in measured)
    months = {
        month: {severity: counted[month, severity] for severity in Severity} for month in _months(since, until, zone)
    }
    return IncidentStats(since, until, suite, _stats(measured, due), by_severity, months)


def _stats(measured: Sequence[tuple[Incident, Sequence[Cycle]]], due: Due) -> SeverityStats:
    answers = [(each, cycle) for each, cycles in measured for cycle in cycles if cycle.to_answer is not None]
    resolved = [cycles for _, cycles in measured if any(cycle.resolved_at for cycle in cycles)]
    return SeverityStats(
        incidents=len(measured),
        open=sum(each.is_open for each, _ in measured),
        answer=_times(cycle.to_answer for _, cycle in answers),
        resolve=_times(cycle.to_resolve for _, cycles in measured for cycle in cycles),
        in_time=sum(_is_in_time(each, cycle, due) for each, cycle in answers),
        resolved=len(resolved),
        reopened=sum(len(cycles) > 1 for cycles in resolved),
    )


def _is_in_time(incident: Incident, cycle: Cycle, due: Due) -> bool:
    if cycle.told_at is None or cycle.answered_at is None:
        return False
    return cycle.answered_at <= due(incident.path.respond, cycle.told_at)


def _times(spans: Iterable[timedelta | None]) -> Times:
    seconds = [span.total_seconds() for span in spans if span is not None]
    if not seconds:
        return Times()
    return Times(len(seconds), timedelta(seconds=fmean(seconds)), timedelta(seconds=median(seconds)))


def _months(since: datetime, until: datetime, zone: tzinfo) -> list[str]:
    first, last = since.astimezone(zone), until.astimezone(zone)
    count = (last.year - first.year) * 12 + last.month - first.month + 1
    return [f"{first.year + (first.month - 1 + n) // 12}-{(first.month - 1 + n) % 12 + 1:02d}" for n in range(count)]


def _month(at: datetime, zone: tzinfo) -> str:
    return f"{at.astimezone(zone):%Y-%m}"
