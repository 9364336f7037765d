"""HTTP mode: whoever does not hold the signing secret, or repeats a request, gets a 4xx; nothing is ever a 5xx."""

from __future__ import annotations

import hashlib
import hmac
import io
import json
import logging
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import urlencode

import aiohttp
import pytest
import pytest_asyncio

from bot.workspace import Workspace
from tests.handlers.harness import a_served_bot, a_store, manifest

FORM = "application/x-www-form-urlencoded"


class Caller:
    """Posts to the bot like Slack does, or nearly."""

    def __init__(self, url: str, secret: str, session: aiohttp.ClientSession) -> None:
        self.url = url
        self.secret = secret
        self.session = session

    def headers(
        self, body: bytes, *, stamp: str | None = None, secret: str | None = None, kind: str = FORM
    ) -> dict[str, str]:
        stamp = str(int(time.time())) if stamp is None else stamp
        base = b"v0:" + stamp.encode("utf-8", "surrogateescape") + b":" + body
        signature = "v0=" + hmac.new((secret or self.secret).encode(), base, hashlib.sha256).hexdigest()
        return {"Content-Type": kind, "X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": signature}

    async def post(self, body: bytes, headers: dict[str, str]) -> int:
        async with self.session.post(self.url, data=io.BytesIO(body), headers=headers) as reply:
            assert "Traceback" not in await reply.text()
            return reply.status


pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(loop_scope="module")
async def ws() -> AsyncIterator[Workspace]:
    async with Workspace.start(manifest=manifest()) as workspace:
        yield workspace


@asynccontextmanager
async def a_caller(ws: Workspace, folder: Path) -> AsyncIterator[Caller]:
    async with a_store(folder) as store:
        await store.a_history()
        async with a_served_bot(ws, store) as url, aiohttp.ClientSession() as session:
            yield Caller(url, ws.signing_secret, session)


@pytest_asyncio.fixture(loop_scope="module")
async def caller(ws: Workspace, tmp_path: Path) -> AsyncIterator[Caller]:
    """Calls a bot of this test alone."""
    async with a_caller(ws, tmp_path) as calling:
        yield calling


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stranger(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Caller]:
    """Calls one bot for all tests that only look at the status of its answer."""
    folder = tmp_path_factory.mktemp("stranger")
    async with Workspace.start(manifest=manifest()) as ws, a_caller(ws, folder) as calling:
        yield calling


def a_command(text: str = "help") -> bytes:
    fields = {"command": "/t12", "text": text, "team_id": "T0WORKSPACE", "user_id": "U1", "channel_id": "C1"}
    return urlencode(fields | {"response_url": "https://hooks.slack.com/x"}).encode()


@pytest.mark.usefixtures("caller")
async def test_a_signed_command_is_answered(ws: Workspace) -> None:
    assert (await ws.command("ana", "qa", "health")).acked
    assert "of 100" in (await ws.wait_for_message("qa", "ana")).text
    assert ws.broken_rules == []


async def test_slack_may_verify_the_address(ws: Workspace, caller: Caller) -> None:
    assert await ws.http.verify_url()


@pytest.mark.usefixtures("caller")
async def test_an_exact_replay_is_refused(ws: Workspace) -> None:
    await ws.command("ana", "qa", "health")
    await ws.wait_for_message("qa", "ana")
    assert (await ws.http.replay()).status == 401
    await ws.wait_for_quiet()
    assert len(ws.messages("qa", "ana")) == 1


async def test_a_replay_to_another_replica_is_refused(ws: Workspace, caller: Caller, tmp_path: Path) -> None:
    body = a_command()
    headers = caller.headers(body)
    assert await caller.post(body, headers) == 200
    async with a_store(tmp_path) as store, a_served_bot(ws, store) as url:
        assert await Caller(url, caller.secret, caller.session).post(body, headers) == 401


@pytest.mark.parametrize(("offset", "status"), [(-301, 401), (301, 401), (-290, 200), (290, 200)])
async def test_a_request_is_valid_for_five_minutes(stranger: Caller, offset: int, status: int) -> None:
    body = a_command()
    assert await stranger.post(body, stranger.headers(body, stamp=str(int(time.time()) + offset))) == status


