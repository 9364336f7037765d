"""What goes wrong is told to the person who asked: wrong words, unknown names, our own mistakes, other workspaces."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bot.workspace import Workspace
from core.health.model import HealthReport
from tests.handlers.harness import a_bot, a_store, manifest


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("helth", "did you mean /t12 health?"),
        ("<!channel>", "is not a command"),
        ("test", "needs more words"),
        ("test no_such_test", "no_such_test"),
        ("failures no-such-run", "no-such-run"),
        ("health --suite nowhere", "nowhere"),
        ("test test_", "test_"),
    ],
)
async def test_wrong_words_are_answered_with_a_sentence(tmp_path: Path, typed: str, told: str) -> None:
    async with Workspace.start(manifest=manifest()) as ws, a_store(tmp_path) as store:
        await store.a_history()
        async with a_bot(ws, store):
            await ws.command("ana", "qa", typed)
            message = await ws.wait_for_message("qa", "ana")
            assert told in message.text
            assert "went wrong" not in message.text
            assert ws.broken_rules == []


async def test_an_empty_store_says_what_to_do(tmp_path: Path) -> None:
    async with Workspace.start(manifest=manifest()) as ws, a_store(tmp_path) as store, a_bot(ws, store):
        await ws.command("ana", "qa", "health")
        assert "t12 ingest" in (await ws.wait_for_message("qa", "ana")).text


async def test_our_own_mistake_is_an_id_and_no_traceback(tmp_path: Path) -> None:
    async with Workspace.start(manifest=manifest()) as ws, a_store(tmp_path) as store:

        class Broken(type(store.answers)):  # type: ignore[misc]
            async def health(self, **_asked: Any) -> HealthReport:
                raise ZeroDivisionError("secret detail")

        broken = store.answers
        broken.__class__ = Broken
        async with a_bot(ws, store, broken):
            await ws.command("ana", "qa", "health")
            message = await ws.wait_for_message("qa", "ana")
            assert "The log has it as error" in message.text
            assert "secret detail" not in message.text


async def test_people_of_another_workspace_get_no_answer(tmp_path: Path) -> None:
    async with Workspace.start(manifest=manifest()) as ws, a_store(tmp_path) as store:
        await store.a_history()
        async with a_bot(ws, store):
            payload = {
                "command": "/t12",
                "text": "health",
                "team_id": "T0OTHER",
                "user_id": "U9",
                "channel_id": "C1",
                "response_url": ws.team.hook_url(ws.team.issue_hook("U1", "C1")),
            }
            sent = await ws.deliveries.send("slash_commands", payload)
            assert sent.acked
            assert "workspace it is installed in" in str(sent.ack_payload)
            await ws.wait_for_quiet()
            assert ws.calls_of("response_url") == []


async def test_a_button_of_another_version_is_answered(tmp_path: Path) -> None:
    async with Workspace.start(manifest=manifest()) as ws, a_store(tmp_path) as store:
        await store.a_history()
        async with a_bot(ws, store):
            await ws.command("ana", "qa", "help")
            card = await ws.wait_for_message("qa", "ana")
            for block in card.blocks:
                for element in block["elements"] if block["type"] == "actions" else ():
                    element["action_id"] = "old." + element["action_id"]
            await ws.press("ana", "old.health.show", channel="qa", ts=card.ts)
            told = await ws.wait_for_message("qa", "ana", containing="another version")
            assert told.ts != card.ts


async def test_a_flood_is_refused_with_a_sentence_and_acknowledged(tmp_path: Path) -> None:
    async with Workspace.start(manifest=manifest()) as ws, a_store(tmp_path) as store, a_bot(ws, store) as side:
        assert side._desk is not None
        side._desk.work._most = 0
        answer = await ws.command("ana", "qa", "health")
        assert answer.acked
        assert answer.message is not None
        assert "Try again in a minute" in answer.message.text
