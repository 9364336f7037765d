"""Socket Mode: single-use URLs, at most ten connections, and every envelope to exactly one of them."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial

from aiohttp import WSMsgType, web

from .limits import LIMITS
from .model import Json
from .team import Team


@dataclass(slots=True, eq=False)
class Connection:
    """One open WebSocket of the app. `leaving` is set once it was told to go; it may still be used until it closes."""

    id: str
    ticket: str
    socket: web.WebSocketResponse
    opened_at: float
    transport: asyncio.Transport | None
    received: list[str] = field(default_factory=list)
    leaving: bool = False

    async def send(self, message: Json) -> bool:
        """Send one JSON message; False when the socket is gone."""
        if self.socket.closed:
            return False
        try:
            await self.socket.send_str(json.dumps(message))
        except (ConnectionError, RuntimeError):
            return False
        return True


class Sockets:
    """The app's Socket Mode connections, in the order they were opened."""

    def __init__(self, team: Team, on_ack: Callable[[str, Json | None, str], None]) -> None:
        """`on_ack(envelope_id, payload, connection_id)` is called for every acknowledgement that arrives."""
        self.team = team
        self.on_ack = on_ack
        self.connections: list[Connection] = []
        self.handshakes = 0
        self.failed_handshakes = 0
        self._turn = 0
        self._tasks: set[asyncio.Task[None]] = set()

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """The WebSocket endpoint behind the URL of apps.connections.open.

        A handshake on a spent, expired or unknown URL gets 404; a handshake that fails spends its URL as well.
        """
        self.handshakes += 1
        ticket = self.team.tickets.get(request.query.get("ticket", ""))
        valid = ticket is not None and not ticket.used
        if ticket is not None:
            valid = valid and self.team.now() - ticket.at <= LIMITS["socket.ticket_seconds"]
            ticket.used = True
        if self.team.faults.take("handshake_502") is not None:
            self.failed_handshakes += 1
            return web.Response(status=502, text="Bad gateway")
        if ticket is None or not valid:
            self.failed_handshakes += 1
            self.team.break_rule("spent_socket_url", "socket", "A handshake used a URL that was spent or has expired.")
            return web.Response(status=404, text="This URL was used before or has expired.")
        socket = web.WebSocketResponse(max_msg_size=1 << 22)
        await socket.prepare(request)
        connection = Connection(self.team.new_id("S"), ticket.id, socket, self.team.now(), request.transport)
        if len(self.connections) >= LIMITS["socket.connections"]:
            self.team.break_rule("too_many_websockets", "socket", "An eleventh connection was opened.")
            await connection.send(self._disconnect("too_many_websockets"))
            await socket.close()
            return socket
        await self._serve(connection)
        return socket

    async def _serve(self, connection: Connection) -> None:
        self.connections.append(connection)
        try:
            await connection.send(self._hello())
            self.team.touch()
            async for message in connection.socket:
                if message.type is WSMsgType.TEXT:
                    self._received(connection, message.data)
        finally:
            self.connections.remove(connection)
            self.team.touch()

    def _received(self, connection: Connection, text: str) -> None:
        try:
            body = json.loads(text)
            envelope_id = body["envelope_id"]
        except (ValueError, KeyError, TypeError):
            self.team.break_rule("unreadable_ack", "socket", text[:200])
            return
        payload = body.get("payload")
        self.on_ack(envelope_id, payload if isinstance(payload, dict) and payload else None, connection.id)

    def _hello(self) -> Json:
        debug = {"host": "workspace", "approximate_connection_time": LIMITS["socket.lifetime_seconds"]}
        return {
            "type": "hello",
            "num_connections": len(self.connections),
            "debug_info": debug,
            "connection_info": {"app_id": self.team.app_id},
        }

    def _disconnect(self, reason: str) -> Json:
        return {"type": "disconnect", "reason": reason, "debug_info": {"host": "workspace"}}

    async def send(self, envelope: Json) -> Connection | None:
        """Send an envelope to the next connection in turn; None when no connection takes it.

        A connection that was told to refresh gets nothing as long as another one is open.
        """
        staying = [c for c in self.connections if not c.leaving] or list(self.connections)
        for _ in range(len(staying)):
            self._turn += 1
            connection = staying[self._turn % len(staying)]
            if await connection.send(envelope):
                connection.received.append(envelope["envelope_id"])
                self.team.touch()
                return connection
        return None

    async def refresh(self, reason: str = "refresh_requested", connection_id: str | None = None) -> int:
        """Tell connections (all, or one) to reconnect; returns how many were told.

        `warning` is followed by refresh_requested about 10 seconds later, as Slack does; any other reason ends the
        connection 10 seconds after it was told, unless the app left before.
        """
        told = [c for c in self.connections if connection_id in (None, c.id)]
        for connection in told:
            connection.leaving = True
            await connection.send(self._disconnect(reason))
            self.team.clock.call_later(LIMITS["socket.warning_seconds"], partial(self._end, connection, reason))
        return len(told)

    def _end(self, connection: Connection, reason: str) -> None:
        if connection in self.connections:
            task = asyncio.get_running_loop().create_task(self._finish(connection, reason))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _finish(self, connection: Connection, reason: str) -> None:
        if reason == "warning":
            await self.refresh("refresh_requested", connection.id)
        else:
            await connection.socket.close()

    async def drop(self, connection_id: str | None = None) -> int:
        """Cut connections (all, or one) without a word, as a network does; returns how many were cut."""
        cut = [c for c in self.connections if connection_id in (None, c.id)]
        for connection in cut:
            if connection.transport is not None:
                connection.transport.abort()
        if cut:
            await self.team.until(lambda: not any(c in self.connections for c in cut) or None)
        return len(cut)

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        for connection in list(self.connections):
            with suppress(ConnectionError, RuntimeError, TimeoutError):
                async with asyncio.timeout(0.2):
                    await connection.socket.close()
