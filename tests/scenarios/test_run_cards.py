"""One card per run in the team's channel: posted as the run comes in, edited as it changes, with working buttons."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from bot.delivery import Delivery
from bot.slack import SlackSide
from bot.workspace import Workspace
from core.settings import IncidentSettings
from handlers.subjects import Subjects
from tests.handlers.harness import START, Store, a_bot, a_store, manifest

ELSEWHERE = IncidentSettings(channel="C2")


async def tell(side: SlackSide, store: Store) -> None:
    """One tick of the clock."""
    store.settings = store.settings.model_copy(update={"channel": "C1", "incidents": ELSEWHERE})
    subjects = Subjects(store.answers, "news", store.incidents)
    sender = Delivery(store.database, side.gateway, subjects, lambda: store.now)
    await store.reactor.react()
    await sender.send_due()


async def test_a_run_gets_one_card_that_says_what_changed_and_goes_deeper(tmp_path: Path) -> None:
    async with Workspace.start(manifest=manifest()) as ws, a_store(tmp_path) as store:
        await store.a_history()
        async with a_bot(ws, store) as side:
            await tell(side, store)
            (card,) = ws.messages("qa")
            assert "1 new failure, 1 known" in card.text
            assert "KeyError: 'colour'" in card.text
            await ws.press("luis", "failures.show", channel="qa", ts=card.ts)
            answer = await ws.wait_for_message("qa", "luis", after=card.ts)
            assert answer.ephemeral_to == "U2"
            assert "run 4" in answer.text.casefold()
            assert ws.messages("qa") == [card]
            assert ws.broken_rules == []


async def test_a_card_changes_in_place_when_more_of_the_run_comes_in(tmp_path: Path) -> None:
    async with Workspace.start(manifest=manifest()) as ws, a_store(tmp_path) as store:
        await store.ingest([("test_a", "")])
        at = START + timedelta(hours=2)
        async with a_bot(ws, store) as side:
            await store.ingest([("test_b", "KeyError: 'b'")], run_key="shards", started_at=at)
            await tell(side, store)
            (card,) = ws.messages("qa")
            await store.ingest([("test_c", "KeyError: 'c'")], run_key="shards", started_at=at)
            await tell(side, store)
            assert [message.ts for message in ws.messages("qa")] == [card.ts]
            assert "2 new failures" in card.text


async def test_a_run_like_the_one_before_is_not_told_of(tmp_path: Path) -> None:
    async with Workspace.start(manifest=manifest()) as ws, a_store(tmp_path) as store:
        async with a_bot(ws, store) as side:
            for _ in range(3):
                await store.ingest([("test_a", "KeyError: 'a'"), ("test_b", "")])
                await tell(side, store)
        assert len(ws.messages("qa")) == 1
