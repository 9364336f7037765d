"""An emergency is begun once, each of its steps is one replica's at a time, and what people tick is kept."""

import asyncio
from datetime import timedelta

import pytest

from core.errors import NotFoundError, UsageError
from core.incidents.emergencies import Emergencies
from core.incidents.emergency import Done, StepName, StepState
from core.incidents.model import Severity
from core.storage.database import Database
from tests.core.incidents.keeping import ANA, LUIS, MINUTE, Kept

LEASE = timedelta(minutes=5)
SECURITY = "tests.test_keys.TestSecurity"
OK = Done(StepState.DONE, "done")


async def carried_out(flows: Emergencies, owner: str = "a") -> list[StepName]:
    """Everything there is to do, done at once."""
    done = []
    while (claimed := await flows.claim(owner, LEASE)) is not None:
        emergency, step = claimed
        await flows.end(emergency, step.name, owner, OK, ("U4",) if step.name is StepName.TELL else ())
        done.append(step.name)
    return done


async def test_a_person_begins_it_over_the_newest_critical_incident(store: Database) -> None:
    kept = Kept(store)
    await kept.opened(Severity.CRITICAL)
    await kept.opened(Severity.HIGH)
    started = await Emergencies(kept.ledger).start(ANA, "the keys leaked")
    assert started.happened
    assert (started.emergency.number, started.emergency.incident_id) == ("EMRG-20260302-080000", 1)
    assert [each.text("text") for each in await kept.events(1)][-1] == "EMRG-20260302-080000 began: the keys leaked"


async def test_without_a_critical_incident_it_declares_one(sqlite_store: Database) -> None:
    kept = Kept(sqlite_store)
    started = await Emergencies(kept.ledger).start(ANA, "the keys leaked")
    incident = await kept.read(started.emergency.incident_id)
    assert (incident.title, incident.severity) == ("the keys leaked", Severity.CRITICAL)


async def test_one_that_is_under_way_is_not_begun_twice(store: Database) -> None:
    kept = Kept(store)
    await kept.opened(Severity.CRITICAL)
    flows = Emergencies(kept.ledger)
    answers = await asyncio.gather(*(flows.start(who, "it burns", 1) for who in (ANA, LUIS)))
    assert sorted(each.happened for each in answers) == [False, True]
    await carried_out(flows)
    assert (await flows.start(LUIS, "it burns again", 1)).emergency.number == "EMRG-20260302-080001"


@pytest.mark.parametrize("reason", ["", "  \n "])
async def test_it_needs_a_reason(sqlite_store: Database, reason: str) -> None:
    with pytest.raises(UsageError, match="needs a reason"):
        await Emergencies(Kept(sqlite_store).ledger).start(ANA, reason)


async def test_it_needs_an_incident_that_is_there(sqlite_store: Database) -> None:
    with pytest.raises(NotFoundError):
        await Emergencies(Kept(sqlite_store).ledger).start(ANA, "fire", 9)


async def test_the_same_click_begins_it_once(sqlite_store: Database) -> None:
    flows = Emergencies(Kept(sqlite_store).ledger)
    await flows.start(ANA, "fire", request="view:1")
    with pytest.raises(UsageError, match="done already"):
        await flows.start(ANA, "fire", request="view:1")
    assert len(await flows.all()) == 1


async def test_steps_are_one_replicas_at_a_time(store: Database) -> None:
    kept = Kept(store)
    flows = Emergencies(kept.ledger)
    await flows.start(ANA, "fire")
    claimed = await asyncio.gather(*(flows.claim(f"replica {n}", LEASE) for n in range(8)))
    names = [each[1].name for each in claimed if each is not None]
    assert sorted(names) == sorted({StepName.ASSESS, StepName.STOP, StepName.TELL, StepName.DIAGNOSE})


async def test_all_steps_end_in_a_report_that_is_kept(store: Database) -> None:
    kept = Kept(store)
    flows = Emergencies(kept.ledger)
    number = (await flows.start(ANA, "fire | <!channel>")).emergency.number
    assert (await carried_out(flows))[-1] is StepName.REPORT
    found = await flows.find(number.lower())
    assert found.finished_at is not None
    for told in (f"**Incident ID**: {number}", "## Summary", "- [x] CI/CD pipeline stopped", "5. Pipeline restoration",
                 "- Incident Commander: `U1`", "- Security Lead: `U4`", "- On-call Engineer: `U1`"):  # fmt: skip
        assert told in found.report
    assert "fire \\| \\<!channel>" in found.report
    subjects = [row.subject for row in await kept.postings()]
    assert subjects.count("emergency:1") == 1
    assert (await kept.postings())[-1].parent == "incident:1"


