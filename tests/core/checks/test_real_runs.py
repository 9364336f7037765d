"""The checks of the suite fail for real reasons over a real store: what its runs, its mocks and its incidents say."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from core.answers import Answers
from core.checks import State, run_check
from core.failures.diagnose import diagnoser
from core.incidents.lifecycle import Who
from core.runs.ingest import Ingest, Limits, coverage_of
from core.runs.model import RunMark
from core.settings import MockSettings, Sourced
from tests.handlers.harness import Store, a_store


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Store]:
    async with a_store(tmp_path) as store:
        await store.a_history()
        while await store.reactor.react():
            pass
        yield store


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("health", None, "of 100 in run 4"),
        ("no_flaky", None, "1 flaky test in 4 runs, such as tests/test_app.py::test_flaky"),
        ("report_fresh", 0.5, "The newest report is run 4, 1.0 hours old"),
        ("failures_owned", None, "open incidents have no owner"),
        ("overnight_failures", None, "4 runs since Friday 18:00, 3 with failures"),
        ("morning_check", None, "No morning check was made today."),
    ],
)
async def test_what_the_runs_say(site: Store, name: str, value: float | None, words: str) -> None:
    found = await run_check(site.answers, name, value)
    assert (found.state, words in found.evidence) == (State.FAILED, True), found


async def test_tests_that_became_slower(site: Store) -> None:
    usual = {f"test_{n}": 0.5 + n / 100 for n in range(20)}
    for number in range(40):
        slow = usual | ({"test_3": 5.0 + number / 1000} if number >= 35 else {})
        varied = {name: seconds * (1 + (number * 7 % 5) / 1000) for name, seconds in slow.items()}
        await site.ingest([(name, "") for name in usual], varied, suite="slow")
    site.settings = site.settings.model_copy(update={"suite": "slow"})
    found = await run_check(site.answers, "no_duration_regression")
    assert (found.state, "such as tests/test_app.py::test_3" in found.evidence) == (State.FAILED, True), found


async def test_coverage_that_a_real_run_measured(site: Store, tmp_path: Path) -> None:
    (tmp_path / "shop.py").write_text(
        "def price(count):\n    if count > 9:\n        total = count * 2\n        return total\n    return count * 3\n"
    )
    (tmp_path / "test_shop.py").write_text("from shop import price\n\ndef test_price():\n    assert price(1) == 3\n")
    words = ("-p", "no:cacheprovider", "--cov=shop", "--cov-report=xml:coverage.xml", "--junitxml=report.xml")
    environ = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "COV_"))}
    ran = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "pytest", "-q", *words, cwd=tmp_path, env=environ, stdout=asyncio.subprocess.DEVNULL
    )
    assert await ran.wait() == 0
    ingest = Ingest(site.database, diagnoser([]), clock=lambda: site.now)
    with (tmp_path / "report.xml").open("rb") as report, (tmp_path / "coverage.xml").open("rb") as measured:
        mark = RunMark("backend", "main", started_at=site.now)
        await ingest.report(report, mark, "report.xml", coverage=coverage_of(measured, Limits()))
    found = await run_check(site.answers, "coverage")
    assert (found.state, found.evidence) == (State.FAILED, "Coverage is 60.0 % in run 5, 80 % wanted.")
    assert (await run_check(site.answers, "coverage", 60)).state is State.PASSED


async def test_a_test_that_somebody_muted(site: Store) -> None:
    assert (await run_check(site.answers, "no_stale_mutes")).state is State.PASSED
    incident = next(each for each in await site.answers.open_incidents() if each.tests)
    test, until = incident.tests[0], site.now + timedelta(days=7)
    await site.incidents.mute(incident.id, Who("U1", "Ana"), test.test_id, until, "the sandbox is down")
    found = await run_check(site.answers, "no_stale_mutes")
    told = f"1 test muted, such as {test.name} until {until:%Y-%m-%d}."
    assert (found.state, found.evidence) == (State.FAILED, told)
    sourced = Sourced(settings=site.settings, file=None, origins={})
    later = Answers(site.database, sourced, lambda: until + timedelta(days=1))
    assert (await run_check(later, "no_stale_mutes")).state is State.PASSED


async def test_mocks_that_contradict_production(site: Store, tmp_path: Path) -> None:
    project = tmp_path / "project"
    (project / "app").mkdir(parents=True)
    (project / "tests").mkdir()
    (project / "app" / "__init__.py").write_text("")
    (project / "app" / "mail.py").write_text("def send(to):\n    return to\n")
    test = "from unittest.mock import patch\n\n@patch('app.mail.deliver')\ndef test_it(deliver):\n    deliver('a')\n"
    (project / "tests" / "test_mail.py").write_text(test)
    site.settings = site.settings.model_copy(update={"mocks": MockSettings(project=project)})
    found = await run_check(site.answers, "mock_audit")
    assert (found.state, "M002 at tests/test_mail.py" in found.evidence) == (State.FAILED, True), found
