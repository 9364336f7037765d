"""The gateway keeps Slack's limits and survives what Slack answers."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.workspace import Workspace, check_message
from handlers.gateway import Gateway, SlackError
from handlers.messages.message import Message, note


@pytest.fixture
async def ws() -> AsyncIterator[Workspace]:
    async with Workspace.start() as workspace:
        yield workspace


class Slept(list[float]):
    async def __call__(self, seconds: float) -> None:
        self.append(seconds)


@asynccontextmanager
async def a_gateway(ws: Workspace, sleep: Any = None, **options: Any) -> AsyncIterator[Gateway]:
    async with aiohttp.ClientSession() as session:
        client = AsyncWebClient(
            token=ws.bot_token,
            base_url=ws.base_url,
            session=session,
            retry_handlers=[],
            logger=logging.getLogger("quiet"),
        )
        yield Gateway(client, session, f"{ws.url}/", sleep=Slept() if sleep is None else sleep, **options)


async def a_hook(ws: Workspace) -> str:
    return ws.team.hook_url(ws.team.issue_hook("U1", "C1"))


async def test_who_we_are(ws: Workspace) -> None:
    async with a_gateway(ws) as gateway:
        identity = await gateway.identify()
        assert (identity.team_id, identity.user_id) == ("T0WORKSPACE", "U0APP")


@pytest.mark.parametrize("fault", ["rate_limited", "rate_limited_empty"])
async def test_a_rate_limit_is_waited_for(ws: Workspace, fault: str) -> None:
    slept = Slept()
    ws.fault(fault, method="chat.postMessage", seconds=7)
    async with a_gateway(ws, slept) as gateway:
        await gateway.post("C1", note("hello"))
    assert slept == [7.0]
    assert len(ws.messages("qa")) == 1


async def test_a_long_rate_limit_is_capped_and_ends_in_a_sentence(ws: Workspace) -> None:
    slept = Slept()
    ws.fault("rate_limited", method="chat.postMessage", seconds=5000, times=-1)
    async with a_gateway(ws, slept) as gateway:
        with pytest.raises(SlackError, match="slow down"):
            await gateway.post("C1", note("hello"))
    assert slept == [30.0, 30.0, 30.0]


@pytest.mark.parametrize("fault", ["http_500", "http_503", "internal_error", "fatal_error", "reset_after"])
async def test_a_post_that_may_have_arrived_is_not_sent_again(ws: Workspace, fault: str) -> None:
    ws.fault(fault, method="chat.postMessage")
    async with a_gateway(ws) as gateway:
        with pytest.raises(SlackError, match="did not confirm"):
            await gateway.post("C1", note("hello"))
    assert len(ws.calls_of("chat.postMessage")) == 1


@pytest.mark.parametrize(
    "fault", ["http_500", "http_503", "internal_error", "fatal_error", "reset_after", "reset_before"]
)
async def test_a_private_answer_is_sent_again(ws: Workspace, fault: str) -> None:
    ws.fault(fault, method="chat.postEphemeral")
    async with a_gateway(ws) as gateway:
        await gateway.post_ephemeral("C1", "U1", note("hello"))
    assert len(ws.calls_of("chat.postEphemeral")) == 2


async def test_a_refusal_is_not_repeated_and_says_what_to_do(ws: Workspace) -> None:
    async with a_gateway(ws) as gateway:
        with pytest.raises(SlackError, match="/invite @t12"):
            await gateway.post("C2", note("hello"))
    assert len(ws.calls_of("chat.postMessage")) == 1


async def test_posts_to_one_channel_keep_a_second_apart(ws: Workspace) -> None:
    slept = Slept()
    async with a_gateway(ws, slept) as gateway:
        for _ in range(3):
            await gateway.post("C1", note("hello"))
        await gateway.post("U1", note("hello"))
    assert len(slept) == 2
    assert all(0.5 < seconds <= 1 for seconds in slept)


@pytest.mark.parametrize("fault", ["rate_limited", "http_500", "reset_before"])
async def test_an_answer_by_response_url_is_sent_again(ws: Workspace, fault: str) -> None:
    ws.fault(fault, method="response_url")
    async with a_gateway(ws) as gateway:
        await gateway.respond(await a_hook(ws), note("hello"))
    assert [message.text for message in ws.ephemerals] == ["hello"]


async def test_a_used_up_response_url_ends_in_a_sentence(ws: Workspace) -> None:
    url = await a_hook(ws)
    async with a_gateway(ws) as gateway:
        for _ in range(5):
            await gateway.respond(url, note("hello"))
        with pytest.raises(SlackError):
            await gateway.respond(url, note("hello"))
    assert len(ws.calls_of("response_url")) == 6


@pytest.mark.parametrize(
    "url", ["", "http://169.254.169.254/", "https://hooks.slack.com/x", "http://127.0.0.1", "//x", "file:///etc/passwd"]
)
async def test_no_other_address_is_ever_called(ws: Workspace, url: str) -> None:
    async with a_gateway(ws) as gateway:
        with pytest.raises(SlackError):
            await gateway.respond(url, note("hello"))
        with pytest.raises(SlackError):
            await gateway.respond(f"{ws.url}.evil.example/", note("hello"))


async def test_too_much_becomes_text_and_mentions_are_defused(ws: Workspace) -> None:
    blocks = tuple({"type": "divider"} for _ in range(51))
    async with a_gateway(ws) as gateway:
        await gateway.post("C1", Message("<!channel> " + "words &amp; " * 1000, blocks))
    (posted,) = ws.messages("qa")
    assert posted.blocks == []
    assert len(posted.text) <= 4000
    assert posted.text.startswith("&lt;!channel>")


async def test_what_the_checker_refuses_goes_out_as_text_or_raises_in_tests(
    ws: Workspace, caplog: pytest.LogCaptureFixture
) -> None:
    broken = Message("words", ({"type": "header", "text": {"type": "plain_text", "text": "x" * 151}},))

    def check(payload: Any) -> list[str]:
        return [problem.message for problem in check_message(dict(payload))]

    async with a_gateway(ws, check=check) as gateway:
        await gateway.post("C1", broken)
    assert ws.messages("qa")[0].text == "words"
    assert "breaks Slack's rules" in caplog.text
    async with a_gateway(ws, check=check, strict=True) as gateway:
        with pytest.raises(AssertionError):
            await gateway.post("C1", broken)
