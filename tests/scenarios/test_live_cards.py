"""A watched run has one card in the channel, edited while it runs; alerts and hangs are told once, in its thread."""

import asyncio
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.delivery import Delivery
from bot.live.books import StoreBook
from bot.live.card import CardKeeper
from bot.live.outcome import StoreKeeping
from bot.live.run import WatchOptions, mark_of, usual_of, watch_command
from bot.live.screen import Screen
from bot.reactions import react_to_all
from bot.slack import SlackSide
from bot.workspace import Workspace
from core.answers import Answers
from core.live.card import LOST_AFTER
from core.live.cards import lose_silent, read_card
from core.live.model import Ended
from core.settings import IncidentSettings, LiveSettings, Sourced
from core.storage.database import Database
from handlers.subjects import Subjects
from tests.handlers.harness import Store, a_bot, a_store, manifest

TESTS = """
import time

def test_fine():
    pass

def test_fails():
    assert 1 == 2

def test_naps():
    time.sleep(4)
"""
LIVE = LiveSettings(sample_seconds=0.2, edit_seconds=1, hang_seconds=1)


def sourced(store: Store) -> Sourced:
    return Sourced(settings=store.settings, file=None, origins={})


def sender(side: SlackSide, store: Store, *, ahead: timedelta = timedelta()) -> Delivery:
    """What T12 tells by itself, by the clock that real runs go by."""
    subjects = Subjects(Answers(store.database, sourced(store)), "news", store.incidents)
    return Delivery(store.database, side.gateway, subjects, lambda: datetime.now(UTC) + ahead)


def a_keeper(store: Store, options: WatchOptions) -> CardKeeper:
    book = StoreBook(store.database, LIVE, "C1", mark_of(options, store.settings))
    return CardKeeper(book, LIVE, say=lambda _told: None)


def prepared(store: Store, folder: Path) -> WatchOptions:
    incidents = IncidentSettings(channel="C2")
    store.settings = store.settings.model_copy(update={"live": LIVE, "incidents": incidents, "channel": "C1"})
    (folder / "test_tiny.py").write_text(TESTS, encoding="utf-8")
    words = ("-p", "no:cacheprovider", "-p", "no:xdist", "--rootdir", str(folder), str(folder / "test_tiny.py"))
    return WatchOptions((sys.executable, "-m", "pytest", "-q", *words), suite="backend")


async def watch(options: WatchOptions, store: Store, card: CardKeeper) -> None:
    keeping = StoreKeeping(store.database, sourced(store))
    mark = mark_of(options, store.settings)
    await watch_command(
        options, mark, await usual_of(store.database, mark), settings=store.settings, screen=Screen(quiet=True),
        keeping=keeping, card=card,
    )  # fmt: skip


async def ingest_another(store: Store, run_key: str) -> None:
    """One more report of the run, which nobody watched."""
    await store.ingest([("test_more", "KeyError: 'more'")], run_key=run_key, started_at=datetime.now(UTC))
    await react_to_all(store.database, sourced(store))


async def test_a_real_run_is_seen_while_it_runs_and_its_card_becomes_the_runs(tmp_path: Path) -> None:
    async with Workspace.start(manifest=manifest()) as ws, a_store(tmp_path) as store:
        options = prepared(store, tmp_path)
        card = a_keeper(store, options)
        async with a_bot(ws, store) as side:
            delivery = sender(side, store)
            watching = asyncio.create_task(watch(options, store, card))
            while not watching.done():
                await delivery.send_due()
                await asyncio.sleep(0.1)
            await watching
            while await delivery.send_due():
                pass
            (told,) = [each for each in ws.messages("qa") if each.thread_ts is None]
            before = [str(each["text"]) for each in told.versions]
            assert any("Running: 1\n• test_tiny.py::test_naps " in each and "1 failed" in each for each in before)
            assert told.text.startswith("backend: 1 new failure\n")
            assert "test_tiny.py::test_fails" in told.text
            assert "3 tests" in told.text
            replies = [each.text for each in ws.messages("qa") if each.thread_ts == told.ts]
            hangs = [each for each in replies if "while these tests run:\n• test_tiny.py::test_naps " in each]
            hangs = [each for each in hangs if each.startswith("No news of the run for ")]
            assert len(hangs) == 1
            assert any(each.startswith("The run goes on after ") for each in replies)
            await ws.press("ana", "resources.show", channel="qa", ts=told.ts)
            await ws.wait_for_message("qa", "ana", containing="CPU over this run")
            await ws.press("ana", "failures.show", channel="qa", ts=told.ts)
            await ws.wait_for_message("qa", "ana", containing="assert")
            assert ws.broken_rules == []


