"""Each change is stored with its events and with what is told of it, and an edit that nobody caused waits."""

from dataclasses import replace
from datetime import timedelta

import pytest

from core.incidents import lifecycle
from core.incidents.lifecycle import Who
from core.incidents.model import Affected, Change
from core.incidents.store import StaleError, add_incident, save_change
from core.storage.database import Database
from core.storage.outbox import claim_posting, finish_posting
from tests.core.incidents.keeping import ANA, HOUR, NOW, Kept, an_incident, an_opening


async def sent(kept: Kept) -> list[str]:
    """Send everything that is due now; the subjects, in their order."""
    subjects = []
    while (claimed := await claim_posting(kept.database, "me", kept.now)) is not None:
        await finish_posting(kept.database, claimed, f"{len(subjects)}.{claimed.id}", kept.now)
        subjects.append(claimed.subject)
    return subjects


async def test_a_new_incident_is_a_card_and_what_happens_to_it_a_reply(store: Database) -> None:
    kept = Kept(store)
    async with store.write() as connection:
        await kept.ledger.open(connection, an_opening(), NOW)
    assert [(row.subject, row.parent) for row in await kept.postings()] == [("incident:1", None)]
    await kept.flows.acknowledge(1, ANA)
    event = (await kept.events())[-1]
    rows = [(row.subject, row.parent) for row in await kept.postings()]
    assert rows == [("incident:1", None), (f"incident_event:{event.id}", "incident:1")]


async def test_an_edit_that_a_run_caused_waits_and_one_of_a_person_does_not(store: Database) -> None:
    kept = Kept(store)
    async with store.write() as connection:
        await kept.ledger.open(connection, an_opening(), NOW)
    assert await sent(kept) == ["incident:1"]

    async def join(number: int) -> None:
        one = await kept.read()
        test = Affected(number, f"test_{number}", "f")
        change = lifecycle.join(one, kept.now, number, "main", [test], ["f"], 1)
        async with store.write() as connection:
            await kept.ledger.save(connection, one, change, kept.now)

    kept.now += timedelta(seconds=10)
    await join(1)
    assert [each for each in await sent(kept) if each == "incident:1"] == []
    kept.now += timedelta(seconds=34)
    assert "incident:1" not in await sent(kept)
    kept.now += timedelta(seconds=1)
    assert await sent(kept) == ["incident:1"]
    kept.now += timedelta(seconds=1)
    await join(2)
    await kept.flows.acknowledge(1, ANA)
    assert "incident:1" in await sent(kept)


async def test_nobody_is_told_of_history(store: Database) -> None:
    kept = Kept(store)
    async with store.write() as connection:
        await kept.ledger.open(connection, an_opening(), NOW, is_fresh=False)
    await kept.flows.acknowledge(1, ANA)
    assert await kept.postings() == []
    assert (await kept.read()).due_at is None


async def test_who_is_late_with_a_change_must_look_again(store: Database) -> None:
    kept = Kept(store)
    one = await kept.opened()
    await kept.flows.acknowledge(1, ANA)
    late = lifecycle.resolve(one, Who("U2"), NOW)
    with pytest.raises(StaleError):
        async with store.write() as connection:
            await kept.ledger.save(connection, one, late, NOW)
    assert "resolved" not in await kept.happened()


async def test_everything_that_is_known_of_an_incident_survives_the_store(store: Database) -> None:
    kept = Kept(store)
    test = Affected(-7, "tests/test_a.py::test_b", "v1:1")
    full = an_incident(
        suite_id=None, suite="", tests=(test,), families=("v1:1",), expected=9, note="n", acknowledged_at=NOW,
        acknowledged_by="U1", held_until=NOW + HOUR, owner="U1", resolved_at=NOW + HOUR, resolved_by="t12",
        resolution="2 runs in a row were green", level=1, escalated_at=NOW, cycle=3, green_runs=2, reopened=1,
    )  # fmt: skip
    async with store.write() as connection:
        made = await add_incident(connection, full)
    assert await kept.read(made.id) == replace(full, id=made.id)


async def test_a_change_without_a_difference_grows_no_version(store: Database) -> None:
    kept = Kept(store)
    one = await kept.opened()
    async with store.write() as connection:
        await save_change(connection, one, Change(one))
    assert (await kept.read()).version == one.version
