"""What follows from what happened: one table of events and reactions, each in one transaction with its event."""

import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum, auto
from typing import Protocol

from sqlalchemy.exc import InterfaceError, OperationalError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection

from core.answers import Answers
from core.checks import Finding
from core.clock import Clock, utc_now
from core.errors import NotFoundError, StorageError
from core.health.card import read_wants_card
from core.incidents.detect import Facts
from core.incidents.engine import Engine
from core.incidents.ledger import Ledger
from core.incidents.policy import Policy
from core.incidents.store import StaleError
from core.live.cards import subject_of_run
from core.runs.history import runs_by_id
from core.settings import Settings, Sourced
from core.storage.database import Database
from core.storage.events import OpenEvent, close_events, is_open, open_events, take_event
from core.storage.outbox import want_posting

_log = logging.getLogger("t12.reactions")


class _Turn(Enum):
    DONE = auto()
    OVER = auto()
    """Another replica reacted to it."""
    ANOTHERS = auto()
    """Another replica is at it."""


class Knowing(Protocol):
    """Reads what costs much, so it happens before a transaction."""

    async def facts(self, run_id: int) -> Facts: ...

    async def check(self, name: str, value: float | None = None) -> Finding: ...


@dataclass(frozen=True, slots=True)
class Reactor:
    """Reacts to what happened, once on all replicas together."""

    database: Database
    settings: Settings
    clock: Clock
    knowing: Knowing
    engine: Engine

    async def react(self) -> int:
        """React to every open event, each in a transaction of its own; returns how many there were.

        Events of runs come in the order of the runs, however they were brought in and on whatever replica: while
        another one is at an event, those after it wait. One that fails is tried again and holds nobody up; an
        `ExceptionGroup` tells of it at the end.
        """
        async with self.database.read() as connection:
            waiting = await _in_order(connection, await open_events(connection))
        done, failed = 0, list[Exception]()
        for event in waiting:
            try:
                turn = await self._react_to(event)
            except (OperationalError, InterfaceError, OSError):
                raise  # the database is away, for all of them
            except Exception as error:
                failed.append(error)
                continue
            if turn is _Turn.ANOTHERS:
                break
            done += turn is _Turn.DONE
        if failed:
            raise ExceptionGroup("events without their reactions", failed)
        return done

    async def _react_to(self, event: OpenEvent) -> "_Turn":
        facts = await self._facts(event)
        try:
            async with self.database.write() as connection:
                if await take_event(connection, event.id) is None:
                    return _Turn.ANOTHERS if await is_open(connection, event.id) else _Turn.OVER
                for reaction in REACTIONS.get(event.type, ()):
                    await reaction(self, connection, event, facts)
                await close_events(connection, [event.id])
        except StaleError:
            return _Turn.ANOTHERS  # who decided meanwhile is a step ahead; the next tick reads it anew
        return _Turn.DONE

    async def _facts(self, event: OpenEvent) -> Facts | None:
        """None when the run is gone, or when an error of ours keeps us from reading it: the rest goes on."""
        if event.type != "RunIngested" or event.run_id is None:
            return None
        try:
            return await self.knowing.facts(event.run_id)
        except NotFoundError:
            return None
        except (SQLAlchemyError, StorageError, OSError):
            raise
        except Exception:
            _log.exception("run %d could not be judged for incidents", event.run_id)
            return None


async def react_to_all(database: Database, sourced: Sourced, clock: Clock = utc_now) -> None:
    """React in this process to everything that happened; a bot that runs meanwhile does each thing once with us."""
    settings = sourced.settings
    engine = Engine(Ledger(database, Policy(settings), clock))
    reactor = Reactor(database, settings, clock, Answers(database, sourced, clock), engine)
    while await reactor.react():
        pass


async def _tell_of_run(reactor: Reactor, connection: AsyncConnection, event: OpenEvent, _facts: Facts | None) -> None:
    """A run's card is posted when the run comes in, and edited when more of it does; a living card may be it."""
    channel, now = reactor.settings.channel, reactor.clock()
    if channel is None or event.run_id is None:
        return
    if await read_wants_card(connection, event.run_id, reactor.settings.default_branch, now):
        await want_posting(connection, channel, await subject_of_run(connection, channel, event.run_id), now)


async def _look_for_incidents(
    reactor: Reactor, connection: AsyncConnection, _event: OpenEvent, facts: Facts | None
) -> None:
    if facts is not None:
        await reactor.engine.take_run(connection, facts)


async def _take_death(reactor: Reactor, connection: AsyncConnection, event: OpenEvent, _facts: Facts | None) -> None:
    await reactor.engine.take_death(connection, event.at, event.data)


Reaction = Callable[[Reactor, AsyncConnection, OpenEvent, Facts | None], Awaitable[None]]
REACTIONS: dict[str, tuple[Reaction, ...]] = {
    "RunIngested": (_tell_of_run, _look_for_incidents),
    "RunDied": (_take_death,),
}


async def _in_order(connection: AsyncConnection, events: Sequence[OpenEvent]) -> list[OpenEvent]:
    runs = await runs_by_id(connection, {event.run_id for event in events if event.run_id is not None})

    def when(event: OpenEvent) -> tuple[datetime, int]:
        if event.run_id is not None:
            return (runs[event.run_id].started_at if event.run_id in runs else event.at), event.id
        started = event.data.get("started_at")
        return (datetime.fromisoformat(started).astimezone(UTC) if isinstance(started, str) else event.at), event.id

    return sorted(events, key=when)
