"""Signed HTTP delivery: what Slack posts to a request URL, with the v0 signature, and its replay."""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
import time
from dataclasses import dataclass, field
from urllib.parse import urlencode

import aiohttp

from .model import Json
from .team import Team


@dataclass(frozen=True, slots=True)
class Request:
    """One request as it went out, kept for replay."""

    url: str
    body: bytes
    headers: dict[str, str]


@dataclass(frozen=True, slots=True)
class Reply:
    """What the request URL answered; status 0 means that nobody answered (`error` says why)."""

    status: int
    body: str = ""
    no_retry: bool = False
    error: str = ""

    @property
    def ok(self) -> bool:
        return 200 <= self.status < 300

    def json(self) -> Json | None:
        """The body as a JSON object; a plain text body becomes `{"text": body}`; None when it is empty."""
        if not self.body.strip():
            return None
        try:
            parsed = json.loads(self.body)
        except ValueError:
            return {"text": self.body}
        return parsed if isinstance(parsed, dict) else {"text": self.body}


def sign(secret: str, timestamp: str, body: bytes) -> str:
    """Slack's v0 signature: HMAC-SHA256 over `v0:{timestamp}:{raw body}`."""
    base = b"v0:" + timestamp.encode() + b":" + body
    return "v0=" + hmac.new(secret.encode(), base, hashlib.sha256).hexdigest()


@dataclass(slots=True)
class SignedHttp:
    """Posts to the request URL.

    Timestamps are wall time plus `offset_seconds`, because the receiver compares them with its own wall clock: an
    offset beyond 300 seconds either way must be rejected by the app.
    """

    team: Team
    offset_seconds: float = 0.0
    wrong_secret: bool = False
    sent: list[Request] = field(default_factory=list)
    session: aiohttp.ClientSession | None = None

    async def post(self, kind: str, payload: Json, extra: dict[str, str] | None = None) -> Reply:
        """Post one payload: commands as a form, interactions as a form with `payload`, events as JSON."""
        if kind == "events_api":
            body, content_type = json.dumps(payload).encode(), "application/json"
        else:
            form = payload if kind == "slash_commands" else {"payload": json.dumps(payload)}
            body, content_type = urlencode(form).encode(), "application/x-www-form-urlencoded"
        stamp = str(int(time.time() + self.offset_seconds))
        secret = secrets.token_hex(16) if self.wrong_secret else self.team.signing_secret
        headers = {
            "Content-Type": content_type,
            "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
            "X-Slack-Request-Timestamp": stamp,
            "X-Slack-Signature": sign(secret, stamp, body),
            **(extra or {}),
        }
        request = Request(self.team.request_url or "", body, headers)
        self.sent.append(request)
        return await self._send(request)

    async def replay(self, index: int = -1) -> Reply:
        """Send a request of the past again, byte for byte, as an attacker would."""
        return await self._send(self.sent[index])

    async def verify_url(self) -> bool:
        """Send url_verification and say whether the challenge came back."""
        challenge = secrets.token_hex(16)
        reply = await self.post("events_api", {"type": "url_verification", "token": "unused", "challenge": challenge})
        answer = reply.json() or {}
        return reply.ok and (answer.get("challenge") == challenge or answer.get("text") == challenge)

    async def close(self) -> None:
        if self.session is not None:
            await self.session.close()

    async def _send(self, request: Request) -> Reply:
        if self.session is None:
            self.session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=30))
        try:
            async with self.session.post(request.url, data=request.body, headers=request.headers) as response:
                no_retry = response.headers.get("X-Slack-No-Retry") == "1"
                return Reply(response.status, await response.text(), no_retry)
        except (aiohttp.ClientError, TimeoutError) as error:
            return Reply(0, error=str(error))
