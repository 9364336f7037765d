"""The HTTP side: `/api/<method>`, response URLs, uploads and the Socket Mode endpoint, with the faults in force."""

from __future__ import annotations

import asyncio
import hmac
import json
import socket as sockets_of_the_system
import struct
from typing import Any

from aiohttp import web

from . import hooks
from .deliver import Deliveries
from .errors import ApiError
from .faults import Fault
from .methods import METHODS, Args, Method
from .methods.files import receive
from .model import Call, Json
from .team import Team

_HOLD_SECONDS = 600.0


class Web:
    """Answers the app's requests. Everything it was asked is in `team.calls`, with what it answered."""

    def __init__(self, team: Team, deliveries: Deliveries) -> None:
        self.team = team
        self.deliveries = deliveries
        self.stopping = asyncio.Event()

    def routes(self) -> list[web.RouteDef]:
        return [
            web.route("*", "/api/{method}", self.call),
            web.post("/response/{hook}", self.respond),
            web.post("/upload/{key}", self.upload),
            web.get("/link/", self.deliveries.sockets.handle),
            web.get("/healthz", self.health),
        ]

    async def health(self, _request: web.Request) -> web.Response:
        return web.json_response({"ok": True, "connections": len(self.deliveries.sockets.connections)})

    async def call(self, request: web.Request) -> web.StreamResponse:
        """One Web API call: GET with a query, a form, or JSON; all three are accepted as Slack does."""
        name = request.match_info["method"]
        try:
            raw = await _arguments(request)
        except ValueError:
            return self._refuse(Call(name, {}, self.team.now()), ApiError("invalid_json"))
        token = _token(request, raw)
        call = Call(name, {k: v for k, v in raw.items() if k != "token"}, self.team.now())
        self.team.calls.append(call)
        return await self._under_fault(request, call, lambda: self._run(name, raw, token))

    async def respond(self, request: web.Request) -> web.StreamResponse:
        """One use of a response_url; the body is JSON and the answer the plain text `ok`."""
        try:
            body = await request.json()
        except ValueError:
            body = None
        call = Call("response_url", body if isinstance(body, dict) else {}, self.team.now())
        self.team.calls.append(call)

        def run() -> Json:
            if not isinstance(body, dict):
                raise ApiError("invalid_payload", status=400)
            hooks.respond(self.team, request.match_info["hook"], body)
            return {}

        return await self._under_fault(request, call, run)

    async def upload(self, request: web.Request) -> web.Response:
        """Step two of an upload: raw bytes, or the first field of a multipart form."""
        if request.content_type.startswith("multipart/"):
            field: Any = next(iter((await request.post()).values()), b"")
            content = field.file.read() if hasattr(field, "file") else str(field).encode()
        else:
            content = await request.read()
        record = receive(self.team, request.match_info["key"], content)
        if record is None:
            return web.Response(status=400, text="The URL is unknown or used, or the length is not the announced one.")
        return web.Response(text=f"OK - {record.length}")

    def _run(self, name: str, raw: Json, token: str) -> Json:
        method = METHODS.get(name)
        if method is None:
            self.team.break_rule("unknown_method", name)
            raise ApiError("unknown_method", req_method=name)
        args = Args(raw)
        self._authorise(method, token)
        channel = self.team.id_of_channel(args.text("channel"))
        wait = self.team.rates.retry_after(name, method.tier, channel, self.team.now())
        if wait is not None:
            self.team.break_rule("rate_limited", name, f"Retry after {wait} s.")
            raise ApiError("ratelimited", status=429, headers={"Retry-After": str(wait)})
        return method.handler(self.team, args)

    def _authorise(self, method: Method, token: str) -> None:
        """The right token, and one of the scopes. Raises ApiError not_authed, invalid_auth, missing_scope."""
        if method.caller == "none":
            return
        tokens = {"bot": self.team.bot_token, "app": self.team.app_token}
        if not token:
            raise ApiError("not_authed")
        if not hmac.compare_digest(token.encode(), tokens[method.caller].encode()):
            known = any(hmac.compare_digest(token.encode(), t.encode()) for t in tokens.values())
            self.team.break_rule("wrong_token", method.name)
            raise ApiError("not_allowed_token_type" if known else "invalid_auth")
        granted = self.team.manifest.scopes if method.caller == "bot" else self.team.app_scopes
        if method.scopes and not set(method.scopes) & set(granted):
            self.team.break_rule("missing_scope", method.name, ",".join(method.scopes))
            raise ApiError("missing_scope", needed=",".join(method.scopes), provided=",".join(granted))

    # Faults

    async def _under_fault(self, request: web.Request, call: Call, run: Any) -> web.StreamResponse:
        """Do the work and answer, unless a fault strikes before, instead of, or after it."""
        fault = self.team.faults.for_call(call.method)
        call.fault = fault.kind if fault is not None else None
        self.team.touch(call)
        if fault is not None and (instead := await self._instead(request, call, fault)) is not None:
            return instead
        try:
            answer = self._accept(call, run())
        except ApiError as error:
            answer = self._refuse(call, error)
        self.team.touch(call)
        if fault is not None and fault.kind == "reset_after":
            call.answered = False
            return _reset(request)
        if fault is not None and fault.kind == "http_500_after":
            call.status = 500
            return web.Response(status=500, text="Server error")
        if fault is not None and fault.kind == "timeout_after":
            call.answered = False
            await self._pause(_HOLD_SECONDS)
            return _reset(request)
        return answer

    async def _instead(self, request: web.Request, call: Call, fault: Fault) -> web.StreamResponse | None:
        """What a fault answers in place of the work; None when the work is to be done all the same."""
        kind = fault.kind
        if kind == "slow":
            await self._pause(fault.seconds)
        elif kind == "reset_before":
            call.answered = False
            return _reset(request)
        elif kind.startswith("rate_limited"):
            headers = {"Retry-After": str(int(fault.seconds))}
            if kind == "rate_limited_empty":
                call.status = 429
                return web.Response(status=429, headers=headers)
            return self._refuse(call, ApiError("ratelimited", status=429, headers=headers))
        elif kind in ("http_500", "http_503"):
            call.status = int(kind.removeprefix("http_"))
            return web.Response(status=call.status, text="Server error")
        elif kind in ("internal_error", "fatal_error", "error"):
            return self._refuse(call, ApiError(fault.error if kind == "error" else kind))
        return None

    async def _pause(self, seconds: float) -> None:
        """Wait wall seconds, or until the workspace stops."""
        try:
            async with asyncio.timeout(seconds):
                await self.stopping.wait()
        except TimeoutError:
            return

    def _accept(self, call: Call, body: Json) -> web.Response:
        if call.method == "response_url":
            return web.Response(text="ok")
        return _json({"ok": True, **body}, headers={"X-OAuth-Scopes": ",".join(self.team.manifest.scopes)})

    def _refuse(self, call: Call, error: ApiError) -> web.Response:
        call.status, call.error = error.status, error.code
        status = error.status
        if call.method == "response_url" and status == 200:
            status = call.status = 400
        return _json({"ok": False, "error": error.code, **error.extra}, status=status, headers=error.headers)


def _json(body: Json, *, status: int = 200, headers: dict[str, str] | None = None) -> web.Response:
    return web.Response(text=json.dumps(body), status=status, headers=headers, content_type="application/json")


async def _arguments(request: web.Request) -> Json:
    """All arguments by name; the body wins over the query. Raises ValueError for unreadable JSON."""
    found: Json = dict(request.query)
    if request.method == "GET":
        return found
    if request.content_type == "application/json":
        text = await request.text()
        body = json.loads(text) if text else {}
        if not isinstance(body, dict):
            raise ValueError("The body must be a JSON object.")
        return found | body
    return found | dict(await request.post())


def _token(request: web.Request, raw: Json) -> str:
    header = request.headers.get("Authorization", "")
    return header.removeprefix("Bearer ").strip() if header else str(raw.get("token") or "")


def _reset(request: web.Request) -> web.Response:
    """Cut the connection with a TCP reset: the client learns nothing about what was done."""
    transport = request.transport
    if transport is not None:
        handle = transport.get_extra_info("socket")
        if handle is not None:
            linger = struct.pack("ii", 1, 0)
            handle.setsockopt(sockets_of_the_system.SOL_SOCKET, sockets_of_the_system.SO_LINGER, linger)
        transport.abort()
    return web.Response()
