"""Watches the databases from the bot, and tells of trouble once when it begins and once when it is over."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy.exc import IntegrityError

from core.clock import Clock
from core.databases.answer import read
from core.databases.judge import judge_postgres, judge_sqlite, limits_of, unreachable
from core.databases.model import Alert, Limits, Postgres, Problem, Sqlite
from core.databases.store import (
    add_alert,
    change_alert,
    end_alert,
    note_peak,
    open_alert,
)
from core.errors import DatabaseError, SettingsError
from core.settings import DatabaseSettings
from core.storage.database import Database
from core.storage.outbox import want_posting

EASED = 0.8
"""An alert is over when everything is below this share of its limits, so that it does not begin and end by turns."""

Step = Literal["begin", "change", "end", ""]


def step_of(before: Alert | None, now: Sequence[Problem], eased: Sequence[Problem]) -> Step:
    """What is to be told: trouble that begins, another kind of trouble, or that all is below the lower limits."""
    kinds = {each.kind for each in now if each.level == "bad"}
    if before is None:
        return "begin" if kinds else ""
    if not kinds:
        return "" if any(each.level == "bad" for each in eased) else "end"
    return "change" if kinds != set(before.kinds) else ""


def ease(limits: Limits) -> Limits:
    return replace(
        limits, connections=int(limits.connections * EASED), idle=limits.idle * EASED, lock=limits.lock * EASED,
        wal_bytes=int(limits.wal_bytes * EASED),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Look:
    """What a look came to, by the limits and by the lower ones."""

    active: int | None
    problems: tuple[Problem, ...]
    eased: tuple[Problem, ...]


class Alerts:
    """Looks at each database every `every_seconds`; rows say what was told, so a restart tells nothing twice."""

    def __init__(
        self, store: Database, settings: Mapping[str, DatabaseSettings], channel: str | None, clock: Clock
    ) -> None:
        self._store = store
        self._settings = {name: each for name, each in settings.items() if each.every_seconds}
        self._channel = channel
        self._clock = clock
        self._look_at: dict[str, datetime] = {}
        """When each is looked at next. It saves looks alone."""

    async def tick(self) -> None:
        """Look at those that are due, side by side."""
        now = self._clock()
        due = [name for name in self._settings if self._look_at.get(name, now) <= now]
        for name in due:
            self._look_at[name] = now + timedelta(seconds=self._settings[name].every_seconds)
        looks = await asyncio.gather(*(look(name, self._settings[name], now) for name in due))
        for name, each in zip(due, looks, strict=True):
            await self._tell(name, each, now)

    async def _tell(self, name: str, found: Look, now: datetime) -> None:
        try:
            async with self._store.write() as connection:
                if found.active is not None:
                    await note_peak(connection, name, found.active, now)
                before = await open_alert(connection, name)
                step = step_of(before, found.problems, found.eased)
                bad = [each for each in found.problems if each.level == "bad"]
                if step == "begin":
                    id_ = await add_alert(connection, name, bad, now)
                elif before is not None and step == "change":
                    id_ = await change_alert(connection, before.id, bad)
                elif before is not None and step == "end":
                    id_ = await end_alert(connection, before, now)
                else:
                    return
                if self._channel is not None:
                    await want_posting(connection, self._channel, f"database:{id_}", now)
        except IntegrityError:
            return  # another replica told of it at this moment


async def look(name: str, settings: DatabaseSettings, now: datetime) -> Look:
    """A light look: the pages of a SQLite file are not checked."""
    limits = limits_of(settings)
    try:
        found = await read(name, settings, now, is_thorough=False)
    except (DatabaseError, SettingsError) as error:
        away = (unreachable(str(error)),)
        return Look(None, away, away)
    active = found.active if isinstance(found, Postgres) else None
    return Look(active, _judged(found, limits), _judged(found, ease(limits)))


def _judged(found: Postgres | Sqlite, limits: Limits) -> tuple[Problem, ...]:
    return judge_postgres(found, limits) if isinstance(found, Postgres) else judge_sqlite(found, limits)
