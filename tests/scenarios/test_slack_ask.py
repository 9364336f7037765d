"""People ask in Slack and only they see the answer."""

from pathlib import Path

import pytest

from bot.workspace import Workspace
from core.mocks.model import Place
from core.mocks.store import put_audit
from core.settings import MockSettings
from tests.core.mocks.values import a_finding, an_audit
from tests.handlers.harness import a_bot, a_store, manifest


async def test_health_answers_privately_and_breaks_no_rule(tmp_path: Path) -> None:
    async with Workspace.start(manifest=manifest()) as ws, a_store(tmp_path) as store:
        await store.a_history()
        async with a_bot(ws, store):
            answer = await ws.command("ana", "general", "health")
            assert answer.acked, answer
            message = await ws.wait_for_message("general", "ana")
            assert "backend" in message.text
            assert message.ephemeral_to == "U1"
            assert ws.messages("general", "luis") == []
            assert ws.broken_rules == []


async def test_a_rule_of_the_mock_audit_is_explained(tmp_path: Path) -> None:
    async with Workspace.start(manifest=manifest()) as ws, a_store(tmp_path) as store, a_bot(ws, store):
        await ws.command("ana", "qa", "mocks M002")
        message = await ws.wait_for_message("qa", "ana")
        assert message.text.startswith("M002: A patch target does not exist\nSeverity: high.")
        assert '@patch("app.signup.send_welcome_mail")' in message.text
        await ws.command("luis", "qa", "mocks m099")
        message = await ws.wait_for_message("qa", "luis")
        assert message.text.startswith("There is no rule 'm099'; there are M001, ")
        assert ws.broken_rules == []


@pytest.mark.parametrize(
    "text", ["", "help", "failures", "flaky", "slow", "test test_flaky", "runs", "doctor", "failures 3"]
)
async def test_every_command_answers(tmp_path: Path, text: str) -> None:
    async with Workspace.start(manifest=manifest()) as ws, a_store(tmp_path) as store:
        await store.a_history()
        async with a_bot(ws, store):
            assert (await ws.command("ana", "qa", text)).acked
            message = await ws.wait_for_message("qa", "ana")
            assert message.blocks
            assert "went wrong" not in message.text
            assert ws.broken_rules == []


async def test_a_failure_says_which_mock_explains_it(tmp_path: Path) -> None:
    finding = a_finding(
        1, member="fetch_key", place=Place("tests/test_app.py", 4), test="tests/test_app.py::test_keys", rule="M001"
    )
    async with Workspace.start(manifest=manifest()) as ws, a_store(tmp_path) as store:
        store.settings = store.settings.model_copy(update={"mocks": MockSettings(project=tmp_path)})
        await store.ingest([("test_keys", "AttributeError: Mock object has no attribute 'fetch_key'"), ("test_b", "")])
        async with store.database.write() as connection:
            await put_audit(connection, str(tmp_path), an_audit(finding), "abc", store.now)
        async with a_bot(ws, store):
            for user, question in (("ana", "failures"), ("luis", "test test_keys")):
                await ws.command(user, "qa", question)
                message = await ws.wait_for_message("qa", user)
                assert "Because of M001 tests/test_app.py:4: " in message.text
                assert "Production: app/keys.py:3 def rotate(" in message.text
            assert ws.broken_rules == []
