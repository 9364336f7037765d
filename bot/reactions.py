"""What follows from what happened: one table of events and reactions, each in one transaction with its event."""

from collections.abc import Awaitable, Callable

from sqlalchemy.ext.asyncio import AsyncConnection

from core.clock import Clock
from core.health.card import read_wants_card
from core.settings import Settings
from core.storage.database import Database
from core.storage.events import OpenEvent, close_events, open_events
from core.storage.outbox import want_posting

Reaction = Callable[[AsyncConnection, OpenEvent, Settings, Clock], Awaitable[None]]


async def _tell_of_run(connection: AsyncConnection, event: OpenEvent, settings: Settings, clock: Clock) -> None:
    """A run's card is posted when the run comes in, and edited when more of it does."""
    channel, now = settings.channel, clock()
    if channel is None or event.run_id is None:
        return
    if await read_wants_card(connection, event.run_id, settings.default_branch, now):
        await want_posting(connection, channel, f"run:{event.run_id}", now)


REACTIONS: dict[str, tuple[Reaction, ...]] = {"RunIngested": (_tell_of_run,)}


async def react(database: Database, settings: Settings, clock: Clock) -> int:
    """React to every open event, once on all replicas together; returns how many there were."""
    async with database.read() as connection:
        if not await open_events(connection, limit=1):
            return 0
    async with database.write() as connection:
        events = await open_events(connection)
        for event in events:
            for reaction in REACTIONS.get(event.type, ()):
                await reaction(connection, event, settings, clock)
        await close_events(connection, [event.id for event in events])
    return len(events)
