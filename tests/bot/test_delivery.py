"""What T12 tells by itself arrives once, whatever Slack answers, and an unclear answer is looked up, not guessed."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.delivery import GIVE_UP, SETTLE, Delivery
from bot.workspace import Workspace
from core.storage.database import Database
from core.storage.outbox import LEASE, claim_posting, oldest_waiting, want_posting
from handlers.gateway import Gateway
from handlers.messages.message import Message, note

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
HISTORY = ["chat:write", "channels:history"]


@dataclass
class Told:
    """Draws any subject as its own name and version."""

    versions: dict[str, int] = field(default_factory=dict)
    silent: set[str] = field(default_factory=set)

    async def message(self, subject: str, *, is_there: bool) -> Message | None:
        if subject in self.silent:
            return None
        return note(f"{subject} v{self.versions.get(subject, 1)}")


@dataclass
class Site:
    """One sender between a store and a workspace, with a clock to move."""

    ws: Workspace
    database: Database
    drawer: Told
    gateway: Gateway
    now: datetime = NOW

    def sender(self) -> Delivery:
        return Delivery(self.database, self.gateway, self.drawer, lambda: self.now)

    async def want(self, *subjects: str) -> None:
        for subject in subjects:
            async with self.database.write() as connection:
                await want_posting(connection, "C1", subject, self.now)

    async def send(self, after: timedelta = timedelta()) -> int:
        self.now += after
        return await self.sender().send_due()

    def texts(self) -> list[str]:
        return [message.text for message in self.ws.messages("qa")]

    async def is_at_rest(self) -> bool:
        async with self.database.read() as connection:
            return await oldest_waiting(connection) is None


@asynccontextmanager
async def a_site(store: Database, scopes: list[str], **timeout: Any) -> AsyncIterator[Site]:
    async def at_once(_seconds: float) -> None: ...

    async with Workspace.start(scopes=scopes, limit_rates=False) as ws, aiohttp.ClientSession(**timeout) as session:
        client = AsyncWebClient(token=ws.bot_token, base_url=ws.base_url, session=session, retry_handlers=[])
        yield Site(ws, store, Told(), Gateway(client, session, ws.url, strict=True, sleep=at_once))


@pytest.fixture
async def site(sqlite_store: Database) -> AsyncIterator[Site]:
    async with a_site(sqlite_store, HISTORY) as site:
        yield site


async def test_a_message_is_posted_once_and_edited_in_place(site: Site) -> None:
    await site.want("run:1")
    assert await site.send() == 1
    assert await site.send() == 0
    assert site.texts() == ["run:1 v1"]
    site.drawer.versions["run:1"] = 2
    await site.want("run:1")
    await site.send()
    assert site.texts() == ["run:1 v2"]
    assert len(site.ws.calls_of("chat.postMessage")) == 1


async def test_what_is_not_worth_a_message_is_not_posted(site: Site) -> None:
    site.drawer.silent.add("run:1")
    await site.want("run:1", "run:2")
    await site.send()
    assert site.texts() == ["run:2 v1"]
    assert await site.is_at_rest()


@pytest.mark.parametrize(
    "fault", ["reset_before", "reset_after", "http_500", "http_500_after", "internal_error", "timeout_after"]
)
async def test_an_unclear_answer_gives_neither_loss_nor_duplicate(sqlite_store: Database, fault: str) -> None:
    async with a_site(sqlite_store, HISTORY, timeout=aiohttp.ClientTimeout(total=0.5)) as site:
        site.ws.fault(fault, method="chat.postMessage")
        await site.want("run:1", "run:2")
        await site.send()
        assert "run:2 v1" not in site.texts(), "the channel keeps its order"
        for _ in range(4):
            await site.send(SETTLE)
        assert site.texts() == ["run:1 v1", "run:2 v1"]
        assert await site.is_at_rest()


async def test_a_crash_between_post_and_commit_gives_neither_loss_nor_duplicate(site: Site) -> None:
    await site.want("run:1")
    claimed = await claim_posting(site.database, "crashed", site.now)
    assert claimed is not None
    await site.gateway.post_once("C1", note("run:1 v1"), claimed.id)  # and here it dies
    site.drawer.versions["run:1"] = 2
    await site.send(LEASE + timedelta(seconds=1))
    await site.send()
    assert site.texts() == ["run:1 v2"]
    assert len(site.ws.calls_of("chat.postMessage")) == 1


async def test_a_crash_before_the_post_loses_nothing(site: Site) -> None:
    await site.want("run:1")
    assert await claim_posting(site.database, "crashed", site.now) is not None
    await site.send(LEASE + timedelta(seconds=1))
    assert site.texts() == ["run:1 v1"]


async def test_without_the_history_scopes_a_repeat_says_so(sqlite_store: Database) -> None:
    async with a_site(sqlite_store, ["chat:write"]) as site:
        site.ws.fault("reset_after", method="chat.postMessage")
        await site.want("run:1")
        await site.send()
        await site.send(SETTLE)
        assert site.texts() == ["run:1 v1", "(possible repeat)\nrun:1 v1"]
        assert await site.is_at_rest()


async def test_a_history_that_never_answers_does_not_stop_it_for_ever(site: Site) -> None:
    site.ws.fault("reset_after", method="chat.postMessage")
    site.ws.fault("fatal_error", method="conversations.history", times=-1)
    await site.want("run:1")
    for _ in range(12):
        await site.send(timedelta(minutes=5))
    assert site.texts() == ["run:1 v1", "(possible repeat)\nrun:1 v1"]


async def test_a_rate_limit_is_waited_out_without_holding_the_message(site: Site) -> None:
    site.ws.fault("rate_limited", method="chat.postMessage", seconds=12)
    await site.want("run:1")
    await site.send()
    await site.send(timedelta(seconds=11))
    assert site.texts() == []
    await site.send(timedelta(seconds=1))
    assert site.texts() == ["run:1 v1"]
    assert site.ws.calls_of("conversations.history") == [], "a refusal is not unclear"


async def test_an_edit_that_failed_is_made_later(site: Site) -> None:
    await site.want("run:1")
    await site.send()
    site.ws.fault("http_503", method="chat.update")
    site.drawer.versions["run:1"] = 2
    await site.want("run:1")
    await site.send()
    assert site.texts() == ["run:1 v1"]
    await site.send(timedelta(seconds=5))
    assert site.texts() == ["run:1 v2"]


async def test_a_channel_without_the_bot_is_tried_until_it_is_invited(site: Site) -> None:
    site.ws.leave("t12", "qa")
    await site.want("run:1")
    await site.send()
    site.ws.join("t12", "qa")
    await site.send(timedelta(seconds=2))
    assert site.texts() == ["run:1 v1"]


@pytest.mark.parametrize("code", ["invalid_blocks", "is_archived"])
async def test_what_slack_will_never_take_is_given_up_and_holds_nobody_up(site: Site, code: str) -> None:
    site.ws.fault("error", method="chat.postMessage", error=code)
    await site.want("run:1", "run:2")
    await site.send()
    assert site.texts() == ["run:2 v1"]
    assert await site.is_at_rest()


async def test_what_cannot_be_sent_for_a_day_is_given_up(site: Site) -> None:
    site.ws.leave("t12", "qa")
    await site.want("run:1")
    await site.send()
    await site.send(GIVE_UP + timedelta(minutes=1))
    assert await site.is_at_rest()


async def test_a_message_that_somebody_deleted_is_not_posted_again(site: Site) -> None:
    await site.want("run:1")
    await site.send()
    site.ws.messages("qa")[0].deleted = True
    await site.want("run:1")
    await site.send()
    assert site.texts() == []
    assert await site.is_at_rest()


async def test_an_error_of_ours_keeps_the_message_for_later(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    async def broken(_subject: str, *, is_there: bool) -> Message | None:
        raise RuntimeError("a bug")

    good, site.drawer.message = site.drawer.message, broken  # type: ignore[method-assign]
    await site.want("run:1")
    await site.send()
    assert "could not be sent" in caplog.text
    site.drawer.message = good  # type: ignore[method-assign]
    await site.send(timedelta(seconds=2))
    assert site.texts() == ["run:1 v1"]
