"""Tells a watcher outside that T12 works: an address that is called while everything is on time."""

import logging
from collections.abc import Mapping

import aiohttp

from bot.server.readiness import Probe, WriteProbe, at_head, reasons_not_ready
from core.clock import Clock
from core.incidents.engine import Engine
from core.storage.database import Database

_SECONDS = 10.0

_log = logging.getLogger("t12.heartbeat")


class Heartbeat:
    """Calls the address, unless something is late or not ready: then the watcher hears nothing and raises its alarm."""

    def __init__(self, url: str, engine: Engine, database: Database, clock: Clock, probes: Mapping[str, Probe]) -> None:
        """`url` may hold a secret, so it is never logged."""
        self._url = url
        self._written = WriteProbe(database, clock)
        self._probes: dict[str, Probe] = {
            "late": engine.lateness, "writes": self._written, "migrations": at_head(database), **probes,
        }  # fmt: skip

    async def beat(self) -> bool:
        """Whether the watcher heard it; what kept it from it is in the log."""
        await self._written.write()
        reasons = await reasons_not_ready(self._probes)
        if reasons:
            _log.warning("no heartbeat: %s", "; ".join(f"{name}: {reason}" for name, reason in reasons.items()))
            return False
        try:
            async with (
                aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=_SECONDS), trust_env=False) as session,
                session.get(self._url, allow_redirects=False) as answer,
            ):
                status = answer.status
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
            _log.warning("the heartbeat was not heard: %s", type(error).__name__)
            return False
        if not 200 <= status < 300:
            _log.warning("the heartbeat was answered with %d", status)
        return 200 <= status < 300
