"""The control API: everything a person or a test does, over HTTP, guarded by a token and against other sites' pages."""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable
from dataclasses import asdict, is_dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from aiohttp import web

from .browser import Browser, is_own, is_token, token_of
from .errors import RefusedError

if TYPE_CHECKING:
    from .server import Workspace

_Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Control:
    """`POST /control/<verb>` with a JSON object of keywords acts; `GET /control/<noun>` reads.

    Both need `Authorization: Bearer <control token>`. A request whose Host is not this server's own address, or whose
    Origin is another site, is refused with 403 before the token is looked at, so that no web page can act here.
    """

    def __init__(self, workspace: Workspace, browser: Browser) -> None:
        self.workspace = workspace
        self.browser = browser
        w = workspace
        self.verbs: dict[str, Callable[..., Any]] = {
            "command": w.command,
            "press": w.press,
            "submit": w.submit,
            "close": w.close,
            "shortcut": w.shortcut,
            "open-home": w.open_home,
            "say": w.say,
            "mention": w.mention,
            "edit": w.edit,
            "delete": w.delete,
            "react": w.react,
            "suggest": w.suggest,
            "reload": w.reload,
            "move-clock": w.move_clock,
            "fault": w.fault,
            "clear-faults": w.clear_faults,
            "add-person": w.add_person,
            "add-channel": w.add_channel,
            "add-usergroup": w.add_usergroup,
            "join": w.join,
            "leave": w.leave,
            "archive": w.archive,
            "refresh": w.sockets.refresh,
            "drop": w.sockets.drop,
            "disable-link": w.disable_link,
            "deliver-to": w.deliver_to,
            "replay": w.http.replay,
            "verify-url": w.http.verify_url,
            "sign-with": w.sign_with,
        }
        self.nouns: dict[str, Callable[..., Any]] = {
            "state": w.state,
            "people": lambda: list(w.team.people.values()),
            "channels": lambda: list(w.team.channels.values()),
            "messages": w.messages,
            "history": w.history,
            "ephemerals": lambda: w.ephemerals,
            "home": w.home,
            "modal": w.modal,
            "calls": lambda: w.calls,
            "deliveries": lambda: w.deliveries_made,
            "broken-rules": lambda: w.broken_rules,
            "scheduled": lambda: w.scheduled,
            "faults": lambda: w.team.faults.active,
        }

    def application(self) -> web.Application:
        application = web.Application(middlewares=[self._guard])
        application.add_routes([web.get("/live", self.browser.live), web.get("/file", self.browser.uploaded)])
        application.add_routes([web.post("/{verb}", self._act), web.get("/{noun}", self._read)])
        return application

    @web.middleware
    async def _guard(self, request: web.Request, handler: _Handler) -> web.StreamResponse:
        if not is_own(request, urlsplit(self.workspace.url).port):
            return _error(403, "Requests from other sites are refused.")
        if not is_token(token_of(request), self.workspace.control_token):
            return _error(401, "The control token is missing or wrong.")
        return await handler(request)

    async def _act(self, request: web.Request) -> web.StreamResponse:
        try:
            keywords = await request.json() if request.can_read_body else {}
        except ValueError:
            return _error(400, "The body must be a JSON object.")
        return await self._run(self.verbs.get(request.match_info["verb"]), keywords)

    async def _read(self, request: web.Request) -> web.StreamResponse:
        return await self._run(self.nouns.get(request.match_info["noun"]), dict(request.query))

    async def _run(self, function: Callable[..., Any] | None, keywords: Any) -> web.StreamResponse:
        if function is None:
            return _error(404, "There is no such verb or noun.")
        if not isinstance(keywords, dict):
            return _error(400, "The body must be a JSON object.")
        try:
            inspect.signature(function).bind(**keywords)
            result = function(**keywords)
            if inspect.isawaitable(result):
                result = await result
        except (TypeError, ValueError, RefusedError, IndexError) as error:
            return _error(400, str(error))
        return web.json_response({"ok": True, "result": plain(result)})


def plain(value: Any) -> Any:
    """Values as JSON: dataclasses become objects, bytes their length."""
    if isinstance(value, list | tuple):
        return [plain(v) for v in value]
    if isinstance(value, bytes):
        return len(value)
    return asdict(value) if is_dataclass(value) and not isinstance(value, type) else value


def _error(status: int, message: str) -> web.Response:
    return web.json_response({"ok": False, "error": message}, status=status)
