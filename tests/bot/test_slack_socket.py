"""Socket Mode survives what happens to sockets, and says how it is."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.slack import SlackSide, check_settings, hook_prefix
from bot.workspace import Workspace
from core.errors import SettingsError
from core.settings import SlackSettings
from handlers.gateway import SlackError
from tests.handlers.harness import QUICK, a_bot, a_store, manifest, secrets_of


async def answers(ws: Workspace, times: int = 2) -> None:
    """Every connection gets a question and the person an answer."""
    for _ in range(times):
        before = len(ws.messages("qa", "ana"))
        assert (await ws.command("ana", "qa", "help")).acked
        await ws.until(lambda count=before: len(ws.messages("qa", "ana")) > count)  # type: ignore[misc]


async def until(is_so: Callable[[], bool], timeout_seconds: float = 10) -> None:
    async with asyncio.timeout(timeout_seconds):
        while not is_so():  # noqa: ASYNC110 - the bot tells its state, it does not announce it
            await asyncio.sleep(0.05)


async def test_two_connections_and_no_duplicate(tmp_path: Path) -> None:
    async with Workspace.start(manifest=manifest()) as ws, a_store(tmp_path) as store, a_bot(ws, store) as side:
        await answers(ws, 4)
        await ws.wait_for_quiet()
        assert len(ws.messages("qa", "ana")) == 4
        status = side.status()
        assert (status.mode, status.is_ready) == ("socket", True)
        assert status.sentence == "2 of 2 Socket Mode connections are up"


async def test_a_refresh_is_survived_without_losing_a_question(tmp_path: Path) -> None:
    async with Workspace.start(manifest=manifest()) as ws, a_store(tmp_path) as store, a_bot(ws, store):
        await ws.sockets.refresh("refresh_requested", ws.sockets.connections[0].id)
        await answers(ws, 3)
        await ws.wait_for_connections(2)


async def test_lost_connections_come_back(tmp_path: Path) -> None:
    async with Workspace.start(manifest=manifest()) as ws, a_store(tmp_path) as store, a_bot(ws, store):
        assert await ws.sockets.drop() == 2
        await ws.wait_for_connections(2, timeout_seconds=10)
        await answers(ws)


async def test_a_failed_handshake_does_not_end_the_connection_for_ever(tmp_path: Path) -> None:
    """The SDK alone would retry the spent URL for ever."""
    async with Workspace.start(manifest=manifest()) as ws, a_store(tmp_path) as store, a_bot(ws, store) as side:
        ws.fault("handshake_502", times=1)
        await ws.sockets.refresh("refresh_requested", ws.sockets.connections[0].id)
        await ws.until(lambda: side.status().socket.replaced >= 1, timeout_seconds=15)  # type: ignore[union-attr]
        await ws.wait_for_connections(2, timeout_seconds=10)
        await answers(ws)


async def test_while_slack_is_away_the_status_says_so_and_then_it_comes_back(tmp_path: Path) -> None:
    async with Workspace.start(manifest=manifest()) as ws, a_store(tmp_path) as store, a_bot(ws, store) as side:
        ws.team.socket_mode_enabled = False
        await ws.sockets.drop()
        await until(lambda: not side.status().is_ready)
        assert "Socket Mode has been down for" in side.status().sentence
        ws.team.socket_mode_enabled = True
        await ws.wait_for_connections(2, timeout_seconds=15)
        await until(lambda: side.status().socket.connected == 2)  # type: ignore[union-attr]
        await answers(ws)


async def test_stopping_leaves_no_connection_and_answers_what_was_asked(tmp_path: Path) -> None:
    async with Workspace.start(manifest=manifest()) as ws, a_store(tmp_path) as store:
        await store.a_history()
        async with a_bot(ws, store):
            ws.fault("slow", method="response_url", seconds=0.3)
            await ws.command("ana", "qa", "health")
        assert "of 100" in (await ws.wait_for_message("qa", "ana")).text
        await ws.wait_for_connections(0)


async def test_a_refused_bot_token_is_told_at_the_start(tmp_path: Path) -> None:
    async with Workspace.start(manifest=manifest()) as ws, a_store(tmp_path) as store:
        secrets = secrets_of(ws).model_copy(update={"bot_token": SecretStr("xoxb-wrong")})
        side = SlackSide(
            secrets, store.answers, store.incidents, store.database, checklists=store.checklists, timing=QUICK
        )  # fmt: skip
        with pytest.raises(SlackError, match="SLACK_BOT_TOKEN"):
            await side.start()
        await side.stop()


async def test_a_refused_app_token_is_told_by_the_status(tmp_path: Path) -> None:
    async with Workspace.start(manifest=manifest()) as ws, a_store(tmp_path) as store:
        secrets = secrets_of(ws).model_copy(update={"app_token": SecretStr("xapp-wrong")})
        side = SlackSide(
            secrets, store.answers, store.incidents, store.database, checklists=store.checklists, timing=QUICK,
            ready_seconds=0.5,
        )  # fmt: skip
        await side.start()
        assert "SLACK_APP_TOKEN" in side.status().sentence
        await side.stop()


async def test_a_slack_that_is_away_at_the_start_is_waited_for(tmp_path: Path) -> None:
    async with Workspace.start(manifest=manifest()) as ws, a_store(tmp_path) as store:
        ws.fault("http_503", method="auth.test", times=4)
        side = SlackSide(
            secrets_of(ws), store.answers, store.incidents, store.database, checklists=store.checklists, timing=QUICK,
            ready_seconds=0.5,
        )  # fmt: skip
        await side.start()
        assert not side.status().is_ready
        await ws.wait_for_connections(2, timeout_seconds=20)
        await answers(ws)
        await side.stop()


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"bot_token": None}, "SLACK_BOT_TOKEN is not set"),
        ({"app_token": None}, "set SLACK_APP_TOKEN"),
        ({"api_url": "http://slack.example.com/api/"}, "must begin with https://"),
    ],
)
def test_secrets_that_make_no_mode_are_refused_with_a_sentence(changes: dict[str, object], problem: str) -> None:
    settings = SlackSettings(bot_token=SecretStr("xoxb-1"), app_token=SecretStr("xapp-1"))
    with pytest.raises(SettingsError, match=problem):
        check_settings(settings.model_copy(update=changes))


@pytest.mark.parametrize(
    ("api_url", "prefix"),
    [
        ("https://slack.com/api/", "https://hooks.slack.com/"),
        ("http://127.0.0.1:9000/api/", "http://127.0.0.1:9000/"),
        ("https://gov.example.com/api/", "https://gov.example.com/"),
    ],
)
def test_answers_go_to_the_slack_we_are_connected_to(api_url: str, prefix: str) -> None:
    assert hook_prefix(api_url) == prefix
