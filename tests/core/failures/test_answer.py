"""Why runs fail, which tests cannot be trusted, and how one test has been, over a real store."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from core.errors import AmbiguousError, NotFoundError
from core.failures import as_json
from core.failures.answer import answer_failures, answer_flaky, answer_runs, answer_test
from core.failures.report import FailuresReport, FlakyReport, TestReport
from core.failures.verdict import State
from core.runs.model import Outcome
from tests.builders import START, Shelf, a_shelf

NOW = START + timedelta(days=60)


@pytest.fixture
async def shelf(tmp_path: Path) -> AsyncIterator[Shelf]:
    async with a_shelf(tmp_path) as shelf:
        yield shelf


async def failures(shelf: Shelf, run: str | None = None, branch: str | None = None) -> FailuresReport:
    async with shelf.read() as connection:
        return await answer_failures(connection, run, "backend", branch)


async def flaky(shelf: Shelf) -> FlakyReport:
    async with shelf.read() as connection:
        return await answer_flaky(connection, "backend", None, NOW)


async def one_test(shelf: Shelf, part: str) -> TestReport:
    async with shelf.read() as connection:
        return await answer_test(connection, "backend", part, None, NOW)


async def test_failures_of_the_newest_run(shelf: Shelf) -> None:
    await shelf.bring("PPPPPP")
    await shelf.bring("FEEPPS")
    report = await failures(shelf)
    assert (report.source, report.total_failures) == ("run-2", 3)
    assert report.categories == {"network": 2, "assertion": 1}
    assert sum(group.count for group in report.groups) == 3
    assert all(group.new for group in report.groups)
    assert len(report.recommendations) == 2


async def test_known_failures_say_since_when(shelf: Shelf) -> None:
    await shelf.bring("PPPP")
    await shelf.bring("FPPP")
    await shelf.bring("FPPE")
    report = await failures(shelf)
    assert [(group.new, group.known_since, group.known_since_revision) for group in report.groups] == [
        (True, None, None),
        (False, "run-2", "rev2"),
    ]
    assert report.headline == "run run-3: 2 failures by 2 causes, 1 new"


async def test_an_older_run_is_judged_by_what_was_known_then(shelf: Shelf) -> None:
    await shelf.bring("PF")
    await shelf.bring("PF")
    assert [group.new for group in (await failures(shelf, "run-1")).groups] == [True]
    assert "no earlier run is known, so every failure counts as new" in (await failures(shelf, "run-1")).caveats
    assert [group.new for group in (await failures(shelf, "run-2")).groups] == [False]


async def test_a_green_run_has_no_failure(shelf: Shelf) -> None:
    await shelf.bring("PPS")
    report = await failures(shelf)
    assert (report.total_failures, report.groups, report.categories) == (0, (), {})
    assert report.headline == "run run-1: nothing failed, 2 passed"


async def test_a_rerun_that_passed_is_no_failure(shelf: Shelf) -> None:
    await shelf.bring("RP")
    assert (await failures(shelf)).total_failures == 0


async def test_collection_errors_come_first_and_are_explained(shelf: Shelf) -> None:
    await shelf.bring("PPPFFFC")
    report = await failures(shelf)
    assert report.groups[0].phases == ("collection",)
    assert report.critical_groups == report.groups[:1]
    assert report.caveats[0].startswith("incomplete: 1 file could not be collected")
    await shelf.bring("PPPFFFEE", module="tests.test_app")
    assert any("what looks new may be old and was hidden" in caveat for caveat in (await failures(shelf)).caveats)


async def test_unknown_runs_and_branches_are_said(shelf: Shelf) -> None:
    await shelf.bring("P")
    with pytest.raises(NotFoundError, match="no run is called"):
        await failures(shelf, "gone")
    with pytest.raises(NotFoundError, match="no run on branch 'gone'"):
        await failures(shelf, branch="gone")


async def test_the_newest_run_of_a_branch(shelf: Shelf) -> None:
    await shelf.bring("F")
    await shelf.bring("P", branch="topic")
    assert (await failures(shelf, branch="main")).source == "run-1"


async def test_failures_json_keeps_its_keys(shelf: Shelf) -> None:
    await shelf.bring("FFFFP", module="tests.security.test_keys")
    found: Any = as_json.failures_to_json(await failures(shelf))
    assert {"run", "total_failures", "categories", "groups", "critical_issues"} <= found.keys()
    assert (found["run"], found["total_failures"], found["categories"]) == ("run-1", 4, {"assertion": 4})
    group = found["groups"][0]
    assert {"signature", "category", "title", "count", "tests", "new", "known_since"} <= group.keys()
    assert set(group["recommendation"]) == {"issue", "action", "priority", "estimated_time"}
    assert group["signature"].startswith("v1:")
    assert [each["signature"] for each in found["critical_issues"]] == [each["signature"] for each in found["groups"]]


async def test_flaky_and_broken_tests_are_listed_with_their_evidence(shelf: Shelf) -> None:
    for strip in ["PPPPP"] * 6 + ["RFPPP", "PFPPP", "RFPPP", "PFPPR"]:
        await shelf.bring(strip)
    report = await flaky(shelf)
    assert [each.name[-1] for each in report.broken] == ["2"]
    assert [each.name[-1] for each in report.flaky] == ["1"]
    assert [each.name[-1] for each in report.suspect] == ["5"]
    assert (report.flaky[0].state.failures, report.flaky[0].state.runs) == (2, 10)
    assert report.flaky[0].state.passes_missing == 29
    found: Any = as_json.flaky_to_json(report)
    assert found["broken"][0]["state"] == "broken"
    assert found["broken"][0]["first_failing"]["run"] == "run-7"


async def test_no_flaky_test_is_an_answer(shelf: Shelf) -> None:
    await shelf.bring("PP")
    assert (await flaky(shelf)).headline == "no test is flaky or broken in one run"


async def test_a_tests_history(shelf: Shelf) -> None:
    for strip in ("PP", "PP", "PF", "SF", "RF"):
        await shelf.bring(strip)
    report = await one_test(shelf, "test_2")
    assert report.name == "tests/test_app.py::test_2"
    assert [mark.outcome for mark in report.strip] == [Outcome.PASSED] * 2 + [Outcome.FAILED] * 3
    assert report.state.state is State.BROKEN
    assert report.first_failing and report.first_failing.run.revision == "rev3"
    assert [(each.category, each.runs, each.first_run, each.last_run) for each in report.signatures] == [
        ("assertion", 3, "run-3", "run-5")
    ]
    assert report.latest_message == "AssertionError: assert 2 == 0"
    assert report.durations and (report.durations.runs, report.durations.median_seconds) == (2, 0.1)
    found: Any = as_json.test_to_json(report)
    assert [mark["outcome"] for mark in found["strip"]][-1] == "failed"
    other = await one_test(shelf, "test_1")
    assert [mark.flaky_pass for mark in other.strip] == [False] * 4 + [True]


async def test_a_test_that_is_missing_from_the_newest_run_is_said(shelf: Shelf) -> None:
    await shelf.bring("PP")
    await shelf.bring("P-")
    report = await one_test(shelf, "test_2")
    assert "no result in the newest run, run-2; its last one is from run run-1" in report.caveats


async def test_a_healthy_test_has_a_history_too(shelf: Shelf) -> None:
    for _ in range(12):
        await shelf.bring("PP")
    report = await one_test(shelf, "test_1")
    assert (report.state.state, report.state.reason) == (State.HEALTHY, "passed in all 12 known runs")


async def test_names_that_fit_none_or_several_are_said(shelf: Shelf) -> None:
    await shelf.bring("PP")
    with pytest.raises(NotFoundError):
        await one_test(shelf, "test_gone")
    with pytest.raises(AmbiguousError):
        await one_test(shelf, "test_")


async def test_runs_are_listed_newest_first_with_what_to_know(shelf: Shelf) -> None:
    await shelf.bring("P" * 10)
    await shelf.bring("F" * 10)
    await shelf.bring("C")
    async with shelf.read() as connection:
        report = await answer_runs(connection, "backend", None)
    assert [run.name for run in report.runs] == ["run-3", "run-2", "run-1"]
    notes = [report.notes.get(run.id, "") for run in report.runs]
    assert notes[0] == "incomplete: 1 file could not be collected"
    assert notes[1].startswith("looks like an infrastructure failure: 100% of the executed cases failed")
    assert notes[2] == ""
    found: Any = as_json.runs_to_json(report)
    assert [each["tests"] for each in found["runs"]] == [1, 10, 10]
