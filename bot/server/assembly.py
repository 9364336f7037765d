"""Puts the server together."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping

from aiohttp import web

from bot.server.answers import answer_errors
from bot.server.bodies import BodyLimits
from bot.server.deaths import Deaths
from bot.server.lives import Lives
from bot.server.metrics import Metrics
from bot.server.readiness import LAG_LIMIT_SECONDS, LoopLag, Probe, WriteProbe, at_head, cancelled, reasons_not_ready
from bot.server.uploads import Uploads
from bot.worker import IngestWorker
from core.clock import Clock, utc_now
from core.settings import Settings
from core.storage.database import Database


def build_server(
    settings: Settings,
    database: Database,
    worker: IngestWorker,
    *,
    routes: Iterable[web.AbstractRouteDef] = (),
    probes: Mapping[str, Probe] | None = None,
    metrics: Metrics | None = None,
    limits: BodyLimits | None = None,
    clock: Clock = utc_now,
) -> web.Application:
    """The application with uploads, `/healthz`, `/readyz`, `/metrics` and the `routes` of others.

    `probes` join those of the database in `/readyz`. Serve it with `listen`, which keeps gzip as it came. The caller
    owns database and worker, and closes them after the server.
    """
    figures = metrics or Metrics()
    uploads = Uploads(settings, database, worker, clock, limits)
    lag = LoopLag(figures.loop_lag.set)
    written = WriteProbe(database, clock)
    ready: dict[str, Probe] = {"writes": written, "migrations": at_head(database), **(probes or {})}

    async def healthz(_request: web.Request) -> web.Response:
        late = lag.seconds
        return web.json_response(
            {"healthy": late < LAG_LIMIT_SECONDS, "loop_lag_seconds": round(late, 3)},
            status=200 if late < LAG_LIMIT_SECONDS else 503,
        )

    async def readyz(_request: web.Request) -> web.Response:
        reasons = await reasons_not_ready(ready)
        return web.json_response({"ready": not reasons, "reasons": reasons}, status=503 if reasons else 200)

    async def show_metrics(_request: web.Request) -> web.Response:
        return web.Response(body=await figures.text(), headers={"Content-Type": figures.content_type})

    async def background(_app: web.Application) -> AsyncIterator[None]:
        tasks = (asyncio.create_task(lag.run()), asyncio.create_task(written.run()))
        yield
        await cancelled(*tasks)
        await uploads.close()

    application = web.Application(middlewares=[answer_errors])
    application.cleanup_ctx.append(background)
    application.router.add_post("/api/v1/runs", uploads.post, expect_handler=uploads.expect)
    application.router.add_post("/api/v1/runs/died", Deaths(settings, database, clock).post)
    application.router.add_post("/api/v1/live", Lives(settings, database, clock).post)
    application.router.add_get("/healthz", healthz)
    application.router.add_get("/readyz", readyz)
    application.router.add_get("/metrics", show_metrics)
    application.add_routes(routes)
    return application
