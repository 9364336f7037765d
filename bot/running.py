"""The running bot: every part started, watched and stopped in order."""

import asyncio
import signal
from collections.abc import Callable, Mapping
from contextlib import AsyncExitStack
from datetime import timedelta
from importlib.metadata import version

from bot.answering import AnswersAside
from bot.briefing import Briefer
from bot.delivery import Delivery
from bot.directs import Directs
from bot.emergency import Responder
from bot.heartbeat import Heartbeat
from bot.logs import set_up_logs
from bot.reactions import Reactor
from bot.schedule import duties, start_schedule
from bot.server.assembly import build_server
from bot.server.listening import listen
from bot.server.metrics import Metrics
from bot.server.readiness import Probe, cancelled
from bot.slack import SlackSide
from bot.watching import watch
from bot.worker import IngestWorker
from core.briefings.flows import Briefings
from core.checklists.flows import Checklists
from core.clock import Clock, utc_now
from core.errors import UsageError
from core.incidents.emergencies import Emergencies
from core.incidents.engine import Engine
from core.incidents.flows import Incidents
from core.incidents.ledger import Ledger
from core.incidents.policy import Policy
from core.settings import Settings, Sourced
from core.storage.database import Database
from core.storage.outbox import oldest_waiting
from handlers.subjects import Subjects

Say = Callable[[str], None]

OUTBOX_LIMIT = timedelta(minutes=5)
"""How long a message may wait for Slack before `/readyz` says so."""


async def run_until_stopped(sourced: Sourced, database: Database, say: Say, clock: Clock = utc_now) -> None:
    """Run until SIGINT or SIGTERM, then stop gracefully: no new requests, finish those at work, close the rest.

    Raises `UsageError` when the port is taken and `SettingsError` when Slack's secrets do not fit together.
    """
    set_up_logs(sourced.settings.slack)
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    async with AsyncExitStack() as parts:
        await start(sourced, database, parts, say, clock)
        await stop.wait()
        say("stopping")


async def start(sourced: Sourced, database: Database, parts: AsyncExitStack, say: Say, clock: Clock = utc_now) -> int:
    """Start every part on the stack, which stops them in reverse; answers the port of the server."""
    settings = sourced.settings
    metrics = Metrics(version("t12"))
    worker = await parts.enter_async_context(IngestWorker(settings, observe=metrics.ingested))
    answers = AnswersAside(sourced, clock)
    parts.push_async_callback(answers.close)
    await answers.start()
    ledger = Ledger(database, Policy(settings), clock)
    reactor = Reactor(database, settings, clock, answers, Engine(ledger))
    checklists = Checklists(database, settings, clock)
    slack, delivery = await _slack_side(settings, answers, Incidents(ledger), checklists, parts)
    if slack is not None:
        say(f"Slack: {slack.status().sentence}")
    else:
        say("Slack is off: SLACK_BOT_TOKEN is not set; uploads and watched folders work")
    routes = slack.routes() if slack is not None else []
    application = build_server(
        settings, database, worker, routes=routes, probes=_probes(slack, database, clock), metrics=metrics, clock=clock
    )
    try:
        server = await listen(application, settings.server.host, settings.server.port)
    except OSError as error:
        place = f"{settings.server.host}:{settings.server.port}"
        raise UsageError(f"cannot listen on {place}: {error.strerror or error}; choose another with --port") from None
    parts.push_async_callback(server.stop)
    say(f"listening on http://{settings.server.host}:{server.port}")
    watching = asyncio.create_task(watch(settings, worker, clock))
    parts.push_async_callback(cancelled, watching)
    responder = Responder(Emergencies(ledger))
    parts.push_async_callback(responder.close)
    briefer = Briefer(Briefings(database, settings, clock, answers))
    parts.push_async_callback(briefer.close)
    heartbeat = _heartbeat(settings, reactor.engine, database, clock, _probes(slack, database, clock))
    table = duties(
        settings, database, clock, reactor, delivery=delivery, checklists=checklists, responder=responder,
        briefer=briefer, heartbeat=heartbeat,
    )  # fmt: skip
    schedule = start_schedule(table)
    parts.callback(schedule.shutdown, wait=False)
    return server.port


async def _slack_side(
    settings: Settings, answers: AnswersAside, incidents: Incidents, checklists: Checklists, parts: AsyncExitStack
) -> tuple[SlackSide, Delivery] | tuple[None, None]:
    """The started Slack side; None when no secret of Slack's is set."""
    slack = settings.slack
    if slack.bot_token is None and slack.app_token is None and slack.signing_secret is None:
        return None, None
    database, clock = incidents.ledger.database, incidents.ledger.clock
    side = SlackSide(slack, answers, incidents, database, clock, checklists=checklists)
    parts.push_async_callback(side.stop)
    await side.start()
    subjects = Subjects(answers, settings.cards, incidents)
    directs = Directs(incidents, side.gateway, clock)
    return side, Delivery(database, side.gateway, subjects, clock, directs.want)


def _heartbeat(
    settings: Settings, engine: Engine, database: Database, clock: Clock, probes: Mapping[str, Probe]
) -> Heartbeat | None:
    url = settings.incidents.heartbeat_url
    return Heartbeat(url.get_secret_value(), engine, database, clock, probes) if url is not None else None


def _probes(slack: SlackSide | None, database: Database, clock: Clock) -> dict[str, Probe]:
    if slack is None:
        return {}
    side = slack

    async def outbox() -> str | None:
        async with database.read() as connection:
            oldest = await oldest_waiting(connection)
        age = clock() - oldest if oldest is not None else timedelta()
        return None if age < OUTBOX_LIMIT else f"a message to Slack has waited for {int(age.total_seconds())} s"

    async def probe() -> str | None:
        status = side.status()
        return None if status.is_ready else status.sentence

    return {"slack": probe, "outbox": outbox}
