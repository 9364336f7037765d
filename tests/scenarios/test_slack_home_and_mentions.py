"""The Home tab shows today, or how to begin; a mention is answered like the command."""

from __future__ import annotations

import json
from pathlib import Path

from bot.workspace import Workspace
from tests.handlers.harness import a_bot, a_store, manifest


async def test_home_of_an_empty_store_says_how_to_begin(tmp_path: Path) -> None:
    async with Workspace.start(manifest=manifest()) as ws, a_store(tmp_path) as store, a_bot(ws, store):
        ws.open_home("ana")
        home = await ws.wait_for_home("ana")
        assert "no report yet" in json.dumps(home.body)
        assert ws.broken_rules == []


async def test_home_shows_the_score_goes_deeper_and_comes_back(tmp_path: Path) -> None:
    async with Workspace.start(manifest=manifest()) as ws, a_store(tmp_path) as store:
        await store.a_history()
        async with a_bot(ws, store):
            ws.open_home("ana")
            first = await ws.wait_for_home("ana")
            assert "of 100" in json.dumps(first.body)
            await ws.press("ana", "failures.show", view_id=first.id)
            await ws.until(lambda: "Back to overview" in shown(ws))
            assert "Failures by category" in shown(ws)
            home = ws.home("ana")
            assert home is not None
            await ws.press("ana", "home.show", view_id=home.id)
            await ws.until(lambda: "What needs you" in shown(ws))
            assert ws.broken_rules == []


def shown(ws: Workspace) -> str:
    home = ws.home("ana")
    return json.dumps(home.body) if home is not None else ""


async def test_a_mention_is_answered_privately_once(tmp_path: Path) -> None:
    async with Workspace.start(manifest=manifest()) as ws, a_store(tmp_path) as store:
        await store.a_history()
        async with a_bot(ws, store):
            ws.fault("duplicate_envelope", method="events_api")
            ws.say("ana", "qa", "@t12 failures")
            answer = await ws.wait_for_message("qa", "ana", containing="Failures by category")
            await ws.wait_for_quiet(0.2)
            assert answer.ephemeral_to == "U1"
            assert len(ws.calls_of("chat.postEphemeral")) == 1


async def test_a_mention_with_unknown_words_gets_a_suggestion(tmp_path: Path) -> None:
    async with Workspace.start(manifest=manifest()) as ws, a_store(tmp_path) as store, a_bot(ws, store):
        ws.say("ana", "qa", "@t12 helth")
        assert "did you mean /t12 health" in (await ws.wait_for_message("qa", "ana", containing="helth")).text
