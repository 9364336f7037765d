"""What people do on checklists during a run of the matrix, and whether it is there afterwards, once."""

import asyncio
import random
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.engine import Row

from bot.workspace import Workspace
from bot.workspace.errors import RefusedError
from core.calendar import BusinessCalendar
from core.checklists.flows import Answered, Checklists
from core.checklists.lists import dues
from core.checklists.model import Happened, ItemState, Occurrence, Standing
from core.checklists.store import begun_lists, events_of
from core.storage.database import Database
from core.storage.tables import event, posting

NOTES = "abcdefgh"
_AT_ONCE = 2
"""Lists that people work on at a time, so that they get in each other's way."""


@dataclass(frozen=True, slots=True)
class Ticked:
    """An act on an item that a person saw confirmed. What was typed has a key of its own, a press has none."""

    occurrence: int
    position: int
    type: str
    request: str | None = None


@dataclass
class Lists:
    """The people who work on them."""

    ws: Workspace
    database: Database
    flows: Checklists
    chance: random.Random
    calendar: BusinessCalendar
    told: list[Ticked] = field(default_factory=list)

    async def act(self, who: str, name: str, *, counts_presses: bool) -> None:
        """Somebody presses a button of an item, or types the same in a terminal."""
        waiting = await self.flows.open()
        if not waiting:
            return
        one = self.chance.choice(waiting[:_AT_ONCE])
        item = self.chance.choice(one.items)
        if self.chance.random() < 0.5:
            await self._type(one.id, item.position, who)
            return
        ts = await self._place(one.id)
        what = Happened.DONE if item.is_open else Happened.UNDONE
        verb = "done" if item.is_open else "undo"
        if ts is None:
            return
        try:
            async with asyncio.timeout(5):
                answer = await self.ws.press(name, f"checklist.{verb}:{item.position}", channel="qa", ts=ts)
        except (RefusedError, TimeoutError):
            return  # somebody was faster, or the bot is down
        if answer.acked and counts_presses:
            self.told.append(Ticked(one.id, item.position, what.value))

    async def _type(self, id_: int, position: int, who: str) -> None:
        """The same words come twice at once."""
        request = f"item-{self.chance.getrandbits(60)}"
        kind = self.chance.choices(list(_ACTS), weights=(4, 2, 2, 1))[0]
        words = self.chance.choice(NOTES)
        found = await asyncio.gather(
            *(_ACTS[kind](self.flows, (id_, position, who), words, request) for _ in range(2))
        )  # fmt: skip
        assert sum(each.happened for each in found) < 2, "one click acted twice"
        if any(each.happened for each in found):
            self.told.append(Ticked(id_, position, kind.value, request))

    async def _place(self, id_: int) -> str | None:
        async with self.database.read() as connection:
            ts = select(posting.c.ts).where(posting.c.subject == f"checklist:{id_}")
            return (await connection.execute(ts)).scalar()


Act = Callable[[Checklists, tuple[int, int, str], str, str], Awaitable[Answered]]


async def _done(flows: Checklists, item: tuple[int, int, str], words: str, request: str) -> Answered:
    return await flows.done(*item, words, request=request)


async def _undo(flows: Checklists, item: tuple[int, int, str], _words: str, request: str) -> Answered:
    return await flows.undo(*item, request=request)


async def _skip(flows: Checklists, item: tuple[int, int, str], words: str, request: str) -> Answered:
    return await flows.skip(*item, words, request=request)


async def _note(flows: Checklists, item: tuple[int, int, str], words: str, request: str) -> Answered:
    return await flows.note(*item, words, request=request)


_ACTS: dict[Happened, Act] = {
    Happened.DONE: _done, Happened.UNDONE: _undo, Happened.SKIPPED: _skip, Happened.NOTED: _note,
}  # fmt: skip


async def cards_amiss(lists: Lists, postings: Sequence[Row[Any]], now: datetime) -> int:
    """Lists that were due since T12 knows them, and have no occurrence or not one card."""
    specs = [each for each in lists.flows.lists if each.channel]
    async with lists.database.read() as connection:
        begun = await begun_lists(connection, [each.key for each in specs])
    found = await lists.flows.recent(limit=1000)
    cards = [row.subject for row in postings]
    there = [
        (each.key, each.on)
        for each in found
        if cards.count(f"checklist:{each.id}") == (each.standing is not Standing.MISSED)
    ]
    days = (now - timedelta(days=2)).date(), (now + timedelta(days=2)).date()
    wanted = {
        (spec.key, due.on)
        for spec in specs
        for due in dues(spec, lists.calendar, *days)
        if spec.key in begun and begun[spec.key] <= due.due_at <= now
    }
    return len(wanted ^ set(there)) + len(there) - len(set(there)) + len(found) - len(there)


async def done_twice(lists: Lists) -> int:
    """Rungs of reminders told twice, items that were settled while they were, and items that are not what was done."""
    found = await lists.flows.recent(limit=1000)
    async with lists.database.read() as connection:
        happened = await events_of(connection, [each.id for each in found])
    wrong = 0
    for each in found:
        rungs = [one.data["rung"] for one in happened[each.id] if one.type is Happened.NAGGED]
        wrong += len(rungs) - len(set(rungs))
        kinds = [one.type for one in happened[each.id]]
        wrong += kinds.count(Happened.CLOSED) != (each.standing is Standing.CLOSED)
        wrong += each.is_open
        wrong += sum(_item_twice(each, item.position, happened[each.id]) for item in each.items)
    return wrong


_SETTLED = {Happened.DONE: ItemState.DONE, Happened.SKIPPED: ItemState.SKIPPED, Happened.UNDONE: ItemState.OPEN}


def _item_twice(occurrence: Occurrence, position: int, happened: Sequence[Any]) -> int:
    state, again = ItemState.OPEN, 0
    for each in happened:
        if each.type in _SETTLED and each.data["item"] == position:
            is_undone = _SETTLED[each.type] is ItemState.OPEN
            again += is_undone == (state is ItemState.OPEN)
            state = _SETTLED[each.type]
    return again + (occurrence.items[position].state is not state)


async def forgotten_ticks(lists: Lists) -> int:
    """Confirmed acts that the store does not know, or knows more than once."""
    async with lists.database.read() as connection:
        rows = (await connection.execute(select(event).where(event.c.occurrence_id.is_not(None)))).all()
    typed = [row.request for row in rows]
    pressed = {(row.occurrence_id, row.data.get("item"), row.type.removeprefix("checklist.")) for row in rows}
    return sum(
        typed.count(act.request) != 1
        if act.request is not None
        else (act.occurrence, act.position, act.type) not in pressed
        for act in lists.told
    )
