"""Occurrences to rows and back, with their events."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from functools import lru_cache
from operator import attrgetter
from typing import Any

from sqlalchemy import and_, bindparam, func, insert, literal, or_, select, update
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from core.checklists.model import EVENT_PREFIX, Event, Happened, Item, ItemState, Occurrence, Standing
from core.storage.database import batches, insert_rows
from core.storage.tables import IS_WAITING, event, occurrence, occurrence_item

_BEGUN = f"{EVENT_PREFIX}begun"
"""An event of a list and not of an occurrence."""

_PLAIN = (
    "key", "title", "on", "due_at", "moved_from", "is_late", "minutes", "role", "channel", "carry_to", "closes_at",
    "nagged", "nag_at", "closed_at",
)  # fmt: skip
_plain_of = attrgetter(*_PLAIN)
_Changes = tuple[tuple[str, Any], ...]

_CHANGES = ("closes_at", "nagged", "nag_at", "closed_at", "standing")
_CHANGES_OF_ITEM = ("state", "by", "at", "reason", "evidence", "assignee", "note", "carried_from")
"""What may become of an occurrence and its items once they are there."""

_state_of = attrgetter(*_CHANGES)
_state_of_item = attrgetter(*_CHANGES_OF_ITEM)

# In the order of the values' fields: a year of many lists is read often.
_STANDINGS = {each.value: each for each in Standing}
_STATES = {each.value: each for each in ItemState}
_COLUMNS = (
    "id", "key", "title", "on", "due_at", "standing", "moved_from", "is_late", "minutes", "role", "channel", "carry_to",
    "closes_at", "nagged", "nag_at", "closed_at", "version",
)  # fmt: skip
_COLUMNS_OF_ITEM = (
    "position", "text", "check_name", "value", "how", "state", "by", "at", "reason", "evidence", "assignee", "note",
    "carried_from",
)  # fmt: skip
_NEW_ITEM = (
    "occurrence_id", "position", "text", "check_name", "value", "how", "state", "by", "at", "reason", "evidence",
    "assignee", "note", "carried_from",
)  # fmt: skip
_OCCURRENCES = select(*(occurrence.c[name] for name in _COLUMNS))
_ITEMS = select(occurrence_item.c.occurrence_id, *(occurrence_item.c[name] for name in _COLUMNS_OF_ITEM))

# Written out and in the order of closing, because SQLite leaves an index over some of the rows unused otherwise.
_IS_OPEN = occurrence.c.standing == literal(Standing.OPEN.value, literal_execute=True)
_BY_CLOSING = (occurrence.c.closes_at, occurrence.c.id)
_IS_DUE = or_(occurrence.c.closes_at <= bindparam("now"), occurrence.c.nag_at <= bindparam("now"))
_DUE = _OCCURRENCES.where(_IS_OPEN, _IS_DUE).order_by(*_BY_CLOSING)
_ANY_DUE = select(occurrence.c.id).where(_IS_OPEN, _IS_DUE).limit(1)


async def add_occurrences(connection: AsyncConnection, new: Sequence[Occurrence]) -> list[Occurrence]:
    """Store new occurrences without their items; answers those whose list had none on that day.

    Of two replicas one stores an occurrence, and the other waits until it is stored.
    """
    kind = insert_postgresql if connection.dialect.name == "postgresql" else insert_sqlite
    columns = occurrence.c
    made = await connection.execute(
        kind(occurrence)
        .on_conflict_do_nothing(index_elements=["key", "on"])
        .returning(columns.id, columns.key, columns.on),
        [_values(each) | {"version": 0} for each in new],
    )
    ids = {(row.key, row.on): row.id for row in made}
    return [replace(each, id=ids[each.key, each.on]) for each in new if (each.key, each.on) in ids]


async def save_occurrences(connection: AsyncConnection, changed: Iterable[tuple[Occurrence, Occurrence]]) -> None:
    """Store what changed between two values of each; the caller read them with `lock` in this transaction.

    What changed alike is one statement: of what is due at an instant most is.
    """
    rows: dict[_Changes, list[int]] = {}
    items: dict[tuple[_Changes, tuple[int, ...]], list[int]] = {}
    for before, after in changed:
        rows.setdefault(_changes(_CHANGES, _state_of(before), _state_of(after)), []).append(before.id)
        if after.items is not before.items:
            for alike in _changed_items(before, after).items():
                items.setdefault(alike, []).append(before.id)
    for changes, ids in rows.items():
        changed_row = update(occurrence).values(**dict(changes), version=occurrence.c.version + 1)
        for some in batches(ids):
            await connection.execute(changed_row.where(occurrence.c.id.in_(some)))
    item = occurrence_item.c
    for (changes, positions), ids in items.items():
        changed_item = update(occurrence_item).values(**dict(changes)).where(item.position.in_(positions))
        for some in batches(ids):
            await connection.execute(changed_item.where(item.occurrence_id.in_(some)))


async def add_events(
    connection: AsyncConnection, happened: Sequence[tuple[int, Event]], request: str | None = None
) -> list[int]:
    """Store what happened to occurrences, and answer the numbers of the events in their order.

    The first event bears the key of the click that caused it.
    """
    if not happened:
        return []
    rows = [
        {
            "type": EVENT_PREFIX + each.type.value, "at": each.at, "data": dict(each.data), "is_handled": True,
            "occurrence_id": id_, "by": each.by, "request": request if number == 0 else None,
        }
        for number, (id_, each) in enumerate(happened)
    ]  # fmt: skip
    # Many rows a statement; asking for their numbers in order as well would make it a statement a row.
    ids: dict[int, list[int]] = {}
    for row in await connection.execute(insert(event).returning(event.c.id, event.c.occurrence_id), rows):
        ids.setdefault(row.occurrence_id, []).append(row.id)
    numbers = {id_: iter(sorted(found)) for id_, found in ids.items()}
    return [next(numbers[id_]) for id_, _ in happened]


async def read_occurrence(connection: AsyncConnection, id_: int, *, lock: bool = False) -> Occurrence | None:
    query = _OCCURRENCES.where(occurrence.c.id == id_)
    if lock and connection.dialect.name == "postgresql":
        query = query.with_for_update()
    row = (await connection.execute(query)).first()
    return (await _with_items(connection, [row]))[0] if row is not None else None


async def newest_days(connection: AsyncConnection, keys: Collection[str]) -> dict[str, date]:
    """The last day of each of these lists that there is an occurrence for."""
    newest = select(occurrence.c.key, func.max(occurrence.c.on)).group_by(occurrence.c.key)
    rows = await connection.execute(newest.where(occurrence.c.key.in_(keys)))
    return {row[0]: row[1] for row in rows.all()}


async def begin_lists(connection: AsyncConnection, keys: Collection[str], now: datetime) -> None:
    """Note since when lists are looked after; what was noted before stays."""
    kind = insert_postgresql if connection.dialect.name == "postgresql" else insert_sqlite
    rows = [{"type": _BEGUN, "at": now, "data": {"list": key}, "request": f"{_BEGUN}:{key}"} for key in keys]
    await connection.execute(kind(event).on_conflict_do_nothing(index_elements=["request"]), rows)


async def begun_lists(connection: AsyncConnection, keys: Collection[str]) -> dict[str, datetime]:
    """Since when lists are looked after, as far as that was noted."""
    requests = {f"{_BEGUN}:{key}": key for key in keys}
    rows = await connection.execute(select(event.c.request, event.c.at).where(event.c.request.in_(requests)))
    return {requests[row.request]: row.at for row in rows}


async def recent_occurrences(
    connection: AsyncConnection, *, limit: int, key: str | None = None, since: date | None = None
) -> list[Occurrence]:
    """The newest first."""
    query = _OCCURRENCES.order_by(occurrence.c.due_at.desc(), occurrence.c.id.desc()).limit(limit)
    if key is not None:
        query = query.where(occurrence.c.key == key)
    if since is not None:
        query = query.where(occurrence.c.on >= since)
    return await _with_items(connection, (await connection.execute(query)).all())


async def open_occurrences(connection: AsyncConnection) -> list[Occurrence]:
    query = _OCCURRENCES.where(_IS_OPEN).order_by(*_BY_CLOSING)
    return await _with_items(connection, (await connection.execute(query)).all())


async def is_any_due(connection: AsyncConnection, now: datetime) -> bool:
    return (await connection.execute(_ANY_DUE, {"now": now})).first() is not None


async def take_due(connection: AsyncConnection, now: datetime) -> list[Occurrence]:
    """Open ones that are to be summed up or whose people are to be reminded, locked; no other replica has them."""
    query = _DUE.with_for_update(skip_locked=True) if connection.dialect.name == "postgresql" else _DUE
    return await _with_items(connection, (await connection.execute(query, {"now": now})).all())


async def unchecked(
    connection: AsyncConnection, *, but: Collection[str] = (), limit: int = 50
) -> list[tuple[int, int, str, float | None]]:
    """Open items whose check has not run: occurrence, position, check, bound; `but` names checks to leave out."""
    item = occurrence_item.c
    rows = await connection.execute(
        select(item.occurrence_id, item.position, item.check_name, item.value)
        .join(occurrence, occurrence.c.id == item.occurrence_id)
        .where(
            _IS_OPEN,
            item.check_name.not_in(["", *but]),
            item.evidence == "",
            item.state == ItemState.OPEN.value,
        )
        .order_by(*_BY_CLOSING, item.position)
        .limit(limit)
    )
    return [(row[0], row[1], row[2], row[3]) for row in rows.all()]


async def take_carried(connection: AsyncConnection, into: Mapping[str, int]) -> dict[str, list[Item]]:
    """The items that are carried over to lists, each taken over once: by the occurrence given for the list's key."""
    item = occurrence_item.c
    waiting = (
        _ITEMS.add_columns(occurrence.c.carry_to)
        .join(occurrence, occurrence.c.id == item.occurrence_id)
        .where(IS_WAITING, occurrence.c.carry_to.in_(into))
    )
    if connection.dialect.name == "postgresql":
        waiting = waiting.with_for_update(of=occurrence_item)
    rows = sorted(await connection.execute(waiting), key=lambda row: (row.occurrence_id, row.position))
    found: dict[str, list[Item]] = {}
    for row in rows:
        found.setdefault(row.carry_to, []).append(_item(row[1:-1]))
    if rows:
        # What one occurrence left goes to one list.
        taken = {row.occurrence_id: into[row.carry_to] for row in rows}
        mine = and_(item.occurrence_id == bindparam("row"), IS_WAITING)
        await connection.execute(
            update(occurrence_item).where(mine).values(carried_into=bindparam("into")),
            [{"row": id_, "into": new} for id_, new in taken.items()],
        )
    return found


