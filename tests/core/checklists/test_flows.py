"""What is due is posted once whatever happens to clocks and processes, brought to mind, summed up and carried over."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.engine import Engine
from sqlalchemy.event import listens_for, remove

from core.checklists.items import ENGINE
from core.checklists.model import Happened, ItemState, Standing
from core.errors import NotFoundError, UsageError
from core.storage.database import Database
from tests.core.checklists.keeping import DAY, HOUR, MINUTE, MONDAY, Kept, an_own_list, some_settings

WEEK = {
    "monday": {"without": ["Update security test scenarios"]}, "wednesday": {}, "friday": {},
}  # fmt: skip


def kept(store: Database, lists: dict[str, Any] | None = None, **more: Any) -> Kept:
    return Kept(store, some_settings(lists or {"own": an_own_list()}, **more))


async def test_a_list_is_posted_when_it_is_due_and_once(store: Database) -> None:
    here = kept(store)
    assert await here.tick(MONDAY - MINUTE) == 0
    assert await here.tick(MONDAY) == 1
    assert await here.tick(MONDAY + MINUTE) == 0
    found = await here.only()
    assert (found.on, found.due_at, found.is_late, found.standing) == (MONDAY.date(), MONDAY, False, Standing.OPEN)
    assert await here.wanted() == [f"checklist:{found.id}"]


async def test_a_restart_posts_nothing_twice(store: Database) -> None:
    here = kept(store)
    for n in range(5):
        await here.replica().tick()
        here.now = MONDAY + n * HOUR
    assert len(await here.all()) == 1


async def test_a_tick_reads_nothing_that_grows_with_the_years(sqlite_store: Database) -> None:
    """Every statement of three weeks finds its rows by an index, or walks one that holds open or waiting rows alone."""
    sent: dict[str, Any] = {}

    @listens_for(Engine, "before_cursor_execute")
    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, many: bool) -> None:
        if statement.lstrip().startswith(("SELECT", "UPDATE", "INSERT")):
            sent[statement] = parameters[0] if many else parameters

    here = kept(sqlite_store, WEEK)
    try:
        await here.tick()  # begins to look after the lists, and looks up what was there before
        sent.clear()
        await here.live(MONDAY + 21 * DAY, 3 * HOUR)
    finally:
        remove(Engine, "before_cursor_execute", note)
    assert {each.split()[0] for each in sent} == {"SELECT", "UPDATE", "INSERT"}
    async with sqlite_store.read() as connection:
        for statement, parameters in sent.items():
            plan = await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
            scans = [row.detail for row in plan if row.detail.startswith("SCAN") and "CONSTANT ROW" not in row.detail]
            small = ("ix_occurrence_open", "ix_occurrence_item_waiting")
            assert all(each.endswith(small) for each in scans), (scans, statement)


async def test_three_replicas_that_tick_at_once_post_and_sum_up_once(store: Database) -> None:
    here = kept(store, {"own": an_own_list(), "other": an_own_list(), "third": an_own_list(carry_to="own")})
    replicas = [here.replica() for _ in range(3)]
    for hours in range(50):
        here.now = MONDAY + hours * HOUR
        await asyncio.gather(*(each.tick() for each in replicas))
    found = await here.all()
    assert len(found) == 3 * 3
    for each in found:
        happened = await here.happened(each.id)
        assert len(happened) == len(set(happened)) + max(0, happened.count("nagged") - 1)
        assert happened.count("posted") == 1
        assert happened.count("closed") == (each.standing is Standing.CLOSED)
    own = [each for each in found if each.key == "own"]
    assert [[item.text for item in each.items] for each in own] == [["look", "listen"]] * 3


@pytest.mark.parametrize("step", [MINUTE * 45, HOUR * 3])
async def test_over_a_week_every_business_day_has_its_list(sqlite_store: Database, step: timedelta) -> None:
    here = kept(sqlite_store)
    await here.live(MONDAY + 13 * DAY, step)
    assert [each.on.day for each in await here.all()] == [2, 3, 4, 5, 6, 9, 10, 11, 12, 13]
    assert all(each.standing is not Standing.MISSED for each in await here.all())


@pytest.mark.parametrize("jumps", [(2, -2), (26, -26, 3), (-5, 30), (200, -199), (-100, 100)])
async def test_a_clock_that_jumps_posts_no_day_twice(sqlite_store: Database, jumps: tuple[int, ...]) -> None:
    here = kept(sqlite_store)
    for jump in jumps:
        await here.live(here.now + 3 * HOUR)
        here.now += jump * HOUR
    await here.live(MONDAY + 12 * DAY)
    days = [each.on for each in await here.all()]
    assert days == sorted(set(days))
    assert {date(2026, 3, n) for n in (9, 10, 11, 12, 13)} <= set(days)
    assert len(await here.wanted()) == len(set(await here.wanted()))


@pytest.mark.parametrize("at", ["00:30", "02:00", "02:30", "03:00"])
@pytest.mark.parametrize("change", [date(2026, 3, 29), date(2026, 10, 25)])
async def test_when_clocks_change_a_day_has_its_list_once(sqlite_store: Database, at: str, change: date) -> None:
    own = an_own_list("sat sun mon", at=at, timezone="Europe/Madrid", on_holiday="as is")
    here = kept(sqlite_store, {"own": own})
    here.now = datetime(change.year, change.month, change.day, tzinfo=UTC) - 36 * HOUR
    await here.live(here.now + 4 * DAY, 10 * MINUTE)
    assert [each.on for each in await here.all()] == [change - DAY, change, change + DAY]
    assert not any(each.is_late for each in await here.all())


async def test_after_three_days_away_the_newest_is_posted_late_and_the_others_are_recorded_as_missed(
    store: Database,
) -> None:
    here = kept(store)
    await here.tick()
    await here.tick(MONDAY + 3 * DAY + 2 * HOUR)
    found = await here.all()
    assert [(each.on.day, each.standing.value, each.is_late) for each in found] == [
        (2, "closed", False), (3, "missed", False), (4, "missed", False), (5, "open", True),
    ]  # fmt: skip
    assert [await here.happened(each.id) for each in found[1:]] == [["missed"], ["missed"], ["posted"]]
    assert await here.wanted() == [
        f"checklist:{found[0].id}", f"checklist_event:{(await here.events(found[0].id))[-1].id}",
        f"checklist:{found[3].id}",
    ]  # fmt: skip


async def test_what_would_be_summed_up_at_once_is_missed(store: Database) -> None:
    here = kept(store, {"own": an_own_list(at="17:00")})
    await here.tick(MONDAY)
    await here.tick(MONDAY + DAY + 10 * HOUR)
    assert [each.standing for each in await here.all()] == [Standing.MISSED] * 2


async def test_what_was_due_before_the_first_start_is_neither_late_nor_missed(store: Database) -> None:
    here = kept(store)
    assert await here.tick(MONDAY + MINUTE) == 0
    assert await here.replica().tick() == 0
    await here.tick(MONDAY + DAY)
    assert [(each.on.day, each.is_late, each.standing) for each in await here.all()] == [(3, False, Standing.OPEN)]


async def test_what_is_due_between_the_first_start_and_a_restart_is_late(store: Database) -> None:
    here = kept(store)
    await here.tick(MONDAY - MINUTE)
    here.now = MONDAY + 2 * HOUR
    await here.replica().tick()
    assert (await here.only()).is_late


async def test_a_list_that_is_new_to_the_settings_begins_with_the_next_day(store: Database) -> None:
    here = kept(store)
    await here.tick()
    here.settings = some_settings({"own": an_own_list(), "new": an_own_list()})
    here.now = MONDAY + HOUR
    await asyncio.gather(*(here.replica().tick() for _ in range(3)))
    here.now = MONDAY + DAY
    await here.replica().tick()
    assert [each.on.day for each in await here.all("new")] == [3]


async def test_a_list_without_a_channel_is_not_posted(store: Database) -> None:
    here = Kept(store, some_settings({"own": an_own_list()}).model_copy(update={"channel": None}))
    assert await here.tick() == 0


async def test_what_is_left_goes_from_monday_to_wednesday_to_friday_to_monday_and_keeps_its_first_day(
    store: Database,
) -> None:
    here = kept(store, WEEK)
    await here.tick()
    monday = await here.only()
    for position in (0, 1):
        await here.flows.done(monday.id, position, "U1")
    await here.live(MONDAY + 2 * DAY + HOUR, HOUR)
    wednesday = await here.newest()
    assert [(each.text, each.carried_from) for each in wednesday.items if each.carried_from] == [
        ("Check database test data cleanup", date(2026, 3, 2))
    ]
    for item in wednesday.items[:3]:
        await here.flows.done(wednesday.id, item.position, "U1")
    await here.live(MONDAY + 4 * DAY + HOUR, HOUR)
    friday = await here.newest()
    assert [(each.text, each.carried_from) for each in friday.items if each.carried_from] == [
        ("Validate test coverage metrics", date(2026, 3, 4)), ("Check database test data cleanup", date(2026, 3, 2)),
    ]  # fmt: skip
    await here.live(MONDAY + 7 * DAY + HOUR, HOUR)
    again = await here.newest()
    assert {each.text: each.carried_from for each in again.items} == {
        "Full mock interface compliance audit": None,
        "Review test performance trends": None,
        "Check database test data cleanup": date(2026, 3, 2),
        "Weekly test health report generation": date(2026, 3, 6),
        "Performance benchmark updates": date(2026, 3, 6),
        "Test maintenance task prioritization": date(2026, 3, 6),
        "Team knowledge sharing session": date(2026, 3, 6),
        "Validate test coverage metrics": date(2026, 3, 4),
    }
    assert again.open_items == again.items


async def test_nothing_is_lost_while_t12_is_away(store: Database) -> None:
    here = kept(store, WEEK)
    for days in (-5, -3):
        await here.tick(MONDAY + days * DAY)
        await here.flows.all_done((await here.newest()).id, "U1")
    await here.tick(MONDAY)
    await here.tick(MONDAY + 4 * DAY + HOUR)
    friday = await here.newest()
    assert [each.standing.value for each in await here.all()] == ["closed", "closed", "closed", "missed", "open"]
    assert len({each.text for each in friday.items}) == len(friday.items) == 3 + 4 + 4
    assert {each.carried_from for each in friday.items} == {None, date(2026, 3, 2), date(2026, 3, 4)}


async def test_two_people_who_press_done_at_once_make_one_result_and_one_polite_answer(store: Database) -> None:
    here = kept(store)
    await here.tick()
    id_ = (await here.only()).id
    found = await asyncio.gather(here.flows.done(id_, 0, "U1"), here.replica().done(id_, 0, "U2"))
    winner = (await here.only()).items[0].by
    assert sorted(each.happened for each in found) == [False, True]
    assert {each.sentence for each in found} == {"Done.", f"Already done by <@{winner}>."}
    assert await here.happened(id_) == ["posted", "done"]


async def test_a_click_that_comes_again_acts_once(store: Database) -> None:
    here = kept(store)
    await here.tick()
    id_ = (await here.only()).id
    await here.flows.done(id_, 0, "U1", request="click 1")
    await here.flows.undo(id_, 0, "U1", request="click 2")
    again = await here.flows.done(id_, 0, "U1", request="click 1")
    assert (again.sentence, again.happened) == ("That was done already.", False)
    assert (await here.only()).items[0].state is ItemState.OPEN
    assert await here.happened(id_) == ["posted", "done", "undone"]


async def test_everything_people_do_is_kept_with_who_when_and_why(store: Database) -> None:
    here = kept(store, {"own": an_own_list("mon", "a", "b", "c", "d")})
    await here.tick()
    id_ = (await here.only()).id
    here.now += HOUR
    await here.flows.skip(id_, 0, "U1", "not today")
    await here.flows.assign(id_, 1, "U1", "U2")
    await here.flows.note(id_, 1, "U2", "half done")
    await here.flows.all_done(id_, "U3")
    found = (await here.flows.show(id_)).items
    assert [(each.state.value, each.by, each.at) for each in found] == [
        ("skipped", "U1", here.now), ("done", "U3", here.now), ("done", "U3", here.now), ("done", "U3", here.now),
    ]  # fmt: skip
    assert (found[0].reason, found[1].assignee, found[1].note) == ("not today", "U2", "half done")
    assert await here.flows.open() == [await here.flows.show(id_)]


async def test_what_is_not_there_is_said_so(store: Database) -> None:
    here = kept(store)
    for ask in (here.flows.show(9), here.flows.done(9, 0, "U1"), here.flows.event(9)):
        with pytest.raises(NotFoundError):
            await ask


async def test_checks_run_once_tick_what_passes_and_say_what_they_found(store: Database) -> None:
    items = [{"text": text, "check": check} for text, check in (("a", "health"), ("b", "coverage"), ("c", "health"))]
    here = kept(store, {"own": {"cadence": "mon", "items": items}})
    await here.tick()
    id_, asked = (await here.only()).id, list[str]()
    await here.flows.done(id_, 2, "U1")

    async def check(name: str, value: float | None) -> tuple[bool, str]:
        asked.append(name)
        return name == "health", f"{name} was looked at."

    assert await here.flows.run_checks(check) == 2
    assert await here.flows.run_checks(check) == 0
    assert asked == ["health", "coverage"]
    found = (await here.only()).items
    assert [(each.state.value, each.by, each.evidence) for each in found] == [
        ("done", ENGINE, "health was looked at."), ("open", None, "coverage was looked at."), ("done", "U1", ""),
    ]  # fmt: skip
    await here.flows.check_again(id_, 1, "U1")
    assert await here.flows.run_checks(check) == 1


async def test_a_slow_check_holds_up_no_other(store: Database) -> None:
    names = ("coverage", "health", "smoke_tests", "health")
    items = [{"text": f"{n}", "check": name, "value": n // 3} for n, name in enumerate(names)]
    here = kept(store, {"own": {"cadence": "mon", "items": items}})
    await here.tick()
    asked, quick, through = list[str](), asyncio.Semaphore(0), asyncio.Event()

    async def check(name: str, _value: float | None) -> tuple[bool, str]:
        asked.append(name)
        if name == "smoke_tests":
            await through.wait()
        elif name == "coverage":
            quick.release()
        return True, f"{name} passed."

    slow = asyncio.create_task(here.flows.run_checks(check))
    await quick.acquire()
    for _ in range(1000):
        if [each.position for each in (await here.only()).open_items] == [2]:
            break
        await asyncio.sleep(0.01)
    await here.flows.undo(1, 0, "U1")
    await here.flows.check_again(1, 0, "U1")
    assert await here.flows.run_checks(check) == 1
    assert not slow.done()
    through.set()
    assert await slow == 4
    assert sorted(asked) == ["coverage", "coverage", "health", "health", "smoke_tests"]
    assert [each.evidence for each in (await here.only()).items] == [f"{name} passed." for name in names]
    assert (await here.happened(1)).count("done") == 5
    assert await here.flows.run_checks(check) == 0


async def test_a_check_that_is_no_more_says_so_and_stops_no_other(store: Database) -> None:
    items = [{"text": text, "check": check} for text, check in (("a", "health"), ("b", "coverage"))]
    here = kept(store, {"own": {"cadence": "mon", "items": items}})
    await here.tick()

    async def check(name: str, _value: float | None) -> tuple[bool, str]:
        if name == "health":
            raise UsageError("'health' is no check; there are coverage")
        return True, "It is 81 %."

    assert await here.flows.run_checks(check) == 2
    found = (await here.only()).items
    assert [(each.is_open, each.evidence) for each in found] == [
        (True, "It could not be checked: 'health' is no check; there are coverage."), (False, "It is 81 %."),
    ]  # fmt: skip


async def test_reminders_climb_the_ladder_in_business_time(store: Database) -> None:
    ladder = ["2h business", "4h business", "10h business"]
    lists = {"own": an_own_list("mon", at="15:00", open_days=3, role="qa_team")}
    here = kept(store, lists, checklists={"nag": ladder})
    await here.live(MONDAY + 2 * DAY, HOUR)
    nags = [each for each in await here.events(1) if each.type is Happened.NAGGED]
    assert [(each.at, each.data["mention"]) for each in nags] == [
        (MONDAY + 8 * HOUR, []), (MONDAY + DAY + HOUR, ["U3"]), (MONDAY + DAY + 7 * HOUR, ["U2"]),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("at", "wait", "expected"),
    [
        ("11:30", "1h business", MONDAY + 4.5 * HOUR),
        ("11:30", "2h business", MONDAY + 5.5 * HOUR),
        ("12:00", "45m", MONDAY + 4.5 * HOUR),
        ("17:30", "90m", MONDAY + DAY),
        ("07:00", "30m", MONDAY),
    ],
    ids=["until the quiet hour", "over it", "into it", "into the night", "before the day"],
)
async def test_nobody_is_reminded_in_quiet_hours(store: Database, at: str, wait: str, expected: datetime) -> None:
    lists = {"own": an_own_list("mon", at=at, open_days=2)}
    here = kept(store, lists, checklists={"nag": [wait]}, calendar={"quiet": ["12:30-13:30"]})
    here.now = MONDAY - 3 * HOUR
    await here.live(MONDAY + DAY + 8 * HOUR, 15 * MINUTE)
    assert [each.at for each in await here.events(1) if each.type is Happened.NAGGED] == [expected]


async def test_a_reminder_that_was_slept_through_waits_for_business_hours(store: Database) -> None:
    here = kept(store, {"own": an_own_list("mon", open_days=2)})
    await here.tick()
    await here.tick(MONDAY + 12 * HOUR)
    assert "nagged" not in await here.happened(1)
    await here.tick(MONDAY + DAY)
    assert (await here.happened(1)).count("nagged") == 1


async def test_who_was_assigned_is_reminded_in_place_of_the_role(store: Database) -> None:
    here = kept(store, {"own": an_own_list(role="qa_team")})
    await here.tick()
    await here.flows.assign(1, 0, "U1", "U7")
    await here.live(MONDAY + 5 * HOUR)
    assert (await here.events(1))[-1].data == {"rung": 2, "left": 2, "mention": ["U7"]}


async def test_nobody_is_reminded_when_everything_is_done(store: Database) -> None:
    here = kept(store)
    await here.tick()
    await here.flows.all_done(1, "U1")
    await here.live(MONDAY + 8 * HOUR)
    assert "nagged" not in await here.happened(1)


async def test_after_a_sleep_people_are_reminded_once_and_not_of_every_rung_at_once(store: Database) -> None:
    here = kept(store)
    await here.tick()
    for minutes in range(3):
        await here.tick(MONDAY + 7 * HOUR + minutes * MINUTE)
    assert (await here.happened(1)).count("nagged") == 1
    await here.tick(MONDAY + 8 * HOUR)
    assert (await here.happened(1)).count("nagged") == 2


async def test_at_the_end_everything_is_summed_up_in_the_thread(store: Database) -> None:
    here = kept(store)
    await here.tick()
    await here.flows.done(1, 0, "U1")
    await here.flows.skip(1, 1, "U1", "not today")
    await here.tick(MONDAY + 9 * HOUR)
    found = await here.only()
    assert (found.standing, found.closed_at) == (Standing.CLOSED, MONDAY + 9 * HOUR)
    event = (await here.events(1))[-1]
    assert event.data == {"done": 1, "items": 2, "left": 0, "carried": 0}
    assert (await here.wanted())[-1] == f"checklist_event:{event.id}"
    assert (await here.flows.event(event.id)) == (event, found)
    assert (await here.flows.undo(1, 0, "U1")).sentence.startswith("This list is closed")


async def test_a_list_that_is_open_for_days_is_summed_up_on_the_last_business_day(store: Database) -> None:
    here = kept(store, {"own": an_own_list("wed", open_days=4)}, calendar={"holidays": ["2026-03-06"]})
    await here.live(MONDAY + 8 * DAY + 12 * HOUR, 3 * HOUR)
    assert (await here.only()).closed_at == datetime(2026, 3, 10, 18, 0, tzinfo=UTC)