async def test_the_team_is_called_in_the_thread(sqlite_store: Database) -> None:
    kept = Kept(sqlite_store)
    flows = Emergencies(kept.ledger)
    await flows.start(ANA, "fire")
    await carried_out(flows)
    [told] = [each for each in await kept.events(1) if each.text("step") == "tell"]
    assert told.mentioned == ("U4",)
    assert f"incident_event:{told.id}" in [row.subject for row in await kept.postings()]


async def test_a_step_whose_replica_died_is_begun_again_and_told_once(store: Database) -> None:
    kept = Kept(store)
    flows = Emergencies(kept.ledger)
    await flows.start(ANA, "fire")
    first = await flows.claim("dead", LEASE)
    assert first is not None
    await carried_out(flows)
    assert not (await flows.show(1)).emergency.finished_at
    kept.now += LEASE + MINUTE
    assert await carried_out(flows, "alive") == [StepName.ASSESS, StepName.REPORT]
    await flows.end(first[0], StepName.ASSESS, "dead", Done(StepState.FAILED, "too late"))
    assert (await flows.show(1)).emergency.step(StepName.ASSESS).told == "done"
    assert sum(each.text("step") == "assess" for each in await kept.events(1)) == 1


async def test_a_step_that_ends_t12_each_time_is_given_up_and_the_next_goes_on(sqlite_store: Database) -> None:
    kept = Kept(sqlite_store)
    flows = Emergencies(kept.ledger)
    await flows.start(ANA, "fire")
    for _ in range(2):
        claimed = await flows.claim("crashes", LEASE)
        assert claimed is not None
        assert claimed[1].name is StepName.ASSESS
        kept.now += LEASE + MINUTE
    await carried_out(flows)
    found = (await flows.show(1)).emergency
    assert found.step(StepName.ASSESS).state is StepState.FAILED
    assert "stopped 2 times" in found.step(StepName.ASSESS).told
    assert found.finished_at is not None


async def test_an_interrupted_step_is_given_back(sqlite_store: Database) -> None:
    flows = Emergencies(Kept(sqlite_store).ledger)
    await flows.start(ANA, "fire")
    for _ in range(5):
        claimed = await flows.claim("restarts", LEASE)
        assert claimed is not None
        assert claimed[1].name is StepName.ASSESS
        await flows.release(claimed[0], claimed[1].name, "restarts")


async def test_who_ticks_what_and_when_is_kept_once(store: Database) -> None:
    kept = Kept(store)
    flows = Emergencies(kept.ledger)
    await flows.start(ANA, "fire")
    await carried_out(flows)
    kept.now += MINUTE
    assert await flows.tick(1, LUIS, [("pipeline", False), ("team", True)], request="click:1")
    assert not await flows.tick(1, LUIS, [("pipeline", True)], request="click:1")
    assert not await flows.tick(1, LUIS, [("pipeline", False), ("none", True)])
    view = await flows.show(1)
    pipeline = next(each for each in view.boxes if each.key == "pipeline")
    assert (pipeline.is_ticked, pipeline.by, pipeline.at) == (False, "U2", kept.now)
    assert view.version == 1
    assert "- [ ] CI/CD pipeline stopped by `U2`" in view.emergency.report


async def test_a_security_test_that_fails_begins_it_by_itself_once(store: Database) -> None:
    kept = Kept(store)
    await kept.bring("PPPP", module=SECURITY)
    for _ in range(2):
        await kept.bring("FPPP", module=SECURITY)
    [found] = await Emergencies(kept.ledger).all()
    assert found.is_automatic
    assert "security test fails" in found.reason


async def test_no_other_failure_begins_it(sqlite_store: Database) -> None:
    kept = Kept(sqlite_store)
    await kept.bring("PPPPPP")
    await kept.bring("FFFFFP")
    assert (await kept.read()).severity is Severity.CRITICAL
    assert await Emergencies(kept.ledger).all() == []


async def test_history_begins_none(sqlite_store: Database) -> None:
    kept = Kept(sqlite_store)
    kept.now += timedelta(days=30)
    await kept.bring("PPPP", module=SECURITY)
    await kept.bring("FPPP", module=SECURITY)
    assert (await kept.read()).severity is Severity.CRITICAL
    assert await Emergencies(kept.ledger).all() == []
