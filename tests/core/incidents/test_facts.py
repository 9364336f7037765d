"""What detection is told of one run, read off a real store."""

from datetime import timedelta

import pytest

from core.errors import NotFoundError
from core.incidents.detect import Facts
from core.incidents.facts import read_facts
from core.runs.model import Outcome
from core.storage.database import Database
from tests.builders import START
from tests.core.incidents.histories import History, but, cases, healthy

ALL = healthy(20)
FIRST = "tests/test_a.py::test_0"
KEY = "KeyError: 'colour'"


async def facts_of(history: History, number: int | None = None, branch: str | None = None) -> Facts:
    """Of the run of that number, or of the newest."""
    async with history.kept.database.read() as connection:
        return await read_facts(connection, number or history.runs, branch, history.kept.now, window_runs=100)


async def test_a_run_that_is_gone_is_said(sqlite_store: Database) -> None:
    history = History(sqlite_store)
    await history.run(ALL)
    with pytest.raises(NotFoundError):
        await facts_of(history, 99)


async def test_a_run_is_compared_with_the_complete_one_before(sqlite_store: Database) -> None:
    history = History(sqlite_store)
    await history.run(but(ALL, "skip", [FIRST]))
    await history.run({"tests/test_a.py": "collect ModuleNotFoundError: No module named 'gone'"})
    await history.run(but(ALL, KEY, [FIRST]))
    found = await facts_of(history)
    assert (found.last_good_run_id, found.ran_before, found.tests_before) == (1, 19, 20)
    assert (found.was_blind, found.expected) == (True, 20)
    (group,) = found.groups
    assert ([each.name for each in group.tests], group.never_passed, group.is_collection) == ([FIRST], True, False)


async def test_an_older_run_is_read_as_it_was_and_is_not_the_newest(sqlite_store: Database) -> None:
    history = History(sqlite_store)
    await history.run(ALL)
    await history.run(but(ALL, KEY, [FIRST]))
    found = await facts_of(history, 1)
    assert (found.is_newest, found.groups, found.last_good_run_id) == (False, (), None)
    assert (await facts_of(history)).is_newest


async def test_a_run_of_another_branch_is_not_judged(sqlite_store: Database) -> None:
    history = History(sqlite_store)
    await history.run(ALL)
    await history.run(but(ALL, KEY, [FIRST]), branch="feature")
    assert not (await facts_of(history, branch="main")).is_newest


async def test_a_test_that_passed_and_failed_at_one_revision_is_flaky(sqlite_store: Database) -> None:
    history = History(sqlite_store)
    for letter in "PFPPFPF":
        await history.run(ALL if letter == "P" else but(ALL, KEY, [FIRST]), revision="same")
    (group,) = (await facts_of(history)).groups
    assert (group.is_flaky, group.never_passed) == (True, False)


async def test_the_outcomes_are_those_of_tests_of_open_incidents(sqlite_store: Database) -> None:
    history = History(sqlite_store)
    await history.run(ALL)
    await history.run(but(ALL, KEY, [FIRST]))
    await history.run(ALL)
    assert list((await facts_of(history)).outcomes.values()) == [Outcome.PASSED]


async def test_a_moved_test_is_read_under_the_id_it_had(sqlite_store: Database) -> None:
    history = History(sqlite_store)
    await history.run(ALL)
    await history.run(but(ALL, KEY, [FIRST]))
    before = (await facts_of(history)).groups[0].ids
    moved = {f"backend/{name}": said for name, said in but(ALL, KEY, [FIRST]).items()}
    await history.run(moved)
    found = await facts_of(history)
    assert (found.groups[0].ids, set(found.outcomes), set(found.named)) == (before, set(before), set(before))


async def test_two_tests_that_could_be_the_moved_one_are_new_ones(sqlite_store: Database) -> None:
    history = History(sqlite_store)
    await history.run(ALL)
    await history.run(but(ALL, KEY, [FIRST]))
    before = (await facts_of(history)).groups[0].ids
    await history.run({f"{folder}/{FIRST}": KEY for folder in ("one", "two")})
    assert not (await facts_of(history)).groups[0].ids & before


async def test_only_an_outage_is_a_storm(sqlite_store: Database) -> None:
    history, forty = History(sqlite_store), healthy(40)
    await history.run(forty, times=6)
    await history.run(but(forty, KEY, list(forty)[:30]))
    found = await facts_of(history)
    assert (found.storm, found.groups[0].never_passed) == (None, False)
    await history.run(but(forty, "ConnectionRefusedError: [Errno 111] Connection refused", list(forty)[:35]))
    assert (await facts_of(history)).storm is not None


async def test_coverage_is_expected_after_three_runs_with_it(sqlite_store: Database) -> None:
    history = History(sqlite_store)
    await history.run(ALL, times=3, coverage=80.0)
    assert not (await facts_of(history)).coverage_expected
    await history.run(ALL)
    assert (await facts_of(history)).coverage_expected


async def test_fewer_reports_than_the_run_before_had_are_a_part(sqlite_store: Database) -> None:
    history = History(sqlite_store)
    runs = [(cases("tests/test_a.py", 5), "one"), (cases("tests/test_b.py", 5), "one"), (ALL, "two")]
    for found, key in runs:
        await history.run(found, run_key=key, started_at=START + timedelta(hours=1 if key == "one" else 2))
    assert (await facts_of(history, 2)).is_partial


async def test_skips_are_new_where_the_test_ran_before(sqlite_store: Database) -> None:
    history = History(sqlite_store)
    await history.run(ALL)
    await history.run(but(ALL, "skip", list(ALL)[:4]))
    assert [each.name for each in (await facts_of(history)).newly_skipped] == list(ALL)[:4]
    await history.run(but(ALL, "skip", list(ALL)[:4]))
    assert (await facts_of(history)).newly_skipped == ()
