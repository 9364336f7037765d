"""Runs that are watched, to rows and back; what changes is wanted on the card in the same transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from core.errors import NotFoundError
from core.live.card import (
    LOST_AFTER,
    LiveCard,
    LiveEvent,
    Seen,
    Word,
    event_from_json,
    event_to_json,
    seen_from_json,
    seen_to_json,
)
from core.live.model import End, Ended, LiveRun
from core.runs.model import RunMark
from core.storage.events import record
from core.storage.outbox import want_posting, was_wanted
from core.storage.tables import event as event_table
from core.storage.tables import live_run

TOLD = "LiveRunTold"
LOST = "nothing was heard of its watcher any more"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a watched run is kept, and where its card stands."""

    id: int
    channel: str


async def begin_card(
    connection: AsyncConnection, key: str, mark: RunMark, channel: str, now: datetime
) -> Place:
    """Keep that a run is watched; a repeat of the same key finds what was kept."""
    known = (await connection.execute(select(live_run.c.id).where(live_run.c.key == key))).scalar()
    if known is not None:
        return Place(known, channel)
    values = {
        "key": key, "suite": mark.suite, "branch": mark.branch, "revision": mark.revision, "run_key": mark.run_key,
        "started_at": mark.started_at or now, "heard_at": now, "why": "", "state": seen_to_json(Seen(LiveRun())),
        "channel": channel,
    }  # fmt: skip
    made = await connection.execute(insert(live_run).values(values).returning(live_run.c.id))
    return Place(int(made.scalar_one()), channel)


async def change_card(
    connection: AsyncConnection,
    place: Place,
    seen: Seen,
    now: datetime,
    *,
    events: Sequence[LiveEvent] = (),
    end: End | None = None,
    pause: timedelta = timedelta(),
) -> None:
    """Keep what its watcher says now. Events and the end are told at once, the rest after a pause.

    A watcher that was lost and speaks again goes on; one that ended does not.
    """
    ended = {"ended_at": now, "how": end.how.value, "why": end.why, "exit_code": end.exit_code} if end else {
        "ended_at": None, "how": None, "why": "",
    }  # fmt: skip
    is_open = live_run.c.ended_at.is_(None) | (live_run.c.how == Ended.LOST.value)
    changed = await connection.execute(
        update(live_run)
        .where(live_run.c.id == place.id, is_open)
        .values(heard_at=now, state=seen_to_json(seen), **ended)
    )
    if not changed.rowcount:
        return
    is_news = bool(events) or end is not None
    await want_posting(connection, place.channel, _subject(place.id), now, pause=timedelta() if is_news else pause)
    for each in events:
        id_ = await record(connection, TOLD, each.at, live_run=place.id, **event_to_json(each))
        await want_posting(connection, place.channel, f"live_event:{id_}", now, parent=_subject(place.id))


async def hear(
    connection: AsyncConnection, word: Word, owner: str, channel: str, now: datetime, *, pause: timedelta
) -> bool:
    """Keep what a watcher elsewhere says; False for a word that was heard before, or came after a later one.

    `owner` is who sends it: nobody else's watches are touched.
    """
    place = await begin_card(connection, owned(owner, word.key), word.mark, channel, now)
    heard = await connection.execute(
        update(live_run).where(live_run.c.id == place.id, live_run.c.number < word.number).values(number=word.number)
    )
    if not heard.rowcount:
        return False
    await change_card(connection, place, word.seen, now, events=word.events, end=word.end, pause=pause)
    return True


async def open_of(connection: AsyncConnection, owner: str, *, besides: str) -> int:
    """How many watches of an owner did not end yet, besides the one with this key."""
    theirs = live_run.c.key.startswith(owned(owner, ""), autoescape=True) & (live_run.c.key != owned(owner, besides))
    counted = select(func.count()).select_from(live_run).where(theirs, live_run.c.ended_at.is_(None))
    return int((await connection.execute(counted)).scalar_one())


def owned(owner: str, key: str) -> str:
    """The key of a watch that somebody elsewhere keeps."""
    return f"{owner}:{key}"


async def join_run(connection: AsyncConnection, key: str, run_id: int) -> None:
    """Keep which run the reports of a watched run became; its card becomes that run's card."""
    await connection.execute(update(live_run).where(live_run.c.key == key).values(run_id=run_id))


async def subject_of_run(connection: AsyncConnection, channel: str, run_id: int) -> str:
    """The subject of a run's card in a channel: the first living card that became it, unless it has one of its own."""
    own = f"run:{run_id}"
    if await was_wanted(connection, channel, own):
        return own
    first = select(func.min(live_run.c.id)).where(live_run.c.run_id == run_id, live_run.c.channel == channel)
    id_ = (await connection.execute(first)).scalar()
    return own if id_ is None else _subject(id_)


async def is_card_of_run(connection: AsyncConnection, card: LiveCard) -> bool:
    """Whether a living card is what tells of the run that its reports became."""
    if card.run_id is None or card.channel is None:
        return False
    return await subject_of_run(connection, card.channel, card.run_id) == _subject(card.id)


async def lose_silent(connection: AsyncConnection, now: datetime) -> int:
    """End the runs whose watchers fell silent, and want that said; answers how many there were."""
    silent = update(live_run).where(live_run.c.ended_at.is_(None), live_run.c.heard_at < now - LOST_AFTER)
    lost = silent.values(ended_at=now, how=Ended.LOST.value, why=LOST)
    rows = (await connection.execute(lost.returning(live_run.c.id, live_run.c.channel))).all()
    for row in rows:
        if row.channel is not None:
            await want_posting(connection, row.channel, _subject(row.id), now)
    return len(rows)


async def has_silent(connection: AsyncConnection, now: datetime) -> bool:
    """Whether some watcher fell silent."""
    silent = select(live_run.c.id).where(live_run.c.ended_at.is_(None), live_run.c.heard_at < now - LOST_AFTER)
    return (await connection.execute(silent.limit(1))).first() is not None


async def read_card(connection: AsyncConnection, id_: int) -> LiveCard:
    """Raises `NotFoundError`."""
    row = (await connection.execute(select(live_run).where(live_run.c.id == id_))).first()
    if row is None:
        raise NotFoundError(f"there is no watched run {id_}")
    return _card(row)


async def read_live_event(connection: AsyncConnection, id_: int) -> LiveEvent:
    """Raises `NotFoundError`."""
    columns = (event_table.c.at, event_table.c.data)
    wanted = select(*columns).where(event_table.c.id == id_, event_table.c.type == TOLD)
    row = (await connection.execute(wanted)).first()
    if row is None:
        raise NotFoundError(f"event {id_} is gone")
    return event_from_json(row.at, row.data)


def _subject(id_: int) -> str:
    return f"live:{id_}"


def _card(row: Any) -> LiveCard:
    return LiveCard(
        row.id, row.suite, row.branch, row.revision, row.started_at, row.heard_at, seen_from_json(row.state),
        row.ended_at, Ended(row.how) if row.how else None, row.why, row.run_id, row.channel,
    )  # fmt: skip