async def add_items(connection: AsyncConnection, occurrences: Iterable[Occurrence]) -> None:
    """Store the items of new occurrences."""
    rows = [_item_values(each.id, item) for each in occurrences for item in each.items]
    await insert_rows(connection, occurrence_item, _NEW_ITEM, rows)


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
    items: dict[int, list[Item]] = {row[0]: [] for row in rows}
    for some in batches(items):
        found = await connection.execute(
            _ITEMS.where(occurrence_item.c.occurrence_id.in_(some)).order_by(
                occurrence_item.c.occurrence_id, occurrence_item.c.position
            )
        )
        for row in found.all():
            items[row[0]].append(_item(row[1:]))
    return [_occurrence(row, tuple(items[row[0]])) for row in rows]


def _values(each: Occurrence) -> dict[str, Any]:
    return dict(zip(_PLAIN, _plain_of(each), strict=True)) | {"standing": each.standing.value}


def _item_values(id_: int, each: Item) -> tuple[Any, ...]:
    """The values of `_NEW_ITEM`."""
    return (
        id_, each.position, each.text, each.check, each.value, each.how, each.state.value, each.by, each.at,
        each.reason, each.evidence, each.assignee, each.note, each.carried_from,
    )  # fmt: skip


def _changed_items(before: Occurrence, after: Occurrence) -> dict[_Changes, tuple[int, ...]]:
    """What changed about items, and the positions of those it changed about."""
    found: dict[_Changes, tuple[int, ...]] = {}
    for old, new in zip(before.items, after.items, strict=True):
        if new is not old and (changes := _changes(_CHANGES_OF_ITEM, _state_of_item(old), _state_of_item(new))):
            found[changes] = (*found.get(changes, ()), old.position)
    return found


def _changes(names: Sequence[str], before: Sequence[Any], after: Sequence[Any]) -> _Changes:
    """The names and new values of what is not the same."""
    return tuple((name, new) for name, old, new in zip(names, before, after, strict=True) if new != old)


@lru_cache(maxsize=4096)
def _item(values: tuple[Any, ...]) -> Item:
    """Of the values of `_COLUMNS_OF_ITEM`; the items of many channels and days are alike."""
    fields: Sequence[Any] = (*values[:5], _STATES[values[5]], *values[6:])
    return Item(*fields)


def _occurrence(values: Sequence[Any], items: tuple[Item, ...]) -> Occurrence:
    """Of the values of `_COLUMNS`."""
    fields: Sequence[Any] = (*values[:5], items, _STANDINGS[values[5]], *values[6:])
    return Occurrence(*fields)


def _event(row: Any) -> Event:
    kind = Happened(row.type.removeprefix(EVENT_PREFIX))
    return Event(kind, row.at, row.by or "", dict(row.data), row.id, row.occurrence_id)
