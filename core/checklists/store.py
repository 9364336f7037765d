"""Occurrences to rows and back, with their events."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import and_, func, insert, or_, select, update
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from core.checklists.model import EVENT_PREFIX, Event, Happened, Item, ItemState, Occurrence, Standing
from core.storage.database import batches
from core.storage.tables import event, occurrence, occurrence_item

_PLAIN = (
    "key", "title", "on", "due_at", "moved_from", "is_late", "minutes", "role", "channel", "carry_to", "closes_at",
    "nagged", "nag_at", "closed_at",
)  # fmt: skip
_ITEM = ("position", "text", "value", "how", "by", "at", "reason", "evidence", "assignee", "note", "carried_from")


async def add_occurrence(connection: AsyncConnection, new: Occurrence) -> Occurrence | None:
    """Store a new occurrence with its items; None when that list has one on that day already."""
    kind = insert_postgresql if connection.dialect.name == "postgresql" else insert_sqlite
    values = {name: getattr(new, name) for name in _PLAIN} | {"standing": new.standing.value, "version": 0}
    done = await connection.execute(
        kind(occurrence)
        .values(**values)
        .on_conflict_do_nothing(index_elements=["key", "on"])
        .returning(occurrence.c.id)
    )
    id_ = done.scalar()
    if id_ is None:
        return None
    if new.items:
        await connection.execute(insert(occurrence_item), [_item_values(id_, each) for each in new.items])
    return replace(new, id=id_)


async def save_occurrence(connection: AsyncConnection, before: Occurrence, after: Occurrence) -> bool:
    """Store what changed; False when somebody else changed it since it was read: nothing is stored then."""
    values: dict[str, Any] = {name: getattr(after, name) for name in _PLAIN} | {"standing": after.standing.value}
    done = await connection.execute(
        update(occurrence)
        .where(occurrence.c.id == before.id, occurrence.c.version == before.version)
        .values(**values, version=before.version + 1)
    )
    if done.rowcount != 1:
        return False
    old = {each.position: each for each in before.items}
    for each in after.items:
        if each == old.get(each.position):
            continue
        mine = and_(occurrence_item.c.occurrence_id == before.id, occurrence_item.c.position == each.position)
        await connection.execute(update(occurrence_item).where(mine).values(**_item_values(before.id, each)))
    return True


async def add_events(
    connection: AsyncConnection, occurrence_id: int, events: Iterable[Event], request: str | None = None
) -> list[Event]:
    """Store what happened; the first event bears the key of the click that caused it."""
    found = []
    for number, each in enumerate(events):
        row = await connection.execute(
            insert(event)
            .values(
                type=EVENT_PREFIX + each.type.value, at=each.at, data=dict(each.data), is_handled=True,
                occurrence_id=occurrence_id, by=each.by, request=request if number == 0 else None,
            )
            .returning(event.c.id)
        )  # fmt: skip
        found.append(replace(each, id=row.scalar_one(), occurrence_id=occurrence_id))
    return found


async def read_occurrence(connection: AsyncConnection, id_: int, *, lock: bool = False) -> Occurrence | None:
    query = select(occurrence).where(occurrence.c.id == id_)
    if lock and connection.dialect.name == "postgresql":
        query = query.with_for_update()
    row = (await connection.execute(query)).first()
    return (await _with_items(connection, [row]))[0] if row is not None else None


async def newest_days(connection: AsyncConnection) -> dict[str, date]:
    """The last day of each list that there is an occurrence for."""
    rows = await connection.execute(select(occurrence.c.key, func.max(occurrence.c.on)).group_by(occurrence.c.key))
    return {row[0]: row[1] for row in rows.all()}


async def recent_occurrences(
    connection: AsyncConnection, *, limit: int, key: str | None = None, since: date | None = None
) -> list[Occurrence]:
    """The newest first."""
    query = select(occurrence).order_by(occurrence.c.due_at.desc(), occurrence.c.id.desc()).limit(limit)
    if key is not None:
        query = query.where(occurrence.c.key == key)
    if since is not None:
        query = query.where(occurrence.c.on >= since)
    return await _with_items(connection, (await connection.execute(query)).all())


async def open_occurrences(connection: AsyncConnection) -> list[Occurrence]:
    query = select(occurrence).where(occurrence.c.standing == Standing.OPEN.value).order_by(occurrence.c.id)
    return await _with_items(connection, (await connection.execute(query)).all())


async def due_occurrences(connection: AsyncConnection, now: datetime, limit: int = 500) -> list[Occurrence]:
    """Open ones that are to be summed up or whose people are to be reminded."""
    due = or_(occurrence.c.closes_at <= now, occurrence.c.nag_at <= now)
    query = select(occurrence).where(occurrence.c.standing == Standing.OPEN.value, due).order_by(occurrence.c.id)
    return await _with_items(connection, (await connection.execute(query.limit(limit))).all())


async def unchecked(connection: AsyncConnection, limit: int = 50) -> list[tuple[int, int, str, float | None]]:
    """Open items whose check has not run: occurrence, position, check, bound."""
    item = occurrence_item.c
    rows = await connection.execute(
        select(item.occurrence_id, item.position, item.check_name, item.value)
        .join(occurrence, occurrence.c.id == item.occurrence_id)
        .where(
            occurrence.c.standing == Standing.OPEN.value,
            item.check_name != "",
            item.evidence == "",
            item.state == ItemState.OPEN.value,
        )
        .order_by(item.occurrence_id, item.position)
        .limit(limit)
    )
    return [(row[0], row[1], row[2], row[3]) for row in rows.all()]


async def take_carried(connection: AsyncConnection, key: str, into: int) -> list[Item]:
    """The items that other occurrences carry over to this list, each taken over once."""
    item = occurrence_item.c
    waiting = (
        select(occurrence_item)
        .join(occurrence, occurrence.c.id == item.occurrence_id)
        .where(
            occurrence.c.carry_to == key, item.state == ItemState.CARRIED.value, item.carried_into.is_(None),
            item.occurrence_id != into,
        )
        .order_by(item.occurrence_id, item.position)
    )  # fmt: skip
    rows = (await connection.execute(waiting)).all()
    for row in rows:
        mine = and_(item.occurrence_id == row.occurrence_id, item.position == row.position)
        await connection.execute(update(occurrence_item).where(mine).values(carried_into=into))
    return [_item(row) for row in rows]


async def add_items(connection: AsyncConnection, id_: int, items: Sequence[Item]) -> None:
    if items:
        await connection.execute(insert(occurrence_item), [_item_values(id_, each) for each in items])


async def events_of(connection: AsyncConnection, ids: Collection[int]) -> dict[int, list[Event]]:
    """What happened to some occurrences, the oldest first."""
    found: dict[int, list[Event]] = {id_: [] for id_ in ids}
    for some in batches(ids):
        rows = await connection.execute(select(event).where(event.c.occurrence_id.in_(some)).order_by(event.c.id))
        for row in rows:
            found[row.occurrence_id].append(_event(row))
    return found


async def read_event(connection: AsyncConnection, id_: int) -> Event | None:
    row = (await connection.execute(select(event).where(event.c.id == id_))).first()
    return _event(row) if row is not None and row.occurrence_id is not None else None


async def _with_items(connection: AsyncConnection, rows: Sequence[Any]) -> list[Occurrence]:
    items: dict[int, list[Item]] = {}
    for some in batches(row.id for row in rows):
        found = await connection.execute(
            select(occurrence_item)
            .where(occurrence_item.c.occurrence_id.in_(some))
            .order_by(occurrence_item.c.occurrence_id, occurrence_item.c.position)
        )
        for row in found:
            items.setdefault(row.occurrence_id, []).append(_item(row))
    return [_occurrence(row, tuple(items.get(row.id, ()))) for row in rows]


def _item_values(id_: int, each: Item) -> dict[str, Any]:
    plain = {name: getattr(each, name) for name in _ITEM}
    return plain | {"occurrence_id": id_, "check_name": each.check, "state": each.state.value}


def _item(row: Any) -> Item:
    plain = {name: getattr(row, name) for name in _ITEM}
    return Item(check=row.check_name, state=ItemState(row.state), **plain)


def _occurrence(row: Any, items: tuple[Item, ...]) -> Occurrence:
    plain = {name: getattr(row, name) for name in _PLAIN}
    return Occurrence(id=row.id, items=items, standing=Standing(row.standing), version=row.version, **plain)


def _event(row: Any) -> Event:
    kind = Happened(row.type.removeprefix(EVENT_PREFIX))
    return Event(kind, row.at, row.by or "", dict(row.data), row.id, row.occurrence_id)