async def test_what_comes_in_later_of_a_watched_run_changes_its_one_card(tmp_path: Path) -> None:
    async with Workspace.start(manifest=manifest()) as ws, a_store(tmp_path) as store:
        options = replace(prepared(store, tmp_path), run="night-12")
        async with a_bot(ws, store) as side:
            delivery = sender(side, store)
            await watch(options, store, a_keeper(store, options))
            while await delivery.send_due():
                pass
            await ingest_another(store, "night-12")
            while await delivery.send_due():
                pass
            (told,) = [each for each in ws.messages("qa") if each.thread_ts is None]
            assert told.text.startswith("backend: 2 new failures\n")


async def test_a_watched_run_that_joins_one_with_a_card_leaves_that_card_alone(tmp_path: Path) -> None:
    async with Workspace.start(manifest=manifest()) as ws, a_store(tmp_path) as store:
        options = replace(prepared(store, tmp_path), run="night-12")
        async with a_bot(ws, store) as side:
            delivery = sender(side, store)
            await ingest_another(store, "night-12")
            await delivery.send_due()
            await watch(options, store, a_keeper(store, options))
            while await delivery.send_due():
                pass
            own, living = [each.text for each in ws.messages("qa") if each.thread_ts is None]
            assert own.startswith("backend: 2 new failures\n")
            assert living.startswith("backend: the run failed\n")


async def test_a_watcher_that_falls_silent_is_said_to_be_lost_and_may_come_back(tmp_path: Path) -> None:
    async with Workspace.start(manifest=manifest()) as ws, a_store(tmp_path) as store:
        options = prepared(store, tmp_path)
        card = a_keeper(store, options)
        async with a_bot(ws, store) as side:
            await card.write()
            await sender(side, store).send_due()
            (told,) = ws.messages("qa")
            now = datetime.now(UTC)
            async with store.database.write() as connection:
                assert await lose_silent(connection, now) == 0
                assert await lose_silent(connection, now + LOST_AFTER + timedelta(seconds=1)) == 1
                assert await lose_silent(connection, now + 2 * LOST_AFTER) == 0
            await sender(side, store, ahead=2 * LOST_AFTER).send_due()
            (told,) = ws.messages("qa")
            assert told.text.startswith("backend: the run was lost\n")
            assert "nothing was heard of its watcher any more" in told.text
            await card.write()
            await sender(side, store, ahead=4 * LOST_AFTER).send_due()
            (told,) = ws.messages("qa")
            assert told.text.startswith("backend: starting\n")


async def test_a_watch_that_ended_is_not_opened_again_by_a_late_word(tmp_path: Path) -> None:
    async with a_store(tmp_path) as store:
        card = a_keeper(store, prepared(store, tmp_path))
        await card.write()
        await card.left()
        await card.write()
        async with store.database.read() as connection:
            found = await read_card(connection, 1)
        assert (found.how, found.why) == (Ended.STOPPED, "the watch was ended, not the run")


async def test_a_store_that_is_away_is_said_once_and_the_run_goes_on(tmp_path: Path) -> None:
    async with a_store(tmp_path) as store:
        options, told = prepared(store, tmp_path), list[str]()
        away = Database(f"sqlite:///{tmp_path}/nowhere/t12.db")
        card = CardKeeper(StoreBook(away, LIVE, "C1", mark_of(options, store.settings)), LIVE, say=told.append)
        await card.write()
        await card.write()
        assert len(told) == 1
        assert told[0].startswith("the card of this run is not kept: ")
        await away.close()
