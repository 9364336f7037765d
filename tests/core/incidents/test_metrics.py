"""MTTA, MTTR, reopen rate and counts are read off what happened, and off nothing else."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from core.incidents.metrics import IncidentStats, cycles_of, incident_stats
from core.incidents.model import Event, Happened, Incident, Severity
from tests.core.incidents.making import START, an_event, an_incident, at


def minutes(count: float) -> timedelta:
    return timedelta(minutes=count)


def stats(*pairs: tuple[Incident, list[Event]], zone: str = "UTC") -> IncidentStats:
    def due(_respond: str, at: datetime) -> datetime:
        return at + minutes(15)

    return incident_stats(
        pairs, since=START - timedelta(days=40), until=at(24 * 60), zone=ZoneInfo(zone), due=due
    )  # fmt: skip


TRIGGERED = an_event(Happened.TRIGGERED)
ACKNOWLEDGED = an_event(Happened.ACKNOWLEDGED, 10, "U1")
RESOLVED = an_event(Happened.RESOLVED, 60)


def closed(**changes: object) -> Incident:
    return an_incident(resolved_at=at(60), **changes)


def test_a_cycle_runs_from_the_trigger_to_the_answer_and_to_the_end() -> None:
    [cycle] = cycles_of(closed(), [TRIGGERED, ACKNOWLEDGED, RESOLVED])
    assert (cycle.to_answer, cycle.to_resolve) == (minutes(10), minutes(60))
    assert (cycle.answered_by, cycle.resolved_by) == ("U1", "t12")


def test_only_the_first_answer_counts() -> None:
    events = [TRIGGERED, ACKNOWLEDGED, an_event(Happened.ACK_EXPIRED, 20), an_event(Happened.ACKNOWLEDGED, 30, "U2")]
    [cycle] = cycles_of(an_incident(), events)
    assert cycle.answered_by == "U1"


def test_who_resolves_at_once_or_is_handed_it_has_answered() -> None:
    [resolved] = cycles_of(closed(), [TRIGGERED, an_event(Happened.RESOLVED, 5, "U3", reason="typo")])
    assert (resolved.to_answer, resolved.answered_by) == (minutes(5), "U3")
    [handed] = cycles_of(an_incident(), [TRIGGERED, an_event(Happened.HANDED_OVER, 8, "U1", to="U4")])
    assert (handed.to_answer, handed.answered_by) == (minutes(8), "U4")


def test_green_runs_are_nobodys_answer() -> None:
    [cycle] = cycles_of(closed(), [TRIGGERED, RESOLVED])
    assert cycle.to_answer is None
    assert cycle.to_resolve == minutes(60)


def test_each_opening_again_is_a_new_cycle() -> None:
    again = [an_event(Happened.REOPENED, 100), an_event(Happened.ACKNOWLEDGED, 103, "U1")]
    first, second = cycles_of(an_incident(reopened=1), [TRIGGERED, ACKNOWLEDGED, RESOLVED, *again])
    assert (first.to_answer, second.to_answer) == (minutes(10), minutes(3))
    assert second.to_resolve is None


def test_history_that_nobody_was_told_of_has_no_time_to_answer() -> None:
    found = stats((closed(announced_at=None), [TRIGGERED, ACKNOWLEDGED, RESOLVED]))
    assert found.total.answer.count == 0
    assert found.total.resolve.mean == minutes(60)


def test_history_that_comes_back_is_timed_from_when_it_was_told() -> None:
    incident = an_incident(announced_at=at(500))
    events = [TRIGGERED, an_event(Happened.TRIGGERED, 500), an_event(Happened.ACKNOWLEDGED, 504, "U1")]
    [cycle] = cycles_of(incident, events)
    assert cycle.to_answer == minutes(4)
    assert cycle.began_at == START


def test_mean_and_median_are_over_all_cycles() -> None:
    events = [[TRIGGERED, an_event(Happened.ACKNOWLEDGED, n, "U1")] for n in (1, 2, 60)]
    found = stats(*((an_incident(), each) for each in events)).total.answer
    assert (found.count, found.mean, found.median) == (3, minutes(21), minutes(2))


def test_answers_within_the_time_of_the_severity_are_counted() -> None:
    events = [[TRIGGERED, an_event(Happened.ACKNOWLEDGED, n, "U1")] for n in (15, 16)]
    assert stats(*((an_incident(), each) for each in events)).total.in_time == 1


def test_the_reopen_rate_is_of_incidents_that_were_resolved() -> None:
    back = [TRIGGERED, RESOLVED, an_event(Happened.REOPENED, 90)]
    found = stats(
        (an_incident(), back), (closed(), [TRIGGERED, RESOLVED]), (an_incident(), [TRIGGERED])
    ).total  # fmt: skip
    assert (found.resolved, found.reopened, found.reopen_rate) == (2, 1, 0.5)
    assert (found.incidents, found.open) == (3, 2)
    assert stats().total.reopen_rate is None


def test_every_severity_and_every_month_has_its_count() -> None:
    found = stats((an_incident(severity=Severity.CRITICAL), [TRIGGERED]), (an_incident(), [TRIGGERED]))
    assert {key.value: each.incidents for key, each in found.by_severity.items()} == {
        "critical": 1, "high": 1, "medium": 0, "low": 0,
    }  # fmt: skip
    assert list(found.months) == ["2026-01", "2026-02", "2026-03"]
    assert sum(found.months["2026-03"].values()) == 2
    assert sum(found.months["2026-02"].values()) == 0


def test_a_month_begins_at_midnight_of_the_teams_zone() -> None:
    late = an_incident(opened_at=datetime(2026, 2, 28, 23, 30, tzinfo=UTC))
    assert stats((late, [TRIGGERED])).months["2026-02"][Severity.HIGH] == 1
    assert stats((late, [TRIGGERED]), zone="Europe/Madrid").months["2026-03"][Severity.HIGH] == 1
