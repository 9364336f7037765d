"""Slack over HTTP: the guard in front of Bolt. Whoever does not hold the signing secret gets a 4xx and nothing else."""

import asyncio
import hashlib
import hmac
import json
import logging
import re
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from urllib.parse import parse_qsl

from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response
from slack_bolt.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest

from core.clock import Clock
from handlers.desk import Recently, Seen

PATH = "/slack/events"
MAX_BYTES = 1 << 20
VALID_FOR = timedelta(minutes=5)
_READ_SECONDS = 10.0
_REMEMBER_SECONDS = 1.0
_FORM = "application/x-www-form-urlencoded"
_JSON = "application/json"
_STAMP = re.compile(rb"\d{10}")
_SIGNATURE = re.compile(rb"v0=[0-9a-f]{64}")
_NO_RETRY = {"X-Slack-No-Retry": "1"}
_DEEPEST = 200

_log = logging.getLogger("t12.slack.http")

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class _RefusedError(Exception):
    def __init__(self, status: int, reason: str) -> None:
        self.status = status
        self.reason = reason
        super().__init__(reason)


def slack_routes(app: AsyncApp, signing_secret: str, seen: Seen, clock: Clock) -> list[web.RouteDef]:
    """The route that Slack posts to.

    Checked in this order: type and length, age and signature over the raw bytes, whether the very request was heard
    before (on any replica), and whether the body is what Slack sends. Only then Bolt sees it.
    """
    secret = signing_secret.encode()
    recently = Recently(VALID_FOR.total_seconds() * 2, most=100_000)

    async def handle(request: web.Request) -> web.StreamResponse:
        try:
            kind = _content_type(request)
            body = await _read(request)
            signature = _verify(request, body, secret, clock)
            text = _shape(body, kind)
            await _refuse_replay(signature, recently, seen)
        except _RefusedError as refused:
            _log.warning("a request to %s was refused: %s", PATH, refused.reason)
            return web.Response(status=refused.status, text=refused.reason, headers=_NO_RETRY)
        headers: dict[str, str | Sequence[str]] = {name: request.headers.getall(name) for name in set(request.headers)}
        try:
            return await to_aiohttp_response(await app.async_dispatch(AsyncBoltRequest(body=text, headers=headers)))
        except (TypeError, ValueError, LookupError, AttributeError) as error:
            # Bolt takes the shapes of payloads for granted; errors of our own it hands to our error handler.
            _log.warning("a signed request to %s had an unknown shape: %s", PATH, type(error).__name__)
            return web.Response(status=400, text="unknown payload", headers=_NO_RETRY)

    return [web.post(PATH, handle)]


def _content_type(request: web.Request) -> str:
    kind = request.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if kind not in (_FORM, _JSON):
        raise _RefusedError(415, "unsupported content type")
    if request.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise _RefusedError(415, "unsupported content encoding")
    if (request.content_length or 0) > MAX_BYTES:
        raise _RefusedError(413, "too large")
    return kind


async def _read(request: web.Request) -> bytes:
    body = bytearray()
    try:
        async with asyncio.timeout(_READ_SECONDS):
            async for chunk in request.content.iter_chunked(1 << 16):
                body += chunk
                if len(body) > MAX_BYTES:
                    raise _RefusedError(413, "too large")
    except TimeoutError:
        raise _RefusedError(408, "too slow") from None
    except (web.PayloadAccessError, web.RequestPayloadError, ValueError):
        raise _RefusedError(400, "unreadable body") from None
    return bytes(body)


def _verify(request: web.Request, body: bytes, secret: bytes, clock: Clock) -> str:
    """The signature, if it is right and fresh. Everything that is wrong with it is the same 401."""
    stamp = _bytes(request.headers.get("X-Slack-Request-Timestamp", ""))
    given = _bytes(request.headers.get("X-Slack-Signature", ""))
    right = b"v0=" + hmac.new(secret, b"v0:" + stamp + b":" + body, hashlib.sha256).hexdigest().encode()
    well_formed = _STAMP.fullmatch(stamp) is not None and _SIGNATURE.fullmatch(given) is not None
    if not hmac.compare_digest(right, given) or not well_formed:
        raise _RefusedError(401, "invalid signature")
    if abs(clock().timestamp() - int(stamp)) > VALID_FOR.total_seconds():
        raise _RefusedError(401, "invalid signature")
    return given.decode()


def _bytes(header: str) -> bytes:
    return header[:200].encode("utf-8", "surrogateescape")


def _shape(body: bytes, kind: str) -> str:
    """The body as text, if it is an object as Slack sends it."""
    try:
        text = body.decode("utf-8")
        if kind == _JSON:
            _object(text)
        else:
            fields = dict(parse_qsl(text, keep_blank_values=True, strict_parsing=bool(text), max_num_fields=200))
            if "payload" in fields:
                _object(fields["payload"])
    except (ValueError, RecursionError):
        raise _RefusedError(400, "not a body that Slack sends") from None
    return text


def _object(text: str) -> None:
    if max(_depths(text), default=0) > _DEEPEST or not isinstance(json.loads(text), dict):
        raise ValueError("not an object, or nested too deeply")


def _depths(text: str) -> list[int]:
    """Upper bounds of the nesting: brackets inside strings count too, which only errs on the safe side."""
    depth, deepest = 0, 0
    for letter in re.findall(r"[\[\]{}]", re.sub(r'"(?:[^"\\]|\\.)*"', "", text)):
        depth += 1 if letter in "[{" else -1
        deepest = max(deepest, depth)
    return [deepest]


async def _refuse_replay(signature: str, recently: Recently, seen: Seen) -> None:
    """Slack signs a retry anew, so the same signature twice is a replay.

    The memory of this process answers first. A store that is too busy to answer within Slack's patience does not stop
    people: then the memory alone decides.
    """
    if not recently.is_new(signature):
        raise _RefusedError(401, "replayed request")
    try:
        async with asyncio.timeout(_REMEMBER_SECONDS):
            is_new = await seen.is_new("signature", signature)
    except TimeoutError:
        _log.warning("the store was too busy to remember a request; this process remembers it")
        return
    if not is_new:
        raise _RefusedError(401, "replayed request")
