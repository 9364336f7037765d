"""What the clock and people ask of briefings: due once a day on all replicas together, made, and wanted told."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from core.briefings import store
from core.briefings.due import LATE, due_now
from core.briefings.gathering import Reporting, gather
from core.briefings.model import Briefing, Kind, Morning, Report
from core.briefings.morning import judge_morning
from core.briefings.sections import write_report
from core.checks import checks_of, run_checks
from core.clock import Clock
from core.errors import NotFoundError
from core.settings import Settings
from core.storage.database import Database
from core.storage.outbox import want_posting

FRESH = timedelta(minutes=15)
"""A morning check that is younger is told again instead of being run again."""
_MARGIN = timedelta(minutes=2)
"""Of a lease: what reports ask takes that long at most."""


@dataclass(slots=True)
class Briefings:
    """The flows over one store."""

    database: Database
    settings: Settings
    clock: Clock
    asked: Reporting
    _known: set[tuple[Kind, date]] = field(default_factory=set)
    """Saves looking; rows say what was made."""

    @property
    def lease(self) -> timedelta:
        """Longer than the slowest check may take."""
        checks = checks_of(self.settings)
        slowest = max(checks[name].seconds for name in self.settings.morning.checks)
        return timedelta(seconds=slowest) + _MARGIN

    async def plan(self) -> None:
        """One row a kind and local day. A kind that was never due begins with the next day's."""
        now = self.clock()
        dues = [each for each in due_now(self.settings, now) if (each.kind, each.on) not in self._known]
        if not dues:
            return
        async with self.database.read() as connection:
            there = await store.known_days(connection, min(each.on for each in dues))
        new = [each for each in dues if (each.kind, each.on) not in there]
        if new:
            async with self.database.write() as connection:
                begun = await store.kinds_begun(connection)
                await store.add_due(connection, new)
                for each in new:
                    if each.kind not in begun and now - each.at > timedelta(minutes=1):
                        await store.miss(connection, each.kind, each.on, now)
        self._known = {(each.kind, each.on) for each in due_now(self.settings, now)}

    async def claim(self, owner: str) -> Briefing | None:
        """The next one to be made, which is the owner's for a time; None when there is none. What is of no use any
        more was missed."""
        while True:
            now = self.clock()
            async with self.database.read() as connection:
                if await store.unfinished(connection, now) is None:
                    return None
            async with self.database.write() as connection:
                row = await store.unfinished(connection, now, lock=True)
                if row is None:
                    return None
                if now < row.due_at + LATE:
                    await store.lease(connection, row.id, owner, now + self.lease)
                    return store.to_briefing(row)
                await store.end(connection, row.id, None, now, None)

    async def make(self, claimed: Briefing, owner: str) -> bool:
        """Make it, keep it and want it told; False when somebody else did meanwhile."""
        content: Morning | Report
        if claimed.kind is Kind.MORNING:
            content = await self._morning()
        else:
            content = await self.report(claimed.kind)
        async with self.database.write() as connection:
            now = self.clock()
            row = await store.read_channel(connection, claimed.id)
            if not await store.end(connection, claimed.id, owner, now, content):
                return False
            if row is not None:
                await want_posting(connection, row, f"briefing:{claimed.id}", now)
        return True

    async def release(self, claimed: Briefing, owner: str) -> None:
        async with self.database.write() as connection:
            await store.release(connection, claimed.id, owner)

    async def morning(self, *, anew: bool = False) -> Morning:
        """The morning check: run now and kept, or the last one while it is fresh and nobody wants it anew."""
        if not anew:
            async with self.database.read() as connection:
                found = await store.newest_mornings(connection)
            if found and self.clock() - found[0].at < FRESH:
                return found[0]
        made = await self._morning()
        async with self.database.write() as connection:
            await store.keep_asked(connection, Kind.MORNING, made, self.clock())
        return made

    async def report(self, kind: Kind) -> Report:
        """A report as of now."""
        return write_report(await gather(self.asked, self.database, kind), self.settings.business_calendar.zone)

    async def _morning(self) -> Morning:
        chosen = self.settings.morning
        found = await run_checks(self.asked, chosen.checks)
        return judge_morning(found, self.clock(), chosen.alert_below)


async def show_briefing(database: Database, id_: int) -> Briefing:
    """Raises `NotFoundError`."""
    async with database.read() as connection:
        found = await store.read_briefing(connection, id_)
    if found is None:
        raise NotFoundError(f"there is no briefing {id_}")
    return found


def is_late(told: Briefing) -> bool:
    """Whether it was made so late that its reader should know."""
    begun: datetime = told.finished_at or told.due_at
    return begun - told.due_at > timedelta(minutes=30)
