"""The page in a browser: its files, its live connection, and the rule that no other site's page gets in."""

from __future__ import annotations

import asyncio
import hmac
import json
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from aiohttp import web

from .errors import RefusedError
from .live import Screen

if TYPE_CHECKING:
    from .server import Workspace

PROTOCOL = "t12.control"
"""The subprotocol of the live connection; the control token is offered beside it, as a browser can set no header."""

_BUNDLE = Path(__file__).parent / "page" / "dist"
_TYPES = {".js": "text/javascript", ".css": "text/css", ".woff2": "font/woff2", ".svg": "image/svg+xml"}
_UNBUILT = "The page is not built. Run `make page` (it needs npm), then load this again."
_TOKEN_PLACE = "{{control-token}}"  # noqa: S105 - a placeholder
_COALESCE_SECONDS = 0.03
_ALIVE_SECONDS = 20.0
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline';"
    " img-src 'self' data: blob:; connect-src 'self'; font-src 'self'; base-uri 'none'; form-action 'none';"
    " frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}


def is_own(request: web.Request, port: int | None) -> bool:
    """Whether a request was made by a page of this server, by a program, or by a person who opened the address.

    A foreign Host is a name that was rebound to this machine; a foreign Origin or fetch site is another site's page.
    """
    own = {f"127.0.0.1:{port}", f"localhost:{port}"}
    origin = request.headers.get("Origin")
    if request.host not in own or (origin is not None and urlsplit(origin).netloc not in own):
        return False
    is_visit = request.headers.get("Sec-Fetch-Mode") == "navigate" and request.path == "/"
    return is_visit or request.headers.get("Sec-Fetch-Site", "none") in ("none", "same-origin")


def token_of(request: web.Request) -> str:
    """The control token a request carries: a bearer, or the second subprotocol of a WebSocket."""
    bearer = request.headers.get("Authorization", "").removeprefix("Bearer ")
    offered = [part.strip() for part in request.headers.get("Sec-WebSocket-Protocol", "").split(",")]
    return offered[1] if not bearer and len(offered) == 2 and offered[0] == PROTOCOL else bearer


class Browser:
    """Serves the page and keeps the screens of the people who look at it up to date."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace

    def routes(self) -> list[web.RouteDef]:
        return [web.get("/", self.index), web.get("/page/{name}", self.file)]

    async def index(self, request: web.Request) -> web.Response:
        """The page with the control token in it, which no other site can read."""
        self._refuse_foreign(request)
        place = _BUNDLE / "index.html"
        if not place.is_file():
            return web.Response(status=503, text=_UNBUILT, headers=_HEADERS)
        text = place.read_text(encoding="utf-8").replace(_TOKEN_PLACE, self.workspace.control_token)
        return web.Response(text=text, content_type="text/html", headers=_HEADERS)

    async def file(self, request: web.Request) -> web.StreamResponse:
        self._refuse_foreign(request)
        place = _BUNDLE / request.match_info["name"]
        if place.parent != _BUNDLE or place.suffix not in _TYPES or not place.is_file():
            raise web.HTTPNotFound(text="There is no such file.")
        return web.FileResponse(place, headers=_HEADERS | {"Content-Type": _TYPES[place.suffix]})

    def _refuse_foreign(self, request: web.Request) -> None:
        if not is_own(request, urlsplit(self.workspace.url).port):
            raise web.HTTPForbidden(text="Requests from other sites are refused.")

    async def live(self, request: web.Request) -> web.StreamResponse:
        """A WebSocket that tells a person's screen what to show. Frames go one way; who is slow gets fewer."""
        try:
            screen = Screen(self.workspace.team, self.workspace.deliveries, request.query.get("person", ""))
        except RefusedError as error:
            raise web.HTTPBadRequest(text=str(error)) from error
        socket = web.WebSocketResponse(protocols=(PROTOCOL,), heartbeat=_ALIVE_SECONDS, max_msg_size=1 << 12)
        await socket.prepare(request)
        telling = asyncio.get_running_loop().create_task(self._tell(socket, screen))
        try:
            async for _message in socket:
                pass
        finally:
            telling.cancel()
            await asyncio.gather(telling, return_exceptions=True)
        return socket

    async def _tell(self, socket: web.WebSocketResponse, screen: Screen) -> None:
        team = self.workspace.team
        while not socket.closed:
            seen = team.changes
            frame = screen.frame()
            if frame is not None:
                await socket.send_str(json.dumps(frame))
            await asyncio.sleep(_COALESCE_SECONDS)
            try:
                await team.until(lambda: team.changes > seen, _ALIVE_SECONDS)  # noqa: B023 - awaited within the turn
            except TimeoutError:
                continue

    async def uploaded(self, request: web.Request) -> web.StreamResponse:
        """The bytes of a file that somebody shared."""
        record = self.workspace.team.files.get(request.query.get("id", ""))
        if record is None or record.content is None:
            raise web.HTTPNotFound(text="There is no such file.")
        return web.Response(body=record.content, headers=_HEADERS, content_type="application/octet-stream")


def is_token(offered: str, expected: str) -> bool:
    return hmac.compare_digest(offered.encode(), expected.encode())
