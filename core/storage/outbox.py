"""What T12 posts by itself: one row a message, claimed by one sender at a time, in the order of the channel.

A row is wanted in the transaction of what it tells about, and sent after the commit, so a crash loses nothing. A sender
leases it; a lease that runs out during a first post leaves it unknown whether Slack took the message: the row is
ambiguous, and the next sender looks in the channel before it posts again.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, and_, exists, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from core.storage.database import Database, insert_rows
from core.storage.tables import posting

LEASE = timedelta(seconds=90)
"""Longer than one call to Slack may take, its wait for the channel's turn included."""


@dataclass(frozen=True, slots=True)
class Claimed:
    """A message to send now. `version` is what will be sent, `ts` where it stands already."""

    id: int
    channel: str
    subject: str
    version: int
    ts: str | None
    attempts: int
    """Attempts before this one."""
    created_at: datetime
    first_attempt_at: datetime
    """Of this version."""
    is_ambiguous: bool
    """An earlier first post may have arrived."""
    owner: str
    lease_until: datetime
    thread_ts: str | None = None
    """The message in whose thread it is a reply."""
    is_new: bool = True
    """No version of it was sent so far, as far as is known."""


@dataclass(frozen=True, slots=True)
class Want:
    """A message wanted as of an instant. `parent` is the subject whose thread it belongs to."""

    channel: str
    subject: str
    at: datetime
    parent: str | None = None


_WANTED = ("channel", "subject", "wanted", "sent", "created_at", "not_before", "attempts", "is_ambiguous", "parent")
_AGAIN = """(channel, subject) DO UPDATE SET wanted = posting.wanted + 1, ended = NULL, not_before = CASE
    WHEN posting.sent = posting.wanted OR posting.ended IS NOT NULL THEN excluded.not_before
    WHEN posting.attempts = 0 AND posting.not_before > excluded.not_before THEN excluded.not_before
    ELSE posting.not_before END"""
"""A message at rest or not tried yet goes out as of the new want; one that failed keeps its pause."""


async def want_postings(connection: AsyncConnection, wants: Sequence[Want]) -> None:
    """Want messages: each is posted if it is not there, else edited; an edit that still waits goes out now.

    Wanting one again before it was sent is one message. What had ended begins anew where it stood.
    """
    if not wants:
        return
    rows = [(each.channel, each.subject, 1, 0, each.at, each.at, 0, False, each.parent) for each in wants]
    await insert_rows(connection, posting, _WANTED, rows, on_conflict=_AGAIN)


async def want_posting(
    connection: AsyncConnection,
    channel: str,
    subject: str,
    now: datetime,
    *,
    parent: str | None = None,
    pause: timedelta = timedelta(),
) -> None:
    """Want one message; with a `pause` an edit waits until so long after the last one."""
    if pause:
        same = and_(posting.c.channel == channel, posting.c.subject == subject)
        row = (await connection.execute(select(posting.c.sent_at, posting.c.ts).where(same))).first()
        if row is not None and row.sent_at is not None and row.ts is not None:
            now = max(now, row.sent_at + pause)
    await want_postings(connection, [Want(channel, subject, now, parent)])


async def claim_posting(database: Database, owner: str, now: datetime) -> Claimed | None:
    """Lease the next message that is due, the oldest first; None when none is.

    A channel's first posts go out in the order in which they were wanted: none is claimed while an older one waits.
    """
    async with database.read() as connection:
        if (await connection.execute(_due(now).limit(1))).first() is None:
            return None
    async with database.write() as connection:
        wanted = _due(now).limit(1)
        if not database.is_sqlite:
            wanted = wanted.with_for_update(skip_locked=True)
        row = (await connection.execute(wanted)).first()
        if row is None:
            return None
        # A lease that ran out during a first post: nobody knows whether Slack took it.
        ambiguous = row.is_ambiguous or (row.lease_owner is not None and row.ts is None)
        first = row.first_attempt_at or now
        await connection.execute(
            update(posting)
            .where(posting.c.id == row.id)
            .values(
                lease_owner=owner, lease_until=now + LEASE, is_ambiguous=ambiguous, first_attempt_at=first,
                attempts=row.attempts + 1,
            )
        )  # fmt: skip
        place = select(posting.c.ts).where(posting.c.channel == row.channel, posting.c.subject == row.parent)
        thread_ts = (await connection.execute(place)).scalar() if row.parent is not None else None
    return Claimed(
        row.id, row.channel, row.subject, row.wanted, row.ts, row.attempts, row.created_at, first,
        ambiguous, owner, now + LEASE, thread_ts, row.sent == 0,
    )  # fmt: skip


