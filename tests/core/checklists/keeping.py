"""Checklists as values with dull defaults, and a real store of them with a clock to move."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from core.calendar import BusinessCalendar
from core.checklists.cadence import parse_cadence
from core.checklists.flows import Checklists
from core.checklists.lists import lists_of
from core.checklists.model import Event, Item, ItemSpec, ListSpec, Occurrence
from core.checklists.store import events_of
from core.settings import Settings
from core.storage.database import Database
from core.storage.tables import posting

MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
"""A Monday, when the business hours of a dull calendar begin."""

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
ROLES = {"developer": {"members": ["U1"]}, "team_lead": {"members": ["U2"]}, "qa_team": {"members": ["U3"]}}


def a_calendar(zone: str = "UTC", country: str | None = None, *holidays: date) -> BusinessCalendar:
    return BusinessCalendar(ZoneInfo(zone), frozenset(range(5)), ((540, 1080),), country, holidays=frozenset(holidays))


def a_list(cadence: str = "mon", *texts: str, **changes: Any) -> ListSpec:
    values: dict[str, Any] = {
        "key": "own", "title": "Own", "cadence": parse_cadence(cadence), "at": "09:00", "zone": "UTC",
        "items": tuple(ItemSpec(text) for text in texts or ("look", "listen")), "channel": "C1",
    }  # fmt: skip
    return ListSpec(**(values | changes))


def an_occurrence(*items: Item, **changes: Any) -> Occurrence:
    values: dict[str, Any] = {
        "id": 1, "key": "own", "title": "Own", "on": MONDAY.date(), "due_at": MONDAY, "channel": "C1",
        "items": items or (Item(0, "look"), Item(1, "listen")), "closes_at": MONDAY + 9 * HOUR,
    }  # fmt: skip
    return Occurrence(**(values | changes))


def some_settings(lists: Mapping[str, Any], **tables: Any) -> Settings:
    """Only the lists named are on; those of the book are switched off where they are not named."""
    off = {each.key: {"on": False} for each in lists_of(Settings()) if each.key not in lists}
    checklists = {"lists": {**off, **lists}, **tables.pop("checklists", {})}
    values = {"channel": "C1", "roles": ROLES, "checklists": checklists, **tables}
    return Settings.model_validate(values)


def an_own_list(cadence: str = "business days", *texts: str, **more: Any) -> dict[str, Any]:
    return {"cadence": cadence, "items": [*(texts or ("look", "listen"))], **more}


@dataclass
class Kept:
    """The checklists of a real store, and a clock."""

    database: Database
    settings: Settings = field(default_factory=lambda: some_settings({"own": an_own_list()}))
    now: datetime = MONDAY

    def __post_init__(self) -> None:
        self.flows = self.replica()

    def replica(self) -> Checklists:
        """One more process over the same store."""
        return Checklists(self.database, self.settings, lambda: self.now)

    async def tick(self, at: datetime | None = None) -> int:
        self.now = at or self.now
        return await self.flows.tick()

    async def live(self, until: datetime, step: timedelta = 30 * MINUTE) -> None:
        """Tick now, and every so often until an instant."""
        while self.now < until:
            await self.tick()
            self.now += step
        await self.tick(until)

    async def all(self, key: str | None = None) -> list[Occurrence]:
        """The oldest first."""
        return [*await self.flows.recent(key=key, limit=10_000)][::-1]

    async def only(self, key: str | None = None) -> Occurrence:
        (found,) = await self.all(key)
        return found

    async def newest(self, key: str | None = None) -> Occurrence:
        return (await self.flows.recent(key=key, limit=1))[0]

    async def events(self, id_: int) -> list[Event]:
        async with self.database.read() as connection:
            return (await events_of(connection, [id_]))[id_]

    async def happened(self, id_: int) -> list[str]:
        return [event.type.value for event in await self.events(id_)]

    async def wanted(self) -> list[str]:
        """The subjects of the messages that are wanted, in their order."""
        async with self.database.read() as connection:
            return [*(await connection.execute(select(posting.c.subject).order_by(posting.c.id))).scalars()]
