"""The sample suite's drifted mocks: the run that they fail says which line of which test is to blame."""

from pathlib import Path

from bot.sample import suite
from bot.sample.history import open_repository, revisions
from bot.workspace import Workspace
from core.failures.diagnose import diagnoser
from core.runs.ingest import Ingest
from core.runs.model import RunMark
from core.settings import MockSettings
from tests.handlers.harness import START, a_bot, a_store, manifest


async def test_a_run_of_the_sample_names_the_mocks_that_explain_its_failures(tmp_path: Path) -> None:
    repository = open_repository(tmp_path / "credstore")
    project = tmp_path / "newest"
    reports = await suite.run_suite(repository, revisions()[-1].name, project)
    async with Workspace.start(manifest=manifest()) as ws, a_store(tmp_path) as store:
        store.settings = store.settings.model_copy(update={"mocks": MockSettings(project=project)})
        with reports.junit.open("rb") as raw:
            await Ingest(store.database, diagnoser([]), clock=lambda: START).report(
                raw, RunMark(suite="backend", revision="v1.9", started_at=START), "junit.xml"
            )
        before = await store.answers.failures()
        assert all(group.finding is None for group in before.groups)
        await store.answers.mocks()
        found = {each.finding.rule: each for each in (await store.answers.failures()).groups if each.finding}
        assert found["M001"].finding is not None
        assert found["M001"].finding.path == "tests/unit/test_rotation.py"
        assert found["M001"].finding.production.startswith("credstore/keyserver.py:")
        assert "Mock object has no attribute" in found["M001"].sample
        async with a_bot(ws, store):
            await ws.command("ana", "qa", f"test {found['M001'].tests[0]}")
            message = await ws.wait_for_message("qa", "ana")
            assert "Because of M001 tests/unit/test_rotation.py:" in message.text
            await ws.command("luis", "qa", "failures")
            message = await ws.wait_for_message("qa", "luis")
            assert "Because of M0" in message.text
            assert ws.broken_rules == []
