"""Questions about stored runs: the right runs, the right tests, and names that people really type."""

from datetime import timedelta

import pytest

from core.errors import AmbiguousError, NotFoundError
from core.runs.history import (
    failures_of,
    find_run,
    find_test,
    flaky_passes_of,
    histories,
    recent_runs,
    results_of,
    runs_by_id,
    sightings,
    suite_named,
    suites,
    tests_named,
)
from core.runs.model import Outcome
from core.storage.database import Database
from tests.builders import START, a_report
from tests.core.runs.bringing import bring

named = tests_named
del tests_named


async def test_a_store_without_a_report_says_so(store: Database) -> None:
    async with store.read() as connection:
        assert await suites(connection) == []
        with pytest.raises(NotFoundError, match="no report has been brought in yet"):
            await suite_named(connection, "backend")
        with pytest.raises(NotFoundError, match="no run has been brought in yet"):
            await find_run(connection, None)


async def test_suites_are_found_by_name(store: Database) -> None:
    for name in ("frontend", "backend"):
        await bring(store, a_report("P"), suite=name)
    async with store.read() as connection:
        assert [each.name for each in await suites(connection)] == ["backend", "frontend"]
        assert (await suite_named(connection, "frontend")).name == "frontend"
        with pytest.raises(NotFoundError, match="no suite is called 'gone'; there are backend, frontend"):
            await suite_named(connection, "gone")


async def bring_hourly(store: Database, *strips: str, **mark: str) -> list[int]:
    """Runs in the order of their strips, an hour apart; answers their ids."""
    return [
        (await bring(store, a_report(strip), started_at=START + timedelta(hours=hour), **mark)).run.id  # type: ignore[arg-type]
        for hour, strip in enumerate(strips)
    ]


async def test_runs_come_newest_first_by_their_start_not_their_arrival(store: Database) -> None:
    late = (await bring(store, a_report("P"), started_at=START + timedelta(hours=5))).run
    early = (await bring(store, a_report("P"), started_at=START)).run
    async with store.read() as connection:
        (suite,) = await suites(connection)
        assert [each.id for each in await recent_runs(connection, suite.id, limit=9)] == [late.id, early.id]
        assert [each.id for each in await recent_runs(connection, suite.id, limit=1)] == [late.id]
        assert [each.id for each in await recent_runs(connection, suite.id, limit=9, before=late)] == [early.id]
        assert await recent_runs(connection, suite.id, limit=9, before=early) == []


async def test_runs_that_start_together_keep_the_order_they_came_in(store: Database) -> None:
    one, two = [(await bring(store, a_report(strip), started_at=START)).run for strip in ("P", "F")]
    async with store.read() as connection:
        (suite,) = await suites(connection)
        assert [each.id for each in await recent_runs(connection, suite.id, limit=9)] == [two.id, one.id]
        assert [each.id for each in await recent_runs(connection, suite.id, limit=9, before=two)] == [one.id]


async def test_a_branch_is_read_alone(store: Database) -> None:
    await bring(store, a_report("P"), branch="main")
    topic = (await bring(store, a_report("P"), branch="topic")).run
    async with store.read() as connection:
        (suite,) = await suites(connection)
        assert [each.id for each in await recent_runs(connection, suite.id, branch="topic", limit=9)] == [topic.id]


async def test_a_run_is_found_by_key_and_by_number(store: Database) -> None:
    keyed = (await bring(store, a_report("P"), run_key="build-7")).run
    plain = (await bring(store, a_report("F"))).run
    async with store.read() as connection:
        assert (await find_run(connection, "build-7")).id == keyed.id
        assert (await find_run(connection, str(plain.id))).id == plain.id
        assert (await find_run(connection, f"#{keyed.id}")).id == keyed.id
        assert (await find_run(connection, None)).id == plain.id
        for name in ("gone", "#gone", "9" * 30, "#", "", "²", "-1"):
            with pytest.raises(NotFoundError, match="no run is called"):
                await find_run(connection, name)


async def test_a_key_wins_over_a_number(store: Database) -> None:
    first = (await bring(store, a_report("P"))).run
    keyed = (await bring(store, a_report("F"), run_key=str(first.id))).run
    async with store.read() as connection:
        assert (await find_run(connection, str(first.id))).id == keyed.id
        assert (await find_run(connection, f"#{first.id}")).id == first.id


async def test_a_key_of_two_suites_needs_the_suite(store: Database) -> None:
    ids = {
        name: (await bring(store, a_report("P"), suite=name, run_key="7")).run.id for name in ("backend", "frontend")
    }
    async with store.read() as connection:
        with pytest.raises(AmbiguousError, match="several suites have a run '7'") as unclear:
            await find_run(connection, "7")
        assert set(unclear.value.candidates) == {"backend", "frontend"}
        assert (await find_run(connection, "7", "frontend")).id == ids["frontend"]
        assert set(await runs_by_id(connection, ids.values())) == set(ids.values())


async def test_the_history_of_a_test_has_an_entry_for_each_run_that_had_it(store: Database) -> None:
    ids = await bring_hourly(store, "PP", "FP", "-P", "RP", "S")
    async with store.read() as connection:
        (suite,) = await suites(connection)
        runs = await recent_runs(connection, suite.id, limit=9)
        one = await find_test(connection, suite.id, "test_1")
        two = await find_test(connection, suite.id, "test_2")
        found = await histories(connection, [one.id, two.id, 12345], runs)
    assert 12345 not in found
    assert [(each.run.id, each.outcome.word, each.is_flaky_pass) for each in found[one.id]] == [
        (ids[0], "passed", False), (ids[1], "failed", False), (ids[3], "passed", True), (ids[4], "skipped", False),
    ]  # fmt: skip
    assert [each.run.id for each in found[two.id]] == ids[:4]


