"""Reports of one run are joined, each case once, whatever order and however often they come."""

import asyncio
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import select

from core.runs.history import failures_of, results_of
from core.runs.model import Coverage, Run
from core.storage.database import Database
from core.storage.tables import sighting, signature
from tests.builders import a_report
from tests.core.runs.bringing import bring, rows

SHARD: dict[str, Any] = {"run_key": "build-7"}


def tally(run: Run) -> tuple[int, ...]:
    found = run.counts
    return found.tests, found.passed, found.failed, found.errors, found.skipped, found.attempts


async def the_sum(database: Database, run: Run) -> tuple[int, ...]:
    """The counts of a run, counted again from its stored results."""
    async with database.read() as connection:
        results = list((await results_of(connection, run.id)).values())
    outcomes = [sum(each.outcome == outcome for each in results) for outcome in range(4)]
    return len(results), *outcomes, sum(each.attempts for each in results)


async def sightings(database: Database) -> dict[int, int]:
    async with database.read() as connection:
        found = await connection.execute(select(sighting.c.signature_id, sighting.c.failures))
        return dict(found.all())


async def test_shards_are_one_run(store: Database) -> None:
    first = await bring(store, a_report("PPF", module="tests.test_a"), **SHARD)
    second = await bring(store, a_report("PES", module="tests.test_b"), **SHARD)
    assert first.run.id == second.run.id
    assert (second.run.name, tally(second.run)) == ("build-7", (6, 3, 1, 1, 1, 6))
    assert second.counts.tests == 3
    assert await the_sum(store, second.run) == tally(second.run)
    assert (await rows(store))["run"] == 1


async def test_the_same_case_in_two_reports_counts_once_and_the_later_decides(store: Database) -> None:
    await bring(store, a_report("FFP"), **SHARD)
    found = await bring(store, a_report("PF"), **SHARD)
    assert tally(found.run) == (3, 2, 1, 0, 0, 5)
    assert found.run.counts.flaky_passes == 1
    assert await the_sum(store, found.run) == tally(found.run)
    async with store.read() as connection:
        failures = await failures_of(connection, [found.run.id])
    assert sum(each.is_final for each in failures) == 1
    assert sum((await sightings(store)).values()) == 1


async def test_a_failure_that_a_later_report_forgave_is_no_sighting(store: Database) -> None:
    await bring(store, a_report("F"), **SHARD)
    await bring(store, a_report("P"), **SHARD)
    assert await sightings(store) == {}


async def test_three_reports_of_the_same_cases_add_up_to_one_run(store: Database) -> None:
    for strip in ("FFFF", "PFFP", "PPFF"):
        found = await bring(store, a_report(strip), **SHARD)
    assert tally(found.run) == (4, 2, 2, 0, 0, 12)
    assert found.run.counts.flaky_passes == 2
    assert await the_sum(store, found.run) == tally(found.run)
    assert sum((await sightings(store)).values()) == 2


async def test_a_case_that_passed_and_then_fails_is_no_flaky_pass(store: Database) -> None:
    await bring(store, a_report("R"), **SHARD)
    found = await bring(store, a_report("F"), **SHARD)
    assert (tally(found.run), found.run.counts.flaky_passes) == ((1, 0, 1, 0, 0, 3), 0)


async def test_keys_join_within_a_suite_alone(store: Database) -> None:
    one = await bring(store, a_report("P"), run_key="7")
    other = await bring(store, a_report("P"), run_key="7", suite="frontend")
    assert one.run.id != other.run.id


async def test_without_a_key_each_report_is_a_run(store: Database) -> None:
    ids = [(await bring(store, a_report("P", module=f"tests.test_{n}"))).run.id for n in range(3)]
    assert len(set(ids)) == 3
    assert (await rows(store))["run"] == 3


async def test_a_joined_run_starts_with_its_first_report_and_lasts_as_long_as_all(store: Database) -> None:
    late = '<testsuite timestamp="2026-03-02T10:00:00Z" time="5"><testcase name="a" time="1"/></testsuite>'
    early = '<testsuite timestamp="2026-03-02T09:00:00Z" time="7"><testcase name="b" time="1"/></testsuite>'
    await bring(store, late, **SHARD)
    found = await bring(store, early, **SHARD)
    assert found.run.started_at == datetime(2026, 3, 2, 9, tzinfo=UTC)
    assert found.run.duration_seconds == 12.0


