"""An answer says what a person needs to act, and a reply what was true when it happened."""

import pytest

from core.errors import NotFoundError
from core.incidents.as_json import incident_to_json
from core.storage.database import Database
from tests.core.incidents.keeping import ANA, HOUR, Kept


async def test_a_reply_that_comes_late_names_whom_it_told(sqlite_store: Database) -> None:
    kept = Kept(sqlite_store)
    await kept.opened()
    for _ in range(2):
        await kept.tick(HOUR)
    first = next(each for each in await kept.events() if each.type == "escalated")
    _, view = await kept.flows.event(first.id)
    assert view.role == "Team Lead"
    triggered = (await kept.events())[0]
    assert (await kept.flows.event(triggered.id))[1].role == "Developer"
    with pytest.raises(NotFoundError):
        await kept.flows.event(999)


async def test_the_revisions_between_the_last_good_and_the_first_bad_run_are_suspects(sqlite_store: Database) -> None:
    kept = Kept(sqlite_store)
    await kept.bring("PPPPP", revision="good")
    await kept.bring("FPPPP", revision="bad")
    view = await kept.flows.show(1)
    assert view.suspects == ("bad",)
    assert view.last_good_run is not None


async def test_who_is_told_next_is_said_while_somebody_waits(sqlite_store: Database) -> None:
    kept = Kept(sqlite_store)
    await kept.opened()
    assert (await kept.flows.show(1)).next_role == "Team Lead"
    await kept.flows.acknowledge(1, ANA)
    assert (await kept.flows.show(1)).next_role == ""


async def test_lists_show_the_newest_first_and_the_open_ones_unless_asked(sqlite_store: Database) -> None:
    kept = Kept(sqlite_store)
    for _ in range(3):
        await kept.opened()
    await kept.flows.resolve(2, ANA)
    assert [each.incident.id for each in (await kept.flows.list()).incidents] == [3, 1]
    assert [each.incident.id for each in (await kept.flows.list(only_open=False, limit=2)).incidents] == [3, 2]


async def test_json_has_the_incident_and_all_that_happened(sqlite_store: Database) -> None:
    kept = Kept(sqlite_store)
    await kept.opened()
    await kept.flows.acknowledge(1, ANA)
    found = incident_to_json(await kept.flows.show(1))
    assert (found["status"], found["acknowledged_by"], found["due_at"]) == ("acknowledged", "U1", None)
    assert [each["type"] for each in found["events"]] == ["triggered", "noted", "acknowledged"]
