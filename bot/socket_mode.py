"""Socket Mode under a supervisor: two connections side by side, each replaced as a whole when it stays down.

The SDK's client can retry a spent connection URL for ever after one failed handshake, so a client that is down for
longer than a normal reconnect takes is closed and a new one is built; the stuck one is never told to reconnect.
"""

import asyncio
import logging
import random
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from time import monotonic
from typing import Protocol

from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError

from handlers.gateway import HOPELESS

_log = logging.getLogger("t12.slack.socket")

_CONNECT_SECONDS = 10.0
_CLOSE_SECONDS = 5.0
_QUIET = logging.getLogger("t12.slack.socket.library")
_QUIET.setLevel(logging.CRITICAL)
"""The client logs a traceback per failed attempt; the supervisor says the same in a line."""
_HOPELESS = HOPELESS | {"not_allowed_token_type"}


class Connection(Protocol):
    """One Socket Mode connection, as the supervisor sees it."""

    async def open(self) -> None: ...

    async def is_open(self) -> bool: ...

    async def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Timing:
    """How patient the supervisor is, in seconds."""

    look_every: float = 5.0
    down_for: float = 30.0
    """Down for so long, a connection is replaced; a normal reconnect takes less."""
    first_wait: float = 1.0
    longest_wait: float = 60.0
    ping_every: float = 5.0


@dataclass(frozen=True, slots=True)
class SocketStatus:
    """The state of the connections, for `/readyz`."""

    connected: int
    wanted: int
    down_seconds: float
    """How long no connection has been up; 0 while one is."""
    replaced: int
    """Connections that were given up and built anew since the start."""
    problem: str
    """What the last failed attempt said; empty while all is well."""

    @property
    def is_ready(self) -> bool:
        return self.connected > 0


class _BoltConnection:
    """A Bolt handler whose client has its own session and closes within seconds."""

    def __init__(self, app: AsyncApp, app_token: str, ping_seconds: float) -> None:
        self._handler = AsyncSocketModeHandler(app, app_token, logger=_QUIET, ping_interval=ping_seconds)

    async def open(self) -> None:
        """Raises SlackApiError for a refused token, TimeoutError when nothing comes of it."""
        client = self._handler.client
        # The client would retry a refused token for ever; asking for the URL ourselves shows the refusal.
        async with asyncio.timeout(_CONNECT_SECONDS):
            client.wss_uri = await client.issue_new_wss_url()
            await client.connect()  # type: ignore[no-untyped-call]  # the SDK has no types here

    async def is_open(self) -> bool:
        return bool(await self._handler.client.is_connected())

    async def close(self) -> None:
        client = self._handler.client
        client.closed = True
        client.auto_reconnect_enabled = False
        with suppress(TimeoutError, OSError, RuntimeError):
            async with asyncio.timeout(_CLOSE_SECONDS):
                await self._handler.close_async()  # type: ignore[no-untyped-call]  # the SDK has no types here
        for task in (client.message_processor, client.message_receiver, client.current_session_monitor):
            if task is not None:
                task.cancel()
                with suppress(asyncio.CancelledError, Exception):
                    await task
        await client.aiohttp_client_session.close()


class _Watched:
    """One place for a connection, filled again and again."""

    def __init__(self, build: Callable[[], Connection], timing: Timing, up: asyncio.Event) -> None:
        self._build = build
        self._up = up
        self._timing = timing
        self._connection: Connection | None = None
        self.is_up = False
        self.replaced = 0
        self.problem = ""

    async def keep(self) -> None:
        """Open, watch, replace; ends only by cancellation."""
        try:
            while True:
                await self._open()
                await self._watch()
                await self._close()
                self.replaced += 1
        finally:
            await self._close()

    async def _open(self) -> None:
        wait = self._timing.first_wait
        while True:
            self._connection = self._build()
            try:
                await self._connection.open()
            except (SlackApiError, OSError, TimeoutError) as error:
                self.problem = _words(error)
                _log.warning(
                    "Slack's Socket Mode did not connect: %s; next attempt in about %.0f s", self.problem, wait
                )
            else:
                self.is_up, self.problem = True, ""
                self._up.set()
                return
            await self._close()
            await asyncio.sleep(wait * random.uniform(0.75, 1.25))  # noqa: S311 - jitter, no secret
            wait = min(wait * 2, self._timing.longest_wait)

    async def _watch(self) -> None:
        """Return once the connection was down for too long."""
        assert self._connection is not None
        down_at: float | None = None
        while down_at is None or monotonic() - down_at < self._timing.down_for:
            await asyncio.sleep(self._timing.look_every)
            self.is_up = await self._connection.is_open()
            down_at = None if self.is_up else down_at or monotonic()
        self.problem = "the connection was lost and did not come back"
        _log.warning("a Socket Mode connection stayed down and is replaced")

    async def _close(self) -> None:
        self.is_up = False
        connection, self._connection = self._connection, None
        if connection is not None:
            await connection.close()


def _words(error: Exception) -> str:
    if isinstance(error, SlackApiError):
        data = error.response.data if hasattr(error.response, "data") else {}
        code = str(data.get("error", "")) if isinstance(data, dict) else ""
        return f"{code} (check SLACK_APP_TOKEN)" if code in _HOPELESS else code or "Slack refused"
    return str(error) or type(error).__name__


class SocketMode:
    """Keeps `count` connections open side by side until it is stopped.

    Each payload reaches one of them, so two bring no duplicate and close the gap of a reconnect.
    """

    def __init__(
        self,
        app: AsyncApp | None = None,
        app_token: str = "",
        *,
        count: int = 2,
        timing: Timing | None = None,
        build: Callable[[], Connection] | None = None,
    ) -> None:
        timing = timing or Timing()
        if build is None:
            assert app is not None
            bolt = app
            build = lambda: _BoltConnection(bolt, app_token, timing.ping_every)  # noqa: E731
        self._up = asyncio.Event()
        self._places = [_Watched(build, timing, self._up) for _ in range(count)]
        self._tasks: list[asyncio.Task[None]] = []
        self._up_at = monotonic()

    async def start(self) -> None:
        """Begin to connect; returns at once, `status` says how it goes."""
        self._up_at = monotonic()
        loop = asyncio.get_running_loop()
        self._tasks = [loop.create_task(place.keep()) for place in self._places]

    async def wait_until_ready(self, timeout_seconds: float) -> bool:
        """Whether a connection came up in time."""
        with suppress(TimeoutError):
            async with asyncio.timeout(timeout_seconds):
                await self._up.wait()
        return self.status().is_ready

    async def stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks = []

    def status(self) -> SocketStatus:
        connected = sum(place.is_up for place in self._places)
        if connected:
            self._up_at = monotonic()
        return SocketStatus(
            connected=connected,
            wanted=len(self._places),
            down_seconds=0.0 if connected else monotonic() - self._up_at,
            replaced=sum(place.replaced for place in self._places),
            problem=next((place.problem for place in self._places if place.problem), ""),
        )
