"""Counts what the workspace shows against what the store wanted."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from itertools import pairwise
from typing import Any

from sqlalchemy import select
from sqlalchemy.engine import Row

from bot.workspace.model import Message
from core.incidents.model import EVENT_PREFIX
from core.storage.database import Database
from core.storage.tables import event, incident, posting
from handlers.gateway import MARK_EVENT
from handlers.messages.checklist import headline
from tests.faults.lists import cards_amiss, done_twice, forgotten_ticks
from tests.faults.story import ANYBODY, Story

RESETS = frozenset({"triggered", "reopened", "ack_expired", "severity_changed"})
"""Events after which the ladder begins anew."""
REPEAT = "(possible repeat)"


@dataclass
class Tally:
    """What one run came to. All but the first eight must be 0."""

    kills: int = 0
    faults: int = 0
    runs: int = 0
    incidents: int = 0
    lists: int = 0
    acts: int = 0
    wanted: int = 0
    repeats: int = 0
    """Messages that say they may be there twice: only where the channel's history may not be read."""
    lost: int = 0
    duplicated: int = 0
    inversions: int = 0
    stale: int = 0
    """Cards that do not show the end of their incident or list."""
    after_ack: int = 0
    """Escalations by T12 of what somebody had acknowledged."""
    twice: int = 0
    """Levels told twice, and items done twice."""
    cards: int = 0
    """Incidents and lists that were due with no card or more than one."""
    forgotten: int = 0
    """Acts that a person saw confirmed and that are not in the store."""

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(*(getattr(self, each.name) + getattr(other, each.name) for each in fields(Tally)))

    @property
    def violations(self) -> int:
        return sum(getattr(self, each.name) for each in fields(Tally)[8:])


async def count(story: Story, *, with_history: bool) -> Tally:
    """Raises nothing: what is wrong is a number."""
    database = story.database
    postings = await _rows(database, select(posting).order_by(posting.c.id))
    incidents = await _rows(database, select(incident).order_by(incident.c.id))
    events = await _rows(database, select(event).where(event.c.incident_id.is_not(None)).order_by(event.c.id))
    shown = _by_mark(story.ws.team.messages["C1"])
    lists = await story.lists.flows.recent(limit=1000)
    acts = len(story.told) + len(story.lists.told)
    found = Tally(story.kills, story.faults, story.runs, len(incidents), len(lists), acts, len(postings))
    for row in postings:
        copies = shown.get(row.id, [])
        found.lost += not copies or row.sent < row.wanted or row.ended is not None
        marked = sum(each.text.startswith(REPEAT) or _was_marked(each) for each in copies)
        repeats = max(0, len(copies) - 1)
        found.repeats += min(marked, repeats)
        found.duplicated += repeats if with_history else max(0, repeats - marked)
    for each in incidents:
        mine = [row for row in events if row.incident_id == each.id]
        card = [row for row in postings if row.subject == f"incident:{each.id}"]
        found.cards += each.announced_at is not None and len(card) != 1
        for one in card:
            copies = shown.get(one.id, [])
            found.stale += not any(message.ts == one.ts and _says_resolved(message) for message in copies)
        wanted = {f"incident_event:{row.id}" for row in mine}
        replies = [shown[row.id][0] for row in postings if row.subject in wanted and row.id in shown]
        first = [shown[row.id][0] for row in card if row.id in shown]
        found.inversions += sum(before.ts >= after.ts for before, after in pairwise([*first, *replies]))
        threads = {message.ts for row in card for message in shown.get(row.id, [])}
        found.inversions += sum(reply.thread_ts not in threads for reply in replies)
        late, again = _escalations(mine)
        found.after_ack += late
        found.twice += again
    found.cards += await cards_amiss(story.lists, postings, story.clock())
    found.twice += await done_twice(story.lists)
    for row in postings:
        kind, _, id_ = row.subject.partition(":")
        ends = [headline(each) for each in lists if kind == "checklist" and each.id == int(id_)]
        texts = [message.text for message in shown.get(row.id, []) if message.ts == row.ts]
        found.stale += any(end not in text or " · closed" not in text for end in ends for text in texts)
        found.inversions += kind == "checklist_event" and _is_elsewhere(row, postings, shown)
    done = {(row.incident_id, row.by, row.type.removeprefix(EVENT_PREFIX)) for row in events}
    done |= {(id_, ANYBODY, kind) for id_, _by, kind in done}
    over = {(id_, ANYBODY, "acknowledged") for id_, _by, kind in done if kind == "resolved"}
    found.forgotten = await forgotten_ticks(story.lists)
    found.forgotten += sum((act.incident_id, act.by, act.type) not in done | over for act in story.told)
    return found


def _is_elsewhere(reply: Row[Any], postings: Sequence[Row[Any]], shown: Mapping[int, list[Message]]) -> bool:
    """Whether a reply is not in the thread of its card."""
    cards = [row.id for row in postings if row.subject == reply.parent]
    threads = {message.ts for id_ in cards for message in shown.get(id_, [])}
    return any(message.thread_ts not in threads for message in shown.get(reply.id, []))


def _escalations(events: Sequence[Row[Any]]) -> tuple[int, int]:
    """Of one incident: escalations by T12 while somebody had it, and levels told twice."""
    is_held, level, late, again = False, 0, 0, 0
    for each in events:
        kind = each.type.removeprefix(EVENT_PREFIX)
        if kind == "escalated":
            late += is_held and each.by == "t12"
            again += each.data["level"] <= level
            is_held, level = False, each.data["level"]
        elif kind in ("acknowledged", "handed_over"):
            is_held = True
        elif kind in RESETS:
            is_held, level = is_held and kind == "severity_changed", 0
    return late, again


def _by_mark(messages: Iterable[Message]) -> dict[int, list[Message]]:
    found: dict[int, list[Message]] = defaultdict(list)
    for message in sorted(messages, key=lambda each: each.ts):
        metadata = message.metadata or {}
        if metadata.get("event_type") == MARK_EVENT:
            found[metadata["event_payload"]["id"]].append(message)
    return found


def _was_marked(message: Message) -> bool:
    """Whether it said that it may be a repeat before it was edited."""
    return any(str(version.get("text", "")).startswith(REPEAT) for version in message.versions)


def _says_resolved(message: Message) -> bool:
    return "Resolved" in json.dumps(message.blocks)


async def _rows(database: Database, query: Any) -> Sequence[Row[Any]]:
    async with database.read() as connection:
        return (await connection.execute(query)).all()
