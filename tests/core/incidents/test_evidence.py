"""What is known of an incident is read off the runs, the repository and what happened."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from core.errors import NotFoundError
from core.failures.verdict import State
from core.incidents.lifecycle import Who
from core.incidents.model import Severity
from core.incidents.report import incident_report
from core.settings import IncidentSettings
from tests.core.test_git import git
from tests.handlers.harness import Store, a_store

BOOM = "AssertionError: assert 1 == 2"


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    """Two green runs, then two in which one test and then two fail for one cause; the project has owners."""
    project = tmp_path / "project"
    project.mkdir()
    git(project, "init", "--quiet")
    (project / "CODEOWNERS").write_text("tests/ @acme/qa\n")
    revisions = []
    for number in range(3):
        git(project, "add", "--all")
        git(project, "commit", "--quiet", "--allow-empty", "--message", f"step {number}")
        revisions.append(git(project, "rev-parse", "HEAD"))
    async with a_store(tmp_path) as store:
        chosen = IncidentSettings(channel="C2", project=project, owners={"@acme/qa": "S0123456789"})
        store.settings = store.settings.model_copy(update={"incidents": chosen})
        for number, failing in enumerate((0, 0, 1, 2)):
            cases = [(f"test_{n}", BOOM if n < failing else "") for n in range(8)]
            await store.ingest(cases, revision=revisions[min(number, 2)])
            await store.reactor.react()
        yield store


async def test_runs_tests_failures_and_commits_come_together(store: Store) -> None:
    report = await store.incidents.report(1)
    assert [(line.run.name, len(line.failing), line.passed) for line in report.runs] == [
        ("2", 0, 2), ("3", 1, 1), ("4", 2, 0),
    ]  # fmt: skip
    assert [(each.name.rpartition("::")[2], each.strip) for each in report.tests] == [
        ("test_0", "✓✓✗✗"), ("test_1", "✓✓✓✗"),
    ]  # fmt: skip
    assert {each.state.state for each in report.tests} <= set(State)
    assert [(each.tests, each.text) for each in report.failures] == [(2, BOOM)]
    assert [each.subject for each in report.suspects.commits] == ["step 2"]


async def test_owners_are_those_of_the_files_of_its_tests(store: Store) -> None:
    view = await store.incidents.show(1)
    assert [(each.name, each.slack_id, each.tests) for each in view.owners] == [("@acme/qa", "S0123456789", 2)]


async def test_the_document_is_written_from_what_was_read(store: Store) -> None:
    await store.incidents.acknowledge(1, Who("U1"))
    document = incident_report(await store.incidents.report(1))
    for told in ("step 2", "`✓✓✗✗`", "`@acme/qa`: 2 tests", "acknowledged after", BOOM, "| `U1` |"):
        assert told in document


async def test_the_figures_are_those_of_all_incidents_since(store: Store) -> None:
    await store.incidents.resolve(1, Who("U1"), "mended")
    found = await store.incidents.stats()
    assert (found.total.incidents, found.total.answer.count, found.total.resolve.count) == (1, 1, 1)
    assert sum(sum(counts.values()) for counts in found.months.values()) == 1
    assert (await store.incidents.stats(suite="another")).total.incidents == 0
    store.runs += 24 * 9
    week = await store.incidents.stats(since=found.until + timedelta(days=2))
    assert week.total.incidents == 0
    assert found.until - found.since == timedelta(days=180)


async def test_an_incident_that_a_person_declared_has_a_report_too(store: Store) -> None:
    done = await store.incidents.declare(Who("U1"), "The build machine burns", Severity.CRITICAL)
    report = await store.incidents.report(done.incident.id)
    assert report.runs == report.tests == ()
    assert "The build machine burns" in incident_report(report)


async def test_there_is_no_report_of_what_is_not_there(store: Store) -> None:
    with pytest.raises(NotFoundError):
        await store.incidents.report(99)
