"""Listens: the application behind a socket, with bounds on what a connection may do before any handler runs."""

import asyncio
from typing import Any

from aiohttp import web

from bot.server.answers import broken_request

IDLE_SECONDS = 30.0
"""A connection that sends no request for so long is closed."""

STOP_SECONDS = 15.0
"""How long requests at work may take to finish when the server stops."""

_BOUNDS: dict[str, Any] = {
    "access_log": None,
    "keepalive_timeout": IDLE_SECONDS,
    # A compressed body stays compressed until the worker unpacks it under its cap.
    "auto_decompress": False,
    "max_line_size": 64 * 1024,
    "max_field_size": 16 * 1024,
    "lingering_time": 5.0,
}


class Listening:
    """A server at work; `port` is the one it got, when 0 was asked for."""

    def __init__(self, runner: web.AppRunner, server: asyncio.Server) -> None:
        self._runner = runner
        self._server = server
        self.port = int(server.sockets[0].getsockname()[1])

    async def stop(self) -> None:
        """Accept nothing more, let requests at work finish, and clean the application up."""
        self._server.close()
        await self._runner.cleanup()


class _Connection(web.RequestHandler):
    """Answers what is no HTTP with JSON too, and without a traceback: a stranger's bytes are no error of ours."""

    __slots__ = ()

    def handle_error(
        self, request: web.BaseRequest, status: int = 500, exc: BaseException | None = None, message: str | None = None
    ) -> web.StreamResponse:
        if status >= 500 or request.writer.output_size > 0:
            return super().handle_error(request, status, exc, message)
        response = broken_request(status, message)
        response.force_close()
        return response


async def listen(application: web.Application, host: str, port: int) -> Listening:
    """Serve the application. Raises `OSError` when the address is taken or not ours."""
    runner = web.AppRunner(application, shutdown_timeout=STOP_SECONDS)
    await runner.setup()
    loop, manager = asyncio.get_running_loop(), runner.server
    assert manager is not None, "the runner was set up"

    def connection() -> web.RequestHandler:
        return _Connection(manager, loop=loop, **_BOUNDS)

    try:
        server = await loop.create_server(connection, host, port)
    except BaseException:
        await runner.cleanup()
        raise
    return Listening(runner, server)
