"""A year of all the book's lists for 50 channels on a moved clock, beside the counts that the calendar gives."""

import asyncio
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import func, select

from core.checklists.book import LISTS
from core.checklists.flows import Checklists
from core.checklists.lists import lists_of, upcoming
from core.settings import Settings
from core.storage.database import Database
from core.storage.migrate import migrate
from core.storage.tables import occurrence

_CHANNELS = 50
_START, _END = datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)
_REMINDERS = (2, 4, 6)
"""Hours after an instant at which something is due."""


def some_settings() -> Settings:
    """The book's lists once per channel, under a name of their own."""
    lists: dict[str, Any] = {key: {"on": False} for key in LISTS}
    for number in range(_CHANNELS):
        for key, book in LISTS.items():
            lists[f"c{number}_{key}"] = {
                "cadence": book.cadence, "at": book.at, "channel": f"C{number}", "role": book.role,
                "items": [{"text": item.text, "check": item.check} for item in book.items],
                "carry_to": f"c{number}_{book.carry_to}" if book.carry_to else "", "open_days": book.open_days,
            }  # fmt: skip
    return Settings.model_validate({"calendar": {"country": "ES"}, "checklists": {"lists": lists}})


async def measure(home: Path) -> None:
    settings, database = some_settings(), Database(f"sqlite:///{home / 'checklists.db'}")
    await migrate(database)
    due = upcoming(lists_of(settings), settings.business_calendar, _START.date(), (_END - _START).days)
    now = [_START]
    flows = Checklists(database, settings, lambda: now[0])
    instants = {each.due_at for each in due}
    instants |= {each + timedelta(hours=hours) for each in instants for hours in _REMINDERS}
    instants |= {each.replace(hour=18, minute=0) for each in instants}
    began, clock_began, ticks = time.process_time(), time.monotonic(), 0
    for instant in sorted(each for each in instants if each < _END):
        now[0] = instant
        ticks += 1
        await flows.tick()
    seconds, on_the_clock = time.process_time() - began, time.monotonic() - clock_began
    async with database.read() as connection:
        counted = select(occurrence.c.standing, func.count()).group_by(occurrence.c.standing)
        found = {row[0]: row[1] for row in await connection.execute(counted)}
    await database.close()
    print(
        f"  a year of {len(due):,} checklists in {_CHANNELS} channels, {ticks:,} ticks: {found}, {len(due):,} expected"
    )
    print(f"checklists took {seconds:.1f} s CPU, {on_the_clock:.1f} s on the clock (bar: 60)")


def main() -> None:
    with TemporaryDirectory() as folder:
        asyncio.run(measure(Path(folder)))


if __name__ == "__main__":
    main()
