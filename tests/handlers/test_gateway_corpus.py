"""Everything the bot can say goes out by every way there is, and the strict workspace finds nothing to refuse."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator

import aiohttp
import pytest
import pytest_asyncio
from slack_sdk.web.async_client import AsyncWebClient

from bot.workspace import Workspace, check_message
from handlers.gateway import Gateway
from handlers.messages.message import note
from handlers.middleware import FOREIGN
from handlers.slash import BUSY
from tests.handlers.harness import manifest
from tests.handlers.messages.corpus import CASES, HOMES, message_of


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def ws() -> AsyncIterator[Workspace]:
    async with Workspace.start(manifest=manifest(), limit_rates=False) as workspace:
        yield workspace


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def gateway(ws: Workspace) -> AsyncIterator[Gateway]:
    async with aiohttp.ClientSession() as session:
        client = AsyncWebClient(
            token=ws.bot_token,
            base_url=ws.base_url,
            session=session,
            retry_handlers=[],
            logger=logging.getLogger("quiet"),
        )
        yield Gateway(client, session, f"{ws.url}/", sleep=_at_once)


async def _at_once(_seconds: float) -> None:
    """Tests do not wait for the pace of a channel."""


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("name", CASES)
async def test_a_message_goes_out_by_every_way_a_message_has(ws: Workspace, gateway: Gateway, name: str) -> None:
    message = message_of(name)
    await gateway.post("C1", message)
    ts = await gateway.post_once("C1", note("to be edited"), 7)
    await gateway.edit("C1", ts, message)
    await gateway.post_ephemeral("C1", "U1", message)
    await gateway.respond(ws.team.hook_url(ws.team.issue_hook("U1", "C1")), message)
    source = ws.ephemerals[-1]
    await gateway.respond(ws.team.hook_url(ws.team.issue_hook("U1", "C1", source)), message, replace=True)
    posted, edited = ws.messages("qa")[-2:]
    assert source.versions
    assert edited.versions
    for shown in (posted, edited, ws.ephemerals[-2], source):
        assert shown.text == message.text
        assert len(shown.blocks) == len(message.blocks)
    assert ws.broken_rules == []


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("name", HOMES)
async def test_a_home_tab_is_published(ws: Workspace, gateway: Gateway, name: str) -> None:
    await gateway.publish_home("U1", HOMES[name]())
    home = ws.home("U1")
    assert home is not None
    assert len(home.body["blocks"]) == len(HOMES[name]())
    assert ws.broken_rules == []


@pytest.mark.parametrize("words", [BUSY, FOREIGN])
def test_what_an_acknowledgement_says_breaks_no_rule(words: str) -> None:
    assert check_message({"text": words}) == []