async def test_the_history_joins_the_reports_of_a_run(store: Database) -> None:
    await bring(store, a_report("FP"), run_key="7")
    run = (await bring(store, a_report("P"), run_key="7")).run
    async with store.read() as connection:
        (suite,) = await suites(connection)
        one = await find_test(connection, suite.id, "test_1")
        (entry,) = (await histories(connection, [one.id], [run]))[one.id]
        results = await results_of(connection, run.id)
        assert await flaky_passes_of(connection, [run.id]) == [(run.id, one.id)]
    assert (entry.outcome, entry.attempts, entry.failed_attempts) == (Outcome.PASSED, 2, 1)
    assert results[one.id].attempts == 2


async def test_failures_come_with_their_text_when_it_is_asked_for(store: Database) -> None:
    run = (await bring(store, a_report("PFE"))).run
    async with store.read() as connection:
        bare = await failures_of(connection, [run.id])
        full = await failures_of(connection, [run.id], with_text=True)
    assert [each.text for each in bare] == [None, None]
    assert [each.message for each in bare] == [each.message for each in full]
    assert "AssertionError" in str(full[0].text)
    assert bare[0]._replace(text=full[0].text) == full[0]


async def test_sightings_are_of_earlier_runs_of_the_suite_alone(store: Database) -> None:
    await bring(store, a_report("F"), suite="frontend", started_at=START)
    ids = await bring_hourly(store, "F", "P", "F", "F", branch="main")
    async with store.read() as connection:
        runs = await runs_by_id(connection, ids)
        (failure,) = await failures_of(connection, [ids[3]])
        mark = failure.signature_id
        seen = (await sightings(connection, [mark], runs[ids[3]]))[mark]
        assert (seen.first.id, seen.last.id, seen.runs) == (ids[0], ids[2], 2)
        assert await sightings(connection, [mark], runs[ids[0]]) == {}
        assert await sightings(connection, [mark], runs[ids[3]], branch="topic") == {}
        assert await sightings(connection, [], runs[ids[3]]) == {}


NAMES = (
    '<testsuite name="pytest">'
    '<testcase classname="tests.api.test_login.TestLogin" name="test_ok"/>'
    '<testcase classname="tests.api.test_login" name="test_ok_twice"/>'
    '<testcase classname="tests.api.test_login" name="test_p[1.5-a/b]"/>'
    '<testcase classname="tests.web.test_page" name="test_100%_done"/>'
    '<testcase classname="tests.web.test_page" name="test_größe"/>'
    '<testcase classname="" name="tests.test_bad"><error message="collection failure">E</error></testcase>'
    '<error message="no server">E</error></testsuite>'
)


@pytest.mark.parametrize(
    ("part", "name"),
    [
        ("tests/api/test_login.py::TestLogin::test_ok", "tests/api/test_login.py::TestLogin::test_ok"),
        ("tests.api.test_login.TestLogin.test_ok", "tests/api/test_login.py::TestLogin::test_ok"),
        ("TestLogin::test_ok", "tests/api/test_login.py::TestLogin::test_ok"),
        ("test_ok", "tests/api/test_login.py::TestLogin::test_ok"),
        ("TEST_OK", "tests/api/test_login.py::TestLogin::test_ok"),
        ("ok_tw", "tests/api/test_login.py::test_ok_twice"),
        ("test_p[1.5-a/b]", "tests/api/test_login.py::test_p[1.5-a/b]"),
        ("tests/api/test_login.py::test_p[1.5-a/b]", "tests/api/test_login.py::test_p[1.5-a/b]"),
        ("100%", "tests/web/test_page.py::test_100%_done"),
        ("größe", "tests/web/test_page.py::test_größe"),
        ("collection of tests.test_bad", "collection of tests.test_bad"),
        ("test_bad", "collection of tests.test_bad"),
        ("suite pytest", "suite pytest"),
    ],
)
async def test_a_test_is_found_by_any_clear_part_of_its_name(store: Database, part: str, name: str) -> None:
    await bring(store, NAMES)
    async with store.read() as connection:
        (suite,) = await suites(connection)
        assert (await find_test(connection, suite.id, part)).name == name


@pytest.mark.parametrize(
    "part", ["gone", "test_ok'; --", "%%", "_______", "a" * 3000, "\\", "tests/gone.py::test_ok_twice"]
)
async def test_a_name_that_fits_nothing_is_said(sqlite_store: Database, part: str) -> None:
    await bring(sqlite_store, NAMES)
    async with sqlite_store.read() as connection:
        (suite,) = await suites(connection)
        with pytest.raises(NotFoundError, match="no test is called") as missing:
            await find_test(connection, suite.id, part)
    assert len(str(missing.value)) < 200


async def test_a_name_that_fits_several_is_answered_with_them(sqlite_store: Database) -> None:
    await bring(sqlite_store, NAMES)
    async with sqlite_store.read() as connection:
        (suite,) = await suites(connection)
        for part in ("", "test_", "tests/api/test_login.py"):
            with pytest.raises(AmbiguousError, match="give more of the name") as unclear:
                await find_test(connection, suite.id, part)
            assert len(unclear.value.candidates) > 1


async def test_a_variant_is_found_by_the_name_it_is_shown_with(store: Database) -> None:
    for variant in ("linux", "windows"):
        await bring(store, a_report("P"), variant=variant)
    async with store.read() as connection:
        (suite,) = await suites(connection)
        with pytest.raises(AmbiguousError) as unclear:
            await find_test(connection, suite.id, "test_1")
        for shown in unclear.value.candidates:
            found = await find_test(connection, suite.id, shown)
            assert found.name == shown
            assert (await named(connection, [found.id]))[found.id].name == shown