async def test_a_later_report_fills_in_what_the_first_did_not_say(store: Database) -> None:
    await bring(store, a_report("P", module="tests.test_a"), **SHARD)
    found = await bring(store, a_report("P", module="tests.test_b"), branch="main", revision="abc", **SHARD)
    again = await bring(store, a_report("P", module="tests.test_c"), branch="other", revision="def", **SHARD)
    assert (found.run.branch, found.run.revision) == (again.run.branch, again.run.revision) == ("main", "abc")


async def test_of_several_coverages_the_one_that_measured_most_counts(store: Database) -> None:
    await bring(store, a_report("P", module="tests.test_a"), coverage=Coverage(50.0, None, 10, 5), **SHARD)
    await bring(store, a_report("P", module="tests.test_b"), coverage=Coverage(80.0, 70.0, 100, 80), **SHARD)
    found = await bring(store, a_report("P", module="tests.test_c"), coverage=Coverage(10.0, None, 20, 2), **SHARD)
    assert found.run.coverage_percentage == 80.0


async def test_warnings_of_all_reports_are_kept_once(store: Database) -> None:
    odd = '<testsuite name="{}"><testcase name="a" time="brr"/></testsuite>'
    await bring(store, odd.format("one"), **SHARD)
    found = await bring(store, odd.format("two"), **SHARD)
    assert found.run.warnings == ("1 durations were odd, e.g. time 'brr' is not a number",)


async def test_runs_of_the_same_tests_share_a_roster(store: Database) -> None:
    for strip in ("PPP", "PFP", "SSS"):
        await bring(store, a_report(strip))
    found = await rows(store)
    assert (found["roster"], found["test"], found["test_group"], found["report"]) == (1, 3, 1, 3)


async def test_reports_that_share_everything_can_be_stored_at_once(store: Database) -> None:
    # Opposite orders of tests and signatures would let two transactions wait for each other.
    def shard(number: int) -> str:
        order = range(40) if number % 2 else range(39, -1, -1)
        cases = "".join(
            f'<testcase classname="tests.test_{n}" name="t"><failure message="ValueError: {"x" * n}">'
            f"E   ValueError{n}: {n}</failure></testcase>"
            for n in order
        )
        own = f'<testcase classname="tests.test_own" name="t{number}"/>'
        return f'<testsuite name="pytest">{own}{cases}</testsuite>'

    found = await asyncio.gather(*(bring(store, shard(n), run_key=f"build-{n % 3}") for n in range(9)))
    assert len({each.run.id for each in found}) == 3
    counted = await rows(store)
    assert (counted["run"], counted["report"], counted["test"]) == (3, 9, 49)
    for each in found:
        assert (await the_sum(store, each.run))[:3] == (43, 3, 40)


async def test_signatures_are_kept_once_per_suite(store: Database) -> None:
    for suite in ("backend", "backend", "frontend"):
        await bring(store, a_report("F"), suite=suite, revision=suite + str(len(suite)))
    async with store.read() as connection:
        found = (await connection.execute(select(signature.c.suite_id, signature.c.fingerprint))).all()
    assert len(found) == len(set(found)) == 2


@pytest.mark.parametrize("text", ["größe \U0001f40d", "a\u0085b\u2028c", "'; DROP TABLE run; --", "%s {} \\ \" '"])
async def test_any_word_is_kept_as_it_is(store: Database, text: str) -> None:
    from xml.sax.saxutils import quoteattr

    report = f"<testsuite><testcase name='a'><failure message={quoteattr(text)}>E</failure></testcase></testsuite>"
    found = await bring(store, report)
    async with store.read() as connection:
        (failure,) = await failures_of(connection, [found.run.id], with_text=True)
    assert (failure.message, failure.text) == (text, "E")


async def test_a_file_that_could_not_be_collected_twice_is_one_collection_error(store: Database) -> None:
    broken = (
        '<testsuites name="pytest tests"><testsuite name="pytest" timestamp="{}">'
        '<testcase classname="" name="tests.test_a"><error message="collection failure">E   ImportError: x</error>'
        "</testcase></testsuite></testsuites>"
    )
    await bring(store, broken.format("2026-03-02T10:00:00Z"), **SHARD)
    found = await bring(store, broken.format("2026-03-02T10:05:00Z"), **SHARD)
    assert (found.run.counts.tests, found.run.counts.errors, found.run.counts.collection_errors) == (1, 1, 1)
