"""People ask in Slack and only they see the answer."""

from pathlib import Path

import pytest

from bot.workspace import Workspace
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


@pytest.mark.parametrize("text", ["", "help", "failures", "flaky", "test test_flaky", "runs", "doctor", "failures 3"])
async def test_every_command_answers(tmp_path: Path, text: str) -> None:
    async with Workspace.start(manifest=manifest()) as ws, a_store(tmp_path) as store:
        await store.a_history()
        async with a_bot(ws, store):
            assert (await ws.command("ana", "qa", text)).acked
            message = await ws.wait_for_message("qa", "ana")
            assert message.blocks
            assert "went wrong" not in message.text
            assert ws.broken_rules == []
