"""What runs and the clock do: each level once, nothing to whom nobody was told, and one at a time on all replicas."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import update

from core.incidents import lifecycle
from core.incidents.engine import LATE, Engine
from core.incidents.ledger import Ledger
from core.incidents.model import Happened, Incident, Kind, Severity, Status
from core.incidents.policy import Policy
from core.incidents.store import StaleError
from core.settings import Settings
from core.storage.database import Database
from core.storage.tables import event, incident
from tests.core.incidents.keeping import ANA, DAY, HOUR, MINUTE, NOW, ROLES, Kept


def settings(**incidents: Any) -> Settings:
    given = {"suite": "backend", "channel": "C1", "roles": ROLES, "incidents": incidents}
    return Settings.model_validate(given)


async def test_a_failing_run_opens_one_incident_and_green_runs_close_it(store: Database) -> None:
    kept = Kept(store)
    await kept.bring("PPPPP")
    await kept.bring("FPPPP")
    await kept.bring("FPPPP")
    assert (await kept.read()).status is Status.TRIGGERED
    for _ in range(3):
        await kept.bring("PPPPP")
    found = await kept.read()
    assert (found.status, found.resolved_by) == (Status.RESOLVED, "t12")
    assert await kept.happened() == ["triggered", "resolved"]


@pytest.mark.parametrize(("days", "is_same"), [(4, True), (6, False)])
async def test_the_same_failures_open_the_old_incident_within_five_days(
    sqlite_store: Database, days: int, is_same: bool
) -> None:
    kept = Kept(sqlite_store)
    await kept.bring("PPPPP")
    await kept.bring("FPPPP")
    await kept.flows.resolve(1, ANA)
    later = kept.now + days * DAY
    await kept.bring("FPPPP", started_at=later)
    assert ((await kept.read()).status is Status.TRIGGERED) is is_same
    assert (await kept.happened() == ["triggered", "resolved", "reopened"]) is is_same
    if not is_same:
        assert (await kept.read(2)).status is Status.TRIGGERED


async def test_an_escalation_is_told_level_by_level_and_ends(sqlite_store: Database) -> None:
    kept = Kept(sqlite_store)
    await kept.opened()
    for _ in range(12):
        await kept.tick(HOUR)
        await kept.tick()
    events = await kept.events()
    assert [each.data["level"] for each in events if each.type is Happened.ESCALATED] == [1, 2, 3]
    assert [each.type for each in events][-1] is Happened.ESCALATION_ENDED
    assert (await kept.read()).due_at is None


async def test_an_acknowledgement_stops_the_clock_until_it_runs_out(sqlite_store: Database) -> None:
    kept = Kept(sqlite_store)
    await kept.opened()
    await kept.flows.acknowledge(1, ANA, "3h")
    await kept.tick(2 * HOUR)
    assert await kept.happened() == ["triggered", "noted", "acknowledged"]
    await kept.tick(HOUR)
    assert (await kept.happened())[-1] == "ack_expired"
    await kept.tick(59 * MINUTE)
    assert (await kept.happened())[-1] == "ack_expired"
    await kept.tick(MINUTE)
    assert (await kept.happened())[-1] == "escalated"


async def test_until_the_next_run_ends_with_the_next_run_that_shows_it(sqlite_store: Database) -> None:
    kept = Kept(sqlite_store)
    await kept.bring("PPPPP")
    await kept.bring("FPPPP")
    await kept.flows.acknowledge(1, ANA, "next_run")
    await kept.tick(DAY)
    assert (await kept.read()).status is Status.ACKNOWLEDGED
    await kept.bring("FPPPP", started_at=kept.now)
    assert (await kept.read()).status is Status.TRIGGERED
    assert (await kept.happened())[-1] == "ack_expired"


async def test_nobody_is_told_anything_during_a_snooze(sqlite_store: Database) -> None:
    kept = Kept(sqlite_store)
    await kept.opened()
    await kept.flows.acknowledge(1, ANA, "1h")
    await kept.flows.snooze(1, ANA, NOW + DAY)
    for _ in range(23):
        assert await kept.tick(HOUR) == 0
    assert (await kept.happened())[-1] == "snoozed"
    await kept.tick(HOUR)
    await kept.tick()
    assert (await kept.happened())[-2:] == ["snooze_ended", "ack_expired"]


async def test_history_that_is_loaded_tells_nobody_and_starts_when_a_fresh_run_shows_it(store: Database) -> None:
    kept = Kept(store)
    kept.now = NOW + 30 * DAY
    for strip in ("PPPPP", "FPPPP", "PPPPP", "PPPPP", "PPPPP", "FPPPP", "FPPPP"):
        await kept.bring(strip)
    loaded = await kept.read()
    assert (loaded.status, loaded.reopened, loaded.announced_at) == (Status.TRIGGERED, 1, None)
    await kept.tick(DAY)
    assert (await kept.read()).level == 0
    assert await kept.postings() == []
    await kept.bring("FPPPP", started_at=kept.now)
    told = await kept.read()
    assert told.announced_at == kept.now
    assert told.due_at is not None
    assert (await kept.events())[-1].mentioned == ("U1",)
    assert "incident:1" in [each.subject for each in await kept.postings()]


async def test_a_muted_test_opens_and_joins_nothing(sqlite_store: Database) -> None:
    kept = Kept(sqlite_store)
    await kept.bring("PPPPP")
    await kept.bring("FPPPP")
    test_id = (await kept.read()).tests[0].test_id
    await kept.flows.mute(1, ANA, test_id, kept.now + 10 * DAY, "known")
    await kept.flows.resolve(1, ANA)
    await kept.bring("FPPPP")
    assert (await kept.read()).status is Status.RESOLVED


@pytest.mark.parametrize(
    ("severity", "at", "then"),
    [
        (Severity.CRITICAL, "2026-03-06T22:00", "2026-03-06T22:15"),
        (Severity.HIGH, "2026-03-06T22:00", "2026-03-06T23:00"),
        (Severity.MEDIUM, "2026-03-06T16:00", "2026-03-09T11:00"),
        (Severity.MEDIUM, "2026-03-27T16:00", "2026-03-30T11:00"),
        (Severity.LOW, "2026-03-06T22:00", "2026-03-09T18:00"),
    ],
)
async def test_critical_and_high_are_due_by_the_clock_and_the_others_in_business_time(
    sqlite_store: Database, severity: Severity, at: str, then: str
) -> None:
    zone = timedelta(hours=1)
    chosen = settings().model_copy(update={"timezone": "Europe/Madrid"})
    moment = datetime.fromisoformat(at).replace(tzinfo=UTC) - zone
    kept = Kept(sqlite_store, chosen, now=moment)
    due = (await kept.opened(severity)).due_at
    assert due is not None
    local = due.astimezone(Policy(chosen).calendar.zone)
    assert local.replace(tzinfo=None) == datetime.fromisoformat(then)


async def test_each_level_tells_who_is_on_call_at_that_moment(sqlite_store: Database) -> None:
    weekly = {"members": ["U1", "U2"], "rotation": "weekly", "starts": "2026-03-02"}
    given = {"suite": "backend", "channel": "C1", "roles": {"developer": weekly, "team_lead": weekly}}
    kept = Kept(sqlite_store, Settings.model_validate(given), now=datetime(2026, 3, 9, 8, 30, tzinfo=UTC))
    await kept.opened()
    await kept.tick(HOUR)
    told = [each.mentioned for each in await kept.events() if each.mentioned]
    assert told == [("U1",), ("U2",)], "the shift changed at nine on Monday"


async def test_a_suite_that_falls_silent_is_one_incident_and_its_next_run_closes_it(store: Database) -> None:
    given = {"suite": "backend", "channel": "C1", "roles": ROLES, "health": {"report_every_hours": 24}}
    kept = Kept(store, Settings.model_validate(given))
    await kept.bring("PPPPP")
    kept.now += 25 * HOUR
    for _ in range(2):
        await kept.engine.watch()
    found = await kept.read()
    assert (found.kind, found.severity) == (Kind.SILENT, Severity.MEDIUM)
    await kept.bring("PPPPP", started_at=kept.now)
    assert (await kept.read()).status is Status.RESOLVED


async def test_lateness_of_its_own_is_one_incident_on_all_replicas_and_closes_by_itself(store: Database) -> None:
    kept = Kept(store, settings().model_copy(update={"channel": None}))
    await kept.opened()
    kept.now = NOW + HOUR + LATE + timedelta(seconds=1)
    await asyncio.gather(*(Engine(kept.ledger).watch() for _ in range(3)))
    late = await kept.read(2)
    assert (late.kind, late.status) == (Kind.WATCH, Status.TRIGGERED)
    with pytest.raises(AssertionError):
        await kept.read(3)
    await kept.tick()
    await kept.engine.watch()
    assert (await kept.read(2)).status is Status.RESOLVED


async def test_a_report_that_nobody_reads_makes_it_late(sqlite_store: Database) -> None:
    kept = Kept(sqlite_store)
    await kept.bring("PPPPP", react=False)
    async with sqlite_store.write() as connection:
        await connection.execute(update(event).values(at=kept.now - HOUR))
    await kept.engine.watch()
    assert "a report has waited" in (await kept.read()).rule


async def test_one_that_cannot_be_done_keeps_nobody_else_waiting(sqlite_store: Database) -> None:
    kept = Kept(sqlite_store)
    await kept.opened()
    await kept.opened()
    real = Policy.on_call

    class Broken(Ledger):
        def told(self, incident: Incident, level: int, at: datetime) -> tuple[str, ...]:
            if incident.id == 1:
                raise ValueError("no such zone")
            return real(self.policy, "developer", at)

    engine = Engine(Broken(kept.database, kept.ledger.policy, lambda: kept.now))
    kept.now += 2 * HOUR
    with pytest.raises(ExceptionGroup):
        await engine.tick()
    assert ((await kept.read(1)).level, (await kept.read(2)).level) == (0, 1)


async def test_what_was_read_before_another_run_was_decided_is_read_again(store: Database) -> None:
    kept = Kept(store)
    await kept.bring("PPPPP")
    run = await kept.bring("FPPPP", react=False)
    facts = await kept.reactor.knowing.facts(run.id)
    async with kept.database.write() as connection:
        await kept.engine.take_run(connection, facts)
    with pytest.raises(StaleError):
        async with kept.database.write() as connection:
            await kept.engine.take_run(connection, facts)


async def test_a_died_run_is_one_incident_per_branch(sqlite_store: Database) -> None:
    kept = Kept(sqlite_store)
    for _ in range(2):
        async with kept.database.write() as connection:
            await kept.engine.take_death(connection, kept.now, {"suite": "backend", "branch": "main", "exit_code": 137})
    assert (await kept.read()).note == "exit code 137"
    with pytest.raises(AssertionError):
        await kept.read(2)
    await kept.bring("PPPPP")
    assert (await kept.read()).status is Status.RESOLVED


async def test_nothing_is_due_twice_when_replicas_tick_together(store: Database) -> None:
    kept = Kept(store)
    await kept.opened()
    kept.now += 2 * HOUR
    await asyncio.gather(*(Engine(kept.ledger).tick() for _ in range(5)))
    assert (await kept.happened()).count("escalated") == 1


async def test_what_nobody_waits_for_is_not_looked_at(sqlite_store: Database) -> None:
    kept = Kept(sqlite_store)
    held = await kept.opened()
    change = lifecycle.acknowledge(held, ANA, kept.now, kept.ledger.policy.hold("resolved", kept.now))
    async with sqlite_store.write() as connection:
        await kept.ledger.save(connection, held, change, kept.now)
        await connection.execute(update(incident).values(announced_at=kept.now))
    assert await kept.tick(30 * DAY) == 0
