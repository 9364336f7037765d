"""Buttons go deeper in place, pages turn, and sharing posts once and names who shared."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from time import monotonic

import pytest

from bot.workspace import Workspace
from tests.handlers.harness import Store, a_bot, a_store, manifest


async def many_causes(store: Store) -> None:
    names = [
        "alpha",
        "bravo",
        "charlie",
        "delta",
        "echo",
        "foxtrot",
        "golf",
        "hotel",
        "india",
        "juliet",
        "kilo",
        "lima",
    ]
    await store.ingest([(f"test_{name}", f"KeyError: '{name}_{name}'") for name in names] + [("test_fine", "")])


async def test_buttons_turn_the_private_message_into_the_next_answer(tmp_path: Path) -> None:
    async with Workspace.start(manifest=manifest()) as ws, a_store(tmp_path) as store:
        await store.a_history()
        async with a_bot(ws, store):
            await ws.command("ana", "qa", "health")
            card = await ws.wait_for_message("qa", "ana")
            await ws.press("ana", "failures.show", channel="qa", ts=card.ts)
            await ws.until(lambda: "Failures by category" in card.text)
            await ws.press("ana", "test.show:1", channel="qa", ts=card.ts)
            await ws.until(lambda: "oldest first" in card.text)
            await ws.press("ana", "flaky.show", channel="qa", ts=card.ts)
            await ws.until(lambda: "test_flaky" in card.text and "Flaky:" in card.text)
            assert len(ws.messages("qa", "ana")) == 1
            assert ws.broken_rules == []


async def test_pages_turn_there_and_back(tmp_path: Path) -> None:
    async with Workspace.start(manifest=manifest()) as ws, a_store(tmp_path) as store:
        await many_causes(store)
        async with a_bot(ws, store):
            await ws.command("ana", "qa", "failures")
            card = await ws.wait_for_message("qa", "ana")
            first = card.text
            assert "Page 1 of 3" in first
            await ws.press("ana", "page.next", channel="qa", ts=card.ts)
            await ws.until(lambda: "Page 2 of 3" in card.text)
            await ws.press("ana", "page.next", channel="qa", ts=card.ts)
            await ws.until(lambda: "Page 3 of 3" in card.text)
            await ws.press("ana", "page.previous", channel="qa", ts=card.ts)
            await ws.until(lambda: "Page 2 of 3" in card.text)
            await ws.press("ana", "page.previous", channel="qa", ts=card.ts)
            await ws.until(lambda: card.text == first)


async def test_sharing_posts_once_and_names_who_shared(tmp_path: Path) -> None:
    async with Workspace.start(manifest=manifest()) as ws, a_store(tmp_path) as store:
        await store.a_history()
        async with a_bot(ws, store):
            await ws.command("ana", "qa", "health")
            card = await ws.wait_for_message("qa", "ana")
            await asyncio.gather(*(ws.press("ana", "answer.share", channel="qa", ts=card.ts) for _ in range(2)))
            posted = await ws.wait_for_message("qa", "luis", containing="Shared by ana")
            await ws.until(lambda: "Shared in this channel" in card.text)
            await ws.wait_for_quiet()
            await ws.press("ana", "answer.share", channel="qa", ts=card.ts, stale=True)
            await ws.wait_for_quiet(0.3)
            assert ws.messages("qa", "luis") == [posted]
            assert json.dumps(posted.blocks).count('"user_id": "U1"') == 1
            assert "answer.share" not in json.dumps([posted.blocks, card.blocks])
            assert ws.broken_rules == []


async def test_a_shared_message_answers_whoever_presses_beside_it(tmp_path: Path) -> None:
    async with Workspace.start(manifest=manifest()) as ws, a_store(tmp_path) as store:
        await store.a_history()
        async with a_bot(ws, store):
            await ws.command("ana", "qa", "health")
            card = await ws.wait_for_message("qa", "ana")
            await ws.press("ana", "answer.share", channel="qa", ts=card.ts)
            posted = await ws.wait_for_message("qa", "luis")
            words = posted.text
            await ws.press("luis", "failures.show", channel="qa", ts=posted.ts)
            answer = await ws.wait_for_message("qa", "luis", containing="Failures by category")
            assert answer.ephemeral_to == "U2"
            assert posted.text == words
            assert answer not in ws.messages("qa", "kim")


async def test_sharing_where_the_app_is_not_says_how_to_invite_it_and_then_works(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with Workspace.start(manifest=manifest()) as ws, a_store(tmp_path) as store:
        await store.a_history()
        async with a_bot(ws, store):
            await ws.command("ana", "general", "health")
            card = await ws.wait_for_message("general", "ana")
            await ws.press("ana", "answer.share", channel="general", ts=card.ts)
            told = await ws.wait_for_message("general", "ana", containing="/invite @t12")
            assert told.ephemeral_to == "U1"
            ws.join("t12", "general")
            # A second click within three seconds counts as a double click.
            later = monotonic() + 3.1
            monkeypatch.setattr("handlers.desk.monotonic", lambda: later)
            await ws.press("ana", "answer.share", channel="general", ts=card.ts)
            await ws.wait_for_message("general", "luis", containing="Shared by ana")


async def test_hostile_names_reach_slack_as_plain_words(tmp_path: Path) -> None:
    name = "test_<!channel>_`*_~>_" + "x" * 10_000
    async with Workspace.start(manifest=manifest()) as ws, a_store(tmp_path) as store:
        for _ in range(2):
            await store.ingest([(name, "AssertionError: <!here> &amp; <https://evil.example|ok>")])
        async with a_bot(ws, store):
            for number, text in enumerate(("health", "failures", "flaky", "runs", "test test_"), start=1):
                await ws.command("ana", "qa", text)
                await ws.until(lambda count=number: len(ws.messages("qa", "ana")) == count)  # type: ignore[misc]
            told = json.dumps([[m.text, m.blocks] for m in ws.messages("qa", "ana")])
            assert "went wrong" not in told
            assert ws.broken_rules == []
