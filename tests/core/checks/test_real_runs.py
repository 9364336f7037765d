"""The checks of the suite fail for real reasons over a real store: what its runs, its mocks and its incidents say."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from core.checks import State, run_check
from core.settings import MockSettings
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
