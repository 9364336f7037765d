"""Occurrences are kept as they are, one of a list and day, and are found without reading all there ever were."""

from dataclasses import replace
from datetime import date, timedelta

from sqlalchemy import text

from core.checklists import items
from core.checklists.model import Event, Happened, Item, ItemState
from core.checklists.store import (
    add_events,
    add_items,
    add_occurrences,
    is_any_due,
    newest_days,
    open_occurrences,
    read_event,
    read_occurrence,
    recent_occurrences,
    save_occurrences,
    take_carried,
    take_due,
    unchecked,
)
from core.storage.database import Database
from tests.core.checklists.keeping import DAY, HOUR, MONDAY, an_occurrence

FULL = Item(
    1, "sweep", "coverage", 80, "with a broom", ItemState.SKIPPED, "U1", MONDAY, "why", "61 %", "U2", "note",
    date(2026, 3, 1),
)  # fmt: skip


async def stored(store: Database, **changes: object) -> int:
    new = an_occurrence(**changes)
    async with store.write() as connection:
        (made,) = await add_occurrences(connection, [new])
        await add_items(connection, [made])
    return made.id


async def test_what_is_stored_comes_back_as_it_was(store: Database) -> None:
    new = an_occurrence(
        Item(0, "look"), FULL, moved_from=date(2026, 3, 1), is_late=True, minutes=30, role="qa_team", carry_to="next",
        nagged=2, nag_at=MONDAY + HOUR,
    )  # fmt: skip
    async with store.write() as connection:
        (made,) = await add_occurrences(connection, [new])
        await add_items(connection, [made])
    async with store.read() as connection:
        assert await read_occurrence(connection, made.id) == replace(new, id=made.id)


async def test_a_list_has_one_occurrence_a_day(store: Database) -> None:
    await stored(store)
    async with store.write() as connection:
        made = await add_occurrences(connection, [an_occurrence(), an_occurrence(on=date(2026, 3, 3))])
    assert [each.on.day for each in made] == [3]
    async with store.read() as connection:
        assert await newest_days(connection, ["own", "other"]) == {"own": date(2026, 3, 3)}


async def test_only_what_changed_is_written_and_a_change_is_counted(store: Database) -> None:
    id_ = await stored(store)
    async with store.write() as connection:
        before = await read_occurrence(connection, id_, lock=True)
        assert before is not None
        after = items.done(before, 1, "U1", MONDAY).occurrence
        await save_occurrences(connection, [(before, replace(after, nagged=1))])
    async with store.read() as connection:
        assert await read_occurrence(connection, id_) == replace(after, nagged=1, version=1)


async def test_what_is_due_is_found_until_it_is_closed(store: Database) -> None:
    id_ = await stored(store, closes_at=MONDAY + 2 * HOUR, nag_at=MONDAY + HOUR)
    async with store.write() as connection:
        assert not await is_any_due(connection, MONDAY)
        assert await is_any_due(connection, MONDAY + HOUR)
        (found,) = await take_due(connection, MONDAY + 2 * HOUR)
        await save_occurrences(connection, [(found, items.closed(found, MONDAY + 2 * HOUR).occurrence)])
        assert found.id == id_
        assert await take_due(connection, MONDAY + DAY) == []
        assert await open_occurrences(connection) == []


async def test_the_newest_come_first_of_one_list_or_since_a_day(store: Database) -> None:
    for n, key in enumerate(("own", "other", "own")):
        await stored(store, key=key, on=MONDAY.date() + timedelta(days=n), due_at=MONDAY + n * DAY)
    async with store.read() as connection:
        assert [each.on.day for each in await recent_occurrences(connection, limit=2)] == [4, 3]
        assert [each.on.day for each in await recent_occurrences(connection, limit=9, key="own")] == [4, 2]
        assert [each.on.day for each in await recent_occurrences(connection, limit=9, since=date(2026, 3, 3))] == [4, 3]


async def test_checks_that_have_not_answered_are_found(store: Database) -> None:
    waits, told, ticked = Item(0, "a", "health", 80), replace(FULL, state=ItemState.OPEN), replace(FULL, position=2)
    async with store.write() as connection:
        made = await add_occurrences(connection, [an_occurrence(waits, told, ticked, Item(3, "d"))])
        await add_items(connection, made)
        assert await unchecked(connection) == [(made[0].id, 0, "health", 80)]


async def test_what_is_carried_over_is_taken_over_once_by_the_list_it_was_meant_for(store: Database) -> None:
    carried = Item(0, "look", state=ItemState.CARRIED, at=MONDAY, carried_from=MONDAY.date())
    async with store.write() as connection:
        made = await add_occurrences(connection, [an_occurrence(carried, Item(1, "listen"), carry_to="next")])
        await add_items(connection, made)
        assert await take_carried(connection, {"other": 8}) == {}
        assert await take_carried(connection, {"next": 7, "other": 8}) == {"next": [carried]}
        assert await take_carried(connection, {"next": 9}) == {}


async def test_many_change_at_once_each_as_it_should(store: Database) -> None:
    """More than go into one statement; most alike, some not."""
    async with store.write() as connection:
        new = [an_occurrence(key=f"own{n}", carry_to="next", nag_at=MONDAY) for n in range(600)]
        made = await add_occurrences(connection, new)
        await add_items(connection, made)
        before = await take_due(connection, MONDAY)
        after = [
            items.closed(items.done(each, 1, "U1", MONDAY).occurrence if each.id % 7 == 0 else each, MONDAY).occurrence
            for each in before
        ]
        await save_occurrences(connection, zip(before, after, strict=True))
    async with store.read() as connection:
        found = {each.id: each for each in await recent_occurrences(connection, limit=1000)}
    assert found == {each.id: replace(each, version=1) for each in after}
    assert len(found) == 600


async def test_events_come_back_with_their_numbers_and_the_first_bears_the_click(store: Database) -> None:
    id_ = await stored(store)
    happened = [(id_, Event(kind, MONDAY, "U1", {"item": n})) for n, kind in enumerate(Happened)]
    async with store.write() as connection:
        assert await add_events(connection, []) == []
        ids = await add_events(connection, happened, "click 1")
        for number, (_, each) in zip(ids, happened, strict=True):
            assert await read_event(connection, number) == replace(each, id=number, occurrence_id=id_)
        requests = await connection.execute(text("SELECT request FROM event ORDER BY id"))
        assert [*requests.scalars()] == ["click 1", *[None] * (len(happened) - 1)]