@pytest.mark.parametrize("stamp", ["abc", "", "1e9", "9" * 5000, "-1700000000", "1700000000.5", "１７００００００００"])
async def test_a_strange_timestamp_is_unauthorised(stranger: Caller, stamp: str) -> None:
    body = a_command()
    assert await stranger.post(body, stranger.headers(body, stamp=stamp)) == 401


@pytest.mark.parametrize(
    "signature", ["", "v0=", "v0=é" + "0" * 63, "v1=" + "0" * 64, "v0=" + "0" * 64, "x" * 5000, None]
)
async def test_a_wrong_signature_is_unauthorised(stranger: Caller, signature: str | None) -> None:
    body = a_command()
    headers = stranger.headers(body)
    del headers["X-Slack-Signature"]
    assert await stranger.post(body, headers | ({} if signature is None else {"X-Slack-Signature": signature})) == 401


async def test_another_secret_and_a_changed_body_are_unauthorised(stranger: Caller) -> None:
    body = a_command()
    assert await stranger.post(body, stranger.headers(body, secret="other")) == 401
    assert await stranger.post(body + b"&x=1", stranger.headers(body)) == 401


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"\xff\xfe=1", FORM),
        (b"payload={broken", FORM),
        (b"payload=[1]", FORM),
        (b"payload=" + b"[" * 100_000, FORM),
        (b'payload={"type":' + b'{"a":' * 5000 + b"1" + b"}" * 5001, FORM),
        (b"[1]", "application/json"),
        (b"null", "application/json"),
        (b"{", "application/json"),
        (b"", "application/json"),
        (b"\xff", "application/json"),
        (b'{"a":' * 50_000, "application/json; charset=utf-8"),
        (b"no-equals-sign", FORM),
    ],
)
async def test_a_body_slack_never_sends_is_refused_even_when_signed(stranger: Caller, body: bytes, kind: str) -> None:
    assert await stranger.post(body, stranger.headers(body, kind=kind)) == 400
    assert await stranger.post(body, stranger.headers(body, kind=kind, secret="other")) == 401


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Content-Type": "text/plain"}, 415),
        ({"Content-Type": ""}, 415),
        ({"Content-Type": "multipart/form-data; boundary=x"}, 415),
        ({"Content-Type": FORM + "; charset=no-such"}, 200),
        ({"Content-Encoding": "gzip"}, 415),
    ],
)
async def test_other_types_are_refused(stranger: Caller, headers: dict[str, str], status: int) -> None:
    body = a_command()
    assert await stranger.post(body, stranger.headers(body) | headers) == status


async def test_too_large_is_refused_before_it_is_read(stranger: Caller) -> None:
    body = b"x=" + b"y" * (1 << 20)
    assert await stranger.post(body, stranger.headers(body)) == 413


async def test_other_methods_are_refused(stranger: Caller) -> None:
    async with stranger.session.get(stranger.url) as reply:
        assert reply.status == 405


@pytest.mark.parametrize(
    "payload",
    [
        {},
        {"type": "block_actions"},
        {"type": "block_actions", "team": {"id": "T0WORKSPACE"}, "actions": []},
        {"type": "block_actions", "team": {"id": "T0WORKSPACE"}, "actions": [{}], "user": 1},
        {"type": "block_actions", "team": {"id": "T0WORKSPACE"}, "actions": {"a": 1}, "user": {"id": "U1"}},
        {"type": "block_actions", "team": "T0WORKSPACE", "user": None, "actions": [{"action_id": "x"}]},
        {"type": "view_submission", "team": {"id": "T0WORKSPACE"}, "view": {}},
        {"type": "no_such_thing", "team": {"id": "T0WORKSPACE"}},
        {"type": 5, "event": 7, "team_id": ["x"]},
    ],
)
async def test_signed_nonsense_never_ends_in_a_server_error(stranger: Caller, payload: object) -> None:
    body = urlencode({"payload": json.dumps(payload)}).encode()
    assert await stranger.post(body, stranger.headers(body)) < 500
    event = json.dumps({"type": "event_callback", "event": payload, "team_id": "T0WORKSPACE"}).encode()
    assert await stranger.post(event, stranger.headers(event, kind="application/json")) < 500


async def test_a_refusal_leaves_no_traceback_and_no_body_in_the_log(
    stranger: Caller, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG, "t12"):
        await stranger.post(b"token=secret-words", stranger.headers(b"other"))
    assert caplog.records
    assert all(record.exc_info is None for record in caplog.records)
    assert "secret-words" not in caplog.text