def _due(now: datetime) -> Select[Any]:
    older = posting.alias("older")
    waiting = exists().where(
        older.c.channel == posting.c.channel,
        older.c.id < posting.c.id,
        older.c.ts.is_(None),
        older.c.sent < older.c.wanted,
        older.c.ended.is_(None),
    )
    thread = posting.alias("thread")
    thread_waits = exists().where(
        thread.c.channel == posting.c.channel,
        thread.c.subject == posting.c.parent,
        thread.c.ts.is_(None),
        thread.c.ended.is_(None),
    )
    return (
        select(posting)
        .where(
            posting.c.sent < posting.c.wanted,
            posting.c.ended.is_(None),
            posting.c.not_before <= now,
            or_(posting.c.lease_until.is_(None), posting.c.lease_until < now),
            or_(posting.c.ts.is_not(None), ~waiting),
            or_(posting.c.parent.is_(None), ~thread_waits),
        )
        .order_by(posting.c.id)
    )


async def finish_posting(database: Database, claimed: Claimed, ts: str | None, now: datetime) -> bool:
    """The claimed version stands at `ts` (None: it was not worth a message); False when the lease was lost."""
    values = {"sent": claimed.version, "ts": ts, "is_ambiguous": False, "attempts": 0, "first_attempt_at": None,
              "sent_at": now}  # fmt: skip
    return await _release(database, claimed, values)


async def found_posting(database: Database, claimed: Claimed, ts: str) -> bool:
    """An ambiguous first post had arrived at `ts`, in a version that is not known: it is edited next."""
    return await _release(database, claimed, {"ts": ts, "is_ambiguous": False})


async def defer_posting(database: Database, claimed: Claimed, until: datetime, *, ambiguous: bool = False) -> bool:
    """Try again after `until`; `ambiguous` when Slack may have taken a first post."""
    doubt = claimed.ts is None and (ambiguous or claimed.is_ambiguous)
    return await _release(database, claimed, {"not_before": until, "is_ambiguous": doubt})


async def end_posting(database: Database, claimed: Claimed, reason: str) -> bool:
    """Give up; the next want begins anew."""
    return await _release(database, claimed, {"ended": reason[:500], "attempts": 0, "first_attempt_at": None})


async def _release(database: Database, claimed: Claimed, values: Mapping[str, object]) -> bool:
    mine = and_(posting.c.id == claimed.id, posting.c.lease_owner == claimed.owner)
    async with database.write() as connection:
        done = await connection.execute(
            update(posting).where(mine).values(**values, lease_owner=None, lease_until=None)
        )
    return done.rowcount == 1


async def posted_at(connection: AsyncConnection, channel: str, subject: str) -> str | None:
    """Where the message about a subject stands in a channel; None when it does not, as far as is known."""
    place = select(posting.c.ts).where(posting.c.channel == channel, posting.c.subject == subject)
    found: str | None = (await connection.execute(place)).scalar()
    return found


async def was_wanted(connection: AsyncConnection, channel: str, subject: str) -> bool:
    """Whether the message about a subject was ever wanted in a channel."""
    same = and_(posting.c.channel == channel, posting.c.subject == subject)
    return (await connection.execute(select(posting.c.id).where(same))).first() is not None


async def oldest_waiting(connection: AsyncConnection) -> datetime | None:
    """Since when the message waits that has waited longest; None when none waits."""
    waiting = and_(posting.c.sent < posting.c.wanted, posting.c.ended.is_(None))
    since = func.coalesce(posting.c.first_attempt_at, posting.c.not_before)
    found: datetime | None = (await connection.execute(select(func.min(since)).where(waiting))).scalar()
    return found
